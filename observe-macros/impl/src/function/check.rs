//! What a function must not be, whichever of the two attributes is on it.

use super::Function;
use super::item::mentions;
use crate::diag::Ctxt;
use observe_rules::Code;

pub(super) fn check(ctxt: &Ctxt, function: &Function) {
    not_const(ctxt, function);
    no_future_by_hand(ctxt, function);
    no_result_with_track_caller(ctxt, function);
}

/// A `const fn` may run in the compiler, where there is no clock and nobody to tell.
fn not_const(ctxt: &Ctxt, function: &Function) {
    let ident = &function.sig.ident;
    if let Some(constness) = &function.sig.constness {
        let message = format!("`{ident}` is a `const fn`, and may run while the program compiles");
        ctxt.error(constness, Code::Obs0602, message, "drop `const`, or annotate the function that calls it");
    }
    if let Some(variadic) = &function.sig.variadic {
        let message = format!("`{ident}` takes C's variable arguments, which can't be passed on");
        ctxt.error(variadic, Code::Obs0602, message, "annotate the function that calls it");
    }
}

/// Around `fn f() -> impl Future` a span would end before the work begins.
fn no_future_by_hand(ctxt: &Ctxt, function: &Function) {
    const FUTURES: &[&str] = &["Future", "BoxFuture", "LocalBoxFuture"];
    let output = &function.sig.output;
    if function.sig.asyncness.is_none() && mentions(output, FUTURES) {
        let message = format!(
            "`{}` returns a future, so its span and its metrics would end before the work begins",
            function.sig.ident
        );
        ctxt.error(output, Code::Obs0802, message, "make it an `async fn`, or annotate the `async fn` that it calls");
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
            function.sig.ident
        );
        let help = "drop `#[track_caller]`, or annotate a function without it that this one calls";
        ctxt.error(track_caller, Code::Obs0803, message, help);
    }
}
