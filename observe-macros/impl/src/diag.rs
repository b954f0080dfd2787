//! Collecting diagnostics, so that one compile shows every mistake of an item.

use observe_rules::{Code, Violation};
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use std::cell::RefCell;

/// The diagnostics of one item. Shared by reference, emptied by [`Ctxt::finish`].
///
/// A context that is dropped with diagnostics in it has lost them, so that panics.
#[derive(Default)]
pub(crate) struct Ctxt {
    errors: RefCell<Vec<syn::Error>>,
}

impl Ctxt {
    /// Reports a broken rule at these tokens; all of them are underlined.
    pub(crate) fn violation(&self, tokens: impl ToTokens, violation: &Violation) {
        self.push(syn::Error::new_spanned(tokens, violation));
    }

    /// Reports every one of them at these tokens.
    pub(crate) fn violations(&self, tokens: impl ToTokens, violations: &[Violation]) {
        for violation in violations {
            self.violation(&tokens, violation);
        }
    }

    /// Reports one fact and one fix.
    pub(crate) fn error(&self, tokens: impl ToTokens, code: Code, message: impl Into<String>, help: impl Into<String>) {
        self.violation(tokens, &Violation::new(code, message, help));
    }

    /// Reports an entry that can't be read, under the code for a form that nobody expected.
    pub(crate) fn unreadable(&self, entry: impl ToTokens, why: Unreadable, help: impl Into<String>) {
        match why {
            Unreadable::Known(violation) => self.violation(entry, &violation),
            Unreadable::Whole(message) => self.error(entry, Code::Obs0703, message, help),
            Unreadable::At(error) => {
                let message = error.to_string().replace("expected ident", "expected a name");
                self.push(syn::Error::new(error.span(), Violation::new(Code::Obs0703, message, help)));
            }
        }
    }

    fn push(&self, error: syn::Error) {
        self.errors.borrow_mut().push(error);
    }

    /// Whether nothing was reported so far.
    pub(crate) fn is_clean(&self) -> bool {
        self.errors.borrow().is_empty()
    }

    /// The diagnostics as `compile_error!`s; nothing where there are none.
    pub(crate) fn finish(self) -> TokenStream {
        self.errors.take().iter().map(syn::Error::to_compile_error).collect()
    }
}

/// Why an entry of a list can't be read.
#[derive(Debug)]
pub(crate) enum Unreadable {
    /// One of its tokens is wrong.
    At(syn::Error),
    /// Something is missing, so that there is no token to underline but the whole entry.
    Whole(String),
    /// It is clear what was meant.
    Known(Violation),
}

impl From<syn::Error> for Unreadable {
    fn from(error: syn::Error) -> Self {
        Self::At(error)
    }
}

impl Drop for Ctxt {
    fn drop(&mut self) {
        // A panic on top of a panic would hide the first one.
        assert!(self.is_clean() || std::thread::panicking(), "diagnostics were collected and never shown");
    }
}

/// A value with the place where the user wrote it.
#[derive(Clone, Debug)]
pub(crate) struct Spanned<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
}

impl<T> Spanned<T> {
    pub(crate) fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    #[test]
    fn every_diagnostic_is_shown() {
        let ctxt = Ctxt::default();
        ctxt.error(quote!(a), Code::Obs0701, "one", "fix");
        ctxt.error(quote!(b), Code::Obs0702, "two", "fix");
        let shown = ctxt.finish().to_string();
        assert!(shown.contains("OBS0701: one") && shown.contains("OBS0702: two"), "{shown}");
    }

    #[test]
    #[should_panic(expected = "never shown")]
    fn a_forgotten_context_is_noticed() {
        Ctxt::default().error(quote!(a), Code::Obs0701, "one", "fix");
    }
}
