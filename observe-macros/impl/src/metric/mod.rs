//! `#[metric]`: a static without a value becomes a metric that counts on its own.

mod attr;
mod calls;
mod check;
mod expand;
mod item;
mod record;

use crate::diag::Ctxt;
use attr::Metric;
use item::{Counted, Static};
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn expand(args: TokenStream, item: &TokenStream) -> TokenStream {
    let ctxt = Ctxt::default();
    let Some(item) = Static::parse(&ctxt, item) else {
        let errors = ctxt.finish();
        return quote!(#errors #item);
    };
    // Of a type that is no metric's nothing is known, and so nothing of its options.
    let metric = match item.metric_type(&ctxt).map(|ty| (ty.counted, ty)) {
        Some((Counted::Values(kind), ty)) => {
            let metric = Metric::parse(&ctxt, args, kind, ty, &item);
            check::check(&ctxt, &metric, &item);
            if ctxt.is_clean() {
                return expand::expand(&metric, &item);
            }
            Some(metric)
        }
        Some((Counted::Calls, ty)) => {
            let calls = calls::parse(&ctxt, args, &ty, &item);
            if ctxt.is_clean() {
                return calls::expand(&calls, &item);
            }
            None
        }
        None => None,
    };
    // In place of the value: it has every type, and nothing that uses the static complains as well.
    let errors = ctxt.finish();
    item.with_value(metric.as_ref(), &quote!({ #errors }))
}
