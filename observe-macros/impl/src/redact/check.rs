//! What a redacted type must not say.

use super::attr::Policy;
use super::item::Shape;
use crate::diag::Ctxt;
use observe_rules::{Code, privacy};
use proc_macro2::TokenTree;
use syn::{DeriveInput, Meta};

pub(super) fn check(ctxt: &Ctxt, item: &DeriveInput, shapes: &[Shape]) {
    no_derived_debug(ctxt, item);
    no_reason_missing(ctxt, shapes);
}

/// A second `Debug` would show what the first one hides, if rustc let both stand.
fn no_derived_debug(ctxt: &Ctxt, item: &DeriveInput) {
    for attr in item.attrs.iter().filter(|attr| attr.path().is_ident("derive")) {
        let Meta::List(list) = &attr.meta else { continue };
        for token in list.tokens.clone() {
            if matches!(&token, TokenTree::Ident(ident) if ident == "Debug") {
                let message = format!("`{}` derives `Debug`, which shows every field", item.ident);
                ctxt.error(token, Code::Obs0502, message, "remove it from the list: `#[redact]` writes a `Debug` that hides");
            }
        }
    }
}

/// A name such as `email` promises personal data; showing it is a decision that is explained.
fn no_reason_missing(ctxt: &Ctxt, shapes: &[Shape]) {
    for field in shapes.iter().flat_map(|shape| &shape.fields) {
        let Some(ident) = &field.ident else { continue };
        let name = ident.to_string();
        if field.attr.policy == Policy::Clear && !field.attr.has_reason && privacy::is_sensitive(&name) {
            let message = format!("field `{name}` is named after personal data or a secret, and would be shown");
            let help = "write `#[redact(hash)]`, or give a reason: `#[redact(clear, because = \"…\")]`";
            ctxt.error(ident, Code::Obs0503, message, help);
        }
    }
}
