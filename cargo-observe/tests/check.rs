//! `cargo observe check` and `explain` as they are called: reports, exit codes, exceptions.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod workspace;

use serde_json::Value;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;
use workspace::{Output, Workspace, fixture};

/// A workspace with a metric that nobody may have, `up`, and one of which there are two spellings.
fn library(name: &str) -> Workspace {
    let workspace = Workspace::new(name);
    workspace.write(
        "src/main.rs",
        "mod pages;\n\n/// Whether the library is open.\n#[metric]\nstatic UP: Gauge;\n\nfn main() {}\n",
    );
    workspace.write(
        "src/pages.rs",
        "//! Pages.\n\n#[metric]\nstatic PAGE_HIT_TOTAL: Counter;\n\n    #[metered(name = \"pages, 100%: all\")]\nfn größe() {}\n",
    );
    workspace.write("catalogue.json", include_str!("fixtures/library.json"));
    workspace
}

fn check(workspace: &Workspace, more: &[&str]) -> Output {
    workspace.run(&[&["check", "--catalogue", "catalogue.json"], more].concat())
}

#[test]
fn the_report_shows_the_line_and_underlines_it() {
    let output = check(&library("underlined"), &["--color", "never"]);
    assert_eq!(output.code, 1);
    let expected = "\
error[OBS1010]: `up` is the metric that Prometheus makes for every target
 --> src/main.rs:4:1
  |
4 | #[metric]
  | ^^^^^^^^^
  |
  = help: name it after what the program does

warning[OBS1013]: `page_hit_total` and `page_hits_total` differ by a plural only
 --> src/pages.rs:6:5
  |
3 | #[metric]
  | --------- `page_hit_total` is declared here
...
6 |     #[metered(name = \"pages, 100%: all\")]
  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: give what is the same one name, so that one query finds it in every program

";
    assert_eq!(output.stdout, expected);
    let summary = "check failed: 1 error and 1 warning in 3 metrics, 0 spans and 0 redacted types of 1 program\n";
    assert_eq!(output.stderr, format!("{summary}for more, try `cargo observe explain OBS1010`\n"));
}

#[test]
fn a_source_that_is_not_there_is_named() {
    let workspace = library("not-there");
    fs::remove_file(workspace.path("src/main.rs")).unwrap();
    fs::write(workspace.path("src/pages.rs"), "too short\n").unwrap();
    workspace.write("src/lib.rs", "");
    let output = check(&workspace, &["--color", "never"]);
    assert!(output.stdout.contains("--> src/main.rs:4:1"), "{}", output.stdout);
    assert!(output.stdout.contains("src/pages.rs:6:5"), "{}", output.stdout);
    assert!(output.stdout.contains("src/pages.rs:3:1"), "{}", output.stdout);
}

#[test]
fn colours_are_asked_for() {
    let workspace = library("colours");
    assert!(check(&workspace, &["--color", "always"]).stdout.contains("\u{1b}["));
    assert!(!check(&workspace, &["--color", "never"]).stdout.contains('\u{1b}'));
    assert!(!check(&workspace, &[]).stdout.contains('\u{1b}'), "nobody looks at a pipe");
}

#[test]
fn exit_codes_say_what_came_of_it() {
    let workspace = library("codes");
    assert_eq!(check(&workspace, &[]).code, 1);
    assert_eq!(check(&workspace, &["--allow", "OBS1010"]).code, 0, "a warning does not fail");
    assert_eq!(check(&workspace, &["--allow", "OBS1010", "--deny", "warnings"]).code, 1);
    assert_eq!(check(&workspace, &["-A", "names"]).code, 0);
    assert_eq!(check(&workspace, &["--allow", "OBS9999"]).code, 2);
    assert_eq!(workspace.run(&["check", "--catalogue", "nowhere.json"]).code, 2);
    workspace.write("observe.toml", "[check.levels]\nOBS1010 = \"deny\"\n");
    assert_eq!(check(&workspace, &[]).code, 2);
}

#[test]
fn an_exception_is_counted_and_not_said() {
    let workspace = library("exceptions");
    workspace.write("observe.toml", "[check.exceptions]\n\"OBS1010 up\" = \"the exporter before us called it so\"\n");
    let output = check(&workspace, &[]);
    assert_eq!(output.code, 0);
    assert!(!output.stdout.contains("OBS1010"), "{}", output.stdout);
    assert!(output.stderr.contains("1 exception by `check.exceptions`"), "{}", output.stderr);
}

#[test]
fn an_exception_for_nothing_is_underlined_in_its_file() {
    let workspace = library("exception-for-nothing");
    workspace.write("observe.toml", "[check.exceptions]\n\"OBS1010 upp\" = \"the exporter before us called it so\"\n");
    let output = check(&workspace, &["--color", "never"]);
    let expected = "\
 --> observe.toml:2:1
  |
2 | \"OBS1010 upp\" = \"the exporter before us called it so\"
  | ^^^^^^^^^^^^^
  |
  = help: a similar subject is `up`
";
    assert!(output.stdout.contains(expected), "{}", output.stdout);
}

