//! Where spans, metrics, logs and alerts go, and whether they arrive.

use super::view::time;
use crate::export::known::{State, states};
use crate::redact::scrub_owned;
use serde_json::{Map, Value, json};

/// All exports of this process, as they are now.
pub(super) fn json() -> Value {
    #[cfg_attr(not(feature = "alerts"), expect(unused_mut, reason = "there are no alerts"))]
    let mut states = states();
    #[cfg(feature = "alerts")]
    states.push(crate::alerts::state());
    json!({ "exporters": states.into_iter().map(shown).collect::<Vec<_>>() })
}

fn shown(state: State) -> Value {
    let lost: Map<String, Value> =
        state.lost.iter().map(|(reason, count)| ((*reason).to_owned(), json!(count))).collect();
    let mut shown = json!({
        "signal": state.signal,
        "destination": state.destination,
        "waiting": state.waiting,
        "sent": state.sent,
        "lost": lost,
        "failing": state.is_failing,
    });
    if let Some(capacity) = state.capacity {
        shown["capacity"] = capacity.into();
    }
    if let Some((text, at)) = state.last_error {
        // It names the receiver's host and no header, and may repeat what the receiver said.
        shown["last_error"] = json!({ "text": scrub_owned(text), "time": time(at) });
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, SystemTime};

    #[test]
    fn an_error_is_shown_with_its_time_and_without_what_is_personal() {
        let state = State {
            signal: "spans",
            destination: "otlp to http://collector:4318".to_owned(),
            waiting: 3,
            capacity: Some(2048),
            sent: 7,
            lost: [("queue_full", 1), ("export_failed", 2), ("shutdown", 0)],
            is_failing: true,
            last_error: Some((
                "collector:4318 answered 403: jane@example.org may not".to_owned(),
                SystemTime::UNIX_EPOCH + Duration::from_millis(1),
            )),
        };
        let expected = json!({
            "signal": "spans", "destination": "otlp to http://collector:4318", "waiting": 3, "capacity": 2048, "sent": 7,
            "lost": {"queue_full": 1, "export_failed": 2, "shutdown": 0}, "failing": true,
            "last_error": {"text": "collector:4318 answered 403: [REDACTED:email] may not", "time": 1.0},
        });
        assert_eq!(shown(state), expected);
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let lost = [("queue_full", 0), ("export_failed", 0), ("shutdown", 0)];
        let (signal, destination) = ("metrics", "nowhere".to_owned());
        let state = State {
            signal,
            destination,
            waiting: 0,
            capacity: None,
            sent: 0,
            lost,
            is_failing: false,
            last_error: None,
        };
        let shown = shown(state);
        assert_eq!((shown.get("capacity"), shown.get("last_error")), (None, None));
        assert_eq!(shown["destination"], "nowhere");
    }
}
