//! What is written as YAML says the same to a parser that others wrote.

use crate::generated::STACK;
use crate::skipped;
use serde_json::Value;
use std::process::Command;

/// Prints each document of a file as JSON, one a line.
const READ: &str =
    "import json, sys, yaml\nfor document in yaml.safe_load_all(open(sys.argv[1])):\n    print(json.dumps(document))";

#[test]
fn another_parser_reads_the_same() {
    if !Command::new("python3").args(["-c", "import yaml"]).output().is_ok_and(|output| output.status.success()) {
        return skipped("python3 with PyYAML is missing: YAML is not read again").unwrap_or_default();
    }
    let mut read = 0;
    for (name, text) in STACK.files().iter().filter(|(name, _)| name.ends_with(".yaml") || name.ends_with(".yml")) {
        let output = Command::new("python3").args(["-c", READ]).arg(STACK.folder().join(name)).output().unwrap();
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        let theirs: Vec<Value> =
            String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let ours: Vec<Value> =
            text.split("\n---\n").map(|document| serde_saphyr::from_str(document).unwrap()).collect();
        assert_eq!(theirs, ours, "{name}");
        read += 1;
    }
    assert!(read > 20, "{read}");
}
