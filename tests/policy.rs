//! What is said about an `observe.toml` that is wrong.
//!
//! After a change of a text: `TRYBUILD=overwrite cargo test -p observe-tests --test policy`, then read the difference.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use observe_rules::policy::Policy;
use std::path::Path;
use std::{env, fs};

/// Each case is a file beside the text that it gives.
#[test]
fn every_mistake_is_explained() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/09_configuration");
    let mut cases = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        cases += 1;
        let (_, problems) = Policy::parse(&fs::read_to_string(&path).unwrap());
        let said = problems.iter().fold(String::new(), |said, problem| said + &format!("error: {problem}\n\n"));
        assert!(!said.is_empty(), "{} is not wrong", path.display());
        let expected = path.with_extension("stderr");
        if env::var_os("TRYBUILD").is_some_and(|word| word == "overwrite") {
            fs::write(&expected, &said).unwrap();
        }
        assert_eq!(fs::read_to_string(&expected).unwrap_or_default(), said, "{}", expected.display());
    }
    assert!(cases >= 3, "{} has {cases} cases", folder.display());
}
