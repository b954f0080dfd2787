//! The code around a block.
//!
//! For `span!("rank", rows = n, { BLOCK })`:
//!
//! ```text
//! {
//!     static __OBSERVE_SITE: Site = …;
//!     let mut call = Call::new();
//!     if !__OBSERVE_SITE.is_off() {
//!         call.trace_entered(&__OBSERVE_SITE, &[field("rows", &n)]);
//!     }
//!     call.inline().ended({ BLOCK }, |result| Probe(&result).outcome())
//! }
//! ```
//!
//! The block stands where it stood and is in no closure, so that `return`, `?` and `break` lead out of it;
//! as an argument it is typed by what is expected of the whole. One without a value stands behind its guard,
//! `let _call = call.inline(); { BLOCK }`. An async block becomes
//! `async { …; in_call(call, async { BLOCK }, …).await }`. Without a block the guard itself is the value.

use super::input::{Body, has_no_value};
use crate::function::outcome;
use crate::paths::Runtime;
use crate::traced::{self, Traced};
use proc_macro2::{Group, Span, TokenStream};
use quote::quote_spanned;

/// Writes the block with its span around it.
pub(super) fn expand(traced: &Traced, body: &Body) -> TokenStream {
    let private = Runtime::new(traced.krate.as_ref());
    let is_entered = !matches!(body, Body::Async { .. });
    let (site, open) = (traced::expand::site(traced, &private), traced::expand::open(traced, is_entered, &private));
    let span = Span::mixed_site();
    let begin = quote_spanned! {span=>
        #site
        let mut call = #private::Call::new();
        #open
    };
    match body {
        Body::Rest => quote_spanned!(span=> { #begin call.inline() }),
        Body::Sync(block) if has_no_value(block) => {
            let block = braced_by_us(block);
            quote_spanned!(span=> { #begin let _call = call.inline(); #block })
        }
        Body::Sync(block) => {
            let (block, outcome) = (braced_by_us(block), outcome(None, None, &private));
            quote_spanned!(span=> { #begin call.inline().ended(#block, |result| #outcome) })
        }
        Body::Async { asyncness, block } => {
            let outcome = outcome(None, None, &private);
            quote_spanned! {span=>
                #asyncness {
                    #begin
                    let future = #private::in_call::<_, _, _>(call, #asyncness #block, |result| #outcome);
                    future.await
                }
            }
        }
    }
}

/// The block with braces that are not the user's: rustc would call theirs unnecessary.
pub(super) fn braced_by_us(block: &Group) -> Group {
    let mut braced = Group::new(block.delimiter(), block.stream());
    braced.set_span(block.span().resolved_at(Span::mixed_site()));
    braced
}

#[cfg(test)]
mod tests {
    use crate::span::expand;
    use quote::quote;

    #[test]
    fn the_block_is_kept_where_something_else_is_wrong() {
        for input in [quote!("x", 5 +, { kept }), quote!({ kept }), quote!("x", colour = red; async { kept })] {
            let expanded = expand(input).to_string();
            assert!(expanded.contains("kept") && expanded.contains("compile_error"), "{expanded}");
        }
    }
}
