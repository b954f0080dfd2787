//! What went wrong with a request, without its URL.

use std::error::Error;
use std::fmt::{self, Display, Write as _};

/// So many causes of an error are shown.
const MOST_CAUSES: usize = 8;

/// The error of reqwest that this is, or that it comes from.
fn of_reqwest<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e reqwest::Error> {
    let mut at = Some(error);
    for _ in 0..MOST_CAUSES {
        let error = at?;
        // It shows no error between itself and the causes.
        if let Some(reqwest_middleware::Error::Reqwest(error)) = error.downcast_ref() {
            return Some(error);
        }
        if let Some(error) = error.downcast_ref() {
            return Some(error);
        }
        at = error.source();
    }
    None
}

/// The class of an error; one that another middleware made up is `middleware`.
pub(super) fn error_type(error: &(dyn Error + 'static)) -> &'static str {
    let Some(error) = of_reqwest(error) else { return "middleware" };
    match () {
        () if error.is_timeout() => "timeout",
        () if error.is_connect() => "connect",
        () if error.is_redirect() => "redirect",
        () if error.is_builder() => "builder",
        () if error.is_body() => "body",
        () if error.is_decode() => "decode",
        () => "request",
    }
}

/// The causes of an error, each after the other. An error of reqwest itself shows its URL, and so is left out; so is
/// what another middleware says.
pub(super) struct Causes<'a>(pub(super) &'a (dyn Error + 'static));

impl Display for Causes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(error_type(self.0))?;
        let mut at = of_reqwest(self.0).and_then(Error::source);
        for _ in 0..MOST_CAUSES {
            let Some(error) = at else { break };
            if !error.is::<reqwest::Error>() {
                write!(f, ": {error}")?;
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
