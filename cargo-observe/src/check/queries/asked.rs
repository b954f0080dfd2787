//! One query that is asked, and how what is found in it is said.

use crate::check::{Finding, Location};
use crate::query::{Document, Known, Query};
use observe_rules::{Code, suggest};
use promql_parser::parser::Expr;
use std::ops::Range;
use std::time::Duration;

/// A query that could be read, and what is known of the names in it.
pub(super) struct Asked<'a> {
    pub(super) document: &'a Document,
    pub(super) query: &'a Query,
    pub(super) expr: &'a Expr,
    pub(super) known: &'a Known<'a>,
    pub(super) scrape_interval: Duration,
}

impl Asked<'_> {
    /// What is found about a word of the query. The subject is what the query belongs to, and the word.
    pub(super) fn finding(&self, code: Code, word: &str, message: impl Into<String>) -> Finding {
        let span = self.document.find(&self.query.text, word);
        let subject = if word.is_empty() { self.query.owner.clone() } else { format!("{}.{word}", self.query.owner) };
        finding(self.document, code, &subject, span, message)
    }
}

/// What is found in a part of a document.
pub(super) fn finding(
    document: &Document,
    code: Code,
    subject: &str,
    span: Range<usize>,
    message: impl Into<String>,
) -> Finding {
    Finding::new(code, subject, message).at(location(document, span))
}

/// A part of a document's line, as a report shows it.
pub(super) fn location(document: &Document, span: Range<usize>) -> Location {
    let before = document.source.get(..span.start).unwrap_or_default();
    let count = |text: &str| u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    let lines = before.bytes().filter(|byte| *byte == b'\n').count();
    Location {
        file: document.file.clone(),
        line: u32::try_from(lines + 1).unwrap_or(u32::MAX),
        column: count(&before[before.rfind('\n').map_or(0, |at| at + 1)..]) + 1,
        length: count(document.source.get(span).unwrap_or_default()),
        label: String::new(),
    }
}

/// What helps with a name that nobody knows.
pub(super) fn similar<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    suggest::nearest(name, known).map_or_else(String::new, |near| format!("a similar one is `{near}`"))
}

/// Names in a sentence.
pub(super) fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    if names.len() > 12 {
        let more = names.len() - 12;
        names.truncate(12);
        return format!("{} and {more} more", names.join(", "));
    }
    match names.pop() {
        Some(last) if !names.is_empty() => format!("{} and {last}", names.join(", ")),
        last => last.unwrap_or_default(),
    }
}
