//! `#[redact(serialize)]`: the type's own `Serialize` hides too.

use observe::redact;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Nobody else is there to read serde's words.
#[redact(serialize)]
#[serde(rename_all = "camelCase")]
struct Alone {
    #[redact(clear)]
    bed_number: u8,
    #[serde(rename = "who")]
    name: String,
    #[redact(clear)]
    #[serde(skip_serializing_if = "Option::is_none")]
    ward: Option<u8>,
}

/// The derive needs them as well.
#[redact(serialize)]
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "type")]
enum Both {
    MovedTo {
        #[redact(clear)]
        #[serde(default)]
        bed_number: u8,
        name: String,
    },
}

#[derive(Serialize)]
struct Outer<'a> {
    alone: &'a Alone,
}

#[test]
fn the_types_own_serialize_hides() {
    let alone = Alone { bed_number: 1, name: "Jane Roe".into(), ward: None };
    let hidden = json!({ "bedNumber": 1, "who": "[REDACTED]" });
    assert_eq!(json!(alone), hidden);
    assert_eq!(json!(Outer { alone: &alone }), json!({ "alone": hidden }));
}

#[test]
fn it_stands_beside_a_derived_deserialize() {
    let data = json!({ "type": "movedTo", "bedNumber": 3, "name": "Jane Roe" });
    let Ok(Both::MovedTo { bed_number, name }) = serde_json::from_value(data) else { panic!("is data") };
    assert_eq!((bed_number, name.as_str()), (3, "Jane Roe"));
    let back = json!(Both::MovedTo { bed_number, name });
    assert_eq!(back, json!({ "type": "movedTo", "bedNumber": 3, "name": "[REDACTED]" }));
    assert!(serde_json::from_value::<Both>(back).is_err());
}

#[test]
fn generic_types_serialize_where_what_they_show_does() {
    #[redact(serialize)]
    struct Page<T> {
        #[redact(clear)]
        items: Vec<T>,
        cursor: String,
    }
    let page = Page { items: vec![Some(1_u8)], cursor: "x".into() };
    assert_eq!(json!(page), json!({ "items": [1], "cursor": "[REDACTED]" }));
}
