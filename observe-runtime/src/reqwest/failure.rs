//! What went wrong with a request, without its URL.

use std::error::Error;
use std::fmt::{self, Display, Write as _};

/// So many causes of an error are shown.
const MOST_CAUSES: usize = 8;

/// The class of an error.
pub(super) fn error_type(error: &(dyn Error + 'static)) -> &'static str {
    let mut at = Some(error);
    for _ in 0..MOST_CAUSES {
        let Some(error) = at else { break };
        if let Some(error) = error.downcast_ref::<reqwest::Error>() {
            return match () {
                () if error.is_timeout() => "timeout",
                () if error.is_connect() => "connect",
                () if error.is_redirect() => "redirect",
                () if error.is_builder() => "builder",
                () if error.is_body() => "body",
                () if error.is_decode() => "decode",
                () => "request",
            };
        }
        at = error.source();
    }
    "other"
}

/// The causes of an error, each after the other. An error of reqwest itself shows its URL, and so is left out; so is
/// what another middleware says.
pub(super) struct Causes<'a>(pub(super) &'a (dyn Error + 'static));

impl Display for Causes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(error_type(self.0))?;
        let mut is_inside = false;
        let mut at = Some(self.0);
        for _ in 0..MOST_CAUSES {
            let Some(error) = at else { break };
            if error.is::<reqwest::Error>() {
                is_inside = true;
            } else if is_inside {
                f.write_str(": ")?;
                write!(f, "{error}")?;
            }
            at = error.source();
        }
        Ok(())
    }
}

impl Causes<'_> {
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        // One that fails keeps what it wrote.
        let _ = write!(text, "{self}");
        text
    }
}
