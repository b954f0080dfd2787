//! Calls that several functions share: what `#[metered]` declares beside a function, in a static of its own.
//!
//! ```text
//! static RAG_QUERY: Calls<Model> = {
//!     const LABEL_0: LabelInfo = LabelInfo::of::<Model>("model", "Model");
//!     macro_rules! OBS0305_metric_declared_twice__rag_query { () => {}; }    // exported
//!     static METER: Meter = Meter::new(MeterDefinition { … });
//!     #[link_section = …]
//!     static DECLARED: DeclaredMetric = { assert_within(…); METER.declaration() };
//!     Calls::new(&METER, &[LABEL_0])
//! };
//! ```

use super::attr::LabelList;
use super::check::{label_types, types_of};
use super::item::{MetricType, Static};
use crate::diag::{Ctxt, Spanned};
use crate::metered::constants;
use crate::metered::expand::meter;
use crate::metered::{Label, Metered};
use crate::paths::Runtime;
use crate::syntax::{Arg, ArgValue, Known, doc_line, parse_args};
use crate::workspace;
use observe_rules::Code;
use observe_rules::metric::check_help;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::Type;
use syn::ext::IdentExt;
use syn::spanned::Spanned as _;

const OPTIONS: &[&str] = &[
    "name",
    "help",
    "labels",
    "buckets",
    "max_series",
    "calls",
    "duration",
    "in_progress",
    "outcome",
    "objective",
    "crate",
];

/// Reads the options and checks what they say, as `#[metered]` does.
pub(super) fn parse(ctxt: &Ctxt, args: TokenStream, ty: &MetricType<'_>, item: &Static) -> Metered {
    let name = Spanned::new(item.name().to_lowercase(), item.ident.span());
    let mut calls = Metered::new(name, doc_line(&item.attrs).unwrap_or_default());
    let mut help_at = item.ident.to_token_stream();
    let mut list = None;
    let mut known = Known::new("metric", OPTIONS);
    for arg in parse_args(ctxt, "metric", args) {
        if is_misplaced(ctxt, &arg) || !known.admit(ctxt, &arg) {
            continue;
        }
        if arg.name == "labels" {
            list = Some(LabelList::parse(ctxt, &arg));
            continue;
        }
        if arg.name == "help"
            && let ArgValue::Expr(text) = &arg.value
        {
            help_at = text.to_token_stream();
        }
        calls.option(ctxt, &arg, &[]);
    }
    if let Err(violation) = check_help(&calls.help) {
        ctxt.violation(help_at, &violation);
    }
    label_types(ctxt, ty, list.as_ref());
    calls.labels = labels(ctxt, ty, list.as_ref());
    calls.check(ctxt);
    calls
}

/// Refuses an option that other metrics have.
fn is_misplaced(ctxt: &Ctxt, arg: &Arg) -> bool {
    let help = match arg.name.to_string().as_str() {
        "error" => {
            "remove it: only a function with a metric of its own tells its errors apart, `#[metered(error = …)]`"
        }
        "init" => "remove it: series of calls are shown once they were counted",
        "quantiles" | "window" => "remove it: durations of calls are a histogram, whose bounds are `buckets`",
        "read" => "remove it: a function that says a number is one of a `Gauge`",
        _ => return false,
    };
    ctxt.error(&arg.name, Code::Obs0706, format!("calls have no `{}`", arg.name), help);
    true
}

/// The labels, by name and type: a type that is alone and has no name is a set, which names them itself.
fn labels(ctxt: &Ctxt, ty: &MetricType<'_>, list: Option<&LabelList>) -> Vec<Label> {
    let types = ty.labels.map(types_of).unwrap_or_default();
    let label = |is_set, ident: &Ident, ty: &Type| Label {
        is_set,
        ident: ident.clone(),
        name: ident.unraw().to_string(),
        ty: ty.clone(),
        // Each call has values of its own.
        value: syn::parse_quote!(#ident),
    };
    if let ([ty], None) = (&types[..], list) {
        return vec![label(true, &Ident::new("labels", ty.span()), ty)];
    }
    let names = LabelList::names(list);
    for name in names {
        ctxt.violations(name, &workspace::check_label(&name.unraw().to_string()));
    }
    names.iter().zip(types).map(|(name, ty)| label(false, name, ty)).collect()
}

pub(super) fn expand(calls: &Metered, item: &Static) -> TokenStream {
    let private = Runtime::new(calls.krate.as_ref());
    let (meter, labels) = (meter(calls, &private), constants::list(calls));
    let value = quote!({
        #meter
        #private::Calls::new(&__OBSERVE_METER, #labels)
    });
    item.with_value(None, &value)
}
