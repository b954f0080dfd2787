//! The code of `#[derive(LabelSet)]`.
//!
//! ```text
//! const _: () = {
//!     const GROUP_0: &[LabelInfo] = &[LabelInfo::of::<Plan>("plan", "Plan")];      // refuses what is no `Label`
//!     const GROUP_1: &[LabelInfo] = <Client as NamedLabels>::INFOS;                // flatten
//!     const GROUPS: &[&[LabelInfo]] = &[GROUP_0, GROUP_1];
//!     const INFOS: [LabelInfo; count(GROUPS)] = concat(GROUPS);
//!     const _: () = assert_differ("Caller", &INFOS, …);                            // a constant for each field
//!     static RECORD: Record<…> = …;
//!     impl LabelSet for Caller { … fn combination(…) { … } }
//!     impl NamedLabels for Caller { const INFOS: &'static [LabelInfo] = &INFOS; }
//! };
//! ```

use super::{Entry, Set};
use crate::catalogue::Record;
use crate::paths::Runtime;
use crate::syntax::without_lifetimes;
use observe_rules::catalogue::Kind;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned as _;

pub(super) fn expand(set: &Set<'_>) -> TokenStream {
    let private = Runtime::new(set.krate.as_ref());
    let names: Vec<Ident> = (0..set.entries.len()).map(group_constant).collect();
    let groups = set.entries.iter().zip(&names).map(|(entry, constant)| group(entry, constant, &private));
    let owner = set.input.ident.to_string();
    // Names that are all known here have been compared already.
    let has_sets = set.entries.iter().any(|entry| entry.name.is_none());
    let checks = set.entries.iter().enumerate().skip(1).filter(|_| has_sets).map(|(at, entry)| {
        let span = entry.field.ident.span();
        let (private, owner) = (private.at(span), syn::LitStr::new(&owner, span));
        let (before, own) = (&names[..at], &names[at]);
        quote_spanned! {span=>
            const _: () = {
                let first = #(#before.len() +)* 0;
                #private::label::assert_differ(#owner, &__OBSERVE_INFOS, first, first + #own.len(), "");
            };
        }
    });
    let combination = combination(set, &names, &private);
    let traits = implement(set, &quote!(&__OBSERVE_INFOS), &combination);
    let record = record(set, &names, &private);
    quote! {
        const _: () = {
            #(#groups)*
            const __OBSERVE_GROUPS: &[&[#private::LabelInfo]] = &[#(#names),*];
            const __OBSERVE_INFOS: [#private::LabelInfo; #private::label::count(__OBSERVE_GROUPS)] =
                #private::label::concat(__OBSERVE_GROUPS);
            #(#checks)*
            #record
            #traits
        };
    }
}

/// What stands in for the code of a set that is wrong: enough for everything else to compile.
pub(super) fn placeholder(set: &Set<'_>) -> TokenStream {
    implement(set, &quote!(&[]), &quote!(0))
}

/// The labels for the catalogue, with the set itself before them.
fn record(set: &Set<'_>, names: &[Ident], private: &Runtime) -> TokenStream {
    let mut record = Record::new(Kind::LabelSet);
    let reference = quote!(#private::label::set_reference(&__OBSERVE_INFOS));
    record.reference("type", set.input.ident.unraw().to_string(), reference);
    for (entry, constant) in set.entries.iter().zip(names) {
        match &entry.name {
            Some(name) => record.reference("label", name, quote!(#constant[0].reference())),
            None => record.reference("set", "", quote!(#private::label::set_reference(#constant))),
        }
    }
    record.item("__OBSERVE_RECORD", set.input.ident.span(), private)
}

/// The labels of a field. The only place that asks for a trait: one error a type.
fn group(entry: &Entry<'_>, constant: &Ident, private: &Runtime) -> TokenStream {
    let ty = &entry.field.ty;
    let span = ty.span();
    let private = private.at(span);
    let shown = ty.to_token_stream().to_string().replace(' ', "");
    let ty = without_lifetimes(ty.to_token_stream());
    let constant = Ident::new(&constant.to_string(), span);
    let labels = match &entry.name {
        Some(name) => quote_spanned! {span=>
            {
                // Refused here, a type is shown without the function of ours that asks for it.
                let _ = <#ty as #private::Label>::CARDINALITY;
                &[#private::LabelInfo::of::<#ty>(#name, #shown)]
            }
        },
        None => quote_spanned!(span=> #private::label::infos::<#ty>()),
    };
    quote_spanned! {span=>
        #[allow(unused_qualifications)]
        const #constant: &[#private::LabelInfo] = #labels;
    }
}

/// The number of a value's combination: that of each field, with those before it.
fn combination(set: &Set<'_>, names: &[Ident], private: &Runtime) -> TokenStream {
    let mut combination = quote!(0);
    for (at, entry) in set.entries.iter().enumerate() {
        let (field, own, before) = (&entry.field.ident, &names[at], &names[..at]);
        let ask = if entry.name.is_some() { quote!(index) } else { quote!(combination) };
        combination = quote! {
            #private::label::combine(
                #combination,
                const { #private::label::combinations(#own) },
                (&&#private::label::Probe(&self.#field)).#ask(interners, first + const { #(#before.len() +)* 0 }),
            )
        };
    }
    quote! {{
        #[allow(unused_imports)]
        use #private::label::{ViaAny as _, ViaLabel as _, ViaSet as _};
        #combination
    }}
}

fn implement(set: &Set<'_>, infos: &TokenStream, combination: &TokenStream) -> TokenStream {
    let private = Runtime::new(set.krate.as_ref());
    let ident = &set.input.ident;
    let (impl_generics, ty_generics, where_clause) = set.input.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #impl_generics #private::label::LabelSet for #ident #ty_generics #where_clause {
            const LABELS: usize = <Self as #private::label::NamedLabels>::INFOS.len();
            const COMBINATIONS: usize =
                #private::label::combinations(<Self as #private::label::NamedLabels>::INFOS);
            #[inline]
            #[allow(unused_variables)]
            fn combination(&self, interners: &#private::label::Interners, first: usize) -> usize {
                #combination
            }
        }
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #impl_generics #private::label::NamedLabels for #ident #ty_generics #where_clause {
            const INFOS: &'static [#private::LabelInfo] = #infos;
        }
    }
}

fn group_constant(at: usize) -> Ident {
    Ident::new(&format!("__OBSERVE_LABELS_{at}"), Span::call_site())
}
