//! The components of the service, asked as `/health` asks them.

use super::view::{milliseconds, time};
use crate::health::{Component, overview, word};
use serde_json::{Map, Value, json};

/// How all components are now. It takes as long as `/health` may at most, and runs no check more often.
pub(super) async fn json() -> Value {
    let overview = overview().await;
    json!({
        "status": word(overview.status),
        "phase": overview.phase,
        "components": overview.components.iter().map(component).collect::<Vec<_>>(),
    })
}

fn component(component: &Component) -> Value {
    let figures: Map<String, Value> =
        component.figures.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let mut shown = json!({
        "name": component.name.as_ref(),
        "kind": component.kind.word(),
        "critical": component.is_critical,
        "status": word(component.status),
        "elapsed_ms": milliseconds(component.elapsed),
        "figures": figures,
    });
    for (key, at) in [("checked", component.checked), ("changed", component.changed)] {
        if let Some(at) = at {
            shown[key] = time(at);
        }
    }
    if let Some(before) = component.before {
        shown["before"] = word(before).into();
    }
    if !component.text.is_empty() {
        shown["output"] = component.text.as_str().into();
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::health::{Kind, Status};
    use std::time::{Duration, SystemTime};

    #[test]
    fn what_is_not_known_is_left_out() {
        let at = |seconds| Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        let mut ledger = Component {
            name: "ledger".into(),
            kind: Kind::Database,
            is_critical: true,
            status: Status::Fail,
            elapsed: Duration::from_micros(1500),
            checked: at(2),
            changed: at(1),
            before: Some(Status::Warn),
            text: "no such table".to_owned(),
            figures: vec![("lost", 2.0)],
        };
        let all = json!({
            "name": "ledger", "kind": "database", "critical": true, "status": "unhealthy", "elapsed_ms": 1.5,
            "checked": 2000.0, "changed": 1000.0, "before": "degraded", "output": "no such table",
            "figures": {"lost": 2.0},
        });
        assert_eq!(component(&ledger), all);
        (ledger.checked, ledger.changed, ledger.before) = (None, None, None);
        (ledger.status, ledger.text, ledger.figures) = (Status::Unknown, String::new(), Vec::new());
        let least = json!({
            "name": "ledger", "kind": "database", "critical": true, "status": "unknown", "elapsed_ms": 1.5,
            "figures": {},
        });
        assert_eq!(component(&ledger), least);
    }
}
