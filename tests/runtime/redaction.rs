//! What `#[redact]` shows, and that it shows nothing else.

#![expect(dead_code, reason = "fields that are hidden are not read, which is the point")]
#![expect(clippy::cast_possible_wrap, clippy::cast_precision_loss, reason = "the number fits into each type")]

use observe::{Fields, MASK, Record, Value, current_span, pseudonym, redact, testing, traced};
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

const CARD: u64 = 4_111_111_111_111_111;

#[redact]
struct Stock {
    #[redact(clear)]
    article: u64,
}

#[traced(fields(number, signed = number as i64, half = number as f64, maybe = Some(number), said = clear(number), stock = stock), ret)]
fn pay(number: u64, stock: &Stock) -> u64 {
    let card = number;
    current_span().set("later", card).set("neither", card as f64 + 0.5).event("paid", &[("n", &card), ("small", &7)]);
    number
}

/// Cards are often kept as integers, of which no text scrubber hears. What is `clear` is clear.
#[test]
fn the_digits_of_a_card_are_found_in_every_number_of_a_span() {
    let capture = testing::capture();
    pay(CARD, &Stock { article: CARD });
    let span = capture.span("pay");
    let shown = |key: &str| span.attribute(key).map(ToString::to_string);
    for key in ["number", "signed", "half", "maybe", "later", "return"] {
        assert_eq!(shown(key).as_deref(), Some("[REDACTED:card]"), "{key}");
    }
    for key in ["said", "stock.article"] {
        assert_eq!(shown(key), Some(CARD.to_string()), "{key}");
    }
    assert_eq!(shown("neither").as_deref(), Some("4111111111111111.5"));
    let event: Vec<String> = span.events[0].attributes.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_eq!(event, ["n=[REDACTED:card]", "small=7"]);
}

#[test]
fn other_numbers_of_a_span_stay_numbers() {
    let capture = testing::capture();
    pay(1_763_764_800_000, &Stock { article: 1 });
    let span = capture.span("pay");
    assert_eq!(span.attribute("number"), Some(&observe::AttributeValue::U64(1_763_764_800_000)));
    assert_eq!(span.attribute("return"), Some(&observe::AttributeValue::U64(1_763_764_800_000)));
}
