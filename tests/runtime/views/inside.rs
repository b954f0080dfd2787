//! What a field that is shown has inside of it.

use super::{shown, text};
use observe::{redact, view};
use serde::Serialize;
use serde_json::json;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

#[redact]
#[derive(Clone, Serialize, PartialEq, Eq, PartialOrd, Ord)]
struct Patient {
    #[redact(clear)]
    id: u8,
    name: String,
}

fn jane() -> Patient {
    Patient { id: 1, name: "Jane Roe".into() }
}

#[test]
fn views_inside_of_everything_that_holds_them() {
    #[redact]
    struct Ward<'a> {
        #[redact(clear)]
        one: Patient,
        #[redact(clear)]
        maybe: Option<Box<Patient>>,
        #[redact(clear)]
        many: Vec<Arc<Patient>>,
        #[redact(clear)]
        by_bed: HashMap<u8, Vec<Patient>>,
        #[redact(clear)]
        borrowed: &'a [Patient],
        #[redact(clear)]
        pair: (u8, Patient),
        #[redact(clear)]
        set: BTreeSet<Patient>,
        #[redact(clear)]
        outcome: Result<Patient, String>,
        #[redact(clear)]
        cow: Cow<'a, Patient>,
        #[redact(clear)]
        array: [Patient; 1],
    }
    let janes = [jane()];
    let ward = Ward {
        one: jane(),
        maybe: Some(Box::new(jane())),
        many: vec![Arc::new(jane())],
        by_bed: HashMap::from([(7, vec![jane()])]),
        borrowed: &janes,
        pair: (1, jane()),
        set: BTreeSet::from([jane()]),
        outcome: Ok(jane()),
        cow: Cow::Owned(jane()),
        array: [jane()],
    };
    let hidden = json!({ "id": 1, "name": "[REDACTED]" });
    assert_eq!(
        shown(&ward),
        json!({
            "one": hidden, "maybe": hidden, "many": [hidden], "by_bed": { "7": [hidden] }, "borrowed": [hidden],
            "pair": [1, hidden], "set": [hidden], "outcome": { "Ok": hidden }, "cow": hidden, "array": [hidden],
        })
    );
}

#[test]
fn a_collection_has_a_view_of_its_own() {
    assert_eq!(text(&vec![jane()]), r#"[{"id":1,"name":"[REDACTED]"}]"#);
    assert_eq!(text(&BTreeMap::from([("a", Some(jane()))])), r#"{"a":{"id":1,"name":"[REDACTED]"}}"#);
}

/// A struct without `#[redact]` says itself how it is serialised, and knows nothing of views.
#[derive(Serialize, Debug)]
struct Foreign {
    bed: u8,
    patient: Patient,
}

#[derive(Debug)]
struct OnlyDebug(Patient);

#[test]
fn a_type_without_redact_hides_the_types_with_it() {
    #[redact]
    struct Room {
        #[redact(clear)]
        foreign: Foreign,
        #[redact(clear)]
        only_debug: OnlyDebug,
    }
    let room = Room { foreign: Foreign { bed: 3, patient: jane() }, only_debug: OnlyDebug(jane()) };
    assert_eq!(
        shown(&room),
        json!({
            "foreign": { "bed": 3, "patient": { "id": 1, "name": "[REDACTED]" } },
            "only_debug": "OnlyDebug(Patient { id: 1, name: [REDACTED] })",
        })
    );
    // Outside of a view nothing has changed.
    assert_eq!(json!(room.foreign), json!({ "bed": 3, "patient": { "id": 1, "name": "Jane Roe" } }));
}

#[test]
fn generic_types_have_a_view_where_what_they_hold_has_one() {
    #[redact]
    #[derive(Serialize)]
    struct Envelope<'a, T, const N: usize>
    where
        T: Clone,
    {
        #[redact(clear)]
        inside: Vec<T>,
        #[redact(scrub)]
        text: &'a str,
        raw: Vec<T>,
        #[serde(skip)]
        bytes: [u8; N],
    }
    let envelope =
        Envelope::<'_, _, 2> { inside: vec![jane()], text: "ssn 123-45-6789", raw: vec![jane()], bytes: [1, 2] };
    assert_eq!(
        text(&envelope),
        r#"{"inside":[{"id":1,"name":"[REDACTED]"}],"text":"ssn [REDACTED:ssn]","raw":"[REDACTED]"}"#
    );
    assert_eq!(json!(envelope)["raw"][0]["name"], "Jane Roe");
}

#[test]
fn a_type_may_hold_itself() {
    #[redact]
    struct Tree<T> {
        #[redact(clear)]
        value: u8,
        secret: T,
        #[redact(clear)]
        next: Option<Box<Leaf>>,
    }
    #[redact]
    struct Leaf {
        #[redact(clear)]
        next: Option<Box<Leaf>>,
        secret: u8,
    }
    let leaf = Leaf { next: Some(Box::new(Leaf { next: None, secret: 1 })), secret: 1 };
    assert_eq!(
        text(&Tree { value: 1, secret: "x", next: Some(Box::new(leaf)) }),
        r#"{"value":1,"secret":"[REDACTED]","next":{"next":{"next":null,"secret":"[REDACTED]"},"secret":"[REDACTED]"}}"#
    );
}

#[test]
fn conditions_on_fields_and_variants_are_followed() {
    #[redact]
    enum Event {
        Moved {
            #[cfg(any(unix, not(unix)))]
            #[redact(clear)]
            bed: u8,
            #[cfg(any())]
            #[redact(clear)]
            gone: Missing,
            #[cfg(any(unix, not(unix)))]
            name: String,
            #[cfg(any())]
            gone_too: Missing,
        },
        #[cfg(any())]
        Gone(Missing),
    }
    assert_eq!(text(&Event::Moved { bed: 1, name: "x".into() }), r#"{"Moved":{"bed":1,"name":"[REDACTED]"}}"#);
}

#[test]
fn one_value_that_fails_loses_nothing_else() {
    fn fails<S: serde::Serializer>(_: &u8, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("no"))
    }
    #[redact]
    #[derive(Serialize)]
    struct Ours {
        #[redact(clear)]
        id: u8,
        #[redact(clear)]
        #[serde(serialize_with = "fails")]
        bad: u8,
    }
    assert_eq!(text(&Ours { id: 1, bad: 2 }), r#"{"id":1,"bad":"[REDACTED]"}"#);
    // A map with keys that JSON has no form for.
    assert_eq!(view(&BTreeMap::from([(vec![1_u8], 1_u8)])).to_json(), json!("[REDACTED]"));
}

#[test]
fn a_view_is_shown_as_json() {
    assert_eq!(format!("{:?}", view(&jane())), r#"{"id":1,"name":"[REDACTED]"}"#);
}

/// `clear` trusts each form that a type gives itself; `#[redact]` on the type is what hides in all of them.
#[test]
fn a_hiding_debug_is_no_hiding_serialize() {
    #[derive(Serialize)]
    struct ByHand(&'static str);

    impl std::fmt::Debug for ByHand {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("***")
        }
    }

    #[redact]
    #[derive(Serialize)]
    struct ByRule(&'static str);

    #[redact]
    struct Login {
        #[redact(clear)]
        by_hand: ByHand,
        #[redact(clear)]
        by_rule: ByRule,
    }

    let login = Login { by_hand: ByHand("hunter2"), by_rule: ByRule("hunter2") };
    assert_eq!(format!("{login:?}"), "Login { by_hand: ***, by_rule: ByRule([REDACTED]) }");
    assert_eq!(view(&login).to_json(), json!({ "by_hand": "hunter2", "by_rule": "[REDACTED]" }));
}
