//! Every file of tests is one that runs: they are named in the manifest, and one that isn't would never fail.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::fs;
use std::path::Path;

#[test]
fn every_file_of_tests_runs() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = fs::read_to_string(tests.join("Cargo.toml")).unwrap();
    let mut sources = vec![manifest];
    let mut files = Vec::new();
    for folder in ["", "runtime"] {
        for entry in fs::read_dir(tests.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "rs") {
                sources.push(fs::read_to_string(&path).unwrap());
                files.push(path.strip_prefix(tests).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    assert!(files.len() > 30, "{files:?}");
    for file in files {
        let module = Path::new(&file).file_stem().unwrap().to_str().unwrap();
        let is_named =
            |text: &String| text.contains(&format!("\"{file}\"")) || text.contains(&format!("\nmod {module};"));
        assert!(sources.iter().any(is_named), "{file} is no test in tests/Cargo.toml, and no module of one");
    }
}
