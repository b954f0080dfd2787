//! What generated code asks of values whose types it doesn't know: the text that a label is, what a result
//! says of the operation, and what a model has used.

use super::say::{cost, tokens};
use super::state::{Subject, running};
use crate::metric::Label;

/// Asks a value. Method lookup tries the traits in the order in which they stand here.
#[derive(Debug)]
pub struct Probe<'a, T: ?Sized>(pub &'a T);

/// The text of a label whose values are known to the compiler.
pub trait ViaLabel<'a> {
    /// The text.
    fn text(&self) -> &'a str;
}

/// Text.
pub trait ViaText<'a> {
    /// The text.
    fn text(&self) -> &'a str;
}

/// A type that can be no label. No type implements it: it is here for its message.
#[diagnostic::on_unimplemented(
    message = "OBS0101: `{Self}` is neither a text nor a label",
    label = "an operation is counted by this value",
    note = "write a text, or an enum that derives `observe::Label`"
)]
pub trait Countable {}

/// What is left for any other type: an error with a text of ours.
pub trait ViaNothing<'a, T: ?Sized> {
    /// Never called.
    fn text(self) -> &'a str
    where
        T: Countable;
}

impl<'a, L: Label + ?Sized> ViaLabel<'a> for &&Probe<'a, L> {
    fn text(&self) -> &'a str {
        L::value(self.0.index())
    }
}

impl<'a, T: AsRef<str> + ?Sized> ViaText<'a> for &Probe<'a, T> {
    fn text(&self) -> &'a str {
        self.0.as_ref()
    }
}

impl<'a, T: ?Sized> ViaNothing<'a, T> for Probe<'a, T> {
    fn text(self) -> &'a str
    where
        T: Countable,
    {
        ""
    }
}

/// A result that says whether a key was there, a user was let in, or a request was within its limit.
pub trait Verdict {
    /// Whether it was; `None` where the result doesn't say.
    fn verdict(&self) -> Option<bool>;
}

impl Verdict for bool {
    fn verdict(&self) -> Option<bool> {
        Some(*self)
    }
}

impl<T> Verdict for Option<T> {
    fn verdict(&self) -> Option<bool> {
        Some(self.is_some())
    }
}

impl<E> Verdict for Result<bool, E> {
    fn verdict(&self) -> Option<bool> {
        self.as_ref().ok().copied()
    }
}

impl<T, E> Verdict for Result<Option<T>, E> {
    fn verdict(&self) -> Option<bool> {
        self.as_ref().ok().map(Option::is_some)
    }
}

/// Has a result that says so judge the operation.
pub trait ViaVerdict {
    /// Tells the operation that runs.
    fn judge(&self);
}

/// Any other result.
pub trait ViaNoVerdict {
    /// Nothing.
    fn judge(&self) {}
}

impl<T: Verdict> ViaVerdict for &Probe<'_, T> {
    fn judge(&self) {
        if let Some(verdict) = self.0.verdict() {
            running(|subject| !matches!(subject, Subject::Model { .. }), |state| state.judge(verdict));
        }
    }
}

impl<T: ?Sized> ViaNoVerdict for Probe<'_, T> {}

/// What a model's answer says of what it used.
///
/// Where a function with the preset `gen_ai` or `chat` returns such a type, or a `Result` of one, or gives such
/// items as a stream, the numbers are recorded and counted without another word.
///
/// ```
/// use observe::{operation::Usage, testing, traced};
///
/// struct Answer { text: String, read: u64, written: u64 }
///
/// impl Usage for Answer {
///     fn input_tokens(&self) -> u64 { self.read }
///     fn output_tokens(&self) -> u64 { self.written }
/// }
///
/// #[traced(chat(provider = "openai", model = "gpt-4"))]
/// fn ask() -> Result<Answer, String> {
///     Ok(Answer { text: "Yes.".into(), read: 12, written: 2 })
/// }
///
/// let capture = testing::capture();
/// ask().unwrap();
/// let span = capture.span("chat gpt-4");
/// assert_eq!(span.attribute("gen_ai.usage.output_tokens").unwrap().to_string(), "2");
/// ```
pub trait Usage {
    /// Tokens that the model read.
    fn input_tokens(&self) -> u64;

    /// Tokens that it wrote.
    fn output_tokens(&self) -> u64;

    /// What it cost, and in which currency, such as `(0.0021, "USD")`; `None` where that is not known.
    fn cost(&self) -> Option<(f64, &str)> {
        None
    }
}

impl<T: Usage, E> Usage for Result<T, E> {
    fn input_tokens(&self) -> u64 {
        self.as_ref().map_or(0, Usage::input_tokens)
    }

    fn output_tokens(&self) -> u64 {
        self.as_ref().map_or(0, Usage::output_tokens)
    }

    fn cost(&self) -> Option<(f64, &str)> {
        self.as_ref().ok().and_then(Usage::cost)
    }
}

/// Has a result that says so tell what was used.
pub trait ViaUsage {
    /// Tells the operation that runs.
    fn report(&self);
}

/// Any other result.
pub trait ViaNoUsage {
    /// Nothing.
    fn report(&self) {}
}

impl<T: Usage> ViaUsage for &Probe<'_, T> {
    fn report(&self) {
        let (input, output) = (self.0.input_tokens(), self.0.output_tokens());
        if (input, output) != (0, 0) {
            tokens(input, output);
        }
        if let Some((amount, currency)) = self.0.cost() {
            cost(amount, currency);
        }
    }
}

impl<T: ?Sized> ViaNoUsage for Probe<'_, T> {}
