//! A function as the attributes see it: its signature is read, its body passes through untouched.

use super::Attribute;
use super::form::stream;
use crate::diag::Ctxt;
use crate::syntax::{doc_line, keyword_of};
use observe_rules::Code;
use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{
    AttrStyle, Attribute as SynAttribute, FnArg, GenericParam, Meta, Pat, Path, ReturnType, Signature, Token, Type,
    Visibility,
};

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
                let message = format!("`{}` has no body to put `#[{attribute}]` around", function.name());
                let help = format!("put `#[{attribute}]` on the functions that implement it");
                ctxt.error(&function.sig.ident, Code::Obs0601, message, help);
                None
            }
            Err(error) => {
                match keyword_of(item) {
                    (keyword, "a function") => ctxt.error(
                        keyword,
                        Code::Obs0601,
                        format!("the signature can't be read: {error}"),
                        format!("put `#[{attribute}]` on a function that this one calls"),
                    ),
                    (keyword, what) => ctxt.error(
                        keyword,
                        Code::Obs0601,
                        format!("`#[{attribute}]` stands on functions and methods, and this is {what}"),
                        format!("move `#[{attribute}]` to a function, to an `impl` block, or to a trait"),
                    ),
                }
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
            Meta::NameValue(meta) => {
                let (name, value) = (attribute.name(), &meta.value);
                let help = format!("write `#[{name}(name = {})]`", quote!(#value));
                let message = format!("`{name}` takes its options in parentheses");
                ctxt.error(&meta, Code::Obs0703, message, help);
                // The attribute is there, and its import is used.
                Some((meta.path, TokenStream::new()))
            }
        }
    }

    /// The function's name, without the `r#` of a raw one.
    pub(crate) fn name(&self) -> String {
        self.sig.ident.unraw().to_string()
    }

    /// The names of the type parameters and of the constant ones.
    pub(crate) fn type_parameters(&self) -> Vec<String> {
        let parameters = self.sig.generics.params.iter().filter_map(|param| match param {
            GenericParam::Type(param) => Some(param.ident.to_string()),
            GenericParam::Const(param) => Some(param.ident.to_string()),
            GenericParam::Lifetime(_) => None,
        });
        parameters.collect()
    }

    /// The type of the parameter that is called `name`.
    pub(crate) fn parameter(&self, name: &Ident) -> Option<&Type> {
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
            // And `!` is one only there.
            ReturnType::Type(..) if self.never_returns() => None,
            ReturnType::Type(_, ty) => Some(quote!(#ty)),
        }
    }

    /// Whether it returns a stream.
    pub(crate) fn returns_stream(&self) -> bool {
        matches!(&self.sig.output, ReturnType::Type(_, ty) if stream(ty).is_some())
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

    /// The first line of the doc comment that says something, without its final stop.
    pub(crate) fn doc_line(&self) -> Option<String> {
        doc_line(&self.attrs)
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

/// Nothing else uses the import of an attribute that was taken off, and rustc would say so.
pub(super) fn used(absorbed: &Path) -> TokenStream {
    quote!(#[allow(unused_imports)] use #absorbed as _;)
}

fn parse_function(input: ParseStream<'_>) -> syn::Result<(Function, Option<Group>)> {
    let attrs = input.call(SynAttribute::parse_outer)?;
    let vis = input.parse()?;
    let defaultness = if input.peek(Token![default]) { Some(input.parse()?) } else { None };
    let sig = input.parse()?;
    let empty = Group::new(Delimiter::Brace, TokenStream::new());
    let function = Function { attrs, vis, defaultness, sig, body: empty };
    if input.parse::<Option<Token![;]>>()?.is_some() {
        return Ok((function, None));
    }
    match input.parse::<TokenTree>()? {
        TokenTree::Group(body) if body.delimiter() == Delimiter::Brace => Ok(with_body(function, &body)),
        other => Err(syn::Error::new(other.span(), "expected a body")),
    }
}

/// Attributes inside the body, `#![…]`, are the function's: nothing else in a body may have any.
fn with_body(mut function: Function, body: &Group) -> (Function, Option<Group>) {
    let mut rest = body.stream();
    let split = |input: ParseStream<'_>| Ok((input.call(SynAttribute::parse_inner)?, input.parse::<TokenStream>()?));
    if let Ok((inner, statements)) = split.parse2(rest.clone()) {
        let outer = inner.into_iter().map(|attr| SynAttribute { style: AttrStyle::Outer, ..attr });
        function.attrs.extend(outer);
        rest = statements;
    }
    let mut braced = Group::new(Delimiter::Brace, rest);
    braced.set_span(body.span());
    (function, Some(braced))
}

/// `#[metered]`, `#[observe::metered]`, and either with arguments.
pub(crate) fn is_ours(attr: &SynAttribute, name: &str) -> bool {
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
            let errors = parse(&item).err().unwrap();
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
        let function = parse(&quote! {
            #[doc(hidden)]
            /**
             Answers.
             Slowly. */
            fn f() {}
        });
        assert_eq!(function.unwrap().doc_line().as_deref(), Some("Answers"));
    }

    #[test]
    fn inner_attributes_become_outer_ones() {
        let function = parse(&quote! { fn f() { #![allow(dead_code)] body; } }).unwrap();
        assert!(function.attribute("allow").is_some());
        assert_eq!(function.body.to_string(), "{ body ; }");
        assert!(!function.head().to_string().contains("# !"));
    }
}
