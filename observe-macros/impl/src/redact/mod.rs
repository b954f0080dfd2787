//! `#[redact]`: a type shows only what its author marks.

mod attr;
mod bounds;
mod check;
mod container;
mod display;
mod expand;
mod item;
mod records;
mod serialize;
mod template;

use crate::diag::Ctxt;
use crate::paths::Runtime;
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn expand(args: TokenStream, tokens: &TokenStream) -> TokenStream {
    let ctxt = Ctxt::default();
    let Some(mut item) = item::parse(&ctxt, tokens) else {
        let errors = ctxt.finish();
        return quote!(#errors #tokens);
    };
    let mut container = container::container(&ctxt, args);
    let shapes = item::take_shapes(&ctxt, &mut item);
    check::check(&ctxt, &mut item, &shapes, &mut container);
    let private = Runtime::new(container.krate.as_ref());
    // Before serde's words are taken off or added to.
    let view = serialize::expand(&item, &shapes, container.serialize.is_some(), &private);
    if container.serialize.is_some() {
        serialize::check(&ctxt, &mut item);
    }
    // What stands under a derive that has been refused is no way round.
    let records = records::expand(&item, &shapes, &container, &private);
    serialize::guard(&mut item, &shapes, &private);
    let errors = ctxt.finish();
    // Even with errors the type has its `Debug`: hiding is never what is wrong.
    let code = expand::expand(&item, &shapes, &container);
    quote!(#errors #item #code #view #records)
}
