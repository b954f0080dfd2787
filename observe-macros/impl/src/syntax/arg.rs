//! One argument of an attribute, without looking at what it means.
//!
//! ```text
//! args  = [ arg { "," arg } [ "," ] ]
//! arg   = name | name "=" expression | name "(" tokens ")"
//! name  = identifier or keyword
//! ```

use super::bare;
use super::list::{ends, parse_list};
use crate::diag::{Ctxt, Unreadable};
use observe_rules::Code;
use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Expr, Token};

/// One argument as written.
pub(crate) struct Arg {
    pub(crate) name: Ident,
    pub(crate) value: ArgValue,
}

pub(crate) enum ArgValue {
    Flag,
    Expr(Box<Expr>),
    /// With its parentheses, so that they are underlined too.
    Group(Group),
}

impl ToTokens for Arg {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.name.to_tokens(tokens);
        match &self.value {
            ArgValue::Flag => {}
            ArgValue::Expr(expr) => expr.to_tokens(tokens),
            ArgValue::Group(group) => group.to_tokens(tokens),
        }
    }
}

impl Arg {
    fn parse(input: ParseStream<'_>) -> Result<Self, Unreadable> {
        let name = input.call(Ident::parse_any)?;
        let value = if input.parse::<Option<Token![=]>>()?.is_some() {
            if ends(input) {
                return Err(Unreadable::Whole(format!("option `{name}` has no value behind its `=`")));
            }
            ArgValue::Expr(Box::new(bare(input.parse()?)))
        } else if input.peek(syn::token::Paren) {
            ArgValue::Group(input.parse()?)
        } else {
            ArgValue::Flag
        };
        Ok(Self { name, value })
    }
}

/// Reads all arguments; one that can't be read is reported, and the others are still read.
pub(crate) fn parse_args(ctxt: &Ctxt, attribute: &str, args: TokenStream) -> Vec<Arg> {
    parse_list(args, Arg::parse, |entry, why| {
        if let Some(TokenTree::Literal(_)) = entry.clone().into_iter().next() {
            let message = format!("`{entry}` has no name before it");
            let help = match attribute {
                "span!" => "options have names, and fields stand behind the `;`".to_owned(),
                _ => format!("name the option: `#[{attribute}(name = {entry})]`"),
            };
            ctxt.error(&entry, Code::Obs0703, message, help);
        } else if attribute == "span!" {
            ctxt.unreadable(entry, why, "write it as in `span!(\"rank\", kind = client, root; rows = n)`");
        } else {
            ctxt.unreadable(entry, why, format!("write it as in `#[{attribute}({})]`", example(attribute)));
        }
    })
}

fn example(attribute: &str) -> &'static str {
    match attribute {
        "traced" => "name = \"answer\", kind = client, fields(top_k)",
        "metered" => "name = \"answer\", labels(model), buckets = api",
        "observe::main" => "service = \"care\", worker_threads = 4",
        "metric" => "labels(model), init = all",
        "health_check" => "name = \"ledger\", kind = database, timeout = \"500ms\"",
        "redact" => "clear, because = \"initials only\"",
        _ => "rename = \"gpt-4\"",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

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
        assert_eq!(names(quote!()), [""; 0]);
    }

    #[test]
    fn a_bad_argument_does_not_hide_the_next() {
        let ctxt = Ctxt::default();
        let args = parse_args(&ctxt, "traced", quote!("positional", 5 + , kind = , name = "x", level debug));
        assert_eq!(args.len(), 1);
        let shown = ctxt.finish().to_string();
        assert_eq!(shown.matches("OBS0703").count(), 4, "{shown}");
    }
}
