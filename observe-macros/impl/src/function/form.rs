//! In which form a function does its work, and so where a call of it begins and ends.

use super::Function;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;
use syn::{GenericArgument, PathArguments, ReturnType, Type, TypeParamBound};

/// How the body is put into a call.
pub(super) enum Form {
    /// In a closure, whose result says how the call ended.
    Plain,
    /// Where it stands, because a closure would hide the caller's location.
    Inline,
    /// As the body of a future, from the first poll to the end.
    Async,
    /// The body is nothing but a future, as `#[async_trait]` and many hands write it. The call goes
    /// into it, and begins with the first poll.
    Wrapped {
        /// `async` or `async move`.
        asyncness: TokenStream,
        body: Group,
        boxed: bool,
    },
    /// The body makes a future somehow. The call begins with it, and ends with the future.
    Made { boxed: bool },
    /// The same of a stream.
    Streamed { boxed: bool },
}

impl Form {
    pub(super) fn of(function: &Function) -> Self {
        if function.sig.asyncness.is_some() {
            return Self::Async;
        }
        if function.attribute("track_caller").is_some() || function.never_returns() {
            return Self::Inline;
        }
        let ReturnType::Type(_, output) = &function.sig.output else { return Self::Plain };
        if let Some(boxed) = stream(output) {
            return Self::Streamed { boxed };
        }
        let Some(boxed) = future(output) else { return Self::Plain };
        match only_future(function.body.stream(), boxed) {
            Some((asyncness, body)) => Self::Wrapped { asyncness, body, boxed },
            None => Self::Made { boxed },
        }
    }
}

/// Whether the type is a future, and if so, whether it is boxed: `impl Future`, `BoxFuture`,
/// `Pin<Box<dyn Future>>`. A list of futures is none.
pub(super) fn future(ty: &Type) -> Option<bool> {
    named(ty, &["Future"], &["BoxFuture", "LocalBoxFuture"])
}

/// The same for a stream. `TryStream` is one of results, and `FusedStream` one that says whether it has ended.
pub(super) fn stream(ty: &Type) -> Option<bool> {
    named(ty, &["Stream", "TryStream", "FusedStream"], &["BoxStream", "LocalBoxStream"])
}

fn named(ty: &Type, traits: &[&str], aliases: &[&str]) -> Option<bool> {
    let is_bound = |bound: &TypeParamBound| match bound {
        TypeParamBound::Trait(bound) => {
            bound.path.segments.last().is_some_and(|last| traits.iter().any(|name| last.ident == name))
        }
        _ => false,
    };
    match ty {
        Type::ImplTrait(ty) => ty.bounds.iter().any(is_bound).then_some(false),
        Type::TraitObject(ty) => ty.bounds.iter().any(is_bound).then_some(true),
        Type::Paren(ty) => named(&ty.elem, traits, aliases),
        Type::Group(ty) => named(&ty.elem, traits, aliases),
        Type::Path(ty) => {
            let last = ty.path.segments.last()?;
            let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
            if aliases.iter().any(|name| last.ident == name) {
                return Some(true);
            }
            let wraps = last.ident == "Pin" || last.ident == "Box";
            arguments.args.iter().filter(|_| wraps).find_map(|argument| match argument {
                GenericArgument::Type(ty) => named(ty, traits, aliases),
                _ => None,
            })
        }
        _ => None,
    }
}

/// The future that is all there is in the body: `async move { … }`, in `Box::pin(…)` where it is boxed.
fn only_future(body: TokenStream, boxed: bool) -> Option<(TokenStream, Group)> {
    let tokens: Vec<TokenTree> = body.into_iter().collect();
    if !boxed {
        return block(&tokens);
    }
    let (TokenTree::Group(argument), path) = tokens.split_last()? else { return None };
    let path: String = path.iter().map(ToString::to_string).collect();
    let is_path = matches!(path.as_str(), "Box::pin" | "std::boxed::Box::pin" | "::std::boxed::Box::pin");
    if argument.delimiter() != Delimiter::Parenthesis || !is_path {
        return None;
    }
    block(&argument.stream().into_iter().collect::<Vec<_>>())
}

fn block(tokens: &[TokenTree]) -> Option<(TokenStream, Group)> {
    let is = |token: &TokenTree, word: &str| matches!(token, TokenTree::Ident(ident) if ident == word);
    match tokens {
        [first, TokenTree::Group(body)] if is(first, "async") => Some((quote!(#first), body.clone())),
        [first, second, TokenTree::Group(body)] if is(first, "async") && is(second, "move") => {
            Some((quote!(#first #second), body.clone()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn futures_are_told_from_types_that_hold_them() {
        let futures: [(Type, bool); 4] = [
            (parse_quote!(impl Send + std::future::Future<Output = u8>), false),
            (parse_quote!(Pin<Box<dyn Future<Output = u8> + Send + 'static>>), true),
            (parse_quote!(futures::future::BoxFuture<'a, u8>), true),
            (parse_quote!((impl Future<Output = ()>)), false),
        ];
        let others: [Type; 5] = [
            parse_quote!(Vec<BoxFuture<'static, u8>>),
            parse_quote!(Box<dyn Fn() -> BoxFuture<'static, u8>>),
            parse_quote!(Pin<&mut u8>),
            parse_quote!(Result<Future, Error>),
            parse_quote!(impl Stream<Item = u8>),
        ];
        for (ty, boxed) in futures {
            assert_eq!(future(&ty), Some(boxed));
        }
        assert!(others.iter().all(|ty| future(ty).is_none()));
        assert_eq!(stream(&others[4]), Some(false));
    }

    #[test]
    fn a_body_that_is_a_future_is_found() {
        assert!(only_future(quote!(Box::pin(async move { 1 })), true).is_some());
        assert!(only_future(quote!(::std::boxed::Box::pin(async { 1 })), true).is_some());
        assert!(only_future(quote!(async move { 1 }), false).is_some());
        assert!(only_future(quote!(let a = 1; async move { a }), false).is_none());
        assert!(only_future(quote!(Box::pin(self.answer())), true).is_none());
        assert!(only_future(quote!(if early { return now() } Box::pin(async { 1 })), true).is_none());
        assert!(only_future(quote!(async { 1 }.boxed()), true).is_none());
    }
}
