//! Redaction: what hides values, by type, by name and by looking at text.

pub(crate) mod counters;
mod deserialize;
pub mod form;
mod form_text;
mod key_ring;
mod known;
pub(crate) mod number;
mod pseudonym;
pub mod scrub;
pub mod serialize;

pub use deserialize::{refuse_mask, refuse_mask_cow};
pub use form_text::SensitiveText;
pub(crate) use key_ring::KeyRing;
pub(crate) use pseudonym::set_keys;
pub use pseudonym::{pseudonym, pseudonym_matches};
pub use serialize::{Redacted, View, view};

use observe_rules::privacy::{Class, Names};
use std::borrow::Cow;
use std::fmt::{Display, Write as _};
use std::sync::OnceLock;

/// What stands in place of a hidden value: constant, whatever the value was.
pub const MASK: &str = "[REDACTED]";

/// The names that the workspace has of its own.
static NAMES: OnceLock<Names> = OnceLock::new();

/// Sets the names that are sensitive or harmless here, and says whether they still could be.
pub(crate) fn set_names(names: Names) -> bool {
    scrub::set_own_names(&names);
    NAMES.set(names).is_ok()
}

/// What a value under this name is: what everybody takes it for, and what the workspace does.
pub(crate) fn class_of(name: &str) -> Option<Class> {
    match NAMES.get() {
        Some(names) => names.classify(name),
        None => observe_rules::privacy::classify(name),
    }
}

/// Whether a value under this name is hidden.
pub(crate) fn is_sensitive(name: &str) -> bool {
    class_of(name).is_some()
}

/// The same; a value that is hidden is counted.
pub(crate) fn hides(name: &str) -> bool {
    counted(is_sensitive(name))
}

/// The same for the name of a field, which is looked at once.
pub(crate) fn hides_field(name: &'static str) -> bool {
    counted(known::is_sensitive_field(name))
}

fn counted(hides: bool) -> bool {
    if hides {
        counters::FIELD.add(1);
    }
    hides
}

/// Scrubs a text that is owned already; nothing is copied where nothing is found.
pub(crate) fn scrub_owned(text: String) -> String {
    match scrub::scrub(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(scrubbed) => scrubbed,
    }
}

/// Scrubs the text of any value. A `Display` that fails keeps what it wrote before.
pub(crate) fn scrub_display(value: &(impl Display + ?Sized)) -> String {
    let mut text = String::new();
    let _ = write!(text, "{value}");
    scrub_owned(text)
}
