//! What stands behind the attributes of `observe-macros`, as a plain library that tests can call.
//!
//! Each attribute has a folder, and in it the stations of one way: `attr` reads what the user
//! wrote, `check` holds it against the rules, `expand` writes the code and can't fail. Every
//! station reports to one `Ctxt`, so that all mistakes of an item are shown at once, and
//! the item is always emitted, so that a mistake in an attribute breaks nothing else.

mod diag;
mod family;
mod function;
mod label;
mod label_set;
mod metered;
mod metric;
mod paths;
mod redact;
mod span;
mod syntax;
mod traced;

use proc_macro2::TokenStream;

/// `#[traced(args)] item`, together with a `#[metered]` below it.
#[must_use]
pub fn traced(args: TokenStream, item: &TokenStream) -> TokenStream {
    function::expand(function::Attribute::Traced, args, item)
}

/// `#[metered(args)] item`, together with a `#[traced]` below it.
#[must_use]
pub fn metered(args: TokenStream, item: &TokenStream) -> TokenStream {
    function::expand(function::Attribute::Metered, args, item)
}

/// `span!(input)`.
#[must_use]
pub fn span(input: TokenStream) -> TokenStream {
    span::expand(input)
}

/// `#[metric(args)] item`.
#[must_use]
pub fn metric(args: TokenStream, item: &TokenStream) -> TokenStream {
    metric::expand(args, item)
}

/// `#[redact(args)] item`.
#[must_use]
pub fn redact(args: TokenStream, item: &TokenStream) -> TokenStream {
    redact::expand(args, item)
}

/// `#[derive(Label)] item`.
#[must_use]
pub fn label(item: TokenStream) -> TokenStream {
    label::expand(item)
}

/// `#[derive(LabelSet)] item`.
#[must_use]
pub fn label_set(item: TokenStream) -> TokenStream {
    label_set::expand(item)
}
