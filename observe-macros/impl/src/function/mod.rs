//! `#[traced]` and `#[metered]`: two attributes, one function, one expansion.
//!
//! Whichever of the two stands on top takes the other one off the function and expands both, so
//! that they share a call and its two clock reads. Their order does not matter.

mod check;
mod expand;
mod form;
mod item;
mod methods;

pub(crate) use expand::outcome;
pub(crate) use item::{Function, is_ours, mentions};

use crate::diag::Ctxt;
use crate::metered::Metered;
use crate::traced::Traced;
use observe_rules::Code;
use proc_macro2::TokenStream;
use quote::quote;

/// Which attribute the compiler called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attribute {
    Traced,
    Metered,
}

impl Attribute {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Traced => "traced",
            Self::Metered => "metered",
        }
    }

    fn other(self) -> Self {
        match self {
            Self::Traced => Self::Metered,
            Self::Metered => Self::Traced,
        }
    }
}

/// Expands the attribute that was called, and the other one where it is on the function too.
pub(crate) fn expand(called: Attribute, args: TokenStream, item: &TokenStream) -> TokenStream {
    if let Some(block) = methods::parse(item) {
        return methods::expand(called, &args, block);
    }
    let ctxt = Ctxt::default();
    let Some(mut function) = Function::parse(&ctxt, called, item) else {
        let errors = ctxt.finish();
        return quote!(#errors #item);
    };
    let (absorbed, other) = function.take_attribute(&ctxt, called.other()).unzip();
    if let Some((again, _)) = function.take_attribute(&ctxt, called) {
        let message = format!("`#[{}]` is on `{}` twice", called.name(), function.name());
        ctxt.error(again, Code::Obs0702, message, "remove one of them");
    }
    let (traced, metered) = match called {
        Attribute::Traced => (Some(args), other),
        Attribute::Metered => (other, Some(args)),
    };
    let traced = traced.map(|args| Traced::parse(&ctxt, args, &function));
    let metered = metered.map(|args| Metered::parse(&ctxt, args, &function));
    check::check(&ctxt, &function);
    if !ctxt.is_clean() {
        let (errors, head, body) = (ctxt.finish(), function.head(), function.body.stream());
        let used = absorbed.as_ref().map(item::used);
        return quote!(#errors #head { #used #body });
    }
    expand::expand(&function, traced.as_ref(), metered.as_ref(), absorbed.as_ref())
}
