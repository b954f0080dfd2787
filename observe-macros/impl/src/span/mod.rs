//! `span!("name", …)`: a span around a block, an `async` block, or the rest of one.

mod expand;
mod input;

use crate::diag::Ctxt;
use crate::traced::Traced;
use input::{Body, Input};
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let ctxt = Ctxt::default();
    let Input { name, options, fields, body } = Input::read(&ctxt, input);
    let traced = Traced::of_block(&ctxt, &name, options, fields);
    body.check(&ctxt);
    if ctxt.is_clean() {
        return expand::expand(&traced, &body);
    }
    // The block stays: its value is used, and an editor completes in it.
    let errors = ctxt.finish();
    match body {
        Body::Rest => quote!({ #errors }),
        Body::Sync(block) => {
            let block = expand::braced_by_us(&block);
            quote!({ #errors #block })
        }
        Body::Async { asyncness, block } => quote!({ #errors #asyncness #block }),
    }
}
