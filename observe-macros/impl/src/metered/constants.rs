//! The constants beside a meter: its labels and its bounds, each spanned as what the user wrote.

use super::{ERROR_LABEL, Label, Metered};
use crate::family::{Bounds, label_constant, label_info, label_info_as, label_set_info};
use crate::paths::{Runtime, borrowed};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::LitStr;
use syn::spanned::Spanned as _;

/// All of them. `#joined` is a list of the labels where sets are among them.
pub(super) fn constants(metered: &Metered, private: &Runtime) -> TokenStream {
    let labels = metered.labels.iter().enumerate().map(|(at, label)| {
        if label.is_set {
            label_set_info(at, &label.ty, private)
        } else {
            label_info(at, &label.name, &label.ty, private)
        }
    });
    let errors = metered
        .error
        .as_ref()
        .map(|ty| label_info_as(&Ident::new("__OBSERVE_ERRORS", ty.span()), ERROR_LABEL, ty, private));
    let (joined, bounds) = (joined(metered, private), bounds(metered, private));
    let names_differ = names_differ(metered, private);
    quote!(#(#labels)* #errors #joined #names_differ #bounds)
}

/// How many labels come before the entry at `at`.
pub(super) fn place(metered: &Metered, at: usize, span: Span) -> TokenStream {
    let before = &metered.labels[..at];
    let sets = before.iter().enumerate().filter(|(_, label)| label.is_set).map(|(at, _)| label_constant(at, span));
    let single = before.iter().filter(|label| !label.is_set).count();
    if before.iter().any(|label| label.is_set) {
        quote_spanned!(span=> const { #single #(+ #sets.len())* })
    } else {
        quote_spanned!(span=> #single)
    }
}

/// The metric's labels in one list.
pub(crate) fn list(metered: &Metered) -> TokenStream {
    if has_sets(metered) {
        return quote!(&__OBSERVE_LABELS);
    }
    let labels = (0..metered.labels.len()).map(|at| label_constant(at, Span::call_site()));
    quote!(&[#(#labels),*])
}

/// The labels as factors of the metric's series, with `last` behind them.
pub(super) fn factors(metered: &Metered, last: &TokenStream, span: Span, private: &Runtime) -> TokenStream {
    if has_sets(metered) {
        return quote_spanned! {span=>
            &#private::label::factors::<{ __OBSERVE_LABELS.len() + 1 }>(&__OBSERVE_LABELS, #last)
        };
    }
    let labels = (0..metered.labels.len()).map(|at| label_constant(at, span));
    quote_spanned!(span=> &[#(#labels.factor(),)* #last])
}

fn has_sets(metered: &Metered) -> bool {
    metered.labels.iter().any(|label| label.is_set)
}

/// All labels in one constant, where sets bring more than one each.
fn joined(metered: &Metered, private: &Runtime) -> Option<TokenStream> {
    has_sets(metered).then(|| {
        let groups = metered.labels.iter().enumerate().map(|(at, label)| {
            let constant = label_constant(at, Span::call_site());
            if label.is_set { quote!(#constant) } else { quote!(&[#constant]) }
        });
        quote! {
            const __OBSERVE_GROUPS: &[&[#private::LabelInfo]] = &[#(#groups),*];
            const __OBSERVE_LABELS: [#private::LabelInfo; #private::label::count(__OBSERVE_GROUPS)] =
                #private::label::concat(__OBSERVE_GROUPS);
        }
    })
}

/// Constants that refuse a label with the name of another one, where sets have labels: each underlines
/// the entry whose label comes second.
fn names_differ(metered: &Metered, private: &Runtime) -> TokenStream {
    if !has_sets(metered) {
        return TokenStream::new();
    }
    let (owner, outcome) = (&metered.name.value, &metered.outcome);
    let checks = metered.labels.iter().enumerate().map(|(at, Label { ident, is_set, .. })| {
        let span = ident.span();
        let (private, first) = (private.at(span), place(metered, at, span));
        let constant = label_constant(at, span);
        let count = if *is_set { quote_spanned!(span=> #constant.len()) } else { quote_spanned!(span=> 1) };
        let (owner, outcome) = (LitStr::new(owner, span), LitStr::new(outcome, span));
        quote_spanned! {span=>
            const _: () =
                #private::label::assert_differ(#owner, &__OBSERVE_LABELS, #first, #first + #count, #outcome);
        }
    });
    checks.collect()
}

/// The bounds where they are not a preset, or are looked at in a constant.
fn bounds(metered: &Metered, private: &Runtime) -> Option<TokenStream> {
    match &metered.bounds {
        Bounds::Custom(expr) => {
            let value = borrowed(expr, expr.span());
            let bounds = quote_spanned!(expr.span()=> const __OBSERVE_BOUNDS: &[f64] = #value;);
            Some(quote! {
                #bounds
                static __OBSERVE_NANOS: [u64; __OBSERVE_BOUNDS.len()] = #private::ladder::nanos(__OBSERVE_BOUNDS);
                static __OBSERVE_LADDER: #private::Ladder = #private::Ladder::new(__OBSERVE_BOUNDS, &__OBSERVE_NANOS);
            })
        }
        Bounds::Preset(_) => None,
    }
}
