//! `#[metric]`: a static without a value becomes a metric that counts on its own.

mod attr;
mod check;
mod expand;
mod item;

use crate::diag::Ctxt;
use attr::Metric;
use item::Static;
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn expand(args: TokenStream, item: &TokenStream) -> TokenStream {
    let ctxt = Ctxt::default();
    let Some(item) = Static::parse(&ctxt, item) else {
        let errors = ctxt.finish();
        return quote!(#errors #item);
    };
    let metric = Metric::parse(&ctxt, args, &item);
    if let Some(metric) = &metric {
        check::check(&ctxt, metric, &item);
        if ctxt.is_clean() {
            return expand::expand(metric, &item);
        }
    }
    // In place of the value: it has every type, and nothing that uses the static complains as well.
    let errors = ctxt.finish();
    item.with_value(metric.as_ref(), &quote!({ #errors }))
}
