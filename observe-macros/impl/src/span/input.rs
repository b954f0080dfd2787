//! What stands between the parentheses of `span!`.
//!
//! ```text
//! span    = "span!" "(" STRING [ "," options ";" ] [ "," ] [ fields ] [ "," ] [ block ] ")"
//! options = option { "," option } [ "," ]
//! fields  = field { "," field }
//! block   = [ "async" [ "move" ] ] "{" … "}"
//! ```
//!
//! Options and fields are those of `#[traced]`. The block is not read, so that a half-written one still
//! completes in an editor.

use crate::diag::Ctxt;
use observe_rules::Code;
use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::quote;
use syn::LitStr;

/// The parts of the input.
pub(super) struct Input {
    pub(super) name: LitStr,
    /// What stands before a `;`; `None` where there is none.
    pub(super) options: Option<TokenStream>,
    pub(super) fields: TokenStream,
    pub(super) body: Body,
}

/// What the span is around.
pub(super) enum Body {
    /// What comes behind the macro in its block.
    Rest,
    Sync(Group),
    Async {
        /// `async` or `async move`.
        asyncness: TokenStream,
        block: Group,
    },
}

impl Input {
    /// Reads the input; where its form is wrong, what could be read is still there.
    pub(super) fn read(ctxt: &Ctxt, input: TokenStream) -> Self {
        let mut tokens: Vec<TokenTree> = input.into_iter().collect();
        let body = Body::take(&mut tokens);
        let mut tokens = tokens.into_iter().peekable();
        let name = tokens.peek().and_then(|first| syn::parse2(first.clone().into()).ok());
        let help = "write `span!(\"feature_extraction\", rows = n, { … })`";
        let Some(name) = name else {
            let wrong = tokens.next().map_or_else(TokenStream::new, Into::into);
            ctxt.error(wrong, Code::Obs0703, "a span begins with its name, a text in quotes", help);
            let name = LitStr::new("unnamed", Span::call_site());
            return Self { name, options: None, fields: TokenStream::new(), body };
        };
        tokens.next();
        if let Some(behind) = tokens.peek().filter(|token| !is(token, ',') && !is(token, ';')) {
            ctxt.error(behind, Code::Obs0703, "expected a comma behind the name of the span", help);
            return Self { name, options: None, fields: TokenStream::new(), body };
        }
        let rest: Vec<TokenTree> = tokens.collect();
        let (options, fields) = match rest.iter().position(|token| is(token, ';')) {
            Some(end) => (Some(rest[..end].iter().cloned().collect()), &rest[end + 1..]),
            None => (None, &*rest),
        };
        Self { name, options, fields: fields.iter().cloned().collect(), body }
    }
}

