//! The files as the tool makes them, of the five example services.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

const SETTINGS: &str = r#"
[privacy]
sensitive = ["case_number"]

[retention]
metrics_days = 30
logs_days = 14
traces_days = 7

[stack]
service_port = 8000
metrics_token_file = ""

[stack.services]
azora = ["azora-gateway:8020", "azora-auth:8021"]
billing = ["billing:9100"]

[stack.logs_days]
azora = 30

[stack.ports]
grafana = 3030
"#;

/// Made once for all tests.
pub(crate) static STACK: LazyLock<Stack> = LazyLock::new(|| Stack::with("shared", SETTINGS));

/// A workspace of its own, and what was generated in it.
pub(crate) struct Stack {
    pub(crate) root: PathBuf,
}

impl Stack {
    pub(crate) fn with(name: &str, settings: &str) -> Self {
        let stack = Self::unmade(name, settings);
        let output = stack.generate(&[]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        stack
    }

    /// A workspace in which nothing was generated.
    pub(crate) fn unmade(name: &str, settings: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("stack-{name}"));
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(root.join("src")).unwrap();
        fs::write(root.join("Cargo.toml"), "[package]\nname = \"none\"\nedition = \"2024\"\n\n[workspace]\n").unwrap();
        fs::write(root.join("src/lib.rs"), "").unwrap();
        fs::write(root.join("observe.toml"), settings).unwrap();
        Self { root }
    }

    pub(crate) fn generate(&self, more: &[&str]) -> Output {
        let catalogue = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/services.json");
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-observe"));
        command.current_dir(&self.root).args(["--quiet", "generate", "stack", "alerts", "dashboards"]).args(more);
        command.arg("--catalogue").arg(catalogue).output().unwrap()
    }

    /// The folder of the stack's files.
    pub(crate) fn folder(&self) -> PathBuf {
        self.root.join("observability/stack")
    }

    pub(crate) fn text(&self, file: &str) -> String {
        let path = self.folder().join(file);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    pub(crate) fn yaml(&self, file: &str) -> Value {
        serde_saphyr::from_str(&self.text(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    /// All files of the stack, by their paths from its folder.
    pub(crate) fn files(&self) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.folder()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(self.folder()).unwrap().to_string_lossy().into_owned();
                    found.insert(name, fs::read_to_string(&path).unwrap());
                }
            }
        }
        found
    }
}

#[test]
fn files_are_the_same_to_the_byte_and_drift_is_found() {
    let stack = Stack::with("drift", SETTINGS);
    let before = stack.files();
    assert_eq!(before, STACK.files(), "another folder, the same files");
    assert!(stack.generate(&["--check"]).status.success());
    let file = stack.folder().join("loki/config.yaml");
    let changed = fs::read_to_string(&file).unwrap().replace("336h", "1h");
    fs::write(&file, changed).unwrap();
    let output = stack.generate(&["--check"]);
    assert_eq!(output.status.code(), Some(1));
    let report = String::from_utf8(output.stdout).unwrap();
    assert!(report.contains("-  retention_period: 1h") && report.contains("+  retention_period: 336h"), "{report}");
    assert!(stack.generate(&[]).status.success());
    assert_eq!(stack.files(), before);
}

#[test]
fn nothing_in_them_is_of_a_machine_or_a_moment() {
    for (name, text) in STACK.files() {
        for trace in [env!("CARGO_MANIFEST_DIR"), env!("CARGO_TARGET_TMPDIR"), "/home/", "/root/"] {
            assert!(!text.contains(trace), "{name}: {trace}");
        }
        assert!(text.contains("cargo observe generate stack") || !has_comments(&name), "{name}");
        assert!(text.ends_with('\n') && !text.contains("\t"), "{name}");
    }
}

/// JSON has none.
fn has_comments(name: &str) -> bool {
    !Path::new(name).extension().is_some_and(|ending| ending == "json") && name != ".env.example"
}

#[test]
fn what_is_not_known_in_the_settings_is_refused() {
    for (settings, expected) in [
        (
            "[stack.images]\ngrafanna = \"x\"\n",
            "`grafanna` in `stack.images` is not known\n  help: a similar one is `grafana`",
        ),
        ("[stack.ports]\nkibana = 1\n", "`kibana` in `stack.ports` is not known"),
        ("[stack]\nkeep_kinds = [\"emial\"]\n", "a similar one is `email`"),
        ("[retention]\nlogs_days = 0\n", "a retention of 0 days keeps nothing"),
        ("[stack]\nimage = \"x\"\n", "unknown field `image`"),
    ] {
        let output = Stack::unmade("refused", settings).generate(&[]);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && stderr.contains(expected), "{settings}{stderr}");
    }
}

#[test]
fn retention_comes_from_the_settings() {
    let loki = STACK.yaml("loki/config.yaml");
    assert_eq!(loki["limits_config"]["retention_period"], "336h");
    assert_eq!(loki["compactor"]["retention_enabled"], true);
    assert_eq!(loki["limits_config"]["retention_stream"][0]["selector"], "{service_name=\"azora\"}");
    assert_eq!(loki["limits_config"]["retention_stream"][0]["period"], "720h");
    let jaeger = STACK.yaml("jaeger/config.yaml");
    assert_eq!(jaeger["extensions"]["jaeger_storage"]["backends"]["disk"]["badger"]["ttl"]["spans"], "168h");
    let command = STACK.yaml("compose.yaml")["services"]["prometheus"]["command"].to_string();
    assert!(command.contains("--storage.tsdb.retention.time=30d"), "{command}");
}

#[test]
fn without_settings_everything_is_kept_for_ninety_days() {
    let stack = Stack::with("standard", "");
    assert_eq!(stack.yaml("loki/config.yaml")["limits_config"]["retention_period"], "2160h");
    assert!(stack.text("compose.yaml").contains("--storage.tsdb.retention.time=90d"));
    assert!(stack.text("compose.yaml").contains("--data.retention=120h"));
}
