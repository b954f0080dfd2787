//! What an option expects as its value; anything else is reported with the form to write.

use super::{Arg, ArgValue};
use crate::diag::Ctxt;
use observe_rules::Code;
use proc_macro2::{Ident, TokenStream};
use syn::{Expr, ExprLit, Lit, LitStr, Path};

/// `name = "text"`.
pub(crate) fn expect_string(ctxt: &Ctxt, arg: &Arg) -> Option<LitStr> {
    if let ArgValue::Expr(expr) = &arg.value
        && let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &**expr
    {
        return Some(text.clone());
    }
    mismatch(ctxt, arg, "a string literal", &format!("{} = \"…\"", arg.name))
}

/// `name = word`.
pub(crate) fn expect_ident(ctxt: &Ctxt, arg: &Arg, example: &str) -> Option<Ident> {
    if let ArgValue::Expr(expr) = &arg.value
        && let Expr::Path(path) = &**expr
        && let Ok(ident) = path.path.require_ident()
    {
        return Some(ident.clone());
    }
    mismatch(ctxt, arg, "a word", &format!("{} = {example}", arg.name))
}

/// `name = some::path`.
pub(crate) fn expect_path(ctxt: &Ctxt, arg: &Arg, example: &str) -> Option<Path> {
    if let ArgValue::Expr(expr) = &arg.value
        && let Expr::Path(path) = &**expr
    {
        return Some(path.path.clone());
    }
    mismatch(ctxt, arg, "a path", &format!("{} = {example}", arg.name))
}

/// `name = expression`.
pub(crate) fn expect_expr<'a>(ctxt: &Ctxt, arg: &'a Arg, example: &str) -> Option<&'a Expr> {
    if let ArgValue::Expr(expr) = &arg.value {
        return Some(expr);
    }
    mismatch(ctxt, arg, "a value", &format!("{} = {example}", arg.name))
}

/// `name(…)`.
pub(crate) fn expect_group<'a>(ctxt: &Ctxt, arg: &'a Arg, example: &str) -> Option<&'a TokenStream> {
    if let ArgValue::Group(inside) = &arg.value {
        return Some(inside);
    }
    mismatch(ctxt, arg, "a list in parentheses", &format!("{}({example})", arg.name))
}

/// `name`, alone.
pub(crate) fn expect_flag(ctxt: &Ctxt, arg: &Arg) -> Option<()> {
    if let ArgValue::Flag = arg.value {
        return Some(());
    }
    mismatch(ctxt, arg, "no value", &arg.name.to_string())
}

fn mismatch<T>(ctxt: &Ctxt, arg: &Arg, expected: &str, example: &str) -> Option<T> {
    let message = format!("option `{}` expects {expected}", arg.name);
    ctxt.error(arg, Code::Obs0703, message, format!("write `{example}`"));
    None
}
