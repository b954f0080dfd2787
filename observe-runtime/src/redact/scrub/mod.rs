//! Finds personal data and secrets in free text and hides them.
//!
//! Field-level redaction cannot help when a value has already been formatted into a message. This
//! module reads such text: [`find`] says where the sensitive parts are, [`scrub`] puts the kind's
//! placeholder in place of each.
//!
//! ```
//! let line = "login of ann@example.com from 192.0.2.7 failed";
//! assert_eq!(observe::scrub::scrub(line), "login of [REDACTED:email] from [REDACTED:ip] failed");
//! ```
//!
//! # What holds for every text
//!
//! - No byte of what was found is left in the output.
//! - Scrubbing twice gives what scrubbing once gives, and a placeholder is never found.
//! - Findings that overlap become one, as long as all of them together. Its kind is that of the
//!   longest, and between equally long ones the one that comes first in [`Kind::ALL`]. What begins in
//!   the user information of a URL ends there.
//! - The work grows linearly with the length of the text.
//!
//! # What it cannot do
//!
//! Patterns do not find names, nor addresses without a street, nor numbers that nothing tells from other numbers. A
//! clean result is no proof that the text holds no personal data.

mod address;
mod anchors;
mod ascii;
mod assign;
mod card;
mod check;
mod date;
mod document;
mod email;
mod endings;
mod fold;
mod hints;
mod iban;
mod ip;
mod issued;
mod json;
mod keys;
mod kind;
mod labels;
mod mac;
mod medical_licence;
mod national;
mod number;
mod phone;
mod placeholder;
mod recognise;
mod resolve;
mod scrubber;
mod shape;
mod simd;
mod ssn;
mod strict;
mod tails;
mod timestamp;
mod token;
mod url;
mod value;
mod vehicle;
mod words;

pub(super) use keys::set_own as set_own_names;

#[cfg(test)]
mod scrubber_tests;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;

pub use self::json::json;
pub(crate) use self::kind::all_custom;
pub use self::kind::{Custom, Kind};
pub(crate) use self::scrubber::set;
pub use self::scrubber::{PatternError, Scrubber};

/// A part of a text that should be hidden.
///
/// ```
/// use observe::scrub::{Finding, Kind};
///
/// let text = "from 192.0.2.7";
/// assert_eq!(observe::scrub::find(text), [Finding { kind: Kind::Ip, range: 5..14 }]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Finding {
    /// What was recognised.
    pub kind: Kind,
    /// Where it is, in bytes. Both ends are on character boundaries.
    pub range: Range<usize>,
}

/// Finds everything in `text` that should be hidden, in ascending order and without overlaps.
///
/// ```
/// use observe::scrub::{Kind, find};
///
/// let text = "dob: 1980-03-12, mrn: 00412398";
/// let found: Vec<_> = find(text).into_iter().map(|f| (f.kind, &text[f.range])).collect();
/// assert_eq!(found, [(Kind::BirthDate, "1980-03-12"), (Kind::Mrn, "00412398")]);
/// ```
#[must_use]
pub fn find(text: &str) -> Vec<Finding> {
    scrubber::of_process().find(text)
}

/// Replaces everything in `text` that should be hidden by the placeholder of its kind.
///
/// Where there are JSON objects in the text, they are walked as [`json`] walks them: names in them decide about all that
/// is under them, and escapes are understood. One in which something is hidden is written anew, without blanks; [`find`]
/// knows of none, and reads all of it as text.
///
/// Text in which nothing is found comes back borrowed. Nothing is allocated for it, except that
/// text with full-width forms or other unusual digits and spaces is read in a plain-ASCII copy.
///
/// ```
/// use std::borrow::Cow;
///
/// assert_eq!(
///     observe::scrub::scrub("GET /export?token=k3J9x2&page=2"),
///     "GET /export?token=[REDACTED:url_credential]&page=2",
/// );
/// assert_eq!(
///     observe::scrub::scrub(r#"got {"patient_name": {"last": "Lee"}}"#),
///     r#"got {"patient_name":"[REDACTED:field]"}"#,
/// );
/// assert!(matches!(observe::scrub::scrub("tokens: 53"), Cow::Borrowed("tokens: 53")));
/// ```
#[must_use]
pub fn scrub(text: &str) -> Cow<'_, str> {
    if json::may_be_in(text) { json::scrubbed(text) } else { scrubber::of_process().scrub(text) }
}
