//! A small catalogue for tests.

use crate::catalogue::{Catalogue, read};

/// A counter with a closed and an open label, a histogram under a semantic name, an info, and two spans.
pub(super) fn catalogue() -> Catalogue {
    let place = serde_json::json!({ "module": "app", "file": "src/main.rs", "line": 3, "column": 1 });
    let metric = |name: &str, kind: &str, unit: &str, labels: serde_json::Value| {
        serde_json::json!({
            "name": name, "bare_name": name, "kind": kind, "unit": unit, "help": "Help", "labels": labels, "series": 1,
            "max_series": 100, "scope": "business", "programs": ["app"], "place": place,
        })
    };
    let span = |name: &str, kind: &str, fields: serde_json::Value| {
        serde_json::json!({
            "name": name, "kind": kind, "fields": fields, "function": "app::f", "programs": ["app"], "place": place,
        })
    };
    let text = serde_json::json!({
        "schema": 1,
        "programs": [{ "name": "app" }],
        "metrics": [
            metric("build_info", "info", "", serde_json::json!([])),
            metric("http_server_request_duration_seconds", "histogram", "seconds", serde_json::json!([])),
            metric("visits_total", "counter", "", serde_json::json!([
                { "name": "status", "values": { "known": ["error", "ok"] } },
                { "name": "page", "values": { "at_most": 2 } },
            ])),
        ],
        "spans": [
            span("GET {http.route}", "server", serde_json::json!([])),
            span("look_up", "internal", serde_json::json!([{ "name": "top_k", "how": "typed" }])),
        ],
        "redactions": [], "exceptions": [], "health_checks": [],
    });
    read(&text.to_string()).expect("a catalogue")
}
