//! What a check says.

use std::fmt::Display;

/// How a component is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It works.
    Pass,
    /// It works, and somebody should look at it.
    Warn,
    /// It does not work.
    Fail,
    /// Nobody can say: the check has not answered.
    Unknown,
}

impl Status {
    /// The word of it, as `/health/ready` writes it.
    ///
    /// ```
    /// assert_eq!(observe::health::Status::Warn.as_str(), "warn");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Unknown => "unknown",
        }
    }

    /// Whether the component can be used.
    pub(super) const fn is_usable(self) -> bool {
        matches!(self, Self::Pass | Self::Warn)
    }
}

/// What a check has found out: how the component is, why, and figures about it.
///
/// A text is scrubbed before anybody sees it, and shown to those only who may read metrics.
///
/// ```
/// use observe::health::Outcome;
///
/// let outcome = Outcome::warn("nearly full").with("usage_percent", 91.5);
/// assert_eq!(outcome.status(), observe::health::Status::Warn);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    pub(super) status: Status,
    pub(super) text: String,
    pub(super) figures: Vec<(&'static str, f64)>,
}

impl Outcome {
    /// It works.
    #[must_use]
    pub fn pass() -> Self {
        Self::new(Status::Pass, String::new())
    }

    /// It works, and this should be looked at.
    #[must_use]
    pub fn warn(text: impl Into<String>) -> Self {
        Self::new(Status::Warn, text.into())
    }

    /// It does not work, because of this.
    #[must_use]
    pub fn fail(text: impl Into<String>) -> Self {
        Self::new(Status::Fail, text.into())
    }

    /// Nobody can say how it is, because of this.
    #[must_use]
    pub fn unknown(text: impl Into<String>) -> Self {
        Self::new(Status::Unknown, text.into())
    }

    /// Adds a figure, which is shown beside the status to everybody. Its name should say the unit, such as
    /// `usage_percent`; one that is not finite is left out.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: f64) -> Self {
        if value.is_finite() {
            self.figures.push((name, value));
        }
        self
    }

    /// How the component is.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status
    }

    fn new(status: Status, text: String) -> Self {
        Self { status, text, figures: Vec::new() }
    }
}

/// What a check may return: `()` for a success, an [`Outcome`], or a `Result` of either, whose error says why the
/// component does not work.
#[diagnostic::on_unimplemented(
    message = "OBS1104: a health check can't return `{Self}`",
    label = "this says nothing about health",
    note = "return `()`, `observe::health::Outcome`, or a `Result` of one of them with an error that has a `Display`"
)]
pub trait IntoOutcome {
    /// What was found out.
    fn into_outcome(self) -> Outcome;
}

impl IntoOutcome for () {
    fn into_outcome(self) -> Outcome {
        Outcome::pass()
    }
}

impl IntoOutcome for Outcome {
    fn into_outcome(self) -> Outcome {
        self
    }
}

impl<T: IntoOutcome, E: Display> IntoOutcome for Result<T, E> {
    fn into_outcome(self) -> Outcome {
        match self {
            Ok(value) => value.into_outcome(),
            // Errors of anyhow tell their causes only so; for others it is the same text.
            Err(error) => Outcome::fail(format!("{error:#}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_a_failure_and_its_text_is_why() {
        assert_eq!(Ok::<(), String>(()).into_outcome(), Outcome::pass());
        assert_eq!(Err::<(), _>("refused").into_outcome(), Outcome::fail("refused"));
        assert_eq!(Ok::<_, String>(Outcome::warn("slow")).into_outcome(), Outcome::warn("slow"));
    }

    #[test]
    fn a_figure_that_is_no_number_is_left_out() {
        assert_eq!(Outcome::pass().with("usage_percent", f64::NAN), Outcome::pass());
    }
}
