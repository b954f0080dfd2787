//! The meter's static part, its checks, and the code that begins a call.

use super::{Bounds, ERROR_LABEL, Label, Metered};
use crate::paths::{Runtime, borrowed, is_unsized};
use observe_rules::cardinality::DEFAULT_MAX_SERIES;
use observe_rules::metric::Family;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{LitStr, Type};

/// `static __OBSERVE_METER`, and the constants that refuse what it must not be.
pub(crate) fn meter(metered: &Metered, private: &Runtime) -> TokenStream {
    let Metered { name, help, outcome, .. } = metered;
    let (base, module) = (&name.value, quote!(::core::module_path!()));
    let calls = option(metered.calls.full_name(base, Family::Calls));
    let duration = option(metered.duration.full_name(base, Family::Duration));
    let in_progress = option(metered.in_progress.full_name(base, Family::InProgress));
    let labels = metered.labels.iter().enumerate().map(|(at, label)| label_info(at, label, private));
    let errors = match &metered.error {
        Some(ty) => {
            let info = info(&Ident::new("__OBSERVE_ERRORS", ty.span()), ERROR_LABEL, ty, private);
            (info, quote!(::core::option::Option::Some(__OBSERVE_ERRORS)))
        }
        None => (TokenStream::new(), quote!(::core::option::Option::None)),
    };
    let (error_info, errors) = errors;
    let label_names = (0..metered.labels.len()).map(|at| label_constant(at, Span::call_site()));
    let (bounds, ladder) = bounds(metered, private);
    let checks = checks(metered, private);
    let objective = metered.objective.definition(private);
    let declared_once = declared_once(metered);
    quote! {
        #(#labels)*
        #error_info
        #bounds
        #checks
        #declared_once
        static __OBSERVE_METER: #private::Meter = #private::Meter::new(#private::MeterDefinition {
            calls: #calls,
            duration: #duration,
            in_progress: #in_progress,
            outcome: #outcome,
            help: #help,
            labels: &[#(#label_names),*],
            errors: #errors,
            objective: #objective,
            ladder: &#ladder,
            module: #module,
            line: ::core::line!(),
        });
        #[#private::linkme::distributed_slice(#private::DECLARATIONS)]
        #[linkme(crate = #private::linkme)]
        static __OBSERVE_DECLARATION: #private::DeclaredMetric = __OBSERVE_METER.declaration();
    }
}

