//! Names that promise personal data or secrets.
//!
//! A name is split into words where it stands (`camelCase`, `snake_case`, dots and dashes all separate), and
//! the words are looked up. So `patientEmail` and `X-Api-Key` are found, and `token_expiry_minutes` and
//! `author` are not. Nothing is allocated: the question is asked for every field of every log line.
//!
//! What a word says depends on where it stands:
//!
//! - some are sensitive wherever they stand: `password`, `ssn`
//! - some only behind or before another one: `first_name`, `api_key`
//! - some only as the last word, which is what the value is: `token` in `access_token`, not in `token_type`
//! - some only alone: `address`, `card`
//! - and some at the end say that a sensitive word is only talked about: `password_attempts`
//!
//! A workspace's own names are in [`Names`], and [`key_patterns`] says it all in regular expressions.

mod names;
mod pairs;
mod patterns;
mod tables;
mod vocabulary;
mod words;

pub use names::Names;
pub use patterns::key_patterns;

use vocabulary::{Pair, Traits, Word};
use words::{Part, Words};

/// What a name promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// A secret: a password, a key, a token, a session.
    Secret,
    /// Something about a person.
    Personal,
}

/// Whether a field, parameter or header of this name is taken for personal data or a secret.
///
/// ```
/// # use observe_rules::privacy::is_sensitive;
/// for name in ["ssn", "patientEmail", "X-Api-Key", "user.session_id", "date_of_birth"] {
///     assert!(is_sensitive(name), "{name}");
/// }
/// for name in ["token_expiry_minutes", "author", "gen_ai.usage.input_tokens", "top_k"] {
///     assert!(!is_sensitive(name), "{name}");
/// }
/// ```
#[must_use]
pub fn is_sensitive(name: &str) -> bool {
    classify(name).is_some()
}

/// Whether the name is that of somebody as a whole, of whom a type of its own may say what is seen.
///
/// ```
/// # use observe_rules::privacy::is_somebody;
/// assert!(is_somebody("patient") && !is_somebody("patient_id"));
/// ```
#[must_use]
pub fn is_somebody(name: &str) -> bool {
    ["patient", "user"].contains(&name.rsplit('.').next().unwrap_or(name))
}

/// What a field, parameter or header of this name is taken for; `None` where the name is harmless.
///
/// A name that promises both is a secret.
///
/// ```
/// # use observe_rules::privacy::{Class, classify};
/// assert_eq!(classify("STRIPE_API_KEY"), Some(Class::Secret));
/// assert_eq!(classify("patient.dateOfBirth"), Some(Class::Personal));
/// assert_eq!(classify("cache_key"), None);
/// ```
#[must_use]
pub fn classify(name: &str) -> Option<Class> {
    let mut reading = Reading::default();
    for word in Words::of(name) {
        reading.read(&word);
    }
    // Alone, `key` selects something; filters write `_key` for all that end so.
    if name == "_key" { Some(Class::Secret) } else { reading.judge() }
}

/// What the words of a name have said so far.
#[derive(Default)]
struct Reading {
    /// A secret or something personal, wherever it stood.
    found: Option<Class>,
    /// What the last word that counts is.
    head: Traits,
    previous: Word,
    /// What the last word says of those before it.
    ending: Traits,
    words: usize,
    /// Whether the last part of a dotted name begins as a question or a number does: `has_email`.
    is_asked: bool,
}

impl Reading {
    #[inline]
    fn read(&mut self, part: &Part<'_>) {
        let word = Word::of(part);
        if part.opens_segment {
            self.is_asked = word.has(Traits::ASKS);
        }
        self.words += 1;
        if !word.has(Traits::CARRIER) {
            self.head = word.traits;
        }
        self.ending = word.traits;
        self.find(word.class_anywhere());
        match word.behind(self.previous) {
            Some(Pair::Is(class)) => {
                self.find(Some(class));
                // `blood_type` is no talk about blood.
                self.ending = Traits::NONE;
            }
            Some(Pair::Harmless) => self.head = Traits::NONE,
            None => {}
        }
        self.previous = word;
    }

    fn find(&mut self, class: Option<Class>) {
        if self.found != Some(Class::Secret) {
            self.found = class.or(self.found);
        }
    }

    fn judge(mut self) -> Option<Class> {
        if self.is_asked || self.ending.has(Traits::QUIET) {
            return None;
        }
        if self.words == 1 {
            self.find(self.previous.class_alone());
        }
        self.find(self.head.class_at_the_end());
        self.found.filter(|class| *class != Class::Secret || !self.ending.has(Traits::QUIET_SECRET))
    }
}

/// Whether a field or a header could be called so: letters, digits, `_`, `-` and `.`, and one letter at least.
///
/// ```
/// # use observe_rules::privacy::is_name;
/// assert!(is_name("case_number") && is_name("user.id"));
/// assert!(!is_name("case number") && !is_name("_") && !is_name(""));
/// ```
#[must_use]
pub fn is_name(name: &str) -> bool {
    name.chars().any(char::is_alphabetic)
        && name.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.'))
}

#[cfg(test)]
mod tests;
