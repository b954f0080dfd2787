//! An attribute on an `impl` block is one on each of its methods, and one on a trait is one on each
//! method that has a body there.
//!
//! The attribute is written onto every such method that has none of its own, with the options of the
//! block, and the compiler expands it there. `#[metered(skip)]` keeps a method out.

use super::{Attribute, Function};
use crate::diag::Ctxt;
use crate::metered::Metered;
use crate::syntax::{Arg, ArgValue, expect_path, expect_string, keyword_of, parse_args};
use crate::traced::Traced;
use observe_rules::{Code, case};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Ident, ImplItem, ItemImpl, ItemTrait, LitStr, Meta, TraitItem, Type};

/// An `impl` block or a trait.
pub(super) enum Block {
    Impl(ItemImpl),
    Trait(ItemTrait),
}

/// One of its methods, with its attributes.
struct Method<'a> {
    attrs: &'a mut Vec<syn::Attribute>,
    ident: &'a Ident,
}

/// The block, where the item is one that can be read.
pub(super) fn parse(item: &TokenStream) -> Option<Block> {
    match keyword_of(item).1 {
        "an `impl` block" => syn::parse2(item.clone()).ok().map(Block::Impl),
        "a trait" => syn::parse2(item.clone()).ok().map(Block::Trait),
        _ => None,
    }
}

impl Block {
    /// The type's name or the trait's.
    fn name(&self) -> String {
        match self {
            Self::Impl(block) => type_name(&block.self_ty),
            Self::Trait(block) => block.ident.unraw().to_string(),
        }
    }

    fn keyword(&self) -> TokenStream {
        match self {
            Self::Impl(block) => block.impl_token.to_token_stream(),
            Self::Trait(block) => block.trait_token.to_token_stream(),
        }
    }

    /// Calls `visit` once a method that has a body, with the whole of it besides, until that says no.
    fn visit(&mut self, mut visit: impl FnMut(TokenStream, Method<'_>) -> bool) {
        match self {
            Self::Impl(block) => {
                block.items.iter_mut().all(|item| match item {
                    ImplItem::Fn(method) => {
                        let all = method.to_token_stream();
                        visit(all, Method { attrs: &mut method.attrs, ident: &method.sig.ident })
                    }
                    _ => true,
                });
            }
            Self::Trait(block) => {
                block.items.iter_mut().all(|item| match item {
                    TraitItem::Fn(method) if method.default.is_some() => {
                        let all = method.to_token_stream();
                        visit(all, Method { attrs: &mut method.attrs, ident: &method.sig.ident })
                    }
                    _ => true,
                });
            }
        }
    }
}

impl ToTokens for Block {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Impl(block) => block.to_tokens(tokens),
            Self::Trait(block) => block.to_tokens(tokens),
        }
    }
}

