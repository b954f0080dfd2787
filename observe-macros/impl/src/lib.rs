//! What stands behind the attributes of `observe-macros`, as a plain library that tests can call.
//!
//! Each attribute has a folder, and in it the stations of one way: `attr` reads what the user
//! wrote, `check` holds it against the rules, `expand` writes the code and can't fail. Every
//! station reports to one `Ctxt`, so that all mistakes of an item are shown at once, and
//! the item is always emitted, so that a mistake in an attribute breaks nothing else.

extern crate proc_macro;

mod catalogue;
mod diag;
mod family;
mod function;
mod health;
mod label;
mod label_set;
mod main_attr;
mod metered;
mod metric;
mod paths;
mod preset;
mod redact;
mod span;
mod syntax;
mod traced;
mod workspace;

use proc_macro2::TokenStream;

/// `#[traced(args)] item`, together with a `#[metered]` below it.
#[must_use]
pub fn traced(args: TokenStream, item: &TokenStream) -> TokenStream {
    reporting(function::expand(function::Attribute::Traced, args, item))
}

/// `#[metered(args)] item`, together with a `#[traced]` below it.
#[must_use]
pub fn metered(args: TokenStream, item: &TokenStream) -> TokenStream {
    reporting(function::expand(function::Attribute::Metered, args, item))
}

/// `#[main(args)] item`.
#[must_use]
pub fn main_attr(args: TokenStream, item: &TokenStream) -> TokenStream {
    main_attr::expand(args, item)
}

/// `span!(input)`.
#[must_use]
pub fn span(input: TokenStream) -> TokenStream {
    span::expand(input)
}

/// `#[metric(args)] item`.
#[must_use]
pub fn metric(args: TokenStream, item: &TokenStream) -> TokenStream {
    beside(metric::expand(args, item))
}

/// `#[redact(args)] item`.
#[must_use]
pub fn redact(args: TokenStream, item: &TokenStream) -> TokenStream {
    beside(redact::expand(args, item))
}

/// `#[health_check(args)] item`.
#[must_use]
pub fn health_check(args: TokenStream, item: &TokenStream) -> TokenStream {
    beside(health::expand(args, item))
}

/// `#[derive(Label)] item`.
#[must_use]
pub fn label(item: TokenStream) -> TokenStream {
    beside(label::expand(item))
}

/// `#[derive(LabelSet)] item`.
#[must_use]
pub fn label_set(item: TokenStream) -> TokenStream {
    beside(label_set::expand(item))
}

/// `__workspace_names!(krate)`: the names that the crate's workspace has of its own.
#[must_use]
pub fn workspace_names(krate: TokenStream) -> TokenStream {
    workspace::names_at_run_time(syn::parse2(krate).ok().as_ref())
}

/// What is wrong with the policy of the workspace is said beside the first annotation.
fn reporting(mut expanded: TokenStream) -> TokenStream {
    expanded.extend(workspace::report());
    expanded
}

/// The same where an item may stand beside: not in an `impl`, where functions are.
fn beside(mut expanded: TokenStream) -> TokenStream {
    expanded.extend(workspace::tracked());
    reporting(expanded)
}
