//! `parent = …`, `root` and `links = …`: where a span stands, if not simply below the current one.

use crate::diag::Ctxt;
use crate::paths::Runtime;
use crate::syntax::{Arg, expect_expr, expect_flag};
use observe_rules::Code;
use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned as _;

/// The options that say so.
#[derive(Default)]
pub(crate) struct Opening {
    parent: Option<Parent>,
    links: Option<Expr>,
}

enum Parent {
    Root,
    Of(Expr),
}

impl Opening {
    /// Takes over one of the options `parent`, `root`, `links` and `follows_from`.
    pub(super) fn read(&mut self, ctxt: &Ctxt, arg: &Arg) {
        let is_parent = arg.name == "parent" || arg.name == "root";
        if if is_parent { self.parent.is_some() } else { self.links.is_some() } {
            let (one, other) = if is_parent { ("parent", "root") } else { ("links", "follows_from") };
            let message = format!("`{one}` and `{other}` say the same thing twice");
            ctxt.error(&arg.name, Code::Obs0702, message, "remove one of them");
            return;
        }
        match arg.name.to_string().as_str() {
            "root" => self.parent = expect_flag(ctxt, arg).map(|()| Parent::Root),
            "parent" => self.parent = expect_expr(ctxt, arg, "&span").map(|of| Parent::of(of.clone())),
            _ => self.links = expect_expr(ctxt, arg, "[&span]").cloned(),
        }
    }

    /// The value for the runtime; nothing where the span is a child of the current one, and no more.
    pub(super) fn value(&self, private: &Runtime) -> Option<TokenStream> {
        if self.parent.is_none() && self.links.is_none() {
            return None;
        }
        let parent = match &self.parent {
            None => quote!(#private::Parent::Current),
            Some(Parent::Root) => quote!(#private::Parent::Root),
            Some(Parent::Of(of)) => asked("IntoParent", "into_parent", of, private),
        };
        let links = self
            .links
            .as_ref()
            .map_or_else(|| quote!(::std::vec::Vec::new()), |of| asked("IntoLinks", "into_links", of, private));
        Some(quote!(#private::Opening { parent: #parent, links: #links }))
    }
}

impl Parent {
    /// `None` alone has a type of nobody's, and means what it does in `tracing`.
    fn of(of: Expr) -> Self {
        match &of {
            Expr::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "None") => Self::Root,
            _ => Self::Of(of),
        }
    }
}

/// `private::IntoParent::into_parent(expression)`, all of it at the expression: rustc then underlines that.
fn asked(name: &str, method: &str, of: &Expr, private: &Runtime) -> TokenStream {
    let span = of.span();
    let [name, method] = [name, method].map(|word| Ident::new(word, span));
    let private = private.at(span);
    quote_spanned!(span=> #private::#name::#method(#of))
}
