//! The constants beside a meter: its labels and its bounds, each spanned as what the user wrote.

use super::{Bounds, ERROR_LABEL, Label, Metered};
use crate::paths::{Runtime, borrowed, is_unsized};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{LitStr, Type};

/// All of them. `#joined` is a list of the labels where sets are among them.
pub(super) fn constants(metered: &Metered, private: &Runtime) -> TokenStream {
    let labels = metered.labels.iter().enumerate().map(|(at, label)| {
        let constant = label_constant(at, label.ty.span());
        if label.is_set { set(&constant, &label.ty, private) } else { info(&constant, &label.name, &label.ty, private) }
    });
    let errors =
        metered.error.as_ref().map(|ty| info(&Ident::new("__OBSERVE_ERRORS", ty.span()), ERROR_LABEL, ty, private));
    let (joined, bounds) = (joined(metered, private), bounds(metered, private));
    let names_differ = names_differ(metered, private);
    quote!(#(#labels)* #errors #joined #names_differ #bounds)
}

/// The constant of an entry of `labels(…)`.
pub(super) fn label_constant(at: usize, span: Span) -> Ident {
    Ident::new(&format!("__OBSERVE_LABEL_{at}"), span)
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
pub(super) fn list(metered: &Metered) -> TokenStream {
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

/// Name, type and cardinality of a label. The only place that asks for `Label`: one error a type.
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

/// The same for a set.
fn set(constant: &Ident, ty: &Type, private: &Runtime) -> TokenStream {
    let span = ty.span();
    let private = private.at(span);
    quote_spanned! {span=>
        #[allow(unused_qualifications)]
        const #constant: &[#private::LabelInfo] = #private::label::infos::<#ty>();
    }
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