pub(super) fn expand(called: Attribute, args: &TokenStream, mut block: Block) -> TokenStream {
    let ctxt = Ctxt::default();
    let options = Options::read(&ctxt, called, args, &block);
    let mut checked = false;
    block.visit(|all, method| {
        if is_left_alone(called, method.attrs) {
            return true;
        }
        let args = options.of(called, method.ident);
        // A mistake in the block's options is one of every method, and is reported once.
        if !std::mem::replace(&mut checked, true) {
            check(&ctxt, called, args.clone(), &all);
        }
        if ctxt.is_clean() {
            let path = &options.path;
            method.attrs.push(syn::parse_quote!(#[#path(#args)]));
        }
        ctxt.is_clean()
    });
    if ctxt.is_clean() && !checked {
        let name = called.name();
        let (message, help) = match &block {
            Block::Impl(_) => ("there is no method here that", format!("remove `#[{name}]`")),
            Block::Trait(_) => (
                "no method of this trait has a body that",
                format!("put `#[{name}]` on the `impl` blocks of the trait"),
            ),
        };
        ctxt.error(block.keyword(), Code::Obs0601, format!("{message} `#[{name}]` could stand on"), help);
    }
    if ctxt.is_clean() {
        return block.into_token_stream();
    }
    let errors = ctxt.finish();
    quote!(#errors #block)
}

/// Whether the method has the attribute already, or asks for none; what asks is taken off.
fn is_left_alone(called: Attribute, attrs: &mut Vec<syn::Attribute>) -> bool {
    let is_ours = |attr: &syn::Attribute| attr.path().segments.last().is_some_and(|last| last.ident == called.name());
    let Some(at) = attrs.iter().position(is_ours) else { return false };
    if matches!(&attrs[at].meta, Meta::List(list) if list.tokens.to_string() == "skip") {
        attrs.remove(at);
    }
    true
}

/// What the block says, for each of its methods.
struct Options {
    /// The name of the type or the trait.
    ty: String,
    /// Before the names of all methods, in `#[metered]`.
    prefix: String,
    /// The name as it was written.
    name: Option<TokenStream>,
    /// Whether the methods count into calls that are declared elsewhere, under their name.
    is_shared: bool,
    /// All but the name.
    rest: Vec<TokenStream>,
    /// The attribute as it is written onto methods.
    path: TokenStream,
}

impl Options {
    fn read(ctxt: &Ctxt, called: Attribute, args: &TokenStream, block: &Block) -> Self {
        let attribute = Ident::new(called.name(), proc_macro2::Span::call_site());
        let mut options = Self {
            prefix: case::snake(&block.name()),
            ty: block.name(),
            name: None,
            is_shared: false,
            rest: Vec::new(),
            path: quote!(::observe::#attribute),
        };
        for arg in parse_args(ctxt, called.name(), args.clone()) {
            match arg.name.to_string().as_str() {
                "name" if called == Attribute::Metered => {
                    if let Some(name) = expect_string(ctxt, &arg) {
                        options.prefix = name.value();
                        options.name = Some(written(&arg));
                    }
                }
                "name" => {
                    let message = "the spans of all methods would have one name";
                    ctxt.error(&arg, Code::Obs0703, message, "remove `name`, or put it on a method");
                }
                _ => {
                    if arg.name == "crate"
                        && let Some(path) = expect_path(ctxt, &arg, "::observe")
                    {
                        options.path = quote!(#path::#attribute);
                    }
                    options.is_shared |= arg.name == "into";
                    options.rest.push(written(&arg));
                }
            }
        }
        options
    }

    /// The options of one method.
    fn of(&self, called: Attribute, method: &Ident) -> TokenStream {
        let rest = &self.rest;
        if called == Attribute::Traced {
            // Where the type has no name of its own, there is nothing to say.
            let ty = Some(&self.ty).filter(|ty| !ty.is_empty()).map(|ty| quote!(impl = #ty,));
            return quote!(#ty #(#rest),*);
        }
        if self.is_shared {
            // A name is refused there.
            let all = self.name.iter().chain(rest);
            return quote!(#(#all),*);
        }
        let name = LitStr::new(&format!("{}_{}", self.prefix, method.unraw()), method.span());
        quote_spanned!(method.span()=> name = #name #(, #rest)*)
    }
}

/// The option as it was written.
fn written(arg: &Arg) -> TokenStream {
    let name = &arg.name;
    match &arg.value {
        ArgValue::Flag => quote!(#name),
        ArgValue::Expr(expr) => quote!(#name = #expr),
        ArgValue::Group(group) => quote!(#name #group),
    }
}

fn type_name(ty: &Type) -> String {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.unraw().to_string()),
        Type::Reference(reference) => Some(type_name(&reference.elem)),
        _ => None,
    }
    .unwrap_or_default()
}

fn check(ctxt: &Ctxt, called: Attribute, args: TokenStream, method: &TokenStream) {
    let Some(function) = Function::parse(ctxt, called, method) else { return };
    match called {
        Attribute::Metered => drop(Metered::parse(ctxt, args, &function)),
        Attribute::Traced => drop(Traced::parse(ctxt, args, &function)),
    }
}
