//! What a redacted type must not say.

use super::attr::Policy;
use super::item::Shape;
use crate::diag::Ctxt;
use observe_rules::Code;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{DeriveInput, Meta, Path, Token};

pub(super) fn check(ctxt: &Ctxt, item: &mut DeriveInput, shapes: &[Shape]) {
    take_derived_debug(ctxt, item);
    no_reason_missing(ctxt, shapes);
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

/// A name such as `email` promises personal data; showing it is a decision that is explained.
fn no_reason_missing(ctxt: &Ctxt, shapes: &[Shape]) {
    for field in shapes.iter().flat_map(|shape| &shape.fields) {
        let Some(ident) = &field.ident else { continue };
        let name = ident.unraw().to_string();
        if field.attr.policy == Policy::Clear && !field.attr.has_reason && crate::workspace::is_sensitive(&name) {
            let message = format!("field `{name}` is named after personal data or a secret, and would be shown");
            let help = "write `#[redact(hash)]`, or give a reason: `#[redact(clear, because = \"…\")]`";
            ctxt.error(ident, Code::Obs0503, message, help);
        }
    }
}
