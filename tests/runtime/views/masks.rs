//! What redaction wrote is never read back as data.

use super::shown;
use observe::{redact, refuse_mask};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::BTreeMap;

#[redact]
#[derive(Serialize, Deserialize, PartialEq, Clone)]
struct Patient {
    #[redact(clear)]
    id: u8,
    name: String,
    age: Option<u8>,
    #[redact(keep_last = 4)]
    phone: String,
    #[redact(hash)]
    mrn: Option<String>,
    #[redact(scrub)]
    note: String,
    aliases: Vec<String>,
    contacts: BTreeMap<String, Vec<Option<String>>>,
    kind: Kind,
}

#[derive(Serialize, Deserialize, PartialEq, Clone)]
enum Kind {
    Plain,
    Guest(String),
    Staff { badge: String },
}

fn jane() -> Value {
    json!({
        "id": 1, "name": "Jane Roe", "age": 40, "phone": "202 555 0143", "mrn": "MRN-1", "note": "stable",
        "aliases": ["J. R."], "contacts": { "home": ["x", null] }, "kind": { "Guest": "x" },
    })
}

fn read(data: &Value) -> Result<Patient, String> {
    // As text, which is how data comes in.
    serde_json::from_str(&data.to_string()).map_err(|error| error.to_string())
}

#[test]
fn real_data_goes_round() {
    for kind in [json!("Plain"), json!({ "Guest": "x" }), json!({ "Staff": { "badge": "7" } })] {
        let mut data = jane();
        data["kind"] = kind;
        let patient = read(&data).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(json!(patient), data);
    }
}

#[test]
fn a_view_is_not_read_as_data() {
    let patient = read(&jane()).unwrap_or_else(|error| panic!("{error}"));
    let error = read(&shown(&patient)).err().unwrap_or_default();
    assert!(error.starts_with("a redacted value is no data"), "{error}");
}

/// Each in turn, with nothing else wrong.
#[test]
fn every_mask_is_refused_wherever_it_stands() {
    let mrn = observe::pseudonym("MRN-1");
    for (field, mask) in [
        ("name", json!("[REDACTED]")),
        ("age", json!("[REDACTED]")),
        ("phone", json!("***0143")),
        ("mrn", json!(mrn)),
        ("note", json!("write to [REDACTED:email]")),
        ("aliases", json!(["J. R.", "[REDACTED]"])),
        ("contacts", json!({ "home": [null, "[REDACTED:phone]"] })),
        ("contacts", json!({ "[REDACTED]": [] })),
        ("kind", json!({ "Guest": "[REDACTED]" })),
        ("kind", json!({ "Staff": { "badge": "[REDACTED]" } })),
        ("kind", json!("[REDACTED]")),
    ] {
        let mut data = jane();
        data[field] = mask.clone();
        let error = read(&data).err().unwrap_or_default();
        assert!(error.starts_with("a redacted value is no data"), "{field} {mask}: {error}");
    }
}

#[test]
fn a_missing_option_is_none_and_a_missing_field_an_error() {
    let mut data = jane();
    let fields = data.as_object_mut().unwrap_or_else(|| panic!("is an object"));
    fields.remove("age");
    fields.remove("mrn");
    let patient = read(&data).unwrap_or_else(|error| panic!("{error}"));
    assert!(patient.age.is_none() && patient.mrn.is_none());
    data.as_object_mut().unwrap_or_else(|| panic!("is an object")).remove("name");
    assert!(read(&data).err().unwrap_or_default().contains("missing field `name`"));
}

#[test]
fn borrowed_fields_borrow() {
    #[redact]
    #[derive(Deserialize)]
    struct Line<'a> {
        name: &'a str,
        #[serde(borrow)]
        city: Cow<'a, str>,
        street: Cow<'a, str>,
    }
    let input = r#"{"name":"Jane Roe","city":"Rome","street":"Via"}"#;
    let line: Line<'_> = serde_json::from_str(input).unwrap_or_else(|error| panic!("{error}"));
    assert!(input.as_bytes().as_ptr_range().contains(&line.name.as_ptr()));
    assert!(matches!(line.city, Cow::Borrowed("Rome")));
    assert_eq!(line.street, "Via");
    for field in ["name", "city", "street"] {
        let mut data = json!({ "name": "a", "city": "b", "street": "c" });
        data[field] = json!("[REDACTED]");
        assert!(serde_json::from_str::<Line<'_>>(&data.to_string()).is_err(), "{field}");
    }
}

#[test]
fn defaults_and_functions_of_the_users_stay() {
    fn upper<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
        String::deserialize(deserializer).map(|text| text.to_uppercase())
    }
    #[redact]
    #[derive(Deserialize)]
    struct Own {
        #[serde(default)]
        age: Option<u8>,
        #[serde(deserialize_with = "upper")]
        name: String,
        #[serde(flatten)]
        more: BTreeMap<String, String>,
        #[serde(skip)]
        cache: Option<String>,
    }
    #[redact]
    #[derive(Deserialize)]
    #[serde(default)]
    struct Whole {
        age: Option<u8>,
        name: String,
    }
    impl Default for Whole {
        fn default() -> Self {
            Self { age: Some(1), name: "x".into() }
        }
    }
    let own: Own = serde_json::from_str(r#"{"name":"jane","b":"c"}"#).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((own.age, own.name.as_str(), own.more.len(), own.cache), (None, "JANE", 1, None));
    let whole: Whole = serde_json::from_str("{}").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((whole.age, whole.name.as_str()), (Some(1), "x"));
}

#[test]
fn generic_fields_and_tuples_are_guarded() {
    #[redact]
    #[derive(Serialize, Deserialize)]
    struct Envelope<T>(T, #[redact(clear)] u8, Option<T>);
    let read = |text: &str| serde_json::from_str::<Envelope<String>>(text).map(|envelope| envelope.0);
    assert_eq!(read(r#"["a",1,null]"#).ok().as_deref(), Some("a"));
    assert!(read(r#"["[REDACTED]",1,null]"#).is_err());
    assert!(read(r#"["a",1,"[REDACTED]"]"#).is_err());
}

/// A derive above `#[redact]` has run already, so its fields are guarded by hand.
#[test]
fn by_hand_where_the_derive_stands_above() {
    #[derive(Serialize, Deserialize)]
    #[redact]
    struct Above {
        #[redact(clear)]
        #[serde(rename = "ID")]
        id: u8,
        #[serde(deserialize_with = "refuse_mask")]
        name: String,
    }
    let view = shown(&Above { id: 1, name: "Jane Roe".into() });
    assert_eq!(view, json!({ "ID": 1, "name": "[REDACTED]" }));
    assert!(serde_json::from_value::<Above>(view).is_err());
}

/// Text of whoever reads it, not of a hidden field.
#[test]
fn what_is_clear_may_hold_anything() {
    #[redact]
    #[derive(Deserialize)]
    struct Comment {
        #[redact(clear)]
        text: String,
    }
    assert!(serde_json::from_str::<Comment>(r#"{"text":"why [REDACTED]"}"#).is_ok());
}
