//! The meter's static part, its checks, and the code that begins a call.

use super::{Label, Metered};
use crate::family::{self, Bounds, label_constant, label_info, label_set_info};
use crate::paths::{Runtime, borrowed};
use observe_rules::cardinality::DEFAULT_MAX_SERIES;
use observe_rules::metric::Family;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;

/// `static __OBSERVE_METER`, and the constants that refuse what it must not be.
pub(crate) fn meter(metered: &Metered, private: &Runtime) -> TokenStream {
    let Metered { name, help, outcome, .. } = metered;
    let (base, module) = (&name.value, quote!(::core::module_path!()));
    let calls = option(metered.calls.full_name(base, Family::Calls));
    let duration = option(metered.duration.full_name(base, Family::Duration));
    let in_progress = option(metered.in_progress.full_name(base, Family::InProgress));
    let labels = metered.labels.iter().enumerate();
    let labels = labels.map(|(at, Label { is_set, name, ty, .. })| match is_set {
        true => label_set_info(at, ty, private),
        false => label_info(at, name, ty, private),
    });
    let (joined, all_labels) = all_labels(metered, private);
    let (bounds, ladder) = bounds(metered, private);
    let (checks, names_differ) = (checks(metered, private), names_differ(metered, private));
    let declared_once = declared_once(metered);
    quote! {
        #(#labels)*
        #joined
        #bounds
        #checks
        #names_differ
        #declared_once
        static __OBSERVE_METER: #private::Meter = #private::Meter::new(#private::MeterDefinition {
            calls: #calls,
            duration: #duration,
            in_progress: #in_progress,
            outcome: #outcome,
            help: #help,
            labels: #all_labels,
            ladder: &#ladder,
            module: #module,
            line: ::core::line!(),
        });
        #[#private::linkme::distributed_slice(#private::DECLARATIONS)]
        #[linkme(crate = #private::linkme)]
        static __OBSERVE_DECLARATION: #private::DeclaredMetric = __OBSERVE_METER.declaration();
    }
}

/// The expression that begins a call: it counts the call as under way.
pub(crate) fn begin(metered: &Metered, private: &Runtime) -> TokenStream {
    let mut combination = quote!(0);
    for (at, Label { is_set, ty, value, .. }) in metered.labels.iter().enumerate() {
        // Spanned as the value is, so that a value of another type is underlined itself.
        let value = borrowed(value, value.span());
        let ty = quote_spanned!(ty.span()=> &#ty);
        let constant = label_constant(at, Span::call_site());
        let place = place(metered, at, Span::call_site());
        let (combinations, ask) = if *is_set {
            (quote!(const { #private::label::combinations(#constant) }), quote!(combination))
        } else {
            (quote!(#constant.cardinality()), quote!(index))
        };
        combination = quote_spanned! {Span::mixed_site()=>
            #private::label::combine(#combination, #combinations, {
                #[allow(unused_imports)]
                use #private::label::{ViaAny as _, ViaLabel as _, ViaSet as _};
                #[allow(clippy::ref_option_ref)]
                let label: #ty = #value;
                (&&#private::label::Probe(label)).#ask(__OBSERVE_METER.interners(), #place)
            })
        };
    }
    quote!(__OBSERVE_METER.begin(#combination))
}

fn has_sets(metered: &Metered) -> bool {
    metered.labels.iter().any(|label| label.is_set)
}

/// The metric's labels in one list, and what declares it where sets are part of it.
fn all_labels(metered: &Metered, private: &Runtime) -> (TokenStream, TokenStream) {
    let groups = metered.labels.iter().enumerate().map(|(at, label)| {
        let constant = label_constant(at, Span::call_site());
        if label.is_set { quote!(#constant) } else { quote!(&[#constant]) }
    });
    if !has_sets(metered) {
        let labels = (0..metered.labels.len()).map(|at| label_constant(at, Span::call_site()));
        return (TokenStream::new(), quote!(&[#(#labels),*]));
    }
    let joined = quote! {
        const __OBSERVE_GROUPS: &[&[#private::LabelInfo]] = &[#(#groups),*];
        const __OBSERVE_LABELS: [#private::LabelInfo; #private::label::count(__OBSERVE_GROUPS)] =
            #private::label::concat(__OBSERVE_GROUPS);
    };
    (joined, quote!(&__OBSERVE_LABELS))
}

/// How many labels come before the entry at `at`.
fn place(metered: &Metered, at: usize, span: Span) -> TokenStream {
    let before = &metered.labels[..at];
    let sets = before.iter().enumerate().filter(|(_, label)| label.is_set).map(|(at, _)| label_constant(at, span));
    let single = before.iter().filter(|label| !label.is_set).count();
    if before.iter().any(|label| label.is_set) {
        quote_spanned!(span=> const { #single #(+ #sets.len())* })
    } else {
        quote_spanned!(span=> #single)
    }
}

/// Constants that refuse a label with the name of another one, where sets have labels: each underlines
/// the entry whose label comes second.
fn names_differ(metered: &Metered, private: &Runtime) -> TokenStream {
    if !has_sets(metered) {
        return TokenStream::new();
    }
    let (owner, outcome) = (&metered.name.value, &metered.outcome);
    let checks = metered.labels.iter().enumerate().map(|(at, label)| {
        let span = label.ident.span();
        let (private, first) = (private.at(span), place(metered, at, span));
        let constant = label_constant(at, span);
        let count = if label.is_set { quote_spanned!(span=> #constant.len()) } else { quote_spanned!(span=> 1) };
        let (owner, outcome) = (syn::LitStr::new(owner, span), syn::LitStr::new(outcome, span));
        quote_spanned! {span=>
            const _: () =
                #private::label::assert_differ(#owner, &__OBSERVE_LABELS, #first, #first + #count, #outcome);
        }
    });
    checks.collect()
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
    let (family, outcome) = (syn::LitStr::new(&family, span), syn::LitStr::new(outcome, span));
    let factors = if has_sets(metered) {
        quote_spanned! {span=>
            &#private::label::factors::<{ __OBSERVE_LABELS.len() + 1 }>(
                &__OBSERVE_LABELS,
                #private::outcome::factor(#outcome),
            )
        }
    } else {
        let labels = (0..metered.labels.len()).map(|at| label_constant(at, span));
        quote_spanned!(span=> &[#(#labels.factor(),)* #private::outcome::factor(#outcome)])
    };
    quote_spanned! {span=>
        const _: () = {
            #bounds
            #private::cardinality::assert_within(
                #family,
                #factors,
                #shape,
                __OBSERVE_BUDGET,
            );
        };
    }
}

/// One macro stands for all families that are called after the base name, so that a metric which is
/// declared twice is one error. A family that the user names has a macro of its own.
fn declared_once(metered: &Metered) -> TokenStream {
    let families = [&metered.calls, &metered.duration, &metered.in_progress];
    let base =
        families.iter().any(|choice| choice.is_default()).then(|| (metered.name.value.clone(), metered.name.span));
    let named = families.into_iter().filter_map(|choice| choice.named().map(|name| (name.value(), name.span())));
    base.into_iter().chain(named).map(|(name, span)| family::declared_once(&name, span)).collect()
}

fn option(name: Option<String>) -> TokenStream {
    match name {
        Some(name) => quote!(::core::option::Option::Some(#name)),
        None => quote!(::core::option::Option::None),
    }
}
