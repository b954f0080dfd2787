//! `#[observe::main]`: telemetry and a runtime around `main`.

mod attr;
mod expand;

use crate::diag::Ctxt;
use crate::syntax::keyword_of;
use attr::Options;
use observe_rules::Code;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Signature, Visibility};

/// A `main` as the attribute sees it; its body passes through untouched.
struct Main {
    attrs: Vec<Attribute>,
    vis: Visibility,
    sig: Signature,
    body: Group,
}

pub(crate) fn expand(args: TokenStream, item: &TokenStream) -> TokenStream {
    let ctxt = Ctxt::default();
    let Ok(main) = parse.parse2(item.clone()) else {
        let (keyword, what) = keyword_of(item);
        let message = match what {
            "a function" => "this `main` can't be read".to_owned(),
            what => format!("`#[observe::main]` stands on the `main` function, and this is {what}"),
        };
        ctxt.error(keyword, Code::Obs0805, message, "put it on `fn main() { … }`, or on `async fn main() { … }`");
        let errors = ctxt.finish();
        return quote!(#errors #item);
    };
    check(&ctxt, &main);
    let options = Options::parse(&ctxt, args, &main);
    if ctxt.is_clean() {
        return expand::expand(&options, &main);
    }
    // Not `async`, of which the compiler would complain as well.
    let (errors, plain) = (ctxt.finish(), expand::without_body(&main));
    quote!(#errors #plain)
}

fn parse(input: ParseStream<'_>) -> syn::Result<Main> {
    let (attrs, vis, sig) = (Attribute::parse_outer(input)?, input.parse()?, input.parse()?);
    let body = match input.parse()? {
        TokenTree::Group(body) if body.delimiter() == Delimiter::Brace => body,
        other => return Err(syn::Error::new_spanned(other, "expected a body")),
    };
    Ok(Main { attrs, vis, sig, body })
}

fn check(ctxt: &Ctxt, main: &Main) {
    let sig = &main.sig;
    let help = "read arguments with `std::env::args()`, and start other functions from `main`";
    if !sig.inputs.is_empty() {
        ctxt.error(&sig.inputs, Code::Obs0805, "`main` takes no arguments", help);
    }
    if !sig.generics.params.is_empty() {
        ctxt.error(&sig.generics, Code::Obs0805, "`main` has no generic parameters", help);
    }
    let word = sig.constness.as_ref().map(ToTokens::to_token_stream);
    let word = word.or_else(|| sig.abi.as_ref().map(ToTokens::to_token_stream));
    if let Some(word) = word {
        ctxt.error(&word, Code::Obs0805, format!("`main` is not `{word}`"), "remove it");
    }
    let is_other = |attr: &&Attribute| {
        let path: Vec<String> = attr.path().segments.iter().map(|segment| segment.ident.to_string()).collect();
        path.last().is_some_and(|last| last == "main")
    };
    if let Some(other) = main.attrs.iter().find(is_other) {
        let path = other.path().to_token_stream().to_string().replace(' ', "");
        let message = format!("`#[{path}]` and `#[observe::main]` both start what runs `main`");
        let help = "remove one of them; `#[observe::main]` has the options `flavor` and `worker_threads`";
        ctxt.error(other, Code::Obs0805, message, help);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(args: TokenStream, item: &TokenStream) -> String {
        expand(args, item).to_string()
    }

    #[test]
    fn an_async_main_gets_a_runtime_and_a_plain_one_does_not() {
        let shown = expanded(
            quote!(service = "care", worker_threads = 3),
            &quote!(
                async fn main() -> R {
                    work().await
                }
            ),
        );
        assert!(shown.contains("start_async") && shown.contains("\"care\"") && shown.contains("Some (3)"), "{shown}");
        assert!(shown.starts_with("fn main () -> R"), "{shown}");
        let plain = quote!(
            fn main() {}
        );
        let shown = expanded(quote!(namespace = "care"), &plain);
        assert!(shown.contains("init ! (namespace = \"care\")"), "{shown}");
        let shown = expanded(quote!(namespace = "care", service = "wards"), &plain);
        assert!(shown.contains("init ! (\"wards\" , namespace = \"care\")"), "{shown}");
        assert!(expanded(quote!(namespace = "Care it"), &plain).contains("OBS03"), "{shown}");
        let shown = expanded(
            quote!(),
            &quote!(
                fn main() {
                    work()
                }
            ),
        );
        assert!(shown.contains("__private :: run (") && !shown.contains("start_async"), "{shown}");
    }

    #[test]
    fn every_mistake_is_said() {
        for (args, item) in [
            (
                quote!(),
                quote!(
                    struct Main;
                ),
            ),
            (
                quote!(),
                quote!(
                    async fn main(a: u8) {}
                ),
            ),
            (
                quote!(),
                quote!(
                    fn main<T>() {}
                ),
            ),
            (
                quote!(),
                quote!(
                    #[tokio::main]
                    async fn main() {}
                ),
            ),
            (
                quote!(flavor = current_thread),
                quote!(
                    fn main() {}
                ),
            ),
            (
                quote!(flavor = current_thread, worker_threads = 2),
                quote!(
                    async fn main() {}
                ),
            ),
        ] {
            let shown = expanded(args, &item);
            assert_eq!(shown.matches("OBS0805").count(), 1, "{shown}");
        }
        assert!(
            expanded(
                quote!(worker_threads = 0),
                &quote!(
                    async fn main() {}
                )
            )
            .contains("OBS0703")
        );
        assert!(
            expanded(
                quote!(servce = "x"),
                &quote!(
                    fn main() {}
                )
            )
            .contains("OBS0701")
        );
    }
}
