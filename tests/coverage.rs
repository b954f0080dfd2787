//! Every requirement has its row in `docs/coverage.md`, with code and a test that exist.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The rows of the requirements, by system: metrics, traces, logs, redaction, health, alerts, stack, configuration,
/// tests, documents.
const ROWS: &[&str] = &[
    "AZ-A1", "AZ-A2", "AZ-A3", "AZ-C1", "AZ-D1", "AZ-L1", "AZ-M1", "AZ-M2", "AZ-M3", "AZ-M4", "AZ-S1", "AZ-S2",
    "AZ-S3", "AZ-T1", "AZ-T2", "AZ-T3", "AZ-T4", "BB-A1", "BB-C1", "BB-C2", "BB-H1", "BB-H2", "BB-H3", "BB-L1",
    "BB-L2", "BB-L3", "BB-L4", "BB-L5", "BB-L6", "BB-M1", "BB-M2", "BB-M3", "BB-M4", "BB-M5", "BB-R1", "BB-S1",
    "BB-S2", "BB-S3", "BB-S4", "BB-T1", "BB-T2", "BB-T3", "BB-X1", "BB-X2", "CV-C1", "CV-H1", "CV-H2", "CV-H3",
    "CV-M1", "CV-M2", "CV-M3", "CV-M4", "CV-M5", "CV-M6", "CV-S1", "CV-T1", "CV-T2", "CV-T3", "CV-T4", "CV-X1",
    "ML-A1", "ML-A2", "ML-A3", "ML-A4", "ML-C1", "ML-D1", "ML-M1", "ML-S1", "ML-T1", "ML-T2", "ML-T3", "ML-X1",
    "ML-X2", "VA-A1", "VA-A2", "VA-C1", "VA-L1", "VA-L2", "VA-L3", "VA-L4", "VA-M1", "VA-M2", "VA-M3", "VA-M4",
    "VA-M5", "VA-M6", "VA-M7", "VA-M8", "VA-M9", "VA-R1", "VA-R2", "VA-R3", "VA-S1", "VA-S2", "VA-S3", "VA-S4",
    "VA-S5", "VA-S6", "VA-T1", "VA-T2", "VA-T3", "VA-X1", "VA-X2",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A line of the table: its tags, its code and its tests.
struct Line {
    tags: Vec<String>,
    code: Vec<String>,
    tests: Vec<String>,
}

/// What stands between backticks.
fn quoted(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn tags(text: &str) -> Vec<String> {
    text.split(',').map(|tag| tag.trim().to_owned()).collect()
}

/// The table, and the tags below its heading of what is not built.
fn page() -> (Vec<Line>, BTreeSet<String>) {
    let text = fs::read_to_string(root().join("docs/coverage.md")).unwrap();
    let (table, rest) = text.split_once("\n## Not built yet\n").unwrap_or((&text, ""));
    let lines = table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| row |"));
    let lines = lines.map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        assert_eq!(cells.len(), 4, "a line has four cells: {line}");
        Line { tags: tags(cells[0]), code: quoted(cells[2]), tests: quoted(cells[3]) }
    });
    let missing = rest.lines().filter_map(|line| line.strip_prefix("- ")?.split_once(':'));
    (lines.collect(), missing.flat_map(|(list, _)| tags(list)).collect())
}

#[test]
fn every_row_is_shown_or_said_to_be_missing() {
    let (lines, missing) = page();
    let shown: BTreeSet<String> = lines.into_iter().flat_map(|line| line.tags).collect();
    let known: BTreeSet<String> = ROWS.iter().map(|row| (*row).to_owned()).collect();
    let both: Vec<_> = shown.intersection(&missing).collect();
    assert!(both.is_empty(), "shown, and not built: {both:?}");
    let all: BTreeSet<String> = shown.union(&missing).cloned().collect();
    let nowhere: Vec<_> = known.difference(&all).collect();
    assert!(nowhere.is_empty(), "rows without code and test: {nowhere:?}");
    let unknown: Vec<_> = all.difference(&known).collect();
    assert!(unknown.is_empty(), "no such rows: {unknown:?}");
}

#[test]
fn code_and_tests_of_every_row_exist() {
    let mut wrong = Vec::new();
    for line in page().0 {
        if line.code.is_empty() || line.tests.is_empty() {
            wrong.push(format!("{:?} names no code or no test", line.tags));
        }
        let absent = line.code.iter().filter(|path| !root().join(path).exists());
        wrong.extend(absent.map(|path| format!("{:?}: {path} is not there", line.tags)));
        for test in &line.tests {
            let (path, name) = test.split_once("::").unwrap_or((test, ""));
            let text = fs::read_to_string(root().join(path)).unwrap_or_default();
            // The rows' figures are shown by what measures them, and by no test: those have time limits.
            let is_test = ["#[test]", "#[tokio::test", "bar "].iter().any(|mark| text.contains(mark));
            if !is_test {
                wrong.push(format!("{:?}: {path} is not there, or has no test", line.tags));
            } else if !name.is_empty() && !text.contains(&format!("fn {name}(")) {
                wrong.push(format!("{:?}: {path} has no test `{name}`", line.tags));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The list above is that of the requirements, where they are at hand.
#[test]
fn the_rows_are_those_of_the_requirements() {
    let path = root().join("../shared/requirements.md");
    let Ok(text) = fs::read_to_string(&path) else {
        eprintln!("SKIPPED: {} is not there", path.display());
        return;
    };
    let is_tag = |tag: &String| tag.len() == 5 && tag.as_bytes()[2] == b'-';
    let first_cells = text.lines().filter_map(|line| line.strip_prefix("| ")?.split('|').next());
    let rows: BTreeSet<String> = first_cells.flat_map(tags).filter(is_tag).collect();
    assert_eq!(rows, ROWS.iter().map(|row| (*row).to_owned()).collect());
}
