//! The options of `#[metric]`.

use super::item::{MetricType, Static};
use crate::diag::{Ctxt, Spanned};
use crate::family::{Bounds, parse_bounds, parse_budget};
use crate::syntax::{
    Arg, ArgValue, Known, doc_line, expect_expr, expect_group, expect_path, expect_string, expect_word, parse_args,
    parse_list,
};
use observe_rules::metric::Kind;
use observe_rules::{Code, unit};
use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use std::cell::Cell;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Expr, ExprLit, Lit, LitStr, Path};

const OPTIONS: &[&str] =
    &["name", "help", "labels", "buckets", "quantiles", "window", "init", "read", "max_series", "crate"];

/// What `#[metric(…)]` and its static say.
pub(super) struct Metric<'a> {
    pub(super) kind: Kind,
    pub(super) ty: MetricType<'a>,
    pub(super) name: Spanned<String>,
    /// Where the name was given, if not by the static's own.
    pub(super) name_literal: Option<LitStr>,
    pub(super) unit: &'static str,
    pub(super) help: String,
    pub(super) help_literal: Option<LitStr>,
    pub(super) label_list: Option<LabelList>,
    /// `None` where nothing is said, or nothing that can be read.
    pub(super) bounds: Option<Bounds>,
    pub(super) has_buckets: bool,
    pub(super) quantiles: Option<Expr>,
    /// In seconds.
    pub(super) window: u32,
    pub(super) init_all: bool,
    pub(super) read: Option<Expr>,
    pub(super) max_series: Option<Expr>,
    pub(super) krate: Option<Path>,
}

/// What `labels(…)` names.
#[derive(Default)]
pub(super) struct LabelList {
    pub(super) names: Vec<Ident>,
    /// Whether every entry is a name.
    pub(super) is_readable: bool,
}

impl<'a> Metric<'a> {
    pub(super) fn parse(ctxt: &Ctxt, args: TokenStream, kind: Kind, ty: MetricType<'a>, item: &'a Static) -> Self {
        let mut metric = Self {
            kind,
            ty,
            name: Spanned::new(item.name().to_lowercase(), item.ident.span()),
            name_literal: None,
            unit: "",
            help: doc_line(&item.attrs).unwrap_or_default(),
            help_literal: None,
            label_list: None,
            bounds: None,
            has_buckets: false,
            quantiles: None,
            window: 600,
            init_all: false,
            read: None,
            max_series: None,
            krate: None,
        };
        let mut known = Known::new("metric", OPTIONS);
        let args: Vec<Arg> =
            parse_args(ctxt, "metric", args).into_iter().filter(|arg| known.admit(ctxt, arg)).collect();
        // The name first: it says the unit that the others are in.
        if let Some(text) = args.iter().find(|arg| arg.name == "name").and_then(|arg| expect_string(ctxt, arg)) {
            metric.name = Spanned::new(text.value(), text.span());
            metric.name_literal = Some(text);
        }
        metric.unit = unit::of_name(metric.kind, &metric.name.value);
        for arg in &args {
            if let Some(help) = misplaced(metric.kind, &arg.name.to_string()) {
                let kind = metric.kind.name();
                ctxt.error(
                    &arg.name,
                    Code::Obs0706,
                    format!("a {kind} has no `{}`", arg.name).replace("a info", "an info"),
                    help,
                );
                continue;
            }
            metric.option(ctxt, arg);
        }
        metric
    }

    fn option(&mut self, ctxt: &Ctxt, arg: &Arg) {
        match arg.name.to_string().as_str() {
            "name" => {}
            "help" => {
                self.help_literal = expect_string(ctxt, arg);
                self.help = self.help_literal.as_ref().map_or_else(String::new, LitStr::value);
            }
            "labels" => self.label_list = Some(LabelList::parse(ctxt, arg)),
            "buckets" => {
                self.has_buckets = true;
                self.bounds = parse_bounds(ctxt, arg, self.unit);
            }
            "quantiles" => self.quantiles = expect_expr(ctxt, arg, "[0.5, 0.9, 0.99]").cloned(),
            "window" => self.window = parse_window(ctxt, arg).unwrap_or(self.window),
            "init" => self.init_all = expect_word(ctxt, arg, &["all", "touched"]) == Some("all"),
            "read" => self.read = expect_expr(ctxt, arg, "pool_size").cloned(),
            "max_series" => self.max_series = parse_budget(ctxt, arg),
            _ => self.krate = expect_path(ctxt, arg, "::observe"),
        }
    }

    /// The names of the labels, none where the type says them.
    pub(super) fn label_names(&self) -> &[Ident] {
        LabelList::names(self.label_list.as_ref())
    }

    /// Where the name stands.
    pub(super) fn name_tokens(&self, item: &Static) -> TokenStream {
        self.name_literal.as_ref().map_or_else(|| item.ident.to_token_stream(), ToTokens::to_token_stream)
    }
}

impl LabelList {
    /// `labels(model, provider)`.
    pub(super) fn parse(ctxt: &Ctxt, arg: &Arg) -> Self {
        expect_group(ctxt, arg, "model, provider").map(|inside| parse_names(ctxt, inside)).unwrap_or_default()
    }

    /// The names, none where there is no list.
    pub(super) fn names(list: Option<&Self>) -> &[Ident] {
        list.map_or(&[], |list| &list.names)
    }
}

/// What to do about an option that belongs to another kind.
fn misplaced(kind: Kind, option: &str) -> Option<&'static str> {
    match option {
        "buckets" if kind == Kind::Summary => Some("write `quantiles = [0.5, 0.9, 0.99]`, or make it a `Histogram`"),
        "buckets" if kind != Kind::Histogram => Some("remove it, or make it a `Histogram`"),
        "quantiles" | "window" if kind == Kind::Histogram => Some(
            "remove it: quantiles of a histogram are computed by the query, as `histogram_quantile(0.99, …)`; or make it a `Summary`",
        ),
        "quantiles" | "window" if kind != Kind::Summary => Some("remove it, or make it a `Summary`"),
        "read" if kind != Kind::Gauge => Some("remove it, or make it a `Gauge`, whose number a function can say"),
        "init" if kind == Kind::Info => Some("remove it: an info is there once it is `set`"),
        "max_series" if kind == Kind::Info => Some("remove it: an info has one series"),
        _ => None,
    }
}

/// `labels(model, provider)`.
fn parse_names(ctxt: &Ctxt, inside: TokenStream) -> LabelList {
    let help = "write names alone, as in `labels(model, provider)`: their types stand in the type of the static";
    let is_readable = Cell::new(true);
    let read = |input: ParseStream<'_>| Ok(input.call(Ident::parse_any)?);
    let names = parse_list(inside, read, |entry, why| {
        is_readable.set(false);
        ctxt.unreadable(entry, why, help);
    });
    LabelList { names, is_readable: is_readable.get() }
}

/// `window = 600`.
fn parse_window(ctxt: &Ctxt, arg: &Arg) -> Option<u32> {
    if let ArgValue::Expr(expr) = &arg.value
        && let Expr::Lit(ExprLit { lit: Lit::Int(seconds), .. }) = &**expr
        && let Ok(seconds @ 1..) = seconds.base10_parse()
    {
        return Some(seconds);
    }
    let message = "option `window` expects a whole number of seconds, from 1 on";
    ctxt.error(arg, Code::Obs0703, message, "write `window = 600` for ten minutes");
    None
}
