//! What can be changed from the page.

use super::Page;
use crate::{log, set_log_filter};
use serde_json::{Value, json};

/// Takes the JSON that was posted to this path below `/observe/api`; an error is a status and a sentence.
pub(super) fn change(page: &Page, path: &str, body: &[u8]) -> Result<Value, (u16, String)> {
    let json: Value = serde_json::from_slice(body).map_err(|error| (400, format!("this is no JSON: {error}")))?;
    match path {
        "log-filter" => {
            let help = "send {\"filter\": \"info,hyper=warn\"}, in the words of RUST_LOG";
            let filter = json["filter"].as_str().ok_or_else(|| (400, help.to_owned()))?;
            let before = set_log_filter(filter).map_err(|error| (400, error.to_string()))?;
            Ok(json!({"before": before, "now": log::log_filter()}))
        }
        "clear" => {
            page.spans.clear();
            page.logs.clear();
            Ok(json!({}))
        }
        _ => Err((
            404,
            "there is nothing to change here; it takes /observe/api/log-filter and /observe/api/clear".to_owned(),
        )),
    }
}