#[test]
fn a_report_goes_into_a_file_without_colours() {
    let workspace = library("file");
    let output = check(&workspace, &["--output", "report.txt", "--color", "always"]);
    assert_eq!((output.code, output.stdout.as_str()), (1, ""));
    let report = fs::read_to_string(workspace.path("report.txt")).unwrap();
    assert!(report.starts_with("error[OBS1010]: `up` is"), "{report}");
}

#[test]
fn quiet_leaves_the_report() {
    let output = check(&library("quiet"), &["--quiet"]);
    assert!(output.stdout.contains("OBS1010"));
    assert_eq!(output.stderr, "");
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn assert_valid(schema: &Value, document: &Value) {
    let validator = jsonschema::validator_for(schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn the_json_is_what_its_schema_says() {
    let workspace = library("json");
    workspace.write("observe.toml", "[check.exceptions]\n\"OBS1010 up\" = \"the exporter before us called it so\"\n");
    let document = json(&check(&workspace, &["--format", "json"]).stdout);
    assert_valid(&json(&published_schema()), &document);
    assert_eq!(document["summary"]["warnings"], 1);
    assert_eq!(document["findings"][0]["exception"], "the exporter before us called it so");
    let finding = &document["findings"][1];
    assert_eq!(finding["code"], "OBS1013");
    assert_eq!(finding["group"], "names");
    assert_eq!(finding["locations"][0]["line"], 6);
}

fn published_schema() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/check.schema.json")).unwrap()
}

#[test]
fn the_published_schema_is_that_of_the_tool() {
    let output = library("schema").run(&["check", "--format", "schema"]);
    assert_eq!(output.code, 0);
    assert_eq!(
        output.stdout,
        published_schema(),
        "write `cargo observe check --format schema` to docs/check.schema.json"
    );
}

#[test]
fn sarif_has_a_region_for_each_result() {
    let workspace = library("sarif");
    workspace.write("observe.toml", "[check.exceptions]\n\"OBS1010 up\" = \"the exporter before us called it so\"\n");
    let document = json(&check(&workspace, &["--format", "sarif"]).stdout);
    let run = &document["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 2);
    for result in results {
        let rule = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][rule]["id"], result["ruleId"]);
        assert!(result["locations"][0]["physicalLocation"]["region"]["startLine"].as_u64().unwrap() > 0);
    }
    assert_eq!(results[0]["suppressions"][0]["justification"], "the exporter before us called it so");
    let place = &results[1]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "src/pages.rs");
    assert_eq!((&place["region"]["startColumn"], &place["region"]["endColumn"]), (&5.into(), &42.into()));
    assert_eq!(results[1]["partialFingerprints"]["codeAndSubject/v1"], "OBS1013 page_hits_total 1");
    assert_eq!(results[1]["relatedLocations"].as_array().unwrap().len(), 1);
}

#[test]
fn sarif_is_what_the_published_schema_says() {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "../target".into(), PathBuf::from);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(target).join("schemas/sarif-2.1.0-rtm.5.json");
    let Ok(schema) = fs::read_to_string(&file) else {
        let missing = format!("{} is missing: run tests/schemas", file.display());
        assert!(std::env::var_os("OBSERVE_REQUIRE_SERVERS").is_none(), "{missing}");
        // Past the harness, which keeps what passing tests print to itself.
        let _ = writeln!(std::io::stderr(), "SKIPPED: {missing}");
        return;
    };
    let mut schema = json(&schema);
    // Its pattern of a language's name is no regular expression, and there are no languages in our reports.
    for of in ["run", "toolComponent"] {
        schema["definitions"][of]["properties"]["language"] = serde_json::json!({ "type": "string" });
    }
    let workspace = library("sarif-schema");
    workspace.write(
        "observe.toml",
        "[check]\npages = \"https://docs.example.org/errors\"\n[check.exceptions]\n\"OBS1010 up\" = \"the exporter before us called it so\"\n",
    );
    for catalogue in ["catalogue.json".to_owned(), fixture("services.json")] {
        let report = workspace.run(&["check", "--catalogue", &catalogue, "--format", "sarif"]);
        assert_valid(&schema, &json(&report.stdout));
    }
    let refused = serde_json::json!({ "version": "2.1.0", "runs": [{ "results": [{ "message": "text" }] }] });
    assert!(!jsonschema::validator_for(&schema).unwrap().is_valid(&refused), "the schema refuses nothing");
}