impl Body {
    /// Takes the block off the end, and a comma behind it. A block that is a field's value stays: before
    /// ours there is a comma, a semicolon, or nothing.
    fn take(tokens: &mut Vec<TokenTree>) -> Self {
        let end = tokens.len() - usize::from(tokens.last().is_some_and(|last| is(last, ',')));
        let Some((TokenTree::Group(block), before)) = tokens[..end].split_last() else { return Self::Rest };
        let words: &[TokenTree] = match before {
            [.., first, second] if is_word(first, "async") && is_word(second, "move") => &before[before.len() - 2..],
            [.., word] if is_word(word, "async") => std::slice::from_ref(word),
            _ => &[],
        };
        let start = before.len() - words.len();
        let is_separate = before[..start].last().is_none_or(|token| is(token, ',') || is(token, ';'));
        if block.delimiter() != Delimiter::Brace || !is_separate {
            return Self::Rest;
        }
        let (block, asyncness) = (block.clone(), quote!(#(#words)*));
        tokens.truncate(start);
        if asyncness.is_empty() { Self::Sync(block) } else { Self::Async { asyncness, block } }
    }

    /// A block that waits would leave its span current on the thread while others run there.
    pub(super) fn check(&self, ctxt: &Ctxt) {
        let Self::Sync(block) = self else { return };
        if let Some(wait) = first_await(block.stream()) {
            let message = "the block of this span waits, and is not `async`";
            let help = "write `span!(\"…\", async { … }).await`: there the span is current only while it is polled";
            ctxt.error(wait, Code::Obs0804, message, help);
        }
    }
}

/// Whether the block ends with a semicolon, or with a jump or a panic, and so has no value that could say how
/// it ended. Its type may then be any, and nobody could tell rustc which.
pub(super) fn has_no_value(block: &Group) -> bool {
    let tokens: Vec<TokenTree> = block.stream().into_iter().collect();
    let start = tokens.iter().rposition(|token| is(token, ';')).map_or(0, |end| end + 1);
    match &tokens[start..] {
        [] => true,
        [TokenTree::Ident(word), ..] if ["return", "break", "continue"].iter().any(|jump| word == jump) => true,
        [TokenTree::Ident(name), not, TokenTree::Group(_)] if is(not, '!') => {
            ["todo", "unimplemented", "unreachable", "panic"].iter().any(|panics| name == panics)
        }
        _ => false,
    }
}

/// The first `.await` that is not in an async block, closure or function of its own.
fn first_await(tokens: TokenStream) -> Option<TokenTree> {
    let (mut after_dot, mut in_async) = (false, false);
    for token in tokens {
        if after_dot && !in_async && is_word(&token, "await") {
            return Some(token);
        }
        after_dot = is(&token, '.');
        in_async |= is_word(&token, "async");
        if let TokenTree::Group(group) = &token {
            if !in_async && let Some(found) = first_await(group.stream()) {
                return Some(found);
            }
            in_async &= group.delimiter() != Delimiter::Brace;
        }
    }
    None
}

fn is(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(input: TokenStream) -> (Input, String) {
        let ctxt = Ctxt::default();
        let input = Input::read(&ctxt, input);
        input.body.check(&ctxt);
        (input, ctxt.finish().to_string())
    }

    #[test]
    fn the_block_is_the_last_and_not_a_fields_value() {
        for (input, fields) in [
            (quote!("x"), ""),
            (quote!("x", rows = { 1 }), ", rows = { 1 }"),
            (
                quote!(
                    "x",
                    rows = match a {
                        _ => 1,
                    }
                ),
                ", rows = match a { _ => 1 , }",
            ),
        ] {
            let (input, errors) = read(input);
            assert!(matches!(input.body, Body::Rest) && errors.is_empty(), "{errors}");
            assert_eq!(input.fields.to_string(), fields);
        }
        assert!(matches!(read(quote!("x", { not rust at all ; })).0.body, Body::Sync(_)));
        assert!(matches!(read(quote!("x", rows = n, { 1 },)).0.body, Body::Sync(_)));
        assert!(matches!(read(quote!("x", async { 1 })).0.body, Body::Async { .. }));
        assert!(matches!(read(quote!("x", kind = client; async move { 1 })).0.body, Body::Async { .. }));
    }

    #[test]
    fn options_end_with_a_semicolon() {
        let (input, _) = read(quote!("x", kind = client, root; rows = n, { a; b }));
        assert_eq!(input.options.map(|options| options.to_string()).as_deref(), Some(", kind = client , root"));
        assert_eq!(input.fields.to_string(), "rows = n ,");
    }

    #[test]
    fn a_form_that_nobody_expects_is_reported() {
        for input in [quote!(), quote!(name, { 1 }), quote!("x" rows = n), quote!({ 1 })] {
            assert!(read(input).1.contains("OBS0703"));
        }
    }

    #[test]
    fn a_block_without_a_value_is_told_by_its_end() {
        let has_no_value = |block: TokenStream| has_no_value(&Group::new(Delimiter::Brace, block));
        for block in [quote!(), quote!(a();), quote!(let b = 1; return b), quote!(break), quote!(todo!("later"))] {
            assert!(has_no_value(block.clone()), "{block}");
        }
        for block in [quote!(a()), quote!(a(); b), quote!(vec![1; 2]), quote!(if a { return } else { 1 })] {
            assert!(!has_no_value(block.clone()), "{block}");
        }
    }

    #[test]
    fn only_waiting_of_the_block_itself_is_refused() {
        for block in [quote!(a.b().await), quote!(f(x.await)), quote!(async { 1 }; { y.await? })] {
            assert!(read(quote!("x", { #block })).1.contains("OBS0804"), "{block}");
        }
        for block in [
            quote!(async { a.await }),
            quote!(spawn(async move { a.await })),
            quote!(
                async fn f(a: A) -> B {
                    a.await
                },
                f(a)
            ),
            quote!(async |a: A| { a.await }),
            quote!(r#await + a.b),
        ] {
            assert_eq!(read(quote!("x", { #block })).1, "", "{block}");
        }
    }
}
