use serde_json::{Value, json};

pub(super) fn json() -> Value {
    json!({})
}
