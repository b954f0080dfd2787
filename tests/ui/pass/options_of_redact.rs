//! Every option of `#[redact]`, on every kind of type.

#![deny(warnings)]
#![allow(dead_code, reason = "fields that are hidden are not read")]

use observe::redact;

#[redact(crate = ::observe)]
#[derive(Clone, Default)]
pub struct Patient<'a, T: Clone>
where
    T: Default,
{
    #[redact(clear)]
    pub id: u64,
    #[redact(clear, because = "initials only")]
    last_name: String,
    #[redact(hash)]
    mrn: Option<&'a str>,
    #[redact(keep_last = 4)]
    card: String,
    #[redact(scrub)]
    note: Box<str>,
    #[redact(hide)]
    hidden: bool,
    #[redact(clear)]
    visits: Vec<T>,
    #[redact(clear)]
    r#type: u8,
    #[cfg(any())]
    #[redact(clear)]
    gone: Gone,
    #[cfg(all())]
    #[redact(clear)]
    kept: u8,
    silent: [(); 3],
}

#[redact]
struct Tuple(#[redact(clear)] u8, String);

#[redact]
struct Unit;

#[redact()]
enum Event {
    Admitted {
        #[redact(clear)]
        ward: u8,
        r#in: String,
    },
    Moved(#[redact(clear)] u8, Tuple),
    #[cfg(any())]
    Gone(Gone),
    r#Loop,
}

#[redact]
enum Never {}

macro_rules! redacted {
    ($name:ident, $ty:ty) => {
        #[redact]
        struct $name {
            #[redact(clear)]
            clear: $ty,
            #[redact(hash)]
            hash: $ty,
        }
    };
}

redacted!(FromMacro, String);

fn main() {
    let patient = Patient::<'_, u8>::default();
    let shown = format!("{patient:?}");
    assert!(shown.contains("type: 0, kept: 0, silent: [REDACTED]"), "{shown}");
    assert_eq!(format!("{:?}", Unit), "Unit");
    assert_eq!(format!("{:?}", Tuple(1, String::new())), "Tuple(1, [REDACTED])");
    let event = Event::Admitted { ward: 1, r#in: String::new() };
    assert_eq!(format!("{event:?}"), "Admitted { ward: 1, in: [REDACTED] }");
    assert_eq!(format!("{:?}", Event::Moved(1, Tuple(2, String::new()))), "Moved(1, [REDACTED])");
    assert_eq!(format!("{:?}", Event::r#Loop), "Loop");
    assert!(format!("{:?}", FromMacro { clear: "a".into(), hash: "b".into() }).starts_with("FromMacro { clear: \"a\""));
}
