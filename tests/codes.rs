//! Codes, their pages, their cases and the code that raises them agree.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use observe_rules::Code;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The text of every file below `folder` that has one of these extensions, by its path.
fn read(folder: &str, extensions: &[&str]) -> BTreeMap<PathBuf, String> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extensions.iter().any(|known| extension == *known)) {
                files.insert(path.clone(), fs::read_to_string(&path).unwrap());
            }
        }
    }
    files
}

/// The sources that raise codes. The table of codes itself is left out, and so are the tool's list of pages and its tests.
fn sources() -> BTreeMap<PathBuf, String> {
    ["observe-rules/src", "observe-macros/impl/src", "observe-runtime/src", TOOL]
        .into_iter()
        .flat_map(|folder| read(folder, &["rs"]))
        .filter(|(path, _)| !path.ends_with("observe-rules/src/code.rs") && !path.ends_with("check/pages.rs"))
        .filter(|(path, _)| !is_test_of_the_tool(path))
        .collect()
}

const TOOL: &str = "cargo-observe/src";

/// Whether the tool says it of a workspace, and no macro of a line of code.
fn is_of_the_tool(code: Code) -> bool {
    code.id().starts_with("OBS10") || code.id().starts_with("OBS12")
}

fn is_test_of_the_tool(path: &Path) -> bool {
    let path = path.to_string_lossy();
    path.contains("cargo-observe/") && (path.contains("/tests/") || path.ends_with("/tests.rs"))
}

/// The tests of the tool: those in its sources, and those that run it.
fn tests_of_the_tool() -> Vec<String> {
    let files = [read(TOOL, &["rs"]), read("cargo-observe/tests", &["rs"])];
    let test = |(path, text): (PathBuf, String)| {
        if is_test_of_the_tool(&path) { text } else { text.split("#[cfg(test)]").skip(1).collect() }
    };
    files.into_iter().flatten().map(test).collect()
}

/// The source without comments and without its tests, neither of which raise anything.
fn code_of(source: &str) -> String {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    source.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Everything in a text that looks like a code.
fn mentioned(text: &str) -> BTreeSet<String> {
    let after = |at: usize| text.get(at..at + 7).filter(|code| code[3..].bytes().all(|byte| byte.is_ascii_digit()));
    text.match_indices("OBS").filter_map(|(at, _)| after(at)).map(str::to_owned).collect()
}

/// The codes for which `holds` doesn't hold.
fn codes_without(holds: impl Fn(Code) -> bool) -> Vec<&'static str> {
    Code::ALL.iter().filter(|code| !holds(**code)).map(|code| code.id()).collect()
}

#[test]
fn every_code_has_a_page_with_its_title() {
    for code in Code::ALL {
        let page = format!("docs/errors/{code}.md");
        let text = fs::read_to_string(root().join(&page)).unwrap_or_else(|error| panic!("{page}: {error}"));
        let title = format!("# {code}: {}", code.title());
        assert_eq!(text.lines().next(), Some(title.as_str()), "the first line of {page}");
        for heading in ["## Wrong", "## Why", "## Fix"] {
            assert!(text.lines().any(|line| line == heading), "{page} has no `{heading}`");
        }
        // What is about the workspace's file shows the file, before and after.
        if code.id().starts_with("OBS09") {
            assert_eq!(text.matches("```toml\n").count(), 2, "{page} has no example of each kind");
            continue;
        }
        // What the tool says is about a workspace that compiles.
        if is_of_the_tool(*code) {
            let examples = text.matches("\n```").count() / 2;
            assert!(examples > 0, "{page} has no example");
            continue;
        }
        assert!(text.contains("```rust,compile_fail\n"), "{page} has no example that must not compile");
        assert!(text.contains("```rust\n"), "{page} has no example that compiles");
    }
}

#[test]
fn every_code_is_in_the_table_of_pages() {
    let table = fs::read_to_string(root().join("docs/errors/README.md")).unwrap();
    let missing = codes_without(|code| table.contains(&format!("| [{code}]({code}.md) | {} |", code.title())));
    assert!(missing.is_empty(), "docs/errors/README.md has no row, or another title, for {missing:?}");
}

#[test]
fn every_code_is_shown_by_a_case() {
    let shown = read("tests/ui", &["stderr"]);
    let missing = codes_without(|code| is_of_the_tool(code) || shown.values().any(|text| text.contains(code.id())));
    assert!(missing.is_empty(), "no .stderr under tests/ui shows {missing:?}");
}

#[test]
fn every_code_of_the_tool_is_shown_by_a_test_of_it() {
    let tests = tests_of_the_tool();
    let shows = |code: Code| tests.iter().any(|text| text.contains(code.id()) || text.contains(&format!("{code:?}")));
    let missing = codes_without(|code| !is_of_the_tool(code) || shows(code));
    assert!(missing.is_empty(), "no test of cargo-observe shows {missing:?}");
}

/// A case stands in the folder of the code that it is about.
#[test]
fn every_case_is_in_the_folder_of_its_range() {
    for (path, text) in read("tests/ui", &["stderr"]) {
        let folder = path.parent().and_then(Path::file_name).unwrap().to_string_lossy().into_owned();
        let codes = mentioned(&text);
        let fits = codes.is_empty() || codes.iter().any(|code| code[3..5] == folder[..2]);
        assert!(fits, "{} shows only {codes:?}", path.display());
    }
}

#[test]
fn every_code_is_raised_somewhere() {
    let sources: Vec<String> = sources().values().map(|source| code_of(source)).collect();
    let missing = codes_without(|code| {
        let variant = format!("Code::{code:?}");
        // A check is in the table of its group, and that raises nothing.
        let in_table = format!("({variant}, Level::");
        sources.iter().any(|text| text.contains(code.id()) || text.replace(&in_table, "").contains(&variant))
    });
    assert!(missing.is_empty(), "no source raises {missing:?}");
}

#[test]
fn every_code_that_is_mentioned_exists() {
    let known: BTreeSet<String> = Code::ALL.iter().map(|code| code.id().to_owned()).collect();
    let texts = [read("docs", &["md"]), read("tests/ui", &["stderr", "rs"]), sources()];
    for (path, text) in texts.into_iter().flatten() {
        // A test may ask for a code that there is not.
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        let unknown: Vec<String> = mentioned(text).difference(&known).cloned().collect();
        assert!(unknown.is_empty(), "{} mentions {unknown:?}, which don't exist", path.display());
    }
}

#[test]
fn every_code_is_numbered_as_its_name_says() {
    let mut ids = BTreeSet::new();
    for code in Code::ALL {
        assert_eq!(format!("{code:?}").to_uppercase(), code.id());
        assert!(ids.insert(code.id()), "{code} is given twice");
    }
}

#[test]
fn a_mention_is_three_letters_and_four_digits() {
    let found = mentioned("OBS0101: see [OBS9999](x), OBS12 and OBSnnnn");
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["OBS0101", "OBS9999"]);
}
