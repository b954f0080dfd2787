//! Labelled text from elsewhere: how much of it the second net hides, and that it hides no harmless name.

use crate::generated::STACK;
use regex::{Regex, RegexSet};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::LazyLock;

/// A text, the kind of what was planted in it, and that itself.
pub(crate) struct Planted {
    pub(crate) text: String,
    kind: String,
    pub(crate) value: String,
}

/// Lines of JSON beside the repository; none, and a loud line, where they are not there.
fn lines(file: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/redaction").join(file);
    match fs::read_to_string(&path) {
        Ok(text) => text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
        Err(_) => {
            let _ = writeln!(std::io::stderr(), "SKIPPED: the labelled text {file} is not here");
            Vec::new()
        }
    }
}

fn list(name: &str) -> Vec<String> {
    let config = STACK.yaml("collector/config.yaml");
    let texts = config["processors"]["redaction"][name].as_array().unwrap().iter();
    texts.map(|text| text.as_str().unwrap().to_owned()).collect()
}

static FORMS: LazyLock<Vec<Regex>> =
    LazyLock::new(|| list("blocked_values").iter().map(|form| Regex::new(form).unwrap()).collect());

/// What the Collector makes of a text.
pub(crate) fn masked(text: &str) -> String {
    FORMS.iter().fold(text.to_owned(), |text, form| form.replace_all(&text, "****").into_owned())
}

/// What is certain to be what it is called.
fn planted() -> Vec<Planted> {
    let mut planted = Vec::new();
    for line in lines("pii.jsonl").into_iter().filter(|line| line["tier"] == "strong") {
        for entity in line["entities"].as_array().unwrap() {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            planted.push(Planted {
                text: text(&line["text"]),
                kind: text(&entity["type"]),
                value: text(&entity["value"]),
            });
        }
    }
    planted
}

/// What of it is hidden: the same has to be gone where another engine runs the same expressions.
pub(crate) fn hidden() -> Vec<Planted> {
    planted().into_iter().filter(|planted| !masked(&planted.text).contains(&planted.value)).collect()
}

#[test]
fn most_of_what_has_a_form_is_hidden() {
    let (mut all, mut found) = (BTreeMap::<String, u32>::new(), BTreeMap::<String, u32>::new());
    for planted in planted() {
        *all.entry(planted.kind).or_default() += 1;
    }
    for planted in hidden() {
        *found.entry(planted.kind).or_default() += 1;
    }
    for (kind, all) in &all {
        let _ = writeln!(std::io::stderr(), "{kind}: {} of {all} hidden", found.get(kind).unwrap_or(&0));
    }
    // In percent, of those that the requirements name and those that have a form of their own.
    for (kind, least) in
        [("EMAIL", 100), ("CREDIT_CARD", 80), ("IBAN", 98), ("US_SSN", 100), ("PHONE", 85), ("IP_ADDRESS", 85)]
    {
        if let Some(all) = all.get(kind) {
            let found = found.get(kind).copied().unwrap_or_default();
            assert!(found * 100 >= all * least, "{kind}: {found} of {all}");
        }
    }
}

#[test]
fn no_name_that_is_harmless_is_hidden() {
    let keys = RegexSet::new(list("blocked_key_patterns")).unwrap();
    for line in lines("field_names.jsonl") {
        let name = line["name"].as_str().unwrap();
        assert_eq!(keys.is_match(name), line["sensitive"] == true, "{name}");
    }
}
