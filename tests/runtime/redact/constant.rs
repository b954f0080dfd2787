//! The value of a hidden field changes nothing that is seen, and partial ones change no width.

#![expect(dead_code, reason = "fields that are hidden are not read, which is the point")]

use observe::{Fields, redact};
use std::collections::{BTreeMap, HashSet};

/// Random values, the same in each run: what fails once fails again.
struct Dice(fastrand::Rng);

impl Dice {
    fn text(&mut self) -> String {
        const LETTERS: [char; 14] =
            ['a', 'Z', '0', '9', ' ', '"', '\\', '\n', '\u{1b}', 'é', '邮', '🎉', '\u{202e}', ']'];
        let length = self.0.usize(0..40);
        (0..length).map(|_| LETTERS[self.0.usize(0..LETTERS.len())]).collect()
    }

    fn hidden(&mut self) -> Hidden {
        Hidden {
            id: 7,
            flag: self.0.bool(),
            maybe: self.0.bool().then(|| self.text()),
            list: (0..self.0.usize(0..5)).map(|_| self.0.u32(..)).collect(),
            small: self.0.i8(..),
            large: self.0.i128(..),
            letter: self.0.char(..),
            float: [f64::NAN, f64::INFINITY, -0.0, self.0.f64()][self.0.usize(0..4)],
            text: self.text(),
            nested: Some(self.text()).into_iter().map(|text| (text, self.0.bool().then_some(()))).collect(),
            set: (0..self.0.usize(0..3)).map(|_| self.text()).collect(),
            event: match self.0.u8(0..3) {
                0 => Event::One,
                1 => Event::Two(self.text()),
                _ => Event::Three { text: self.text() },
            },
            last: 9,
        }
    }
}

enum Event {
    One,
    Two(String),
    Three { text: String },
}

#[redact(display = "{id}: {flag} {maybe} {list} {text} {event} {last}")]
struct Hidden {
    #[redact(clear)]
    id: u8,
    flag: bool,
    maybe: Option<String>,
    list: Vec<u32>,
    small: i8,
    large: i128,
    letter: char,
    float: f64,
    #[redact(hide)]
    text: String,
    nested: BTreeMap<String, Option<()>>,
    set: HashSet<String>,
    event: Event,
    #[redact(clear)]
    last: u8,
}

#[redact]
struct Tuple(bool, #[redact(clear)] u8, Option<u8>);

fn fields(value: &dyn Fields) -> String {
    let mut seen = Vec::new();
    value.visit(&mut |name, value| seen.push(format!("{name}={value:?}")));
    seen.join(";")
}

#[test]
fn no_value_of_a_hidden_field_is_seen_in_any_form() {
    let mut dice = Dice(fastrand::Rng::with_seed(7));
    let forms = |value: &Hidden| {
        [format!("{value:?}"), format!("{value:#?}"), format!("{value:30.2?}"), value.to_string(), fields(value)]
    };
    let expected = forms(&dice.hidden());
    for _ in 0..2_000 {
        assert_eq!(forms(&dice.hidden()), expected);
    }
    assert_eq!(expected[3], "7: [REDACTED] [REDACTED] [REDACTED] [REDACTED] [REDACTED] 9");
    for (flag, some) in [(true, None), (false, Some(0)), (true, Some(255))] {
        assert_eq!(format!("{:?}", Tuple(flag, 1, some)), "Tuple([REDACTED], 1, [REDACTED])");
    }
}

#[redact]
struct Cut {
    #[redact(keep_first = 3)]
    first: String,
    #[redact(keep_last = 4)]
    last: Option<String>,
    #[redact(email)]
    email: String,
    #[redact(year)]
    year: String,
    #[redact(zip3)]
    zip: Option<String>,
}

#[test]
fn cut_values_have_one_width() {
    let mut dice = Dice(fastrand::Rng::with_seed(11));
    let width = |cut: &Cut| (format!("{cut:?}").chars().count(), fields(cut).chars().count());
    let none = Cut { first: String::new(), last: None, email: String::new(), year: String::new(), zip: None };
    let expected = width(&none);
    let mut kept = 0;
    for at in 0..2_000 {
        // Random text is rarely what a policy looks for.
        let cut = if at % 2 == 0 {
            Cut {
                first: dice.text(),
                last: dice.0.bool().then(|| dice.text()),
                email: dice.text(),
                year: dice.text(),
                zip: dice.0.bool().then(|| dice.text()),
            }
        } else {
            Cut {
                first: dice.0.u64(..).to_string(),
                last: Some(dice.0.u64(..).to_string()),
                email: format!("{}@example.org", dice.0.u32(..)),
                year: format!("{}-{:02}-01", dice.0.u16(1850..2100), dice.0.u8(0..14)),
                zip: Some(format!("{:05}", dice.0.u32(..100_000))),
            }
        };
        assert_eq!(width(&cut), expected, "{cut:?}");
        kept += usize::from(!format!("{cut:?}").contains("****@***"));
    }
    assert!(kept > 500, "values of the right kind were cut {kept} times");
}
