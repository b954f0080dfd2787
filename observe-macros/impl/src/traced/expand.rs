//! The span's static part and the code that opens it.

use super::{Code, Field, Form, Traced};
use crate::paths::{Runtime, borrowed};
use observe_rules::span::RESERVED_FIELDS;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Expr, ExprUnary, UnOp};

/// `static __OBSERVE_SITE`: all that is known about the span before it runs.
pub(crate) fn site(traced: &Traced, private: &Runtime) -> TokenStream {
    let Traced { name, kind, level, target, fields, .. } = traced;
    let fields = if fields.is_empty() {
        quote!(#private::OWN_FIELDS)
    } else {
        let fields = fields.iter().map(|field| field.name.as_str()).chain(RESERVED_FIELDS.iter().copied());
        quote!(&[#(#fields),*])
    };
    let (module, file, line) = (quote!(::core::module_path!()), quote!(::core::file!()), quote!(::core::line!()));
    let code = code(traced, private);
    let site = if *kind == "internal" && *level == "info" && target.is_none() {
        let place = quote!((#module, #file, #line));
        match code {
            None => quote!(usual(#name, #place, #fields, &__OBSERVE_SITE)),
            Some(code) => quote!(placed(#name, #code, #place, #fields, &__OBSERVE_SITE)),
        }
    } else {
        let target = target.as_ref().map_or_else(|| module.clone(), |target| quote!(#target));
        let code = code.unwrap_or_else(|| quote!(#private::Code::Within(#module)));
        let kind = Ident::new(&capitalised(kind), Span::call_site());
        let level = Ident::new(&level.to_uppercase(), Span::call_site());
        quote! {
            new(
                #private::Declaration {
                    name: #name,
                    kind: #private::SpanKind::#kind,
                    level: #private::Level::#level,
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
    quote!(static __OBSERVE_SITE: #private::Site = #private::Site::#site;)
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
    if *name == traced.name {
        return within.map(|within| quote!(#private::Code::Within(::core::concat!(#module, #within))));
    }
    let path = format!("{}::{name}", within.unwrap_or_default());
    Some(quote!(#private::Code::Function(::core::concat!(#module, #path))))
}

/// Opens the span on `call`, unless nobody listens: then no field is even looked at.
pub(crate) fn open(traced: &Traced, is_entered: bool, private: &Runtime) -> TokenStream {
    let fields = traced.fields.iter().map(|field| field_value(field, private));
    let fields = quote!(&[#(#fields),*]);
    let span = Span::mixed_site();
    let trace = match traced.opening.value(private) {
        None if is_entered => quote_spanned!(span=> call.trace_entered(&__OBSERVE_SITE, #fields)),
        None => quote_spanned!(span=> call.trace(&__OBSERVE_SITE, #fields)),
        Some(opening) => {
            let enter = is_entered.then(|| quote_spanned!(span=> call.enter()));
            quote_spanned!(span=> call.trace_with(&__OBSERVE_SITE, #opening, #fields); #enter)
        }
    };
    quote_spanned! {Span::mixed_site()=>
        if !__OBSERVE_SITE.is_off() {
            #trace;
        }
    }
}

/// `field("top_k", &top_k)`, or `field("who", &form::hash(&who))`.
///
/// Each of these functions takes a trait object, which the value becomes where the user wrote it: a
/// bound of a generic function would be shown to them together with a function that they don't know.
fn field_value(field: &Field, private: &Runtime) -> TokenStream {
    let Field { name, form, value } = field;
    let span = value.span();
    let private = private.at(span);
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
    };
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
