//! Headers and URLs that can be shown: [`Headers`] and [`Url`] hide what in them is a secret or says who somebody
//! is, and can be a field of a span or of a log line as they are.
//!
//! ```
//! use observe::http::{Headers, Url};
//!
//! #[observe::traced(fields(url = Url::new(url), headers = Headers::new(headers.iter().copied())))]
//! fn fetch(url: &str, headers: &[(&str, &str)]) {}
//!
//! let capture = observe::testing::capture();
//! fetch("https://jane:hunter2@api.example/beds?ward=3&token=k3J9", &[("Authorization", "Bearer k3J9")]);
//! let span = capture.span("fetch");
//! assert_eq!(
//!     span.attribute("url").unwrap().to_string(),
//!     "https://[REDACTED]@api.example/beds?ward=3&token=[REDACTED]",
//! );
//! assert_eq!(span.attribute("headers").unwrap().to_string(), "Authorization: Bearer [REDACTED]");
//! ```

mod client;
mod cookies;
mod headers;
mod names;
mod url;

pub(crate) use client::masked_client;
pub use headers::Headers;
#[cfg(feature = "tower")]
pub(crate) use headers::shown_value;
pub use url::Url;

use crate::redact::scrub::{find, scrub};

/// The longest text that is shown of one value; what is longer is cut, once it is redacted.
const MOST_BYTES: usize = 256;

/// The longest word that is taken for one.
pub(crate) const MOST_OF_A_WORD: usize = 64;

/// What stands for what was cut off.
const CUT: char = '…';

/// Whether a text is a short word of letters, digits and `-_.` in which the scrubber finds nothing: an id or a name,
/// and no place where something else is kept.
pub(crate) fn is_plain_word(text: &str) -> bool {
    (1..=MOST_OF_A_WORD).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
        && find(text).is_empty()
}

/// A text after the scrubber, and not too long.
fn scrubbed(text: &str) -> String {
    cut(scrub(text).into_owned(), MOST_BYTES)
}

fn cut(mut text: String, most: usize) -> String {
    if text.len() > most {
        text.truncate(text.floor_char_boundary(most));
        text.push(CUT);
    }
    text
}
