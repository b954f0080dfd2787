//! The attributes of observe. Use them through the `observe` crate, which re-exports them.
//!
//! | attribute | what it adds |
//! |---|---|
//! | [`macro@traced`] | a span around each call of a function |
//! | [`macro@span`] | a span around a block |
//! | [`macro@metered`] | a counter, a histogram and a gauge of a function's calls |
//! | [`macro@main`] | telemetry around `main`, and a runtime for an `async` one |
//! | [`macro@metric`] | a counter, gauge, histogram, summary or info of its own |
//! | [`macro@redact`] | a `Debug` that shows only what is marked |
//! | [`macro@health_check`] | a check of what the service depends on |
//! | [`macro@Label`] | a bounded label out of an enum |
//! | [`macro@LabelSet`] | the labels of a metric out of a struct |
//!
//! Every mistake has a code, `OBS` and four digits, and a page under `docs/errors`. All mistakes of
//! an attribute are reported at once, and the item stays as it was, so that nothing else breaks.

use proc_macro::TokenStream;

#[doc = include_str!("traced.md")]
#[proc_macro_attribute]
pub fn traced(args: TokenStream, item: TokenStream) -> TokenStream {
    observe_macros_impl::traced(args.into(), &item.into()).into()
}

#[doc = include_str!("span.md")]
#[proc_macro]
pub fn span(input: TokenStream) -> TokenStream {
    observe_macros_impl::span(input.into()).into()
}

#[doc = include_str!("main_attr.md")]
#[proc_macro_attribute]
pub fn main(args: TokenStream, item: TokenStream) -> TokenStream {
    observe_macros_impl::main_attr(args.into(), &item.into()).into()
}

#[doc = include_str!("metered.md")]
#[proc_macro_attribute]
pub fn metered(args: TokenStream, item: TokenStream) -> TokenStream {
    observe_macros_impl::metered(args.into(), &item.into()).into()
}

#[doc = include_str!("metric.md")]
#[proc_macro_attribute]
pub fn metric(args: TokenStream, item: TokenStream) -> TokenStream {
    observe_macros_impl::metric(args.into(), &item.into()).into()
}

#[doc = include_str!("redact.md")]
///
#[doc = include_str!("redact_view.md")]
#[proc_macro_attribute]
pub fn redact(args: TokenStream, item: TokenStream) -> TokenStream {
    observe_macros_impl::redact(args.into(), &item.into()).into()
}

#[doc = include_str!("health_check.md")]
#[proc_macro_attribute]
pub fn health_check(args: TokenStream, item: TokenStream) -> TokenStream {
    observe_macros_impl::health_check(args.into(), &item.into()).into()
}

/// The names that the workspace has of its own, for `observe::init!`. Not part of the public interface.
#[doc(hidden)]
#[proc_macro]
pub fn __workspace_names(krate: TokenStream) -> TokenStream {
    observe_macros_impl::workspace_names(krate.into()).into()
}

#[doc = include_str!("label.md")]
#[proc_macro_derive(Label, attributes(label))]
pub fn label(item: TokenStream) -> TokenStream {
    observe_macros_impl::label(item.into()).into()
}

#[doc = include_str!("label_set.md")]
#[proc_macro_derive(LabelSet, attributes(label))]
pub fn label_set(item: TokenStream) -> TokenStream {
    observe_macros_impl::label_set(item.into()).into()
}
