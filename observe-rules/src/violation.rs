use crate::Code;
use std::fmt;

/// A rule that was broken: which one, what is wrong, and what to write instead.
///
/// Its text has the same shape wherever it is shown:
///
/// ```
/// # use observe_rules::{Code, Violation};
/// let violation = Violation::new(Code::Obs0301, "`cacheHits` is not snake_case", "write `cache_hits`");
/// assert_eq!(
///     violation.to_string(),
///     "OBS0301: `cacheHits` is not snake_case\n  = help: write `cache_hits`",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    code: Code,
    message: String,
    help: String,
}

impl Violation {
    /// A violation of `code`: one fact in `message`, one fix in `help`.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code, message: message.into(), help: help.into() }
    }

    /// The same, with the place in front where nothing can be underlined.
    #[must_use]
    pub fn within(self, place: &str) -> Self {
        Self { message: format!("{place}: {}", self.message), ..self }
    }

    /// The rule that was broken.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, message, help } = self;
        write!(f, "{code}: {message}\n  = help: {help}")
    }
}
