//! A function as the attributes see it: its signature is read, its body passes through untouched.

use super::Attribute;
use crate::diag::Ctxt;
use observe_rules::Code;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute as SynAttribute, FnArg, Meta, Pat, Path, ReturnType, Signature, Token, Type, Visibility};

/// A function or method with a body.
pub(crate) struct Function {
    pub(crate) attrs: Vec<SynAttribute>,
    vis: Visibility,
    defaultness: Option<Token![default]>,
    pub(crate) sig: Signature,
    /// With its braces; not parsed, so that a half-written body still completes in an editor.
    pub(crate) body: Group,
}

impl Function {
    /// Reads the item; one that is no function with a body is reported.
    pub(crate) fn parse(ctxt: &Ctxt, called: Attribute, item: &TokenStream) -> Option<Self> {
        let attribute = called.name();
        match parse_function.parse2(item.clone()) {
            Ok((function, Some(body))) => Some(Self { body, ..function }),
            Ok((function, None)) => {
                let message = format!("`{}` has no body to put `#[{attribute}]` around", function.sig.ident);
                let help = format!("put `#[{attribute}]` on the implementations of the trait");
                ctxt.error(&function.sig.ident, Code::Obs0601, message, help);
                None
            }
            Err(_) => {
                let (keyword, what) = keyword_of(item);
                let message = format!("`#[{attribute}]` stands on functions and methods, and this is {what}");
                let help = format!("move `#[{attribute}]` to a function, or to the methods of an `impl` block");
                ctxt.error(keyword, Code::Obs0601, message, help);
                None
            }
        }
    }

    /// Takes the attribute off the function, and returns its path and its arguments.
    pub(crate) fn take_attribute(&mut self, ctxt: &Ctxt, attribute: Attribute) -> Option<(Path, TokenStream)> {
        let at = self.attrs.iter().position(|attr| is_ours(attr, attribute.name()))?;
        match self.attrs.remove(at).meta {
            Meta::Path(path) => Some((path, TokenStream::new())),
            Meta::List(list) => Some((list.path, list.tokens)),
            meta => {
                let name = attribute.name();
                let help = format!("write `#[{name}(name = \"…\")]`");
                ctxt.error(meta, Code::Obs0703, format!("`{name}` takes its options in parentheses"), help);
                None
            }
        }
    }

    /// The type of the parameter that is called `name`.
    pub(crate) fn parameter(&self, name: &proc_macro2::Ident) -> Option<&Type> {
        self.sig.inputs.iter().find_map(|input| match input {
            FnArg::Typed(typed) => match &*typed.pat {
                Pat::Ident(ident) if ident.ident == *name => Some(&*typed.ty),
                _ => None,
            },
            FnArg::Receiver(_) => None,
        })
    }

