//! The meter's static part, its checks, and the code that begins a call.

use super::constants::{self, place};
use super::into::shared_call;
use super::record::record;
use super::{Choice, Label, Metered};
use crate::family::{self, Bounds, label_constant};
use crate::paths::{Runtime, borrowed};
use observe_rules::cardinality::DEFAULT_MAX_SERIES;
use observe_rules::metric::Family;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::LitStr;
use syn::spanned::Spanned as _;

/// `static __OBSERVE_METER`, and the constants that refuse what it must not be.
pub(crate) fn meter(metered: &Metered, private: &Runtime) -> TokenStream {
    if metered.into.is_some() {
        return TokenStream::new();
    }
    let Metered { name, help, .. } = metered;
    let name = &name.value;
    let (constants, labels) = (constants::constants(metered, private), constants::list(metered));
    let meter = Ident::new("__OBSERVE_METER", Span::call_site());
    let (checks, within) = checks(metered, private);
    let listed = family::listed(&meter, &within, private);
    let (once, seldom) = (declared_once(metered), seldom(metered, private));
    let definition = quote! {
        #private::MeterDefinition::of(#name, #help, #labels, (::core::module_path!(), ::core::line!()))
    };
    // Every field that is typed here takes its time in every function.
    let definition =
        if seldom.is_empty() { definition } else { quote!(#private::MeterDefinition { #(#seldom,)* ..#definition }) };
    let record = record(metered, private);
    quote! {
        #constants
        #checks
        #once
        static #meter: #private::Meter = #private::Meter::new(#definition);
        #listed
        #record
    }
}

/// The fields of the definition that are not as they are by default.
fn seldom(metered: &Metered, private: &Runtime) -> Vec<TokenStream> {
    let mut fields = Vec::new();
    let choices = [
        (quote!(calls), &metered.calls),
        (quote!(duration), &metered.duration),
        (quote!(in_progress), &metered.in_progress),
    ];
    for (field, choice) in choices {
        match choice {
            Choice::Default => {}
            Choice::Named(name) => fields.push(quote!(#field: #private::Choice::Named(#name))),
            Choice::Off => fields.push(quote!(#field: #private::Choice::Off)),
        }
    }
    let outcome = &metered.outcome;
    if outcome != "status" {
        fields.push(quote!(outcome: ::core::option::Option::Some(#outcome)));
    }
    if metered.error.is_some() {
        fields.push(quote!(errors: ::core::option::Option::Some(&__OBSERVE_ERRORS)));
    }
    if !matches!(metered.bounds, Bounds::Preset("api")) {
        let (_, ladder) = bounds(metered, private);
        fields.push(quote!(ladder: &#ladder));
    }
    if let Some(objective) = metered.objective.definition(private) {
        fields.push(quote!(objective: ::core::option::Option::Some(&#objective)));
    }
    fields
}

/// The expression that makes a call, not yet begun.
pub(crate) fn begin(metered: &Metered, private: &Runtime) -> TokenStream {
    if let Some(calls) = &metered.into {
        return shared_call(metered, calls, private);
    }
    let mut combination = quote!(0);
    for (at, Label { is_set, ty, value, .. }) in metered.labels.iter().enumerate() {
        // Spanned as the value is, so that a value of another type is underlined itself.
        let value = borrowed(value, value.span());
        let ty = quote_spanned!(ty.span()=> &#ty);
        let constant = label_constant(at, Span::call_site());
        let place = place(metered, at, Span::call_site());
        let (combinations, ask, via) = if *is_set {
            (quote!(const { #private::label::combinations(#constant) }), quote!(combination), quote!(ViaSet))
        } else {
            (quote!(#constant.cardinality()), quote!(index), quote!(ViaLabel))
        };
        combination = quote_spanned! {Span::mixed_site()=>
            #private::label::combine(#combination, #combinations, {
                #[allow(unused_imports)]
                use #private::label::{ViaAny as _, #via as _};
                #[allow(clippy::ref_option_ref)]
                let label: #ty = #value;
                (&&#private::label::Probe(label)).#ask(__OBSERVE_METER.interners(), #place)
            })
        };
    }
    quote!(__OBSERVE_METER.call(#combination))
}

/// The place of the result's error among the values of its label, and its text; `None` where errors are no label.
pub(crate) fn error_label(metered: &Metered, result: &Ident, private: &Runtime) -> Option<TokenStream> {
    let ty = metered.error.as_ref()?;
    // Both at the type: a function that returns another error is refused there.
    let mut result = result.clone();
    result.set_span(result.span().located_at(ty.span()));
    let ty = quote_spanned!(ty.span()=> &::core::result::Result<_, #ty>);
    let place = place(metered, metered.labels.len(), Span::call_site());
    Some(quote_spanned! {Span::mixed_site()=>
        .labelled({
            #[allow(unused_imports)]
            use #private::label::{ViaAny as _, ViaLabel as _};
            let result: #ty = #result;
            match result {
                ::core::result::Result::Ok(_) => (0, ""),
                ::core::result::Result::Err(error) => {
                    (&&#private::label::Probe(error)).index_and_text(__OBSERVE_METER.interners(), #place)
                }
            }
        })
    })
}

/// The histogram's bounds, as they are checked, and as a duration is looked up in them.
fn bounds(metered: &Metered, private: &Runtime) -> (TokenStream, TokenStream) {
    match &metered.bounds {
        Bounds::Preset("ai") => (quote!(#private::bucket::AI), quote!(#private::ladder::AI_LADDER)),
        Bounds::Preset(_) => (quote!(#private::bucket::API), quote!(#private::ladder::API_LADDER)),
        Bounds::Custom(_) => (quote!(__OBSERVE_BOUNDS), quote!(__OBSERVE_LADDER)),
    }
}

/// Constants, and last a statement, that fail with a message of ours while the program compiles,
/// underlining the metric's name. What can be known now to pass is not asked again.
fn checks(metered: &Metered, private: &Runtime) -> (TokenStream, TokenStream) {
    let (base, span) = (&metered.name.value, metered.name.span);
    let is_preset = matches!(metered.bounds, Bounds::Preset(_));
    let private = private.at(span);
    let (bounds, _) = bounds(metered, &private);
    let bounds: TokenStream = bounds
        .into_iter()
        .map(|mut token| {
            token.set_span(span);
            token
        })
        .collect();
    // The family with the most series decides, and that is the histogram where there is one.
    let (family, valid, shape) = match metered.duration.full_name(base, Family::Duration) {
        Some(duration) => (
            LitStr::new(&duration, span),
            (!is_preset)
                .then(|| quote_spanned!(span=> const _: () = #private::bucket::assert_valid(#duration, #bounds);)),
            quote_spanned!(span=> #private::cardinality::Shape::Histogram { bounds: #bounds.len() }),
        ),
        None => (
            LitStr::new(&metered.calls.full_name(base, Family::Calls).unwrap_or_else(|| base.clone()), span),
            None,
            quote_spanned!(span=> #private::cardinality::Shape::Single),
        ),
    };
    let objective = metered.objective.checks(&family.value(), &bounds, &private);
    let is_small = is_preset && metered.labels.is_empty() && metered.error.is_none() && metered.max_series.is_none();
    let within = (!is_small).then(|| {
        let outcome = LitStr::new(&metered.outcome, span);
        let outcome = match &metered.error {
            Some(_) => {
                let errors = Ident::new("__OBSERVE_ERRORS", span);
                quote_spanned!(span=> #private::outcome::factor_with_errors(#outcome, &#errors))
            }
            None => quote_spanned!(span=> #private::outcome::factor(#outcome)),
        };
        let factors = constants::factors(metered, &outcome, span, &private);
        let budget = match &metered.max_series {
            Some(expr) => quote_spanned!(expr.span()=> #expr),
            None => quote_spanned!(span=> #DEFAULT_MAX_SERIES),
        };
        quote_spanned!(span=> #private::cardinality::assert_within(#family, #factors, #shape, #budget);)
    });
    (quote!(#objective #valid), quote!(#within))
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