#[test]
fn workflow_commands_are_escaped() {
    let workspace = library("github");
    let moved = include_str!("fixtures/library.json").replace("src/pages.rs", "src/a,b:100%.rs");
    workspace.write("catalogue.json", &moved);
    let output = check(&workspace, &["--format", "github"]);
    let lines: Vec<&str> = output.stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{}", output.stdout);
    assert!(
        lines[0].starts_with("::error file=src/main.rs,line=4,col=1,title=OBS1010%3A a program's metrics keep out")
    );
    assert!(
        lines[1].starts_with("::warning file=src/a%2Cb%3A100%25.rs,line=6,col=5,title=OBS1013%3A "),
        "{}",
        lines[1]
    );
    assert!(lines[1].contains("differ by a plural only%0Ahelp: give what is"), "{}", lines[1]);
}

#[test]
fn junit_has_a_failure_for_each_error() {
    let workspace = library("junit");
    let output = check(&workspace, &["--format", "junit"]);
    let report = quick_junit::Report::deserialize_from_str(&output.stdout).unwrap();
    assert_eq!((report.failures, report.errors), (1, 0));
    let names = report.test_suites.iter().find(|suite| suite.name.as_str() == "names").unwrap();
    let case = names.test_cases.iter().find(|case| case.name.as_str() == "OBS1010 up").unwrap();
    assert!(format!("{:?}", case.status).contains("src/main.rs:4:1: `up` is the metric"), "{:?}", case.status);
}

#[test]
fn the_same_workspace_has_the_same_report() {
    let workspace = library("same");
    for format in ["text", "json", "sarif", "github", "junit"] {
        let report = || check(&workspace, &["--format", format]).stdout;
        assert_eq!(report(), report(), "{format}");
    }
}

#[test]
fn the_example_services_have_no_error() {
    let workspace = Workspace::new("services");
    let output = workspace.run(&["check", "--catalogue", &fixture("services.json")]);
    assert_eq!(output.code, 0, "{}", output.stdout);
}

#[test]
fn a_code_is_explained() {
    let workspace = Workspace::new("explain");
    let output = workspace.run(&["explain", "obs1013"]);
    assert_eq!(output.code, 0);
    assert!(output.stdout.starts_with("OBS1013: what is the same has one name in all programs\n\nTwo metrics"));
    assert!(output.stdout.contains("    static PAGE_HITS_TOTAL: Counter;\n"), "{}", output.stdout);
    let unknown = workspace.run(&["explain", "OBSO201"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("a similar one is `OBS0201`"), "{}", unknown.stderr);
    let all = workspace.run(&["explain"]).stdout;
    assert_eq!(all.lines().count(), observe_rules::Code::ALL.len());
}

/// 50 crates with 40 metrics each, every one with two labels of ten values, and a span for each.
fn large() -> Value {
    let mut catalogue = json(include_str!("fixtures/library.json"));
    let metric = catalogue["metrics"][0].clone();
    let (mut programs, mut metrics, mut spans) = (Vec::new(), Vec::new(), Vec::new());
    let values: Vec<String> = (0..10).map(|value| format!("value_{value}")).collect();
    for program in 0..50 {
        let name = format!("app{program}");
        programs.push(serde_json::json!({ "name": name }));
        for number in 0..40 {
            let mut metric = metric.clone();
            metric["name"] = format!("app{program}_jobs_of_kind{number}_total").into();
            metric["bare_name"] = metric["name"].clone();
            metric["kind"] = "counter".into();
            metric["help"] = format!("Jobs that ended, of kind {number} in program {program}").into();
            metric["series"] = 100.into();
            metric["programs"] = serde_json::json!([name]);
            let label = |name: &str| serde_json::json!({ "name": name, "values": { "known": values } });
            metric["labels"] = serde_json::json!([label("shelf"), label("plan")]);
            spans.push(serde_json::json!({
                "name": format!("do {number} of {program}"), "kind": "internal", "function": format!("app{program}::do{number}"),
                "fields": [{ "name": "pages", "how": "typed" }], "programs": [name], "place": metric["place"],
            }));
            metrics.push(metric);
        }
    }
    catalogue["programs"] = programs.into();
    catalogue["metrics"] = metrics.into();
    catalogue["spans"] = spans.into();
    catalogue
}

/// Not a bound on time, which depends on who else is at work: the figure is printed for `tests/bench`.
#[test]
fn two_thousand_metrics_are_checked() {
    let workspace = Workspace::new("large");
    workspace.write("src/main.rs", "fn main() {}\n");
    workspace.write("catalogue.json", &large().to_string());
    let start = Instant::now();
    let output = check(&workspace, &[]);
    let seconds = start.elapsed().as_secs_f64();
    let verdict = if seconds < 2.0 { "ok" } else { "short" };
    let _ = writeln!(std::io::stderr(), "bar check/2000-metrics measured {seconds:.2}s limit 2.00s {verdict}");
    assert!(output.stderr.contains("in 2000 metrics, 2000 spans"), "{}", output.stderr);
    assert_eq!((output.code, output.stdout.as_str()), (0, ""));
}
