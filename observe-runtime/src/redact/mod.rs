//! Redaction: what hides values, by type, by name and by looking at text.

pub(crate) mod counters;
mod deserialize;
pub mod form;
mod form_text;
mod pseudonym;
pub mod scrub;
pub mod serialize;

pub use deserialize::{refuse_mask, refuse_mask_cow};
pub use form_text::SensitiveText;
pub use pseudonym::pseudonym;
pub(crate) use pseudonym::set_key;
pub use serialize::{Redacted, View, view};

use std::borrow::Cow;
use std::fmt::{Display, Write as _};

/// What stands in place of a hidden value: constant, whatever the value was.
pub const MASK: &str = "[REDACTED]";

/// Whether a value under this name is hidden; one that is is counted.
pub(crate) fn hides(name: &str) -> bool {
    let hides = observe_rules::privacy::is_sensitive(name);
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
