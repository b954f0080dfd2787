//! What a function must not be, whichever of the two attributes is on it.

use super::Function;
use crate::diag::Ctxt;
use observe_rules::Code;
use syn::{GenericArgument, PathArguments, ReturnType, Type, TypeParamBound};

pub(super) fn check(ctxt: &Ctxt, function: &Function) {
    not_const(ctxt, function);
    no_future_by_hand(ctxt, function);
    no_result_with_track_caller(ctxt, function);
}

/// A `const fn` may run in the compiler, where there is no clock and nobody to tell.
fn not_const(ctxt: &Ctxt, function: &Function) {
    let name = function.name();
    if let Some(constness) = &function.sig.constness {
        let message = format!("`{name}` is a `const fn`, and may run while the program compiles");
        ctxt.error(constness, Code::Obs0602, message, "drop `const`, or annotate the function that calls it");
    }
    if let Some(variadic) = &function.sig.variadic {
        let message = format!("`{name}` takes C's variable arguments, which can't be passed on");
        ctxt.error(variadic, Code::Obs0602, message, "annotate the function that calls it");
    }
}

/// Around `fn f() -> impl Future` a span would end before the work begins.
fn no_future_by_hand(ctxt: &Ctxt, function: &Function) {
    let ReturnType::Type(_, output) = &function.sig.output else { return };
    if function.sig.asyncness.is_none() && is_future(output) {
        let message = format!(
            "`{}` returns a future, so its span and its metrics would end before the work begins",
            function.name()
        );
        let help = "make it an `async fn`; under `#[async_trait]`, annotate an `async fn` that it calls";
        ctxt.error(output, Code::Obs0802, message, help);
    }
}

/// `impl Future`, `BoxFuture`, `Pin<Box<dyn Future>>`; a list of futures is none.
fn is_future(ty: &Type) -> bool {
    const FUTURES: &[&str] = &["Future", "BoxFuture", "LocalBoxFuture"];
    let is_bound = |bound: &TypeParamBound| match bound {
        TypeParamBound::Trait(bound) => {
            bound.path.segments.last().is_some_and(|last| FUTURES.iter().any(|future| last.ident == future))
        }
        _ => false,
    };
    match ty {
        Type::ImplTrait(ty) => ty.bounds.iter().any(is_bound),
        Type::TraitObject(ty) => ty.bounds.iter().any(is_bound),
        Type::Paren(ty) => is_future(&ty.elem),
        Type::Path(ty) => ty.path.segments.last().is_some_and(|last| {
            let PathArguments::AngleBracketed(arguments) = &last.arguments else { return false };
            let wraps = last.ident == "Pin" || last.ident == "Box";
            FUTURES.iter().any(|future| last.ident == future)
                || wraps
                    && arguments
                        .args
                        .iter()
                        .any(|argument| matches!(argument, GenericArgument::Type(ty) if is_future(ty)))
        }),
        _ => false,
    }
}

/// A body in a closure would lose the caller's location, and a body outside of one its result.
fn no_result_with_track_caller(ctxt: &Ctxt, function: &Function) {
    if let Some(track_caller) = function.attribute("track_caller")
        && function.sig.asyncness.is_none()
        && function.output_name().as_deref() == Some("Result")
    {
        let message = format!(
            "`{}` keeps its caller's location, so its result can't be looked at, and an `Err` would count as ok",
            function.name()
        );
        let help = "drop `#[track_caller]`, or annotate a function without it that this one calls";
        ctxt.error(track_caller, Code::Obs0803, message, help);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn futures_are_told_from_types_that_hold_them() {
        let futures: [Type; 4] = [
            parse_quote!(impl Send + std::future::Future<Output = u8>),
            parse_quote!(Pin<Box<dyn Future<Output = u8> + Send + 'static>>),
            parse_quote!(futures::future::BoxFuture<'a, u8>),
            parse_quote!((impl Future<Output = ()>)),
        ];
        let others: [Type; 4] = [
            parse_quote!(Vec<BoxFuture<'static, u8>>),
            parse_quote!(Box<dyn Fn() -> BoxFuture<'static, u8>>),
            parse_quote!(Pin<&mut u8>),
            parse_quote!(Result<Future, Error>),
        ];
        assert!(futures.iter().all(is_future));
        assert!(!others.iter().any(is_future));
    }
}
