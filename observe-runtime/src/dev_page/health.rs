use serde_json::{Value, json};

pub(super) async fn json() -> Value {
    json!({})
}