    /// The declared return type, where it can be written a second time inside the function.
    pub(crate) fn nameable_output(&self) -> Option<TokenStream> {
        match &self.sig.output {
            ReturnType::Default => Some(quote!(())),
            // `impl Trait` names a type only once, in the signature.
            ReturnType::Type(_, ty) if mentions(ty, &["impl"]) => None,
            ReturnType::Type(_, ty) => Some(quote!(#ty)),
        }
    }

    /// The last word of the return type: `Result` of `io::Result<T>`.
    pub(crate) fn output_name(&self) -> Option<String> {
        match &self.sig.output {
            ReturnType::Type(_, ty) => match &**ty {
                Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
                _ => None,
            },
            ReturnType::Default => None,
        }
    }

    pub(crate) fn never_returns(&self) -> bool {
        matches!(&self.sig.output, ReturnType::Type(_, ty) if matches!(**ty, Type::Never(_)))
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&SynAttribute> {
        self.attrs.iter().find(|attr| attr.path().is_ident(name))
    }

    /// The first line of the doc comment, without its final stop.
    pub(crate) fn doc_line(&self) -> Option<String> {
        let doc = self.attribute("doc")?;
        let Meta::NameValue(value) = &doc.meta else { return None };
        let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &value.value else { return None };
        let line = text.value().trim().trim_end_matches('.').to_owned();
        (!line.is_empty()).then_some(line)
    }

    /// The signature and all before it, without the body.
    pub(crate) fn head(&self) -> TokenStream {
        let Self { attrs, vis, defaultness, sig, .. } = self;
        quote!(#(#attrs)* #vis #defaultness #sig)
    }
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.head());
        self.body.to_tokens(tokens);
    }
}

fn parse_function(input: ParseStream<'_>) -> syn::Result<(Function, Option<Group>)> {
    let attrs = input.call(SynAttribute::parse_outer)?;
    let vis = input.parse()?;
    let defaultness = if input.peek(Token![default]) { Some(input.parse()?) } else { None };
    let sig = input.parse()?;
    let empty = Group::new(Delimiter::Brace, TokenStream::new());
    let function = Function { attrs, vis, defaultness, sig, body: empty };
    let ahead = input.fork();
    if ahead.parse::<Option<Token![;]>>()?.is_some() {
        input.advance_to(&ahead);
        return Ok((function, None));
    }
    match input.parse::<TokenTree>()? {
        TokenTree::Group(body) if body.delimiter() == Delimiter::Brace => Ok((function, Some(body))),
        other => Err(syn::Error::new(other.span(), "expected a body")),
    }
}

/// The item's keyword, to underline it, and the item's kind in words.
fn keyword_of(item: &TokenStream) -> (TokenStream, String) {
    const KINDS: &[(&str, &str)] = &[
        ("struct", "a struct"),
        ("enum", "an enum"),
        ("union", "a union"),
        ("trait", "a trait"),
        ("impl", "an `impl` block"),
        ("mod", "a module"),
        ("static", "a static"),
        ("const", "a constant"),
        ("type", "a type alias"),
        ("use", "an import"),
        ("extern", "an extern block"),
    ];
    item.clone()
        .into_iter()
        .find_map(|token| {
            let word = token.to_string();
            let (_, kind) = KINDS.iter().find(|(keyword, _)| *keyword == word)?;
            Some((token.to_token_stream(), (*kind).to_owned()))
        })
        .unwrap_or_else(|| (item.clone(), "none".to_owned()))
}

/// `#[metered]`, `#[observe::metered]`, and either with arguments.
fn is_ours(attr: &SynAttribute, name: &str) -> bool {
    attr.path().segments.last().is_some_and(|segment| segment.ident == name)
}

/// Whether one of the words occurs anywhere in the tokens.
pub(crate) fn mentions(tokens: impl ToTokens, words: &[&str]) -> bool {
    tokens.into_token_stream().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => words.iter().any(|word| ident == word),
        TokenTree::Group(group) => mentions(group.stream(), words),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(item: &TokenStream) -> Result<Function, String> {
        let ctxt = Ctxt::default();
        let function = Function::parse(&ctxt, Attribute::Traced, item);
        let errors = ctxt.finish().to_string();
        function.ok_or(errors)
    }

    #[test]
    fn the_body_is_not_read() {
        let function = parse(&quote! { pub async fn f(self, a: u8) -> io::Result<()> { not rust at all ; } }).unwrap();
        assert_eq!(function.output_name().as_deref(), Some("Result"));
        assert!(function.body.to_string().contains("not rust"));
    }

    #[test]
    fn other_items_are_named_in_the_message() {
        for (item, what) in [
            (quote! { struct S; }, "this is a struct"),
            (quote! { impl S { fn f() {} } }, "this is an `impl` block"),
            (quote! { fn f(); }, "has no body"),
        ] {
            let errors = parse(&item).unwrap_err();
            assert!(errors.contains(what), "{errors}");
        }
    }

    #[test]
    fn the_doc_line_is_the_first() {
        let function = parse(&quote! {
            /// Answers a question.
            ///
            /// Slowly.
            fn f() {}
        });
        assert_eq!(function.unwrap().doc_line().as_deref(), Some("Answers a question"));
    }
}
