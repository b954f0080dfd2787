//! The attributes of observe. Use them through the `observe` crate, which re-exports them.

use proc_macro::TokenStream;

/// placeholder
#[proc_macro_attribute]
pub fn traced(args: TokenStream, item: TokenStream) -> TokenStream {
    observe_macros_impl::traced(args.into(), item.into()).into()
}

/// placeholder
#[proc_macro_attribute]
pub fn metered(args: TokenStream, item: TokenStream) -> TokenStream {
    observe_macros_impl::metered(args.into(), item.into()).into()
}

/// placeholder
#[proc_macro_attribute]
pub fn redact(args: TokenStream, item: TokenStream) -> TokenStream {
    observe_macros_impl::redact(args.into(), item.into()).into()
}

/// placeholder
#[proc_macro_derive(Label, attributes(label))]
pub fn label(item: TokenStream) -> TokenStream {
    observe_macros_impl::label(item.into()).into()
}
