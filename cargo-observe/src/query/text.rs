//! Queries that stand alone: files of them, and fenced blocks of Markdown.

use super::{Document, Query, Role, Text};
use std::ops::Range;

/// A file of queries, with an empty line or a comment between one and the next.
pub(super) fn plain(document: &mut Document) {
    let whole = 0..document.source.len();
    let owner = document.file.clone();
    blocks(document, whole, &owner);
}

/// The blocks of a page that are marked as PromQL.
pub(super) fn markdown(document: &mut Document) {
    let mut heading = document.file.clone();
    let mut begin = None;
    let mut at = 0;
    for line in document.source.clone().split_inclusive('\n') {
        let word = line.trim();
        let end = at + line.len();
        match begin {
            Some(start) if word.starts_with("```") => {
                blocks(document, start..at, &heading);
                begin = None;
            }
            None if word.eq_ignore_ascii_case("```promql") => begin = Some(end),
            None if word.starts_with('#') => word.trim_start_matches('#').trim().clone_into(&mut heading),
            _ => {}
        }
        at = end;
    }
}

/// The queries of a part of the source: runs of lines without a line that is empty or only a comment.
fn blocks(document: &mut Document, part: Range<usize>, owner: &str) {
    let mut begin = None;
    let mut at = part.start;
    let mut found = Vec::new();
    for line in document.source[part.clone()].split_inclusive('\n') {
        let is_between = line.trim().is_empty() || line.trim_start().starts_with('#');
        match begin {
            Some(start) if is_between => {
                found.push(start..at);
                begin = None;
            }
            None if !is_between => begin = Some(at),
            _ => {}
        }
        at += line.len();
    }
    found.extend(begin.map(|start| start..part.end));
    for span in found {
        let text = Text { value: document.source[span.clone()].to_owned(), span };
        document.queries.push(Query::new(owner, Role::Other, text));
    }
}
