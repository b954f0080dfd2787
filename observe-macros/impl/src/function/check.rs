//! What a function must not be, whichever of the two attributes is on it.

use super::Function;
use super::form::{future, stream};
use crate::diag::Ctxt;
use observe_rules::Code;
use syn::ReturnType;

pub(super) fn check(ctxt: &Ctxt, function: &Function) {
    not_const(ctxt, function);
    no_stream_later(ctxt, function);
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

/// A stream that is waited for has two ends, that of the waiting and its own: the call can have only one.
fn no_stream_later(ctxt: &Ctxt, function: &Function) {
    let ReturnType::Type(_, output) = &function.sig.output else { return };
    if function.sig.asyncness.is_some() && stream(output).is_some() {
        let message = format!(
            "`{}` is async and returns a stream, so its span and its metrics would end before the work begins",
            function.name()
        );
        let help = "drop `async`, and wait inside of the stream; a function that only returns one is traced to its end";
        ctxt.error(output, Code::Obs0802, message, help);
    }
}

/// A body in a closure would lose the caller's location, and a body outside of one its result.
fn no_result_with_track_caller(ctxt: &Ctxt, function: &Function) {
    if let Some(track_caller) = function.attribute("track_caller")
        && function.sig.asyncness.is_none()
        && (function.output_name().as_deref() == Some("Result") || works_later(function))
    {
        let message = format!(
            "`{}` keeps its caller's location, so its result can't be looked at, and any would count as ok",
            function.name()
        );
        let help = "drop `#[track_caller]`, or annotate a function without it that this one calls";
        ctxt.error(track_caller, Code::Obs0803, message, help);
    }
}

fn works_later(function: &Function) -> bool {
    matches!(&function.sig.output, ReturnType::Type(_, output) if future(output).or_else(|| stream(output)).is_some())
}
