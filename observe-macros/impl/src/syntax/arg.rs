//! Splitting an attribute's arguments, without looking at what they mean.
//!
//! ```text
//! args  = [ arg { "," arg } [ "," ] ]
//! arg   = name | name "=" expression | name "(" tokens ")"
//! name  = identifier or keyword
//! ```

use crate::diag::Ctxt;
use observe_rules::Code;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Token, parenthesized};

/// One argument as written.
pub(crate) struct Arg {
    pub(crate) name: Ident,
    pub(crate) value: ArgValue,
}

pub(crate) enum ArgValue {
    Flag,
    Expr(Box<Expr>),
    Group(TokenStream),
}

impl ToTokens for Arg {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let name = &self.name;
        tokens.extend(match &self.value {
            ArgValue::Flag => quote!(#name),
            ArgValue::Expr(expr) => quote!(#name = #expr),
            ArgValue::Group(inside) => quote!(#name(#inside)),
        });
    }
}

impl Arg {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.call(Ident::parse_any)?;
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            ArgValue::Expr(input.parse()?)
        } else if input.peek(syn::token::Paren) {
            let inside;
            parenthesized!(inside in input);
            ArgValue::Group(inside.parse()?)
        } else {
            ArgValue::Flag
        };
        if !input.is_empty() {
            return Err(input.error("expected a comma"));
        }
        Ok(Self { name, value })
    }
}

/// Reads all arguments; one that can't be read is reported, and the others are still read.
pub(crate) fn parse_args(ctxt: &Ctxt, attribute: &str, args: TokenStream) -> Vec<Arg> {
    let help = format!("write `#[{attribute}(key = value, flag, group(…))]`");
    split_at_commas(args)
        .into_iter()
        .filter_map(|tokens| match Arg::parse.parse2(tokens.clone()) {
            Ok(arg) => Some(arg),
            Err(_) if matches!(tokens.clone().into_iter().next(), Some(TokenTree::Literal(_))) => {
                let text = tokens.to_string();
                let help = format!("name the option: `#[{attribute}(name = {text})]`");
                ctxt.error(&tokens, Code::Obs0703, format!("`{text}` stands alone"), help);
                None
            }
            Err(error) => {
                ctxt.syntax(&error, help.as_str());
                None
            }
        })
        .collect()
}

/// Splits at commas outside brackets and outside `<…>`; empty pieces are left out.
pub(crate) fn split_at_commas(tokens: TokenStream) -> Vec<TokenStream> {
    let mut pieces = vec![TokenStream::new()];
    let mut depth = 0_usize;
    let mut previous = ' ';
    for token in tokens {
        let mut ends = false;
        let mut now = ' ';
        if let TokenTree::Punct(punct) = &token {
            now = punct.as_char();
            match now {
                '<' => depth += 1,
                // The arrow of `Fn() -> T` closes nothing.
                '>' if previous != '-' && previous != '=' => depth = depth.saturating_sub(1),
                ',' => ends = depth == 0,
                _ => {}
            }
        }
        previous = now;
        if ends {
            pieces.push(TokenStream::new());
        } else if let Some(piece) = pieces.last_mut() {
            piece.extend([token]);
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(args: TokenStream) -> Vec<String> {
        let ctxt = Ctxt::default();
        let args = parse_args(&ctxt, "traced", args);
        assert!(ctxt.is_clean());
        args.iter().map(|arg| arg.name.to_string()).collect()
    }

    #[test]
    fn all_forms_are_read() {
        let args = quote!(skip, name = "x", fields(a, b = c(d, e)), crate = a::b, labels(m: Map<A, B> = x),);
        assert_eq!(names(args), ["skip", "name", "fields", "crate", "labels"]);
    }

    #[test]
    fn generics_and_arrows_do_not_split() {
        let pieces = split_at_commas(quote!(a: fn(A, B) -> Result<A, B> = f, b: Map<A, B>));
        assert_eq!(pieces.len(), 2);
    }

    #[test]
    fn a_bad_argument_does_not_hide_the_next() {
        let ctxt = Ctxt::default();
        let args = parse_args(&ctxt, "traced", quote!("positional", 5 + , name = "x", level debug));
        assert_eq!(args.len(), 1);
        let shown = ctxt.finish().to_string();
        assert_eq!(shown.matches("OBS0703").count(), 3, "{shown}");
    }
}
