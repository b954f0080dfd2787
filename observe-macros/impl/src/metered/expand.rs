//! The meter's static part, its checks, and the code that begins a call.

use super::{Bounds, Label, Metered};
use observe_rules::cardinality::DEFAULT_MAX_SERIES;
use observe_rules::metric::Family;
use crate::paths::respanned;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

/// `static __OBSERVE_METER`, and the constants that refuse what it must not be.
pub(crate) fn meter(metered: &Metered, private: &TokenStream) -> TokenStream {
    let Metered { name, help, outcome, .. } = metered;
    let (base, module) = (&name.value, quote!(::core::module_path!()));
    let calls = option(metered.calls.full_name(base, Family::Calls));
    let duration = option(metered.duration.full_name(base, Family::Duration));
    let in_progress = option(metered.in_progress.full_name(base, Family::InProgress));
    let labels = metered.labels.iter().enumerate().map(|(at, label)| label_info(at, label, private));
    let label_names: Vec<Ident> = (0..metered.labels.len()).map(label_constant).collect();
    let bounds = match &metered.bounds {
        Bounds::Preset("ai") => quote!(#private::bucket::AI),
        Bounds::Preset(_) => quote!(#private::bucket::API),
        Bounds::Custom(expr) => quote!(&#expr),
    };
    let checks = checks(metered, private, &label_names);
    let declared_once = declared_once(metered);
    quote! {
        #(#labels)*
        const __OBSERVE_BOUNDS: &[f64] = #bounds;
        #checks
        #declared_once
        static __OBSERVE_METER: #private::Meter = #private::Meter::new(#private::MeterDefinition {
            calls: #calls,
            duration: #duration,
            in_progress: #in_progress,
            outcome: #outcome,
            help: #help,
            labels: &[#(#label_names),*],
            bounds: __OBSERVE_BOUNDS,
            module: #module,
            line: ::core::line!(),
        });
    }
}

/// The expression that begins a call: it counts the call as under way.
pub(crate) fn begin(metered: &Metered, private: &TokenStream) -> TokenStream {
    let indices = metered.labels.iter().map(|Label { ty, value, .. }| {
        quote_spanned! {Span::mixed_site()=>
            {
                #[allow(unused_imports)]
                use #private::label::{ViaAny as _, ViaLabel as _};
                let label: &#ty = &#value;
                (&&#private::label::Probe(label)).index()
            }
        }
    });
    quote!(__OBSERVE_METER.call(&[#(#indices),*]))
}

/// Name, type and cardinality of a label. The only place that asks for `Label`: one error a type.
fn label_info(at: usize, label: &Label, private: &TokenStream) -> TokenStream {
    let Label { name, ty, .. } = label;
    let constant = label_constant(at);
    let shown = ty.to_token_stream().to_string().replace(' ', "");
    quote! {
        const #constant: #private::LabelInfo = #private::LabelInfo::of::<#ty>(#name, #shown);
    }
}

fn label_constant(at: usize) -> Ident {
    format_ident!("__OBSERVE_LABEL_{at}", span = Span::call_site())
}

/// Constants whose evaluation fails with a message of ours, underlining the metric's name.
fn checks(metered: &Metered, private: &TokenStream, labels: &[Ident]) -> TokenStream {
    let (base, span) = (&metered.name.value, metered.name.span);
    let budget = match &metered.max_series {
        Some(expr) => quote!(#expr),
        None => quote!(#DEFAULT_MAX_SERIES),
    };
    // The family with the most series decides, and that is the histogram where there is one.
    let (family, bounds, shape) = match metered.duration.full_name(base, Family::Duration) {
        Some(duration) => (
            duration.clone(),
            quote!(#private::bucket::assert_valid(#duration, __OBSERVE_BOUNDS);),
            quote!(#private::cardinality::Shape::Histogram { bounds: __OBSERVE_BOUNDS.len() }),
        ),
        None => (
            metered.calls.full_name(base, Family::Calls).unwrap_or_else(|| base.clone()),
            TokenStream::new(),
            quote!(#private::cardinality::Shape::Single),
        ),
    };
    let outcome = &metered.outcome;
    let check = quote! {
        const _: () = {
            #bounds
            #private::cardinality::assert_within(
                #family,
                &[#(#labels.factor(),)* #private::outcome::factor(#outcome)],
                #shape,
                #budget,
            );
        };
    };
    respanned(check, span)
}

/// A macro a family, exported under the family's name: a second one in the crate is rustc's E0428,
/// which shows both places.
fn declared_once(metered: &Metered) -> TokenStream {
    let (base, span) = (&metered.name.value, metered.name.span);
    let families = [
        metered.calls.full_name(base, Family::Calls),
        metered.duration.full_name(base, Family::Duration),
        metered.in_progress.full_name(base, Family::InProgress),
    ];
    families
        .into_iter()
        .flatten()
        .map(|family| {
            let name = Ident::new(&format!("OBS0305_metric_declared_twice__{family}"), span);
            quote_spanned! {span=>
                #[doc(hidden)]
                #[macro_export]
                #[allow(non_local_definitions)]
                macro_rules! #name { () => {}; }
            }
        })
        .collect()
}

fn option(name: Option<String>) -> TokenStream {
    match name {
        Some(name) => quote!(::core::option::Option::Some(#name)),
        None => quote!(::core::option::Option::None),
    }
}
