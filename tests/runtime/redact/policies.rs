//! What each policy shows, of each kind of value.

#![expect(dead_code, reason = "fields that are hidden are not read, which is the point")]

use observe::{MASK, pseudonym, redact};
use secrecy::{ExposeSecret as _, SecretString};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use time::{Date, Month};

fn shown(value: &impl Debug) -> String {
    format!("{value:?}")
}

#[redact]
struct Patient {
    #[redact(keep_first = 2)]
    room: String,
    #[redact(keep_last = 4)]
    phone: Option<&'static str>,
    #[redact(email)]
    mail: String,
    #[redact(year)]
    born: &'static str,
    #[redact(zip3)]
    zip: &'static str,
    #[redact(with = initials)]
    name: String,
}

fn initials(name: &str) -> String {
    name.split(' ').filter_map(|part| part.chars().next()).collect()
}

#[test]
fn a_part_is_kept() {
    let patient = Patient {
        room: "East wing 12".into(),
        phone: Some("+1 202 555 0143"),
        mail: "jane.roe@example.com".into(),
        born: "1980-03-12",
        zip: "90210",
        name: "Jane Roe".into(),
    };
    assert_eq!(
        shown(&patient),
        "Patient { room: Ea***, phone: ***0143, mail: j***@***, born: 1980, zip: 902, name: JR }"
    );
    let nobody =
        Patient { room: String::new(), phone: None, mail: "?".into(), born: "?", zip: "?", name: String::new() };
    assert_eq!(shown(&nobody), "Patient { room: *****, phone: *******, mail: ****@***, born: ****, zip: ***, name:  }");
}

/// A function may be wrong about what it lets through.
#[test]
fn what_a_function_returns_is_scrubbed() {
    #[redact]
    struct Note {
        #[redact(with = String::as_str)]
        text: String,
        #[redact(with = Self::first)]
        more: Vec<&'static str>,
    }

    impl Note {
        fn first(more: &[&'static str]) -> impl std::fmt::Display + use<> {
            more.first().copied().unwrap_or("-")
        }
    }

    let note = Note { text: "to jane@example.org".into(), more: vec!["ssn 123-45-6789"] };
    assert_eq!(shown(&note), "Note { text: to [REDACTED:email], more: ssn [REDACTED:ssn] }");
}

#[test]
fn text_is_found_behind_pointers_and_in_lists() {
    #[redact]
    struct Visit<'a> {
        #[redact(keep_last = 2)]
        boxed: Box<str>,
        #[redact(keep_last = 2)]
        shared: Arc<Mutex<String>>,
        #[redact(keep_last = 2)]
        cell: Rc<RefCell<Option<String>>>,
        #[redact(keep_last = 2)]
        cow: Cow<'a, str>,
        #[redact(keep_last = 2)]
        nested: Vec<Option<&'a str>>,
        #[redact(hash)]
        bytes: [u8; 2],
        #[redact(keep_last = 1)]
        map: BTreeMap<String, u16>,
        #[redact(keep_first = 1)]
        letter: char,
        #[redact(scrub)]
        slice: &'a [String],
    }

    let lines = ["to jane@example.org".to_owned(), "fine".to_owned()];
    let visit = Visit {
        boxed: "abcd".into(),
        shared: Arc::new(Mutex::new("abcd".into())),
        cell: Rc::new(RefCell::new(Some("abcd".into()))),
        cow: "abcd".into(),
        nested: vec![Some("abcd"), None],
        bytes: [1, 0xff],
        map: BTreeMap::from([("ab".into(), 77)]),
        letter: 'x',
        slice: &lines,
    };
    let expected = format!(
        "Visit {{ boxed: ***cd, shared: ***cd, cell: ***cd, cow: ***cd, nested: [***cd, *****], bytes: {}, \
         map: {{***b: ***7}}, letter: ****, slice: [to [REDACTED:email], fine] }}",
        pseudonym("01ff")
    );
    assert_eq!(shown(&visit), expected);

    let _held = (visit.shared.lock().unwrap(), visit.cell.borrow_mut());
    assert!(shown(&visit).contains("shared: *****, cell: *****,"), "what others hold is not waited for");
}

/// Dates of other crates have no `SensitiveText`; their `Display` is the date in ISO form.
#[test]
fn dates_of_other_crates_have_a_year() {
    #[redact]
    struct Stay {
        #[redact(year)]
        from: Date,
        #[redact(year)]
        to: Option<Date>,
        #[redact(year)]
        number: u16,
    }

    let date = |year| Date::from_calendar_date(year, Month::March, 12).unwrap();
    let stay = Stay { from: date(2019), to: Some(date(1890)), number: 2001 };
    assert_eq!(shown(&stay), "Stay { from: 2019, to: ****, number: 2001 }");
    assert_eq!(shown(&Stay { from: date(2019), to: None, number: 1 }), "Stay { from: 2019, to: ****, number: **** }");
}

/// `clear` shows what the secret's own type shows, which is a mask, and `with` is the way to a pseudonym.
#[test]
fn a_secret_of_secrecy_stays_hidden() {
    #[redact]
    struct Login {
        #[redact(clear)]
        shown: SecretString,
        hidden: SecretString,
        #[redact(with = pseudonym_of)]
        joined: SecretString,
    }

    fn pseudonym_of(secret: &SecretString) -> String {
        pseudonym(secret.expose_secret())
    }

    let secret = || SecretString::from("hunter2-hunter2");
    let login = Login { shown: secret(), hidden: secret(), joined: secret() };
    let text = shown(&login);
    assert!(!text.contains("hunter2"), "{text}");
    assert!(text.contains(&format!("hidden: {MASK}, joined: {} }}", pseudonym("hunter2-hunter2"))), "{text}");
}
