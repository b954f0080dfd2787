//! Requests and tasks: the first span of a trace in this process, as a line of a list.

use super::Page;
use super::filter::RequestFilter;
use super::view;
use crate::span::{AttributeValue, Finished, Flags, Owned, SpanRecord, Status, running};
use serde_json::{Map, Value, json};
use std::collections::VecDeque;

/// Requests that ended with this number or later: the latest of them, oldest first, and all that are under way.
pub(super) fn json(page: &Page, after: u64, limit: usize, filter: &RequestFilter) -> Value {
    let range = page.spans.range();
    let (requests, next) = ended(page, after, limit, filter);
    let under_way: Vec<Value> = running()
        .iter()
        .filter_map(Owned::view)
        .filter(|span| span.has(Flags::LOCAL_ROOT))
        .map(|span| (span, span.to_record()))
        .filter(|(_, record)| filter.wants(record, error(record).as_deref()))
        .map(|(span, record)| request(None, span, &record))
        .collect();
    json!({"first": range.first, "next": next, "requests": requests, "running": under_way})
}

/// The latest of those that have ended, oldest first, and the number that comes next.
pub(super) fn ended(page: &Page, from: u64, limit: usize, filter: &RequestFilter) -> (VecDeque<Value>, u64) {
    let (mut latest, mut next) = (VecDeque::new(), from.max(1));
    page.spans.each(from, |number, span| {
        next = number + 1;
        if !span.has(Flags::LOCAL_ROOT) {
            return;
        }
        let record = span.to_record();
        if filter.wants(&record, error(&record).as_deref()) {
            if latest.len() == limit {
                latest.pop_front();
            }
            latest.push_back(request(Some(number), span, &record));
        }
    });
    // Numbers begin again where the process does: who asks for later ones than there are begins again too.
    (latest, next.min(page.spans.range().next))
}

fn request(number: Option<u64>, span: Finished<'_>, record: &SpanRecord) -> Value {
    let mut request = Map::new();
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            request.insert(name.to_owned(), value);
        }
    };
    let of = |key: &str| record.attribute(key).map(view::attribute);
    set("seq", number.map(Value::from));
    set("trace_id", Some(record.trace_id.to_string().into()));
    set("span_id", Some(record.span_id.to_string().into()));
    set("name", Some(record.name.as_ref().into()));
    set("kind", Some(record.kind.name().into()));
    set("method", of("http.request.method"));
    set("route", of("http.route"));
    set("status", of("http.response.status_code").or_else(|| of("rpc.response.status_code")));
    set("failed", Some(matches!(record.status, Status::Error(_)).into()));
    set("error", error(record).map(Value::from));
    set("start", Some(view::time(record.start)));
    set("duration_ms", Some(view::milliseconds(record.duration)));
    set("sampled", Some(span.has(Flags::SAMPLED).into()));
    Value::Object(request)
}

/// Why it failed, where it did: what its status says, or else the type of the error.
fn error(record: &SpanRecord) -> Option<String> {
    let Status::Error(text) = &record.status else { return None };
    if !text.is_empty() {
        return Some(text.to_string());
    }
    Some(record.attribute("error.type").map_or_else(|| "failed".to_owned(), AttributeValue::to_string))
}
