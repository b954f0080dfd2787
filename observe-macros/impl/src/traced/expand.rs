//! The span's static part and the code that opens it.

use super::{Code, Field, Form, Traced, event, records};
use crate::paths::{Runtime, borrowed};
use observe_rules::span::RESERVED_FIELDS;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Expr, ExprUnary, UnOp};

/// `static __OBSERVE_SITE`: all that is known about the span before it runs.
pub(crate) fn site(traced: &Traced, private: &Runtime) -> TokenStream {
    let Traced { kind, level, target, fields, .. } = traced;
    let (name, check) = span_name(traced, private);
    let fields = if fields.is_empty() {
        quote!(#private::OWN_FIELDS)
    } else {
        let (names, own) = (fields.iter().map(field_name), RESERVED_FIELDS);
        quote!(&[#(#names,)* #(#own),*])
    };
    let (module, file, line) = (quote!(::core::module_path!()), quote!(::core::file!()), quote!(::core::line!()));
    let code = code(traced, private);
    let site = if *kind == "internal" && level.is_info() && target.is_none() {
        let place = quote!((#module, #file, #line));
        match code {
            None => quote!(usual(#name, #place, #fields, &__OBSERVE_SITE)),
            Some(code) => quote!(placed(#name, #code, #place, #fields, &__OBSERVE_SITE)),
        }
    } else {
        let target = target.as_ref().map_or_else(|| module.clone(), |target| quote!(#target));
        let code = code.unwrap_or_else(|| quote!(#private::Code::Within(#module)));
        let kind = Ident::new(&capitalised(kind), Span::call_site());
        let level = level.tokens(private);
        quote! {
            new(
                #private::Declaration {
                    name: #name,
                    kind: #private::SpanKind::#kind,
                    level: #level,
                    target: #target,
                    code: #code,
                    file: #file,
                    line: #line,
                    fields: #fields,
                },
                &__OBSERVE_SITE,
            )
        }
    };
    let events = event::sites(traced, private);
    let records = records::of(traced, private);
    quote! {
        #check
        static __OBSERVE_SITE: #private::Site = #private::Site::#site;
        #events
        #records
    }
}

/// The span's name, and a check of one that the macro can't read.
fn span_name(traced: &Traced, private: &Runtime) -> (TokenStream, Option<TokenStream>) {
    let Some(constant) = &traced.constant_name else {
        let name = &traced.name;
        return (quote!(#name), None);
    };
    let (span, private) = (constant.span(), private.at(constant.span()));
    let check = quote_spanned! {span=>
        const __OBSERVE_NAME: &str = #constant;
        const _: () = #private::span_rules::assert_name(__OBSERVE_NAME);
    };
    (quote_spanned!(span=> __OBSERVE_NAME), Some(check))
}

fn field_name(field: &Field) -> TokenStream {
    let Field { name, constant, .. } = field;
    constant.as_ref().map_or_else(|| quote!(#name), |constant| quote!(#constant))
}

/// Where the code is; `None` for what most are, a function of its module that the span is called after.
///
/// All of it is one text: a second one would cost more than its letters.
fn code(traced: &Traced, private: &Runtime) -> Option<TokenStream> {
    let module = quote!(::core::module_path!());
    let (within, name) = match &traced.code {
        Code::Block => return Some(quote!(#private::Code::Block(#module))),
        Code::Function { within, name } => (within, name),
    };
    let within = within.as_ref().map(|within| format!("::{within}"));
    if *name == traced.name && traced.constant_name.is_none() {
        return within.map(|within| quote!(#private::Code::Within(::core::concat!(#module, #within))));
    }
    let path = format!("{}::{name}", within.unwrap_or_default());
    Some(quote!(#private::Code::Function(::core::concat!(#module, #path))))
}

/// Opens the span on `call`, unless nobody listens: then no field is even looked at.
pub(crate) fn open(traced: &Traced, is_entered: bool, private: &Runtime) -> TokenStream {
    let fields = traced.fields.iter().map(|field| field_value(field, private));
    let probes = traced.fields.iter().any(|field| field.form == Form::Unchecked).then(|| {
        quote! {
            #[allow(unused_imports)]
            use #private::unchecked::{ViaDebug as _, ViaNothing as _, ViaRecord as _, ViaText as _};
        }
    });
    // An argument that is recorded is no more used than before.
    let underscored = traced.fields.iter().any(|field| field.name.starts_with('_'));
    let allow = underscored.then(|| quote!(#[allow(clippy::used_underscore_binding)]));
    let fields = quote!(&[#(#fields),*]);
    let span = Span::mixed_site();
    let opening = traced.opening.value(private);
    let is_off = Ident::new(if opening.is_some() { "is_unwanted" } else { "is_off" }, span);
    let trace = match opening {
        None if is_entered => quote_spanned!(span=> call.trace_entered(&__OBSERVE_SITE, #fields)),
        None => quote_spanned!(span=> call.trace(&__OBSERVE_SITE, #fields)),
        Some(opening) => {
            let enter = is_entered.then(|| quote_spanned!(span=> call.enter()));
            quote_spanned!(span=> call.trace_with(&__OBSERVE_SITE, #opening, #fields); #enter)
        }
    };
    quote_spanned! {Span::mixed_site()=>
        #allow
        if !__OBSERVE_SITE.#is_off() {
            #probes
            #trace;
        }
    }
}

/// `field("top_k", &top_k)`, or `field("who", &form::hash(&who))`.
///
/// Each of these functions takes a trait object, which the value becomes where the user wrote it: a
/// bound of a generic function would be shown to them together with a function that they don't know.
fn field_value(field: &Field, private: &Runtime) -> TokenStream {
    let Field { constant, form, value, .. } = field;
    let span = value.span();
    let private = private.at(span);
    let name = field_name(field);
    let value = match form {
        Form::Fixed => quote_spanned! {span=>
            #private::form::fixed({
                let __observe_text: &'static str = #value;
                __observe_text
            })
        },
        Form::Typed => {
            let value = borrowed(value, span);
            return quote_spanned!(span=> #private::field(#name, #value));
        }
        Form::Somebody => {
            let value = borrowed(value, span);
            return quote_spanned!(span=> #private::somebody(#name, #value));
        }
        Form::Hash => {
            let value = sized(value, span);
            quote_spanned!(span=> #private::form::hash(#value))
        }
        Form::Scrub => {
            let value = sized(value, span);
            quote_spanned!(span=> #private::form::scrub(#value))
        }
        Form::Clear => {
            let value = sized(value, span);
            quote_spanned!(span=> #private::form::clear(#value))
        }
        Form::Debug => {
            let value = sized(value, span);
            quote_spanned!(span=> #private::unchecked::debug(#value))
        }
        Form::Hidden => {
            let value = borrowed(value, span);
            quote_spanned!(span=> #private::unchecked::hide(#value))
        }
        Form::Unchecked => {
            let value = borrowed(value, span);
            quote_spanned!(span=> (&&&#private::unchecked::Probe(#value)).form())
        }
    };
    if constant.is_some() {
        return quote_spanned!(span=> #private::unchecked::field(#name, &#value));
    }
    quote_spanned!(span=> #private::field(#name, &#value))
}

/// A borrowed value that can become a trait object: a `str` can't, a reference to one can.
fn sized(value: &Expr, span: Span) -> TokenStream {
    let value = match value {
        Expr::Index(_) | Expr::Unary(ExprUnary { op: UnOp::Deref(_), .. }) => {
            let inner = borrowed(value, span);
            return quote_spanned!(span=> &#inner);
        }
        value => value,
    };
    borrowed(value, span)
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
