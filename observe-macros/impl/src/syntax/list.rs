//! Entries between commas.

use crate::diag::Unreadable;
use proc_macro2::{TokenStream, TokenTree};
use syn::Token;
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};

/// Reads entry after entry. One that can't be read is handed to `report`, together with the
/// reason, and reading goes on behind the next comma.
pub(crate) fn parse_list<T>(
    tokens: TokenStream,
    entry: impl Fn(ParseStream<'_>) -> Result<T, Unreadable>,
    report: impl Fn(TokenStream, Unreadable),
) -> Vec<T> {
    let mut entries = Vec::new();
    let read = |input: ParseStream<'_>| {
        while !input.is_empty() {
            if input.parse::<Option<Token![,]>>()?.is_some() {
                continue;
            }
            let ahead = input.fork();
            match entry(&ahead).and_then(|entry| Ok(end_of_entry(&ahead).map(|()| entry)?)) {
                Ok(entry) => {
                    input.advance_to(&ahead);
                    entries.push(entry);
                }
                Err(error) => report(skip_entry(input)?, error),
            }
        }
        Ok(())
    };
    if let Err(error) = read.parse2(tokens.clone()) {
        report(tokens, error.into());
    }
    entries
}

/// Whether the entry ends here.
pub(crate) fn ends(input: ParseStream<'_>) -> bool {
    input.is_empty() || input.peek(Token![,])
}

fn end_of_entry(input: ParseStream<'_>) -> syn::Result<()> {
    if ends(input) { Ok(()) } else { Err(input.error("expected a comma")) }
}

fn skip_entry(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut entry = TokenStream::new();
    while !ends(input) {
        entry.extend([input.parse::<TokenTree>()?]);
    }
    Ok(entry)
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;
    use std::cell::Cell;
    use syn::parse::Parse;
    use syn::{Expr, Type};

    fn parse<T: Parse>(input: ParseStream<'_>) -> Result<T, Unreadable> {
        Ok(input.parse()?)
    }

    /// `a < b` is no generic list, and `Map<A, B>` is no comparison.
    #[test]
    fn commas_split_where_syn_ends_an_entry() {
        let exprs = parse_list(quote!(a < b, c > d, f(g, h),), parse::<Expr>, |_, _| panic!());
        assert_eq!(exprs.len(), 3);
        let types = parse_list(quote!(Map<A, B>, fn(A, B) -> C), parse::<Type>, |_, _| panic!());
        assert_eq!(types.len(), 2);
    }

    #[test]
    fn reading_goes_on_behind_a_bad_entry() {
        let bad = Cell::new(0);
        let exprs = parse_list(quote!(a b, c, ?, d), parse::<Expr>, |_, _| bad.set(bad.get() + 1));
        assert_eq!((exprs.len(), bad.get()), (2, 2));
    }
}
