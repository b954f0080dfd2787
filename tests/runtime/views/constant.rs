//! The view is the same for every value of what is hidden.

use super::{shown, text};
use observe::{MASK, redact};
use serde::Serialize;
use std::collections::HashMap;

#[redact]
#[derive(Clone, Default, Serialize)]
struct Patient {
    admin: bool,
    age: Option<u8>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    visits: Vec<u32>,
    by_ward: HashMap<String, u8>,
    balance: i64,
    #[serde(flatten)]
    more: HashMap<String, String>,
    #[redact(hash)]
    #[serde(skip_serializing_if = "Option::is_none")]
    mrn: Option<String>,
    #[redact(keep_last = 4)]
    phone: Option<String>,
}

#[test]
fn every_value_of_a_hidden_field_looks_the_same() {
    let plain = Patient::default();
    let expected = text(&plain);
    for patient in [
        Patient { admin: true, ..plain.clone() },
        Patient { age: Some(93), ..plain.clone() },
        Patient { visits: vec![1, 2, 3], ..plain.clone() },
        Patient { by_ward: HashMap::from([("oncology".into(), 1)]), ..plain.clone() },
        Patient { balance: i64::MIN, ..plain.clone() },
        Patient { more: HashMap::from([("color".into(), "red".into())]), ..plain.clone() },
    ] {
        assert_eq!(text(&patient), expected);
    }
}

/// Whether there is a value is hidden too, where a field is not shown as it is.
#[test]
fn a_condition_to_skip_does_not_hold_for_what_is_hidden() {
    let view = shown(&Patient::default());
    assert_eq!(view["mrn"], MASK);
    assert_eq!(view["visits"], MASK);
    assert_eq!(view["more"], MASK);
}

#[test]
fn hidden_content_of_every_kind_of_enum() {
    macro_rules! kinds {
        ($($(#[$attr:meta])*;)*) => {$({
            #[redact]
            #[derive(Serialize)]
            $(#[$attr])*
            enum Event {
                Named { seen: Option<bool> },
                Newtype(Option<Vec<u8>>),
            }
            let named = text(&Event::Named { seen: None });
            assert!(named.contains(MASK), "{named}");
            assert_eq!(text(&Event::Named { seen: Some(true) }), named);
            let newtype = text(&Event::Newtype(None));
            assert!(newtype.contains(MASK), "{newtype}");
            assert_eq!(text(&Event::Newtype(Some(vec![1, 2]))), newtype);
        })*};
    }
    kinds! {
        ;
        #[serde(tag = "type")];
        #[serde(tag = "type", content = "value")];
        #[serde(untagged)];
    }
}