/// The expression that makes a call, not yet begun.
pub(crate) fn begin(metered: &Metered, private: &Runtime) -> TokenStream {
    let mut combination = quote!(0);
    for (at, Label { ty, value, .. }) in metered.labels.iter().enumerate() {
        // Spanned as the value is, so that a value of another type is underlined itself.
        let value = borrowed(value, value.span());
        let ty = quote_spanned!(ty.span()=> &#ty);
        let constant = label_constant(at, Span::call_site());
        combination = quote_spanned! {Span::mixed_site()=>
            #private::label::combine(#combination, &#constant, {
                #[allow(unused_imports)]
                use #private::label::{ViaAny as _, ViaLabel as _};
                #[allow(clippy::ref_option_ref)]
                let label: #ty = #value;
                (&&#private::label::Probe(label)).index(__OBSERVE_METER.interners(), #at)
            })
        };
    }
    quote!(__OBSERVE_METER.call(#combination))
}

/// The place of the result's error among the values of its label; `None` where errors are no label.
pub(crate) fn error_label(metered: &Metered, result: &Ident, private: &Runtime) -> Option<TokenStream> {
    let ty = metered.error.as_ref()?;
    // Both at the type: a function that returns another error is refused there.
    let mut result = result.clone();
    result.set_span(result.span().located_at(ty.span()));
    let ty = quote_spanned!(ty.span()=> &::core::result::Result<_, #ty>);
    let place = metered.labels.len();
    Some(quote_spanned! {Span::mixed_site()=>
        .labelled({
            #[allow(unused_imports)]
            use #private::label::{ViaAny as _, ViaLabel as _};
            let result: #ty = #result;
            match result {
                ::core::result::Result::Ok(_) => 0,
                ::core::result::Result::Err(error) => {
                    (&&#private::label::Probe(error)).index(__OBSERVE_METER.interners(), #place)
                }
            }
        })
    })
}

/// Name, type and cardinality of a label. The only place that asks for `Label`: one error a type.
fn label_info(at: usize, label: &Label, private: &Runtime) -> TokenStream {
    info(&label_constant(at, label.ty.span()), &label.name, &label.ty, private)
}

fn info(constant: &Ident, name: &str, ty: &Type, private: &Runtime) -> TokenStream {
    let span = ty.span();
    let private = private.at(span);
    let shown = ty.to_token_stream().to_string().replace(' ', "");
    // A `str` is refused as a label, and not once more because it has no size.
    let ty = if is_unsized(ty) { quote_spanned!(span=> &#ty) } else { ty.to_token_stream() };
    quote_spanned! {span=>
        #[allow(unused_qualifications)]
        const #constant: #private::LabelInfo = {
            // Refused here, a type is shown without the function of ours that asks for it.
            let _ = <#ty as #private::Label>::CARDINALITY;
            #private::LabelInfo::of::<#ty>(#name, #shown)
        };
    }
}

fn label_constant(at: usize, span: Span) -> Ident {
    Ident::new(&format!("__OBSERVE_LABEL_{at}"), span)
}

/// The histogram's bounds, and the budget, as constants that are spanned as the user's values are;
/// and where the bounds are found in nanoseconds.
fn bounds(metered: &Metered, private: &Runtime) -> (TokenStream, TokenStream) {
    let (bounds, ladder) = match &metered.bounds {
        Bounds::Preset("ai") => {
            (quote!(const __OBSERVE_BOUNDS: &[f64] = #private::bucket::AI;), quote!(#private::ladder::AI_LADDER))
        }
        Bounds::Preset(_) => {
            (quote!(const __OBSERVE_BOUNDS: &[f64] = #private::bucket::API;), quote!(#private::ladder::API_LADDER))
        }
        Bounds::Custom(expr) => {
            let value = borrowed(expr, expr.span());
            let bounds = quote_spanned!(expr.span()=> const __OBSERVE_BOUNDS: &[f64] = #value;);
            let nanos = quote! {
                static __OBSERVE_NANOS: [u64; __OBSERVE_BOUNDS.len()] = #private::ladder::nanos(__OBSERVE_BOUNDS);
                static __OBSERVE_LADDER: #private::Ladder = #private::Ladder::new(__OBSERVE_BOUNDS, &__OBSERVE_NANOS);
            };
            (quote!(#bounds #nanos), quote!(__OBSERVE_LADDER))
        }
    };
    let budget = match &metered.max_series {
        Some(expr) => quote_spanned!(expr.span()=> const __OBSERVE_BUDGET: usize = #expr;),
        None => quote!(const __OBSERVE_BUDGET: usize = #DEFAULT_MAX_SERIES;),
    };
    (quote!(#bounds #budget), ladder)
}

/// A constant whose evaluation fails with a message of ours, underlining the metric's name.
fn checks(metered: &Metered, private: &Runtime) -> TokenStream {
    let (base, span) = (&metered.name.value, metered.name.span);
    let private = private.at(span);
    let labels = (0..metered.labels.len()).map(|at| label_constant(at, span));
    let outcome = &metered.outcome;
    // The family with the most series decides, and that is the histogram where there is one.
    let (family, bounds, shape) = match metered.duration.full_name(base, Family::Duration) {
        Some(duration) => (
            duration.clone(),
            quote_spanned!(span=> #private::bucket::assert_valid(#duration, __OBSERVE_BOUNDS);),
            quote_spanned!(span=> #private::cardinality::Shape::Histogram { bounds: __OBSERVE_BOUNDS.len() }),
        ),
        None => (
            metered.calls.full_name(base, Family::Calls).unwrap_or_else(|| base.clone()),
            TokenStream::new(),
            quote_spanned!(span=> #private::cardinality::Shape::Single),
        ),
    };
    // Literals made by `quote` are elsewhere.
    let (family, outcome) = (LitStr::new(&family, span), LitStr::new(outcome, span));
    let outcome = match &metered.error {
        Some(_) => {
            let errors = Ident::new("__OBSERVE_ERRORS", span);
            quote_spanned!(span=> #private::outcome::factor_with_errors(#outcome, &#errors))
        }
        None => quote_spanned!(span=> #private::outcome::factor(#outcome)),
    };
    let objective = metered.objective.checks(&family.value(), &private);
    quote_spanned! {span=>
        #objective
        const _: () = {
            #bounds
            #private::cardinality::assert_within(
                #family,
                &[#(#labels.factor(),)* #outcome],
                #shape,
                __OBSERVE_BUDGET,
            );
        };
    }
}

/// A macro that is exported under the metric's name: a second one in the crate is rustc's E0428,
/// which shows both places.
///
/// One macro stands for all families that are called after the base name, so that a metric which is
/// declared twice is one error. A family that the user names has a macro of its own.
fn declared_once(metered: &Metered) -> TokenStream {
    let families = [&metered.calls, &metered.duration, &metered.in_progress];
    let base =
        families.iter().any(|choice| choice.is_default()).then(|| (metered.name.value.clone(), metered.name.span));
    let named = families.into_iter().filter_map(|choice| choice.named().map(|name| (name.value(), name.span())));
    base.into_iter()
        .chain(named)
        .map(|(name, span)| {
            let name = Ident::new(&format!("OBS0305_metric_declared_twice__{name}"), span);
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
