//! A trace as a tree: what ran inside of what, how long it took, how it ended.

use std::fmt::Write as _;
use std::time::Duration;

use observe::SpanId;

use super::traces::{Seen, Trace};

/// Most attributes of a span, and most characters of a value: a few say what it is about.
const MAX_ATTRIBUTES: usize = 5;
const MAX_VALUE_CHARS: usize = 20;

/// Attributes that are the same on every span of their kind, or stand in its name.
const DULL: &[&str] = &[
    "authentication.method",
    "authentication.success",
    "client.address",
    "db.collection.name",
    "db.operation.name",
    "db.query.summary",
    "db.system.name",
    "error.type",
    "http.request.method",
    "http.route",
    "network.protocol.version",
    "outcome",
    "rag.top_k",
    "request_id",
    "url.scheme",
    "vector_search.collection",
    "vector_search.system",
    "vector_search.top_k",
];

/// `trace` in lines: name, duration, status, attributes.
pub(super) fn render(trace: &Trace) -> String {
    let mut rows = Vec::new();
    collect(trace, None, 0, &mut rows);
    let width = rows.iter().map(|(depth, span)| 2 * depth + span.name.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for (depth, span) in rows {
        let name = format!("{}{}", "  ".repeat(depth), span.name);
        let status = if span.error.is_some() { "error" } else { "ok" };
        let line = format!("  {name:width$}  {:>9}  {status:5}  {}", millis(span.duration), details(span));
        // Writing to a string does not fail.
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

/// The spans inside of `parent`, each followed by those inside of itself, in the order in which they
/// began.
fn collect<'a>(trace: &'a Trace, parent: Option<SpanId>, depth: usize, rows: &mut Vec<(usize, &'a Seen)>) {
    let mut children: Vec<&Seen> = trace.spans.iter().filter(|span| span.parent == parent).collect();
    children.sort_by_key(|span| span.start);
    for child in children {
        rows.push((depth, child));
        collect(trace, Some(child.id), depth + 1, rows);
    }
}

/// What went wrong, and a few attributes.
fn details(span: &Seen) -> String {
    let error = span.error.iter().filter(|message| !message.is_empty()).map(|message| format!("\"{message}\""));
    let telling = span.attributes.iter().filter(|(key, _)| !DULL.contains(&key.as_str()));
    let attributes = telling.take(MAX_ATTRIBUTES).map(|(key, value)| format!("{key}={}", short(value)));
    error.chain(attributes).collect::<Vec<_>>().join(" ")
}

fn short(value: &str) -> String {
    match value.char_indices().nth(MAX_VALUE_CHARS) {
        None => value.to_owned(),
        Some((end, _)) => format!("{}…", &value[..end]),
    }
}

/// Milliseconds with one digit: what a person compares.
pub(super) fn millis(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1e3)
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::super::traces::tests::seen;
    use super::*;

    #[test]
    fn spans_stand_below_their_parents_in_order() {
        let root = seen("POST /ask", None, 12);
        let mut first = seen("search", Some(root.id), 7);
        let mut second = seen("compose", Some(root.id), 2);
        second.start = SystemTime::UNIX_EPOCH + Duration::from_millis(8);
        second.error = Some("no note fits".to_owned());
        first.attributes = vec![
            ("db.system.name".to_owned(), "sqlite".to_owned()),
            ("topic".to_owned(), "renal".to_owned()),
            ("id".to_owned(), "0123456789".repeat(3)),
        ];
        let inner = seen("SELECT passages", Some(first.id), 1_234);
        let text = render(&Trace { spans: vec![second, inner, first, root] });
        let expected = "\
\x20 POST /ask              12.0 ms  ok
    search                7.0 ms  ok     topic=renal id=01234567890123456789…
      SELECT passages  1234.0 ms  ok
    compose               2.0 ms  error  \"no note fits\"
";
        assert_eq!(text, expected);
    }
}
