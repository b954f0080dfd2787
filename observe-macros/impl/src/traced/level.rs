//! A level, in every spelling that `#[tracing::instrument]` has: a word, the same in quotes, a number
//! from 1 to 5, or a constant such as `Level::INFO`.

use crate::diag::Ctxt;
use crate::paths::Runtime;
use crate::syntax::{Arg, expect_expr, or_list};
use observe_rules::{Code, suggest};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Expr, ExprLit, Lit, Path};

pub(super) const LEVELS: [&str; 5] = ["trace", "debug", "info", "warn", "error"];

/// The level of a span or an event.
#[derive(Clone)]
pub(crate) enum Level {
    /// One of `LEVELS`.
    Named(&'static str),
    /// Left as it is written, so that what it imports is used.
    Constant(Path),
}

impl Level {
    pub(super) fn is_info(&self) -> bool {
        matches!(self, Self::Named("info"))
    }

    pub(super) fn tokens(&self, private: &Runtime) -> TokenStream {
        match self {
            Self::Named(level) => {
                let level = Ident::new(&level.to_uppercase(), Span::call_site());
                quote!(#private::Level::#level)
            }
            Self::Constant(path) => path.to_token_stream(),
        }
    }
}

/// `level = info`.
pub(super) fn expect_level(ctxt: &Ctxt, arg: &Arg) -> Option<Level> {
    let expr = expect_expr(ctxt, arg, "info")?;
    let word = match expr {
        Expr::Path(path) => match path.path.get_ident().map(ToString::to_string) {
            Some(word) if named(&word).is_some() || word.starts_with(char::is_lowercase) => word,
            _ => return Some(Level::Constant(path.path.clone())),
        },
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => text.value(),
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => {
            let at = number.base10_parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            at.and_then(|at| LEVELS.get(at)).map_or_else(|| number.to_string(), |level| (*level).to_owned())
        }
        expr => expr.to_token_stream().to_string(),
    };
    let found = named(&word);
    if found.is_none() {
        let list = or_list(LEVELS);
        let help = match suggest::nearest(&word.to_lowercase(), LEVELS) {
            Some(near) => format!("a similar value is `{near}`; it may be {list}"),
            None => format!("it may be {list}"),
        };
        ctxt.error(expr, Code::Obs0703, format!("`{word}` is no value of option `level`"), help);
    }
    found.map(Level::Named)
}

fn named(word: &str) -> Option<&'static str> {
    LEVELS.into_iter().find(|level| level.eq_ignore_ascii_case(word))
}
