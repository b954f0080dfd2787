//! An attribute on an `impl` block is one on each of its methods.
//!
//! The attribute is written onto every method that has none of its own, with the options of the
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
use syn::{ImplItem, ImplItemFn, ItemImpl, LitStr, Meta, Type};

/// The block, where the item is one that can be read.
pub(super) fn parse(item: &TokenStream) -> Option<ItemImpl> {
    (keyword_of(item).1 == "an `impl` block").then(|| syn::parse2(item.clone()).ok()).flatten()
}

pub(super) fn expand(called: Attribute, args: &TokenStream, mut block: ItemImpl) -> TokenStream {
    let ctxt = Ctxt::default();
    let options = Options::read(&ctxt, called, args, &block);
    let mut checked = false;
    for item in &mut block.items {
        let ImplItem::Fn(method) = item else { continue };
        if is_left_alone(called, method) {
            continue;
        }
        let args = options.of(called, method);
        // A mistake in the block's options is one of every method, and is reported once.
        if !std::mem::replace(&mut checked, true) {
            check(&ctxt, called, args.clone(), &method.to_token_stream());
        }
        if !ctxt.is_clean() {
            break;
        }
        let path = &options.path;
        method.attrs.push(syn::parse_quote!(#[#path(#args)]));
    }
    if ctxt.is_clean() && !checked {
        let (name, keyword) = (called.name(), &block.impl_token);
        let message = format!("there is no method here that `#[{name}]` could stand on");
        ctxt.error(keyword, Code::Obs0601, message, format!("remove `#[{name}]`"));
    }
    if ctxt.is_clean() {
        return block.into_token_stream();
    }
    let errors = ctxt.finish();
    quote!(#errors #block)
}

/// Whether the method has the attribute already, or asks for none; what asks is taken off.
fn is_left_alone(called: Attribute, method: &mut ImplItemFn) -> bool {
    let is_ours = |attr: &syn::Attribute| attr.path().segments.last().is_some_and(|last| last.ident == called.name());
    let Some(at) = method.attrs.iter().position(is_ours) else { return false };
    if matches!(&method.attrs[at].meta, Meta::List(list) if list.tokens.to_string() == "skip") {
        method.attrs.remove(at);
    }
    true
}

/// What the block says, for each of its methods.
struct Options {
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
    fn read(ctxt: &Ctxt, called: Attribute, args: &TokenStream, block: &ItemImpl) -> Self {
        let attribute = syn::Ident::new(called.name(), proc_macro2::Span::call_site());
        let mut options = Self {
            prefix: type_name(&block.self_ty),
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
    fn of(&self, called: Attribute, method: &ImplItemFn) -> TokenStream {
        let rest = &self.rest;
        if called == Attribute::Traced {
            return quote!(#(#rest),*);
        }
        if self.is_shared {
            // A name is refused there.
            let all = self.name.iter().chain(rest);
            return quote!(#(#all),*);
        }
        let ident = &method.sig.ident;
        let name = LitStr::new(&format!("{}_{}", self.prefix, ident.unraw()), ident.span());
        quote_spanned!(ident.span()=> name = #name #(, #rest)*)
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
        Type::Path(path) => path.path.segments.last().map(|last| case::snake(&last.ident.unraw().to_string())),
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
