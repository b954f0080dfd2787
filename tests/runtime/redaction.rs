//! What `#[redact]` shows, and that it shows nothing else.

#![expect(dead_code, reason = "fields that are hidden are not read, which is the point")]

use observe::{Fields, MASK, Record, Value, pseudonym, redact};
use std::collections::HashMap;
use std::fmt::Debug;

#[redact]
#[derive(Clone, Default)]
struct Patient {
    #[redact(clear)]
    id: u64,
    #[redact(clear, because = "initials only")]
    last_name: String,
    #[redact(hash)]
    mrn: Option<String>,
    #[redact(keep_last = 4)]
    card: String,
    #[redact(scrub)]
    note: String,
    admin: bool,
    age: Option<u8>,
    visits: Vec<u32>,
    by_ward: HashMap<String, u8>,
}

#[redact]
struct Visit(#[redact(clear)] u8, String);

#[redact]
struct Marker;

#[redact]
enum Event {
    Admitted {
        #[redact(clear)]
        ward: u8,
        patient: Patient,
    },
    Moved(#[redact(clear)] u8, u8),
    Discharged,
}

#[redact]
struct Envelope<'a, T, const N: usize>
where
    T: Clone,
{
    #[redact(clear)]
    inside: Vec<T>,
    #[redact(scrub)]
    text: &'a str,
    raw: [u8; N],
}

fn shown(value: &impl Debug) -> String {
    format!("{value:?}")
}

#[test]
fn only_what_is_marked_is_shown() {
    let patient = Patient {
        id: 7,
        last_name: "J.R.".into(),
        mrn: Some("MRN-1".into()),
        card: "4111 1111 1111 1111".into(),
        note: "write to jane@example.org".into(),
        ..Patient::default()
    };
    assert_eq!(
        shown(&patient),
        format!(
            "Patient {{ id: 7, last_name: \"J.R.\", mrn: {}, card: ***1111, note: write to [REDACTED:email], \
             admin: {MASK}, age: {MASK}, visits: {MASK}, by_ward: {MASK} }}",
            pseudonym("MRN-1")
        )
    );
    assert!(format!("{patient:#?}").contains("\n    admin: [REDACTED],\n"));
}

/// A mask tells neither the value, nor its length, nor whether there is one.
#[test]
fn hidden_fields_look_the_same_for_every_value() {
    let plain = Patient::default();
    let expected = shown(&plain);
    for patient in [
        Patient { admin: true, ..plain.clone() },
        Patient { age: Some(93), ..plain.clone() },
        Patient { visits: vec![1, 2, 3], ..plain.clone() },
        Patient { by_ward: HashMap::from([("oncology".into(), 1)]), ..plain.clone() },
    ] {
        assert_eq!(shown(&patient), expected);
        assert_eq!(format!("{patient:#?}"), format!("{plain:#?}"));
        assert_eq!(format!("{:>90?}", shown(&patient)), format!("{:>90?}", expected));
    }
}

#[test]
fn tuples_units_and_enums() {
    assert_eq!(shown(&Visit(3, "secret".into())), "Visit(3, [REDACTED])");
    assert_eq!(shown(&Marker), "Marker");
    let admitted = Event::Admitted { ward: 4, patient: Patient::default() };
    assert_eq!(shown(&admitted), "Admitted { ward: 4, patient: [REDACTED] }");
    assert_eq!(shown(&Event::Moved(1, 2)), "Moved(1, [REDACTED])");
    assert_eq!(shown(&Event::Discharged), "Discharged");
}

#[test]
fn generics_lifetimes_and_constants() {
    let envelope = Envelope::<'_, u8, 2> { inside: vec![1, 2], text: "ssn 123-45-6789", raw: [0; 2] };
    let _ = envelope.raw;
    assert_eq!(shown(&envelope), "Envelope { inside: [1, 2], text: ssn [REDACTED:ssn], raw: [REDACTED] }");
}

#[test]
fn a_type_that_only_has_debug_prints_its_redacted_form_inside_others() {
    #[redact]
    struct Outer {
        #[redact(clear)]
        visit: Visit,
    }
    assert_eq!(shown(&Outer { visit: Visit(1, "x".into()) }), "Outer { visit: Visit(1, [REDACTED]) }");
    assert_eq!(shown(&vec![Some(Visit(1, "x".into()))]), "[Some(Visit(1, [REDACTED]))]");
}

#[test]
fn span_fields_are_the_same_values() {
    let mut seen = Vec::new();
    Event::Moved(1, 2).visit(&mut |name, value| seen.push(format!("{name}={value:?}")));
    assert_eq!(seen, ["variant=Moved", "0=1", "1=[REDACTED]"]);
    assert!(matches!(Marker.value(), Value::Fields(_)));
}
