//! The options of `#[observe::main]`.

use super::Main;
use crate::diag::Ctxt;
use crate::syntax::{Arg, ArgValue, Known, expect_path, expect_string, expect_word, parse_args};
use observe_rules::{Code, metric};
use proc_macro2::TokenStream;
use syn::{Expr, ExprLit, Lit, LitStr, Path};

const ATTRIBUTE: &str = "observe::main";

pub(super) struct Options {
    pub(super) service: Option<LitStr>,
    pub(super) namespace: Option<LitStr>,
    pub(super) is_current_thread: bool,
    pub(super) worker_threads: Option<usize>,
    pub(super) krate: Option<Path>,
}

impl Options {
    pub(super) fn parse(ctxt: &Ctxt, args: TokenStream, main: &Main) -> Self {
        let mut options =
            Self { service: None, namespace: None, is_current_thread: false, worker_threads: None, krate: None };
        let mut known = Known::new(ATTRIBUTE, &["service", "namespace", "flavor", "worker_threads", "crate"]);
        for arg in parse_args(ctxt, ATTRIBUTE, args).iter().filter(|arg| known.admit(ctxt, arg)) {
            let name = arg.name.to_string();
            if matches!(name.as_str(), "flavor" | "worker_threads") && main.sig.asyncness.is_none() {
                let message = format!("option `{name}` is about a runtime, and `main` is not `async`");
                ctxt.error(&arg.name, Code::Obs0805, message, "remove it, or write `async fn main`");
                continue;
            }
            match name.as_str() {
                "service" => options.service = expect_string(ctxt, arg),
                "namespace" => options.namespace = namespace(ctxt, arg),
                "flavor" => {
                    let words = ["multi_thread", "current_thread"];
                    options.is_current_thread = expect_word(ctxt, arg, &words) == Some("current_thread");
                }
                "worker_threads" => options.worker_threads = threads(ctxt, arg),
                _ => options.krate = expect_path(ctxt, arg, "::observe"),
            }
            if options.is_current_thread && options.worker_threads.is_some() {
                let message = "a runtime of one thread has no `worker_threads`";
                ctxt.error(&arg.name, Code::Obs0805, message, "remove `worker_threads`, or `flavor = current_thread`");
            }
        }
        options
    }
}

/// `namespace = "care"`.
fn namespace(ctxt: &Ctxt, arg: &Arg) -> Option<LitStr> {
    let text = expect_string(ctxt, arg)?;
    if let Err(violation) = metric::check_namespace(&text.value()) {
        ctxt.violation(&text, &violation);
    }
    Some(text)
}

/// `worker_threads = 4`.
fn threads(ctxt: &Ctxt, arg: &Arg) -> Option<usize> {
    if let ArgValue::Expr(expr) = &arg.value
        && let Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) = &**expr
        && let Ok(number @ 1..) = number.base10_parse()
    {
        return Some(number);
    }
    let message = "option `worker_threads` expects a whole number, from 1 on";
    ctxt.error(arg, Code::Obs0703, message, "write `worker_threads = 4`, or leave it out for one on each core");
    None
}
