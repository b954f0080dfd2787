//! What PagerDuty and Slack document of what they take.

use serde_json::Value;

/// An event of the Events API v2: its action and its key.
#[track_caller]
pub(crate) fn pagerduty(text: &str, event: &Value) -> (String, String) {
    assert!(text.len() <= 512_000, "{} bytes", text.len());
    let string = |value: &Value| value.as_str().unwrap_or_else(|| panic!("no text: {value} in {event}")).to_owned();
    let (action, key) = (string(&event["event_action"]), string(&event["dedup_key"]));
    assert_eq!(string(&event["routing_key"]).len(), 32);
    assert!(["trigger", "acknowledge", "resolve"].contains(&action.as_str()), "{action}");
    assert!((1..=255).contains(&key.chars().count()), "{key}");
    let known = ["routing_key", "event_action", "dedup_key", "payload", "client", "client_url", "links", "images"];
    assert!(event.as_object().unwrap().keys().all(|key| known.contains(&key.as_str())), "{event}");
    if action == "trigger" {
        let payload = &event["payload"];
        let summary = string(&payload["summary"]);
        assert!((1..=1024).contains(&summary.chars().count()), "{summary}");
        assert!(!string(&payload["source"]).is_empty());
        assert!(["critical", "error", "warning", "info"].contains(&string(&payload["severity"]).as_str()));
        assert!(string(&payload["timestamp"]).ends_with('Z'));
        let known = ["summary", "source", "severity", "timestamp", "component", "group", "class", "custom_details"];
        assert!(payload.as_object().unwrap().keys().all(|key| known.contains(&key.as_str())), "{payload}");
        assert!(payload["custom_details"].is_object());
        for link in event["links"].as_array().into_iter().flatten() {
            assert!(string(&link["href"]).starts_with("http"), "{link}");
        }
    }
    (action, key)
}

/// A message for an incoming webhook: the title in its header.
#[track_caller]
pub(crate) fn slack(message: &Value) -> String {
    let count =
        |value: &Value| value.as_str().unwrap_or_else(|| panic!("no text: {value} in {message}")).chars().count();
    assert!(message["channel"].as_str().unwrap().starts_with('#') && count(&message["username"]) > 0);
    assert!((1..=40_000).contains(&count(&message["text"])));
    let attachments = message["attachments"].as_array().unwrap();
    let colour = attachments[0]["color"].as_str().unwrap();
    assert!(colour.len() == 7 && colour.starts_with('#'), "{colour}");
    let blocks = message["blocks"].as_array().unwrap().iter().chain(attachments[0]["blocks"].as_array().unwrap());
    let (mut all, mut blocks_seen) = (0, 0);
    for block in blocks {
        blocks_seen += 1;
        let texts: Vec<(&Value, usize)> = match block["type"].as_str().unwrap() {
            "header" => {
                assert_eq!(block["text"]["type"], "plain_text");
                vec![(&block["text"]["text"], 150)]
            }
            "section" => {
                let fields = block["fields"].as_array().map_or(&[][..], Vec::as_slice);
                assert!(fields.len() <= 10 && (block.get("text").is_some() || !fields.is_empty()), "{block}");
                let text = block.get("text").map(|text| (&text["text"], 3000));
                text.into_iter().chain(fields.iter().map(|field| (&field["text"], 2000))).collect()
            }
            "context" => {
                let elements = block["elements"].as_array().unwrap();
                assert!((1..=10).contains(&elements.len()));
                elements.iter().map(|element| (&element["text"], 3000)).collect()
            }
            other => panic!("a block of type {other}"),
        };
        for (text, most) in texts {
            assert!((1..=most).contains(&count(text)), "{text}");
            all += count(text);
        }
    }
    assert!(blocks_seen <= 50 && all <= 9_597, "{blocks_seen} blocks with {all} characters");
    message["blocks"][0]["text"]["text"].as_str().unwrap().to_owned()
}
