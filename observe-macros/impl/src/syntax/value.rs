//! What an option expects as its value; anything else is reported with the form to write.

use super::{Arg, ArgValue};
use crate::diag::Ctxt;
use observe_rules::{Code, suggest};
use proc_macro2::{Ident, TokenStream};
use syn::{Expr, ExprLit, Lit, LitStr, Path};

/// `name = "text"`.
pub(crate) fn expect_string(ctxt: &Ctxt, arg: &Arg) -> Option<LitStr> {
    if let Some(text) = string(arg) {
        return Some(text.clone());
    }
    let meant = word(arg).map_or_else(|| "…".to_owned(), ToString::to_string);
    mismatch(ctxt, arg, "a text in quotes", &format!("{} = \"{meant}\"", arg.name))
}

/// `name = word`, where the word is one of these, in any case.
pub(crate) fn expect_word<'a>(ctxt: &Ctxt, arg: &Arg, allowed: &[&'a str]) -> Option<&'a str> {
    let find = |word: &str| allowed.iter().copied().find(|allowed| word.eq_ignore_ascii_case(allowed));
    let Some(word) = word(arg) else {
        let meant = string(arg).and_then(|text| find(&text.value())).unwrap_or(allowed[0]);
        return mismatch(ctxt, arg, "a word without quotes", &format!("{} = {meant}", arg.name));
    };
    let text = word.to_string();
    if let Some(found) = find(&text) {
        return Some(found);
    }
    let list = or_list(allowed.iter().copied());
    let help = match suggest::nearest(&text.to_lowercase(), allowed.iter().copied()) {
        Some(near) => format!("a similar value is `{near}`; it may be {list}"),
        None => format!("it may be {list}"),
    };
    ctxt.error(word, Code::Obs0703, format!("`{text}` is no value of option `{}`", arg.name), help);
    None
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
pub(crate) fn expect_group(ctxt: &Ctxt, arg: &Arg, example: &str) -> Option<TokenStream> {
    if let ArgValue::Group(group) = &arg.value {
        return Some(group.stream());
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

/// The text of `name = "text"`.
fn string(arg: &Arg) -> Option<&LitStr> {
    match &arg.value {
        ArgValue::Expr(expr) => match &**expr {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// The word of `name = word`.
fn word(arg: &Arg) -> Option<&Ident> {
    match &arg.value {
        ArgValue::Expr(expr) => path_word(expr),
        _ => None,
    }
}

/// The expression without the invisible brackets that `macro_rules!` puts around `$x:expr` and `$x:literal`.
pub(crate) fn bare(expr: Expr) -> Expr {
    match expr {
        Expr::Group(group) => bare(*group.expr),
        expr => expr,
    }
}

/// The word that an expression consists of.
pub(crate) fn path_word(expr: &Expr) -> Option<&Ident> {
    match expr {
        Expr::Path(path) => path.path.get_ident(),
        _ => None,
    }
}

/// `` `a`, `b` or `c` ``.
pub(crate) fn or_list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let mut words: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match words.pop() {
        Some(last) if !words.is_empty() => format!("{} or {last}", words.join(", ")),
        Some(only) => only,
        None => String::new(),
    }
}

fn mismatch<T>(ctxt: &Ctxt, arg: &Arg, expected: &str, example: &str) -> Option<T> {
    let message = format!("option `{}` expects {expected}", arg.name);
    ctxt.error(arg, Code::Obs0703, message, format!("write `{example}`"));
    None
}
