//! The book's table of contents and its pages agree.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs")
}

/// All Markdown files below `folder`, relative to `docs`.
fn pages(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            pages(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.insert(path.strip_prefix(docs()).unwrap().to_string_lossy().into_owned());
        }
    }
}

/// The targets of Markdown links to files.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets
        .map(|link| link.split('#').next().unwrap_or(link))
        .filter(|link| Path::new(link).extension().is_some_and(|extension| extension == "md"))
}

#[test]
fn every_page_is_in_the_table_of_contents() {
    let summary = fs::read_to_string(docs().join("SUMMARY.md")).unwrap();
    let linked: BTreeSet<String> = links(&summary).map(str::to_owned).collect();
    let mut found = BTreeSet::new();
    pages(&docs(), &mut found);
    found.remove("SUMMARY.md");
    let missing: Vec<_> = found.difference(&linked).collect();
    assert!(missing.is_empty(), "not in SUMMARY.md: {missing:?}");
}

#[test]
fn every_link_leads_somewhere() {
    let mut found = BTreeSet::new();
    pages(&docs(), &mut found);
    for page in found {
        let path = docs().join(&page);
        let text = fs::read_to_string(&path).unwrap();
        for link in links(&text).filter(|link| !link.contains("://")) {
            assert!(path.parent().unwrap().join(link).exists(), "{page} links to {link}, which is not there");
        }
    }
}
