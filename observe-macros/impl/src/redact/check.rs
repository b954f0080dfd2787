//! What a redacted type must not say.

use super::attr::Policy;
use super::container::{Container, Display};
use super::display;
use super::item::{Field, Shape};
use super::template;
use crate::diag::Ctxt;
use observe_rules::Code;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Attribute, Data, DeriveInput, GenericArgument, Meta, Path, PathArguments, Token, Type};

pub(super) fn check(ctxt: &Ctxt, item: &mut DeriveInput, shapes: &[Shape], container: &mut Container) {
    take_second_redact(ctxt, &mut item.attrs);
    take_derived_debug(ctxt, item);
    if take_error_texts(ctxt, item) {
        // The error has a `Display` all the same, so that rustc does not miss one.
        container.display.get_or_insert(Display::AsDebug);
    }
    no_reason_missing(ctxt, shapes);
    templates_name_fields(ctxt, shapes, container);
    no_text_in_numbers(ctxt, shapes);
}

/// It would write everything twice.
fn take_second_redact(ctxt: &Ctxt, attrs: &mut Vec<Attribute>) {
    for attr in attrs.extract_if(.., |attr| attr.path().is_ident("redact")) {
        ctxt.error(attr, Code::Obs0702, "`#[redact]` is given twice", "say all of it in one `#[redact(…)]`");
    }
}

/// A second `Debug` would show what the first one hides, if rustc let both stand. It is taken off,
/// so that rustc does not say so too.
fn take_derived_debug(ctxt: &Ctxt, item: &mut DeriveInput) {
    for attr in item.attrs.iter_mut().filter(|attr| attr.path().is_ident("derive")) {
        let Meta::List(list) = &mut attr.meta else { continue };
        let Ok(mut derives) = Punctuated::<Path, Token![,]>::parse_terminated.parse2(list.tokens.clone()) else {
            continue;
        };
        let is_debug = |path: &Path| path.segments.last().is_some_and(|last| last.ident == "Debug");
        for debug in derives.iter().filter(|path| is_debug(path)) {
            let message = format!("`{}` derives `Debug`, which shows every field", item.ident);
            ctxt.error(
                debug,
                Code::Obs0502,
                message,
                "remove it from the list: `#[redact]` writes a `Debug` that hides",
            );
        }
        derives = derives.into_iter().filter(|path| !is_debug(path)).collect();
        list.tokens = derives.to_token_stream();
    }
}

/// `#[error("…")]` has `thiserror` write a `Display` of the values as they are. Whether there was one.
fn take_error_texts(ctxt: &Ctxt, item: &mut DeriveInput) -> bool {
    let mut found = false;
    let of_variants = match &mut item.data {
        Data::Enum(data) => data.variants.iter_mut().map(|variant| &mut variant.attrs).collect(),
        _ => Vec::new(),
    };
    for attrs in std::iter::once(&mut item.attrs).chain(of_variants) {
        for attr in attrs.extract_if(.., |attr| attr.path().is_ident("error")) {
            let message = "`#[error(…)]` shows values as they are, past their policies";
            let help = match &attr.meta {
                Meta::List(list) if is_text(list.tokens.clone()) => {
                    format!("write `#[redact(display = {})]`: it shows fields as `#[redact]` says", list.tokens)
                }
                _ => "write `#[redact(display = \"…\")]`, with the names of fields in braces".to_owned(),
            };
            ctxt.error(attr, Code::Obs0510, message, help);
            found = true;
        }
    }
    found
}

fn is_text(tokens: proc_macro2::TokenStream) -> bool {
    syn::parse2::<syn::LitStr>(tokens).is_ok()
}

/// A name such as `email` promises personal data; showing it is a decision that is explained. So is a function
/// that shows something about it: nothing but its author knows how much.
fn no_reason_missing(ctxt: &Ctxt, shapes: &[Shape]) {
    for field in shapes.iter().flat_map(|shape| &shape.fields) {
        let Some(ident) = &field.ident else { continue };
        let name = ident.unraw().to_string();
        let (how, form) = match &field.attr.policy {
            Policy::Clear => ("would be shown", "clear"),
            Policy::With(_) => ("a function says what is shown of it", "with = …"),
            _ => continue,
        };
        if field.attr.reason.is_empty() && crate::workspace::is_sensitive(&name) {
            let message = format!("field `{name}` is named after personal data or a secret, and {how}");
            let help = format!("write `#[redact(hash)]`, or give a reason: `#[redact({form}, because = \"…\")]`");
            ctxt.error(ident, Code::Obs0503, message, help);
        }
    }
}

fn templates_name_fields(ctxt: &Ctxt, shapes: &[Shape], container: &Container) {
    if let Some(Display::Template(template)) = &container.display
        && !shapes.iter().any(|shape| shape.variant.is_none())
    {
        let help = "write `#[redact(display = \"…\")]` on each variant";
        ctxt.error(template, Code::Obs0509, "one template can't name the fields of all variants", help);
    }
    for shape in shapes {
        if let Some(template) = display::of(shape, container)
            && let Err((message, help)) = template::read(&template.value(), shape)
        {
            ctxt.error(template, Code::Obs0509, message, help);
        }
    }
}

/// A number has lost the zeros that a postal code begins with, and is no address.
fn no_text_in_numbers(ctxt: &Ctxt, shapes: &[Shape]) {
    for field in shapes.iter().flat_map(|shape| &shape.fields) {
        let (what, help) = match field.attr.policy {
            Policy::Zip3 => ("a number has lost the zeros that a postal code begins with", "keep it as text"),
            Policy::Email => ("an e-mail address is text, and this is a number", "remove the policy"),
            _ => continue,
        };
        if is_number(&field.ty) {
            let Field { ty, .. } = field;
            ctxt.error(ty, Code::Obs0506, what, format!("{help}, or hide the field"));
        }
    }
}

/// Whether the type is written as a number, or as an option of one.
fn is_number(ty: &Type) -> bool {
    const NUMBERS: [&str; 12] =
        ["u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize"];
    match ty {
        Type::Group(group) => is_number(&group.elem),
        Type::Reference(reference) => is_number(&reference.elem),
        Type::Path(path) => path.path.segments.last().is_some_and(|last| match &last.arguments {
            PathArguments::None => NUMBERS.iter().any(|number| last.ident == number),
            PathArguments::AngleBracketed(inside) => inside
                .args
                .iter()
                .any(|arg| last.ident == "Option" && matches!(arg, GenericArgument::Type(ty) if is_number(ty))),
            PathArguments::Parenthesized(_) => false,
        }),
        _ => false,
    }
}
