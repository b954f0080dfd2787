//! A file with queries in it, and where each of them stands.

use super::{Dashboard, dashboard, rules, text, variables};
use crate::error::{Error, Result};
use globset::{GlobBuilder, GlobSetBuilder};
use promql_parser::parser::Expr;
use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A file, and what of it concerns the checks.
#[derive(Debug, Default)]
pub(crate) struct Document {
    /// From the workspace's root, with `/` between folders.
    pub(crate) file: String,
    pub(crate) source: String,
    pub(crate) queries: Vec<Query>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) dashboard: Option<Dashboard>,
    /// Why the file could not be read, and where.
    pub(crate) problem: Option<(Range<usize>, String)>,
}

/// A text of a file as it is meant, without the quotes and escapes that it is written with, and where it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) value: String,
    pub(crate) span: Range<usize>,
}

/// One query.
#[derive(Debug)]
pub(crate) struct Query {
    /// What it belongs to: the name of an alert or a recorded metric, the title of a panel.
    pub(crate) owner: String,
    pub(crate) role: Role,
    pub(crate) text: Text,
    pub(crate) expr: Result<Expr, String>,
}

/// What a query is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Alert,
    Record,
    /// A panel that shows values over time.
    Graph,
    /// A panel that shows one value, or a table.
    Panel,
    /// The values of a dashboard's variable.
    Variable,
    /// Neither said nor needed.
    Other,
}

/// A rule of Prometheus.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) name: Text,
    /// Which of the file's queries is its expression.
    pub(crate) query: usize,
    pub(crate) is_alert: bool,
    pub(crate) r#for: Option<String>,
    pub(crate) labels: BTreeMap<String, Text>,
    pub(crate) annotations: BTreeMap<String, Text>,
}

impl Query {
    /// Reads a query; a text that only Grafana understands is made one of Prometheus first.
    pub(super) fn new(owner: impl Into<String>, role: Role, text: Text) -> Self {
        let expr = variables::parse(&text.value);
        Self { owner: owner.into(), role, text, expr }
    }
}

impl Document {
    /// Where a word of a text stands; the whole text where it has no such word, in one line.
    pub(crate) fn find(&self, text: &Text, word: &str) -> Range<usize> {
        let source = self.source.get(text.span.clone()).unwrap_or_default();
        let is_word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"_:".contains(byte));
        let alone = |at: usize| {
            let bytes = source.as_bytes();
            let starts_word = is_word(word.as_bytes().first()) && at > 0 && is_word(bytes.get(at - 1));
            let ends_word = is_word(word.as_bytes().last()) && is_word(bytes.get(at + word.len()));
            !starts_word && !ends_word
        };
        match source.match_indices(word).find(|(at, _)| !word.is_empty() && alone(*at)) {
            Some((at, _)) => text.span.start + at..text.span.start + at + word.len(),
            None => self.first_line(&text.span),
        }
    }

    /// The part of a span that stands in its first line that has text.
    pub(crate) fn first_line(&self, span: &Range<usize>) -> Range<usize> {
        let source = self.source.get(span.clone()).unwrap_or_default();
        // A block of YAML begins with the sign that makes it one.
        let sign = source.lines().next().filter(|line| line.starts_with(['|', '>'])).map_or(0, str::len);
        let begin = source[sign..].find(|c: char| !c.is_whitespace()).map_or(0, |at| at + sign);
        let length = source[begin..].lines().next().map_or(0, |line| line.trim_end().len());
        span.start + begin..span.start + begin + length
    }
}

/// Reads all files that the patterns name, in the order of their paths. A pattern begins at the root.
pub(crate) fn read(root: &Path, patterns: &[String]) -> Result<Vec<Document>> {
    let mut globs = GlobSetBuilder::new();
    for pattern in patterns {
        let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
        let bad = |error: globset::Error| {
            Error::new(format!("`{pattern}` is no pattern of files: {error}"))
                .help("patterns look like `rules/**/*.yml`")
        };
        globs.add(GlobBuilder::new(pattern).literal_separator(true).build().map_err(bad)?);
    }
    let globs = globs.build().map_err(|error| Error::new(error.to_string()))?;
    let mut paths = Vec::new();
    files(root, &mut paths);
    // A file may be named by its whole path, outside the workspace, too.
    paths.extend(patterns.iter().map(|pattern| root.join(pattern)).filter(|path| path.is_file()));
    let mut documents = BTreeMap::new();
    let mut was_used = vec![false; patterns.len()];
    for path in paths {
        let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        let mut matching = globs.matches(&name);
        matching.extend((0..patterns.len()).filter(|at| root.join(&patterns[*at]) == path));
        if matching.is_empty() || documents.contains_key(&name) {
            continue;
        }
        for at in matching {
            was_used[at] = true;
        }
        let source = fs::read_to_string(&path).map_err(|error| Error::of(&path, error))?;
        documents.insert(name.clone(), parse(&name, source));
    }
    match was_used.iter().position(|used| !used) {
        Some(at) => Err(Error::new(format!("no file is named by `{}`", patterns[at]))
            .help("a pattern begins at the workspace's root; `**` stands for any folders")),
        None => Ok(documents.into_values().collect()),
    }
}

/// Every file below a folder; what is built and what is hidden is none of ours.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_ours = !matches!(name.to_str(), Some("target" | "node_modules" | ".git"));
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && is_ours => files(&entry.path(), found),
            Ok(kind) if kind.is_file() => found.push(entry.path()),
            _ => {}
        }
    }
}

/// Reads a file by its ending. What has no queries is a document without any.
pub(crate) fn parse(file: &str, source: String) -> Document {
    let mut document = Document { file: file.to_owned(), source, ..Document::default() };
    match Path::new(file).extension().and_then(|ending| ending.to_str()) {
        Some("yml" | "yaml") => rules::parse(&mut document),
        Some("json") => dashboard::parse(&mut document),
        Some("md") => text::markdown(&mut document),
        Some("promql") => text::plain(&mut document),
        _ => {}
    }
    document
}
