//! A level, in every spelling that `#[tracing::instrument]` has: a word, the same in quotes, a path
//! that ends in it, or a number from 1 to 5.

use crate::diag::Ctxt;
use crate::syntax::{Arg, expect_expr, or_list};
use observe_rules::{Code, suggest};
use quote::ToTokens;
use syn::{Expr, ExprLit, Lit};

const LEVELS: [&str; 5] = ["trace", "debug", "info", "warn", "error"];

/// `level = info`.
pub(super) fn expect_level(ctxt: &Ctxt, arg: &Arg) -> Option<&'static str> {
    let expr = expect_expr(ctxt, arg, "info")?;
    let word = match expr {
        Expr::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => {
            let at = number.base10_parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            at.and_then(|at| LEVELS.get(at)).map(|level| (*level).to_owned())
        }
        _ => None,
    };
    let found = word.as_ref().and_then(|word| LEVELS.into_iter().find(|level| level.eq_ignore_ascii_case(word)));
    if found.is_none() {
        let word = word.unwrap_or_else(|| expr.to_token_stream().to_string());
        let list = or_list(LEVELS);
        let help = match suggest::nearest(&word.to_lowercase(), LEVELS) {
            Some(near) => format!("a similar value is `{near}`; it may be {list}"),
            None => format!("it may be {list}"),
        };
        ctxt.error(expr, Code::Obs0703, format!("`{word}` is no value of option `level`"), help);
    }
    found
}
