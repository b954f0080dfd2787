//! What the page says of itself, and its log lines.

use super::filter::LogFilter;
use super::{Page, view};
use crate::clock;
use crate::log::{LogEvent, log_filter};
use serde_json::{Map, Value, json};
use std::collections::VecDeque;
use std::time::SystemTime;

/// Who the service is, what is kept of it, and which lines it writes.
pub(super) fn json(page: &Page) -> Value {
    let (spans, logs) = (page.spans.range(), page.logs.range());
    json!({
        "service": page.resource.get("service.name"),
        "version": page.resource.get("service.version"),
        "environment": page.resource.get("deployment.environment.name"),
        "instance": page.resource.get("service.instance.id"),
        "started": view::time(clock::started()),
        "now": view::time(SystemTime::now()),
        "log_filter": log_filter(),
        "memory": {"spans_bytes": spans.bytes, "logs_bytes": logs.bytes, "limit_bytes": page.memory},
        "spans": {"first": spans.first, "next": spans.next},
        "logs": {"first": logs.first, "next": logs.next},
    })
}

/// Log events of this number or later: the latest of them, oldest first; and the number that comes next.
pub(super) fn logs(page: &Page, from: u64, limit: usize, filter: &LogFilter) -> (VecDeque<Value>, u64) {
    let (mut latest, mut next) = (VecDeque::new(), from.max(1));
    page.logs.each(from, |number, event| {
        next = number + 1;
        if filter.wants(event) {
            if latest.len() == limit {
                latest.pop_front();
            }
            latest.push_back(log(number, event));
        }
    });
    (latest, next.min(page.logs.range().next))
}

fn log(number: u64, event: &LogEvent) -> Value {
    let fields: Map<String, Value> =
        event.fields.iter().map(|(name, value)| ((*name).to_owned(), view::attribute(value))).collect();
    let mut log = json!({
        "seq": number,
        "time": view::time(event.time),
        "level": event.level.as_str().to_lowercase(),
        "target": event.target,
        "message": event.message,
        "fields": fields,
    });
    if let Some((trace, span)) = event.ids {
        log["trace_id"] = trace.to_string().into();
        log["span_id"] = span.to_string().into();
    }
    let texts = [("request_id", &event.request_id), ("user", &event.user), ("client", &event.client)];
    for (key, text) in texts.into_iter().filter_map(|(key, text)| Some((key, text.as_ref()?))) {
        log[key] = text.as_str().into();
    }
    if let (Some(file), Some(line)) = (event.file, event.line) {
        log["file"] = file.into();
        log["line"] = line.into();
    }
    log
}
