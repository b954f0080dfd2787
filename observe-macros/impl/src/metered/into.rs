//! `into = RAG_QUERY`: calls that several functions count together, in a static of type `Calls<…>`.

use super::attr::refuse_twice;
use super::{Label, Metered};
use crate::diag::Ctxt;
use crate::paths::{Runtime, borrowed};
use crate::syntax::Arg;
use observe_rules::Code;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned as _;
use syn::{LitStr, Path};

/// As many as a tuple of labels may have.
const MOST_LABELS: usize = 6;

/// Refuses what is said once, where the shared calls are declared. Whether there was something to refuse.
pub(super) fn refuse_beside_into(ctxt: &Ctxt, arg: &Arg) -> bool {
    let option = &arg.name;
    let (message, help) = match option.to_string().as_str() {
        "into" | "labels" | "crate" => return false,
        "error" => (
            "calls that several functions share have no label for their errors".to_owned(),
            "remove `error`, or remove `into`, so that the function has a metric of its own".to_owned(),
        ),
        name => {
            let value = if name == "objective" { "(…)" } else { " = …" };
            (
                format!(
                    "`{name}` belongs to the declaration of a metric, and `into` names one that is declared elsewhere"
                ),
                format!("move it to the static: `#[metric({name}{value})]`"),
            )
        }
    };
    ctxt.error(option, Code::Obs0706, message, help);
    true
}

impl Metered {
    /// What a function that counts into shared calls must not be.
    pub(super) fn check_shared(&self, ctxt: &Ctxt) {
        let labels: Vec<&Label> = self.labels.iter().collect();
        for (at, label) in labels.iter().enumerate() {
            if label.is_set && labels.len() > 1 {
                let message =
                    format!("the set `{}` stands beside other labels, and shared calls have one set", label.name);
                let help = "put all labels into it: a set among its fields is `#[label(flatten)]`";
                ctxt.error(&label.ident, Code::Obs0706, message, help);
            } else if at == MOST_LABELS {
                let message = format!("shared calls have at most {MOST_LABELS} labels that are given one by one");
                let help = "make them the fields of a struct that derives `observe::LabelSet`: `labels(..caller)`";
                ctxt.error(&label.ident, Code::Obs0706, message, help);
            } else {
                refuse_twice(ctxt, label, &labels[..at]);
            }
        }
    }
}

/// The expression that makes a call, not yet begun. Values are compared first with the types that the
/// function names, then with those of the static; each mistake is underlined where it is.
pub(super) fn shared_call(metered: &Metered, calls: &Path, private: &Runtime) -> TokenStream {
    let at_path = Span::mixed_site().located_at(calls.span());
    let shared = Ident::new("calls", at_path);
    let labels = metered.labels.iter().enumerate().map(|(at, Label { ty, value, .. })| {
        let variable = Ident::new(&format!("label_{at}"), Span::mixed_site().located_at(value.span()));
        let value = borrowed(value, value.span());
        let ty = quote_spanned!(ty.span()=> &#ty);
        let evaluated = quote_spanned! {Span::mixed_site()=>
            #[allow(clippy::ref_option_ref)]
            let #variable: #ty = #value;
        };
        (evaluated, variable)
    });
    let (evaluated, variables): (Vec<_>, Vec<_>) = labels.unzip();
    let function = Ident::new(&format!("call_{}", variables.len()), at_path);
    let private = private.at(calls.span());
    // In the constant too, so that what is no `Calls` is one error.
    let checked = quote_spanned!(at_path=> let #shared: &#private::Calls<_> = &#calls;);
    let named = metered.labels.iter().enumerate().filter(|(_, label)| !label.is_set).map(|(at, label)| {
        let span = label.ident.span();
        let (private, name) = (private.at(span), LitStr::new(&label.name, span));
        quote_spanned!(span=> const _: () = { #checked #private::calls::assert_named(#shared, #at, #name); };)
    });
    quote_spanned! {at_path=>
        {
            #(#named)*
            #(#evaluated)*
            #checked
            #private::calls::#function(#shared #(, #variables)*)
        }
    }
}
