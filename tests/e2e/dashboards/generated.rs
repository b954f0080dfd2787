//! What the tool generates of the catalogue of the example services.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The generated files, in a folder that is removed with it.
pub(crate) struct Generated {
    pub(crate) folder: PathBuf,
    /// Dashboards by their paths.
    pub(crate) dashboards: Vec<(String, Value)>,
    pub(crate) catalogue: Value,
}

impl Generated {
    pub(crate) fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("dashboards-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        let output = generate(&folder, &[]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut dashboards = Vec::new();
        read(&folder.join("grafana/dashboards"), &mut dashboards);
        dashboards.sort_by(|(one, _), (other, _)| one.cmp(other));
        assert!(dashboards.len() > 15, "{}", dashboards.len());
        let catalogue = serde_json::from_str(&std::fs::read_to_string(fixture()).unwrap()).unwrap();
        Self { folder, dashboards, catalogue }
    }

    /// Whether `--check` finds nothing.
    pub(crate) fn check(&self) -> bool {
        let status = generate(&self.folder, &["--check"]).output().unwrap().status;
        assert!(matches!(status.code(), Some(0 | 1)), "{status}");
        status.success()
    }

    fn expressions(&self, kind: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for (path, dashboard) in &self.dashboards {
            for panel in panels(dashboard) {
                let targets = panel["targets"].as_array().into_iter().flatten();
                for target in targets.filter(|target| target["datasource"]["type"] == kind) {
                    let place = format!("{path}: {}", panel["title"].as_str().unwrap());
                    found.push((place, target["expr"].as_str().unwrap().to_owned()));
                }
            }
        }
        found
    }

    /// Queries of logs, with places, without variables.
    pub(crate) fn log_queries(&self) -> Vec<(String, String)> {
        let filled = |query: &str| {
            let query = query.replace("$__auto", "5m").replace("$slow_ms", "1000").replace("$job", ".+");
            query.replace("$request_id", "r-1").replace("$trace_id", "a1a0").replace("$user", "h:1")
        };
        self.expressions("loki").into_iter().map(|(place, query)| (place, filled(&query))).collect()
    }

    /// Queries of metrics: of all panels, of all variables, of the page.
    pub(crate) fn metric_queries(&self) -> Vec<(String, String)> {
        let mut queries = self.expressions("prometheus");
        for (path, dashboard) in &self.dashboards {
            for variable in dashboard["templating"]["list"].as_array().unwrap() {
                if let Some(call) = variable["query"]["query"].as_str() {
                    let inside = call.strip_prefix("label_values(").and_then(|rest| rest.rsplit_once(", "));
                    let (series, label) = inside.unwrap_or_else(|| panic!("{path}: {call}"));
                    let label = label.trim_end_matches(')');
                    queries.push((format!("{path}: variable"), format!("count by ({label}) ({series})")));
                }
            }
        }
        let page = std::fs::read_to_string(self.folder.join("docs/metrics.md")).unwrap();
        let blocks = page.split("```promql\n").skip(1).map(|rest| rest.split("```").next().unwrap());
        queries.extend(blocks.flat_map(str::lines).map(|query| ("docs/metrics.md".to_owned(), query.to_owned())));
        queries.into_iter().map(|(place, query)| (place, filled(&query))).collect()
    }
}

impl Drop for Generated {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// As Grafana fills in its variables; and seconds stand for the hours and days that no test has.
fn filled(query: &str) -> String {
    let values = [
        ("$__rate_interval", "20s"),
        ("$__range", "20s"),
        ("$job", ".+"),
        ("$instance", ".+"),
        ("[5m]", "[20s]"),
        ("[1h]", "[20s]"),
        ("[1h] offset 7d", "[2s] offset 2s"),
        (" offset 7d", " offset 2s"),
        ("[6h:5m]", "[20s:1s]"),
        ("[1d:15m]", "[20s:1s]"),
    ];
    let mut query = values.iter().fold(query.to_owned(), |query, (name, value)| query.replace(name, value));
    // Labels that are variables of one dashboard: all of their values.
    while let Some((before, after)) = query.split_once("=~\"$") {
        let rest = after.split_once('"').unwrap().1;
        query = format!("{before}=~\".*\"{rest}");
    }
    query
}

/// All panels, those in closed rows too.
pub(crate) fn panels(dashboard: &Value) -> Vec<&Value> {
    let top = dashboard["panels"].as_array().unwrap().iter();
    top.flat_map(|panel| std::iter::once(panel).chain(panel["panels"].as_array().into_iter().flatten())).collect()
}

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/services.json")
}

fn generate(folder: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-observe"));
    command.args(["observe", "generate", "dashboards", "metrics", "compliance", "--quiet", "--catalogue"]);
    command.arg(fixture()).arg("--out").arg(folder).args(more);
    command
}

fn read(folder: &Path, found: &mut Vec<(String, Value)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, found);
        } else {
            let text = std::fs::read_to_string(&path).unwrap();
            found.push((path.display().to_string(), serde_json::from_str(&text).unwrap()));
        }
    }
}
