//! Which queries may have no answer here, and why.

use serde_json::Value;

/// The program whose traffic there is.
const PROGRAM: &str = "voiceassist";

/// What the traffic of the demo can't touch, by a part of the query.
const REASONS: [(&str, &str); 16] = [
    ("ALERTS", "no rules are loaded: nothing fires"),
    ("slo:", "no rules are loaded: nothing is recorded"),
    ("pg_", "no exporter of PostgreSQL runs"),
    ("redis_", "no exporter of Redis runs"),
    ("collections_total", "no Qdrant runs"),
    ("rest_responses_total", "no Qdrant runs"),
    ("errors_total", "no request of the demo fails in the server"),
    (r#"status=~"5.."}[20s])) / ("#, "no request of the demo fails in the server"),
    ("last_backup_timestamp_seconds", "the demo makes no backup"),
    ("backup", "the demo makes no backup"),
    ("-deriv(", "the disk does not fill up while the test runs"),
    ("alerts_sent_total", "no channel for alerts is set up"),
    ("observe_label_overflow_total", "voiceassist has no label that can be full"),
    ("increase(audit_log_failures_total", "the audit log is kept in memory, which does not fail"),
    ("health_check", "health checks are shown once somebody asked for them"),
    ("observe_redactions_total", "what is hidden comes with requests: not in each window"),
];

/// Why a query may have no answer: `None` where it has to have one.
pub(crate) fn why_empty(catalogue: &Value, query: &str) -> Option<&'static str> {
    if let Some((_, reason)) = REASONS.iter().find(|(part, _)| query.contains(part)) {
        return Some(reason);
    }
    let metrics = catalogue["metrics"].as_array().unwrap();
    let used = metrics.iter().filter(|metric| uses(query, metric["name"].as_str().unwrap()));
    let mut elsewhere = used.filter(|metric| !metric["programs"].as_array().unwrap().contains(&PROGRAM.into()));
    elsewhere.next().map(|_| "another service has it, which does not run here")
}

/// Whether a query may say NaN: whatever a gauge says, it shows.
pub(crate) fn may_be_nan(_query: &str) -> bool {
    false
}

/// Whether a series of this metric is in the query.
fn uses(query: &str, name: &str) -> bool {
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || "_:".contains(letter);
    query.match_indices(name).any(|(place, _)| {
        let before = query[..place].chars().next_back();
        let rest = &query[place + name.len()..];
        let rest = ["_bucket", "_count", "_sum"].iter().find_map(|ending| rest.strip_prefix(ending)).unwrap_or(rest);
        !before.is_some_and(is_word) && !rest.chars().next().is_some_and(is_word)
    })
}
