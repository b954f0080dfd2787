//! `#[health_check]`: a function that says how a component is, registered where it stands.

mod attr;

use crate::catalogue::Record;
use crate::diag::Ctxt;
use crate::paths::Runtime;
use crate::syntax::keyword_of;
use attr::HealthCheck;
use observe_rules::catalogue::Kind;
use observe_rules::{Code, health};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use std::time::Duration;
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned as _;
use syn::{Attribute, ReturnType, Signature, Visibility};

pub(crate) fn expand(args: TokenStream, item: &TokenStream) -> TokenStream {
    let ctxt = Ctxt::default();
    let Some(signature) = signature(&ctxt, item) else {
        let errors = ctxt.finish();
        return quote!(#errors #item);
    };
    check(&ctxt, &signature);
    let options = HealthCheck::parse(&ctxt, args, &signature);
    if !ctxt.is_clean() {
        let errors = ctxt.finish();
        return quote!(#errors #item);
    }
    let (submitted, record) = (submitted(&options, &signature), record(&options));
    quote!(#item #submitted #record)
}

/// The signature of the function; what is none is reported.
fn signature(ctxt: &Ctxt, item: &TokenStream) -> Option<Signature> {
    let head = |input: ParseStream<'_>| {
        input.call(Attribute::parse_outer)?;
        input.parse::<Visibility>()?;
        let signature: Signature = input.parse()?;
        // The body passes through as it stands.
        while !input.is_empty() {
            input.parse::<TokenTree>()?;
        }
        Ok(signature)
    };
    match head.parse2(item.clone()) {
        Ok(signature) => Some(signature),
        Err(error) => {
            let (keyword, what) = keyword_of(item);
            let message = match what {
                "a function" => format!("the signature can't be read: {error}"),
                what => format!("`#[health_check]` stands on a function, and this is {what}"),
            };
            ctxt.error(
                keyword,
                Code::Obs1101,
                message,
                "write `#[health_check] async fn ledger() -> Result<(), Error> { … }`",
            );
            None
        }
    }
}

/// Nobody is there to give it anything.
fn check(ctxt: &Ctxt, signature: &Signature) {
    if !signature.inputs.is_empty() {
        ctxt.error(
            &signature.inputs,
            Code::Obs1101,
            "a health check has no arguments: nobody is there to give it any",
            "read what it needs from a static, or register a closure: `observe::health::register(Check::new(\"ledger\", …))`",
        );
    }
    if !signature.generics.params.is_empty() {
        ctxt.error(
            &signature.generics,
            Code::Obs1101,
            "a health check is not generic: nobody is there to say for which types",
            "name the types in the function",
        );
    }
}

/// What the catalogue has of it.
fn record(options: &HealthCheck) -> TokenStream {
    let by_kind = || health::default_timeout(&options.kind.unwrap_or_default().to_ascii_lowercase());
    let timeout = options.timeout.map_or_else(by_kind, Duration::from_millis);
    let mut record = Record::new(Kind::HealthCheck);
    record.text("name", options.name.value.as_str());
    record.text("critical", (!options.is_degrading).to_string());
    record.text("timeout_ms", timeout.as_millis().to_string());
    let record = record.item("__OBSERVE_RECORD", options.name.span, &Runtime::new(options.krate.as_ref()));
    quote!(const _: () = { #record };)
}

/// The entry in the list that the linker gathers.
fn submitted(options: &HealthCheck, signature: &Signature) -> TokenStream {
    let private = Runtime::new(options.krate.as_ref());
    let (name, ident) = (&options.name.value, &signature.ident);
    let kind = options.kind.map(|kind| {
        let kind = Ident::new(kind, Span::call_site());
        quote!(.kind(#private::health::Kind::#kind))
    });
    let time = |method: TokenStream, millis: Option<u64>| {
        millis.map(|millis| quote!(.#method(::core::time::Duration::from_millis(#millis))))
    };
    let timeout = time(quote!(timeout), options.timeout);
    let cached = time(quote!(cached_for), options.cached_for);
    let degrading = options.is_degrading.then(|| quote!(.degrading()));
    // Shown where the return type stands, should that be no outcome.
    let at = match &signature.output {
        ReturnType::Default => ident.span(),
        ReturnType::Type(_, ty) => ty.span(),
    };
    let there = private.at(at);
    let mut function = ident.clone();
    function.set_span(at.resolved_at(ident.span()));
    let new = Ident::new(if signature.asyncness.is_some() { "new" } else { "blocking" }, at);
    let check = quote_spanned!(at=> #there::health::Check::#new(#name, #function));
    quote! {
        #private::submit! {
            #private::DeclaredCheck::new(
                || #check #kind #timeout #cached #degrading,
                ::core::module_path!(),
                ::core::line!(),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_function_stays_as_it_is() {
        let item = quote! { async fn ledger() -> Result<(), Error> { not rust at all ; } };
        let expanded = expand(quote!(kind = database, timeout = "500ms", degrading), &item).to_string();
        assert!(expanded.starts_with(&item.to_string()), "{expanded}");
        assert!(expanded.contains("from_millis (500u64)") && expanded.contains("degrading ()"), "{expanded}");
    }

    #[test]
    fn one_that_waits_for_nothing_is_run_as_such() {
        let expanded = expand(
            quote!(name = "files"),
            &quote!(
                fn look() {}
            ),
        )
        .to_string();
        assert!(expanded.contains("blocking (\"files\" , look)"), "{expanded}");
    }

    #[test]
    fn what_is_not_said_is_in_the_record_as_its_kind_has_it() {
        let item = quote!(
            fn look() {}
        );
        for (options, critical, millis) in [
            (quote!(), "true", "2000"),
            (quote!(kind = external), "true", "3000"),
            (quote!(kind = system, degrading), "false", "1000"),
            (quote!(timeout = "500ms"), "true", "500"),
        ] {
            let item = item.clone();
            let texts = [("name", "look"), ("critical", critical), ("timeout_ms", millis)];
            let literal = observe_rules::catalogue::literal(Kind::HealthCheck, (0, 0), ("", 0, 0), &texts);
            let expected = proc_macro2::Literal::byte_string(&literal).to_string();
            let expanded = expand(options, &item).to_string();
            assert!(expanded.contains(&expected), "{expected} in {expanded}");
        }
    }
}
