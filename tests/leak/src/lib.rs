//! Proof that a service emits nothing personal: plant values, collect every way out, search.
//!
//! A value is looked for in every form that a way out may give it: as it is, JSON-escaped,
//! percent-encoded, as `Debug` writes it, as bare digits. A way out proves itself with a *canary*,
//! a harmless value that has to be in it: an empty log has no leak, and shows nothing.
//!
//! ```
//! use observe_leak::{Emitted, Secret};
//!
//! let secrets = [Secret::new("the patient's name", "Ilda \"Quorn\"")];
//! let mut emitted = Emitted::default();
//! emitted.add("log", r#"{"request":"r-1","name":"[REDACTED]"}"#, "r-1");
//! assert!(emitted.leaks(&secrets).is_empty());
//!
//! emitted.add("metrics", r#"calls{request="r-1",name="Ilda \"Quorn\""} 1"#, "r-1");
//! assert_eq!(emitted.leaks(&secrets)[0].way, "metrics");
//! ```

mod form;

pub use form::{Form, forms};

use std::fmt;

/// A value that was planted, and must not come out.
#[derive(Clone, Debug)]
pub struct Secret {
    /// Where it was planted, for the message.
    pub what: String,
    /// The value.
    pub value: String,
}

impl Secret {
    /// A value and the place where it was planted.
    ///
    /// # Panics
    ///
    /// Where the value is so short that it would be found by chance.
    #[must_use]
    pub fn new(what: impl Into<String>, value: impl Into<String>) -> Self {
        let secret = Self { what: what.into(), value: value.into() };
        assert!(secret.value.len() >= 6, "{secret:?} is too short to be looked for");
        secret
    }
}

/// All that a service emitted, by way out. A new way out is one more [`Emitted::add`].
#[derive(Debug, Default)]
pub struct Emitted {
    ways: Vec<(String, String)>,
}

impl Emitted {
    /// Adds what came out one way; `canary` proves that it is the right text.
    ///
    /// # Panics
    ///
    /// Where the canary is not in the text: then nothing was collected, and no leak can be found.
    pub fn add(&mut self, way: impl Into<String>, text: impl Into<String>, canary: &str) {
        let (way, text) = (way.into(), text.into());
        assert!(text.contains(canary), "{way} does not even contain `{canary}`:\n{text}");
        self.ways.push((way, text));
    }

    /// Every secret that came out, with the way and the form in which it did.
    #[must_use]
    pub fn leaks(&self, secrets: &[Secret]) -> Vec<Leak> {
        let mut leaks = Vec::new();
        for (way, text) in &self.ways {
            let lower = text.to_lowercase();
            for secret in secrets {
                for (form, shape) in forms(&secret.value) {
                    if let Some(at) = lower.find(&shape.to_lowercase()) {
                        let around = excerpt(&lower, at, shape.len());
                        leaks.push(Leak { what: secret.what.clone(), way: way.clone(), form, around });
                        break;
                    }
                }
            }
        }
        leaks
    }

    /// Fails with every leak there is.
    ///
    /// # Panics
    ///
    /// Where there is a leak, or nothing that it could have come out of.
    #[track_caller]
    pub fn assert_nothing_leaked(&self, secrets: &[Secret]) {
        assert!(!self.ways.is_empty() && !secrets.is_empty(), "nothing to look at, or nothing to look for");
        let leaks: Vec<String> = self.leaks(secrets).iter().map(ToString::to_string).collect();
        assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));
    }
}

/// What stands around a place in a text, on its line.
fn excerpt(text: &str, at: usize, length: usize) -> String {
    const WIDTH: usize = 80;
    let from = text.floor_char_boundary(at.saturating_sub(WIDTH));
    let to = text.ceil_char_boundary((at + length + WIDTH).min(text.len()));
    let from = text[from..at].rfind('\n').map_or(from, |end| from + end + 1);
    let to = text[at..to].find('\n').map_or(to, |end| at + end);
    text[from..to].to_owned()
}

/// A secret that came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leak {
    /// The secret.
    pub what: String,
    /// The way out.
    pub way: String,
    /// The form in which it was found.
    pub form: Form,
    /// The text around it, in lower case.
    pub around: String,
}

impl fmt::Display for Leak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, way, form, around } = self;
        write!(f, "{what} is in {way} ({form:?}): …{around}…")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUE: &str = "Ilda \"Qu\u{f6}rn\" +1 (202) 555-0143";

    #[test]
    fn a_value_is_found_in_every_form() {
        for (form, shape) in forms(VALUE) {
            let mut emitted = Emitted::default();
            emitted.add("log", format!("one\nc-1 x={shape} y"), "c-1");
            let leaks = emitted.leaks(&[Secret::new("name", VALUE)]);
            assert_eq!(leaks.len(), 1, "{form:?}: {shape}");
            assert!(leaks[0].around.starts_with("c-1"), "{leaks:?}");
        }
    }

    #[test]
    #[should_panic(expected = "1 leaks:\nthe card is in span")]
    fn a_leak_fails() {
        let mut emitted = Emitted::default();
        emitted.add("log", "c-1", "c-1");
        emitted.add("span", "c-1 card=4111 1111 1111 1111", "c-1");
        emitted.assert_nothing_leaked(&[Secret::new("the card", "4111111111111111")]);
    }

    #[test]
    #[should_panic(expected = "log does not even contain")]
    fn an_empty_way_out_proves_nothing() {
        Emitted::default().add("log", "", "r-1");
    }

    #[test]
    #[should_panic(expected = "nothing to look at")]
    fn no_way_out_proves_nothing() {
        Emitted::default().assert_nothing_leaked(&[Secret::new("name", "Ilda Quorn")]);
    }

    #[test]
    #[should_panic(expected = "too short")]
    fn a_short_value_proves_nothing() {
        let _ = Secret::new("ward", "7");
    }
}
