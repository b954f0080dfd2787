//! What Grafana publishes about its dashboards, as packages: fetched once, in versions that are said here.

use crate::generated::Generated;
use serde_json::json;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, PoisonError};

/// Of npm.
const PACKAGES: [&str; 5] = [
    "@grafana/schema@13.2.3",
    "typescript@7.0.2",
    "@grafana/lezer-logql@0.3.0",
    "@lezer/lr@1.4.12",
    "@lezer/common@1.5.5",
];
/// Of PyPI: the models of Grafana 11.6.
const SDK: &str = "grafana-foundation-sdk==1769699379!11.6.0";

/// Two tests want the same packages.
static FETCHING: Mutex<()> = Mutex::new(());

fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().to_owned()
}

fn skipped(why: &str) -> Option<PathBuf> {
    assert!(std::env::var("OBSERVE_REQUIRE_SERVERS").as_deref() != Ok("1"), "{why}");
    // Past the test harness, which keeps what a passing test prints to itself.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {why}");
    None
}

/// The folder with the packages of npm; `None`, and a loud line, where they can't be had.
pub(crate) fn npm() -> Option<PathBuf> {
    let _one = FETCHING.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = target().join("grafana-npm");
    if folder.join("node_modules/@lezer/lr").is_dir() && folder.join("node_modules/typescript").is_dir() {
        return Some(folder);
    }
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("package.json"), r#"{"private":true,"type":"module"}"#).unwrap();
    let mut install = Command::new("npm");
    install.args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--save-exact"]).args(PACKAGES);
    match install.current_dir(&folder).output() {
        Ok(output) if output.status.success() => Some(folder),
        Ok(output) => {
            skipped(&format!("npm can't install Grafana's schema: {}", String::from_utf8_lossy(&output.stderr)))
        }
        Err(error) => skipped(&format!("npm does not run: {error}")),
    }
}

/// A Python that has the SDK; `None`, and a loud line, where it can't be had.
pub(crate) fn python() -> Option<PathBuf> {
    let folder = target().join("grafana-python");
    let python = folder.join("bin/python");
    let has_sdk = || Command::new(&python).args(["-c", "import grafana_foundation_sdk"]).output();
    if has_sdk().is_ok_and(|output| output.status.success()) {
        return Some(python);
    }
    let made = Command::new("python3").args(["-m", "venv"]).arg(&folder).output();
    if !made.is_ok_and(|output| output.status.success()) {
        return skipped("python3 can't make an environment for Grafana's SDK");
    }
    let installed = Command::new(&python).args(["-m", "pip", "install", "--quiet", SDK]).output().unwrap();
    if installed.status.success() {
        return Some(python);
    }
    skipped(&format!("pip can't install Grafana's SDK: {}", String::from_utf8_lossy(&installed.stderr)))
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Each dashboard as a literal of Grafana's type: a key that it doesn't know, or a value of another type, is an error.
pub(crate) fn check_types(packages: &Path, generated: &Generated) {
    let folder = packages.join("check");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let all = generated.dashboards.iter().map(|(_, dashboard)| dashboard.clone());
    let wrong = json!({ "uid": "wrong", "title": "a key that nobody knows", "schemaVersion": 39, "panles": [] });
    let mut files = Vec::new();
    for (index, dashboard) in all.chain([wrong]).enumerate() {
        let name = format!("dashboard{index}.ts");
        let text = format!(
            "import type {{ Dashboard }} from '@grafana/schema/dist/types/raw/dashboard/x/dashboard_types.gen';\n\
             export const dashboard: Dashboard = {dashboard};\n"
        );
        std::fs::write(folder.join(&name), text).unwrap();
        files.push(name);
    }
    let wrong = files.pop().unwrap();
    let tsc = |files: &[String]| {
        let mut tsc = Command::new("node");
        tsc.arg(packages.join("node_modules/typescript/bin/tsc"));
        tsc.args(["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--moduleResolution", "nodenext"]);
        tsc.current_dir(&folder).args(files).output().unwrap()
    };
    let output = tsc(&files);
    assert!(output.status.success(), "{}", said(&output));
    // The check can fail.
    let output = tsc(&[wrong]);
    assert!(!output.status.success() && said(&output).contains("panles"), "{}", said(&output));
}

/// Reads a dashboard into the SDK's models, options of panels and queries too, writes it again, and says what is missing
/// or other.
const ROUND_TRIP: &str = r#"
import json, sys
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models import dashboard

register_default_plugins()
problems = 0

def compare(path, one, other):
    global problems
    if isinstance(one, dict) and isinstance(other, dict):
        for key in one:
            if key in other:
                compare(f"{path}/{key}", one[key], other[key])
            else:
                problems += 1
                print("lost", f"{path}/{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, pair in enumerate(zip(one, other)):
            compare(f"{path}/{index}", *pair)
    elif one != other:
        problems += 1
        print("changed", path, one, other)

for file in sys.argv[1:]:
    source = json.load(open(file))
    model = dashboard.Dashboard.from_json(source)
    compare(file, source, json.loads(JSONEncoder().encode(model)))
sys.exit(1 if problems else 0)
"#;

/// What the SDK doesn't know is lost on the way through its models.
pub(crate) fn check_round_trip(python: &Path, generated: &Generated) {
    let run = |files: &[PathBuf]| Command::new(python).args(["-c", ROUND_TRIP]).args(files).output().unwrap();
    let files: Vec<PathBuf> = generated.dashboards.iter().map(|(path, _)| path.into()).collect();
    let output = run(&files);
    assert!(output.status.success(), "{}", said(&output));
    // The check can fail: in the options of a panel too.
    let mut wrong = generated.dashboards[0].1.clone();
    let panel = wrong["panels"].as_array_mut().unwrap().iter_mut().find(|panel| panel["type"] == "timeseries").unwrap();
    panel["options"]["legned"] = json!({});
    let file = generated.folder.join("wrong.json");
    std::fs::write(&file, wrong.to_string()).unwrap();
    let output = run(&[file]);
    assert!(!output.status.success() && said(&output).contains("legned"), "{}", said(&output));
}

/// Says each query that the grammar can't read: an error is a node of the tree.
const LOGQL: &str = r#"
import { parser } from '@grafana/lezer-logql';
import { readFileSync } from 'node:fs';

let problems = 0;
for (const query of JSON.parse(readFileSync(0, 'utf8'))) {
    let bad = false;
    parser.parse(query).iterate({ enter: (node) => { bad ||= node.type.isError; } });
    if (bad) { problems += 1; console.log(query); }
}
process.exit(problems ? 1 : 0);
"#;

/// Each query is LogQL.
pub(crate) fn check_logql(packages: &Path, queries: &[(String, String)]) {
    std::fs::write(packages.join("logql.mjs"), LOGQL).unwrap();
    let run = |queries: &[&str]| {
        let file = packages.join(format!("queries-{}.json", std::process::id()));
        std::fs::write(&file, json!(queries).to_string()).unwrap();
        let mut node = Command::new("node");
        node.arg(packages.join("logql.mjs")).stdin(std::fs::File::open(&file).unwrap());
        let output = node.output().unwrap();
        let _ = std::fs::remove_file(&file);
        output
    };
    let texts: Vec<&str> = queries.iter().map(|(_, query)| query.as_str()).collect();
    let output = run(&texts);
    assert!(output.status.success(), "{}", said(&output));
    // The check can fail.
    assert!(!run(&[r#"{service_name=~".+"} | jsn | status >= "#]).status.success());
}
