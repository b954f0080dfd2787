//! `#[redact]`: a type shows only what its author marks.

mod attr;
mod check;
mod expand;
mod item;
mod records;

use crate::diag::Ctxt;
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn expand(args: TokenStream, tokens: &TokenStream) -> TokenStream {
    let ctxt = Ctxt::default();
    let Some(mut item) = item::parse(&ctxt, tokens) else {
        let errors = ctxt.finish();
        return quote!(#errors #tokens);
    };
    let krate = attr::container(&ctxt, args);
    let shapes = item::take_shapes(&ctxt, &mut item);
    check::check(&ctxt, &mut item, &shapes);
    let errors = ctxt.finish();
    // Even with errors the type has its `Debug`: hiding is never what is wrong.
    let code = expand::expand(&item, &shapes, krate.as_ref());
    let records = records::expand(&item, &shapes, krate.as_ref());
    quote!(#errors #item #code #records)
}
