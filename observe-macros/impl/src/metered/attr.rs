//! The options of `#[metered]`.

use super::Label;
use super::labels::parse_labels;
use crate::diag::{Ctxt, Spanned};
use crate::function::Function;
use crate::syntax::{Arg, ArgValue, Known, expect_expr, expect_group, expect_path, expect_string, parse_args};
use observe_rules::metric::{self, Family};
use observe_rules::{Code, bucket, label, suggest};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, ExprLit, Lit, LitStr, Path};

const OPTIONS: &[&str] =
    &["name", "help", "labels", "buckets", "max_series", "calls", "duration", "in_progress", "outcome", "crate"];

/// What `#[metered(…)]` says, checked.
pub(crate) struct Metered {
    /// The base name, and where to underline it.
    pub(crate) name: Spanned<String>,
    pub(crate) help: String,
    pub(crate) calls: Choice,
    pub(crate) duration: Choice,
    pub(crate) in_progress: Choice,
    /// The label that says how a call ended.
    pub(crate) outcome: String,
    pub(crate) labels: Vec<Label>,
    pub(crate) bounds: Bounds,
    /// The user's own budget of series.
    pub(crate) max_series: Option<Expr>,
    pub(crate) krate: Option<Path>,
}

/// What becomes of one family.
pub(crate) enum Choice {
    /// Called after the base name.
    Default,
    /// Called as the user says.
    Named(LitStr),
    /// Not kept at all.
    Off,
}

impl Choice {
    /// The family's full name; `None` where it is off.
    pub(crate) fn full_name(&self, base: &str, family: Family) -> Option<String> {
        match self {
            Self::Default => Some(format!("{base}{}", family.suffix())),
            Self::Named(name) => Some(name.value()),
            Self::Off => None,
        }
    }
}

/// Where the histogram's bounds come from.
pub(crate) enum Bounds {
    /// A preset, by its name.
    Preset(&'static str),
    /// A list in seconds, or any constant of type `[f64; N]`.
    Custom(Expr),
}

impl Metered {
    pub(crate) fn parse(ctxt: &Ctxt, args: TokenStream, function: &Function) -> Self {
        let ident = &function.sig.ident;
        let mut metered = Self {
            name: Spanned::new(ident.to_string().trim_start_matches("r#").to_owned(), ident.span()),
            help: function.doc_line().unwrap_or_else(|| format!("`{ident}`")),
            calls: Choice::Default,
            duration: Choice::Default,
            in_progress: Choice::Default,
            outcome: "status".to_owned(),
            labels: Vec::new(),
            bounds: Bounds::Preset("api"),
            max_series: None,
            krate: None,
        };
        let mut name_tokens = quote!(#ident);
        let mut known = Known::new("metered", OPTIONS);
        for arg in parse_args(ctxt, "metered", args) {
            if !known.admit(ctxt, &arg) {
                continue;
            }
            match arg.name.to_string().as_str() {
                "name" => {
                    if let Some(text) = expect_string(ctxt, &arg) {
                        metered.name = Spanned::new(text.value(), text.span());
                        name_tokens = quote!(#text);
                    }
                }
                "help" => metered.help = expect_string(ctxt, &arg).map_or_else(String::new, |text| text.value()),
                "labels" => {
                    if let Some(inside) = expect_group(ctxt, &arg, "model: Model = q.model") {
                        metered.labels = parse_labels(ctxt, inside.clone(), function);
                    }
                }
                "buckets" => metered.bounds = bounds(ctxt, &arg),
                "max_series" => metered.max_series = max_series(ctxt, &arg),
                "calls" => metered.calls = choice(ctxt, &arg, Family::Calls),
                "duration" => metered.duration = choice(ctxt, &arg, Family::Duration),
                "in_progress" => metered.in_progress = choice(ctxt, &arg, Family::InProgress),
                "outcome" => {
                    if let Some(text) = expect_string(ctxt, &arg) {
                        metered.outcome = text.value();
                        ctxt.violations(&text, &label::check_name(&metered.outcome));
                    }
                }
                _ => metered.krate = expect_path(ctxt, &arg, "::observe"),
            }
        }
        ctxt.violations(name_tokens, &metric::check_base(&metered.name.value));
        metered.check_labels_differ(ctxt);
        metered
    }

    fn check_labels_differ(&self, ctxt: &Ctxt) {
        for (at, label) in self.labels.iter().enumerate() {
            let message = if label.name == self.outcome {
                format!("label `{}` is the one that says how a call ended", label.name)
            } else if self.labels[..at].iter().any(|earlier| earlier.name == label.name) {
                format!("label `{}` is named twice", label.name)
            } else {
                continue;
            };
            let help = "give it another name, or name the other one with `outcome = \"…\"`";
            ctxt.error(&label.ident, Code::Obs0308, message, help);
        }
    }
}

/// `calls = "name"` or `calls = off`.
fn choice(ctxt: &Ctxt, arg: &Arg, family: Family) -> Choice {
    if let ArgValue::Expr(expr) = &arg.value
        && let Expr::Path(path) = &**expr
        && path.path.is_ident("off")
    {
        return Choice::Off;
    }
    if let ArgValue::Expr(expr) = &arg.value
        && let Expr::Lit(ExprLit { lit: Lit::Str(name), .. }) = &**expr
    {
        ctxt.violations(name, &metric::check_family(family, &name.value()));
        return Choice::Named(name.clone());
    }
    let (option, ending) = (&arg.name, family.ending());
    let message = format!("option `{option}` expects a name or `off`");
    ctxt.error(arg, Code::Obs0703, message, format!("write `{option} = \"…{ending}\"` or `{option} = off`"));
    Choice::Default
}

/// `buckets = preset`, `buckets = [0.1, 0.5]` or `buckets = SOME_CONSTANT`.
fn bounds(ctxt: &Ctxt, arg: &Arg) -> Bounds {
    let default = Bounds::Preset("api");
    let Some(expr) = expect_expr(ctxt, arg, "api") else { return default };
    let Expr::Path(path) = expr else { return Bounds::Custom(expr.clone()) };
    let Ok(word) = path.path.require_ident() else { return Bounds::Custom(expr.clone()) };
    let presets = bucket::PRESETS.iter().map(|(name, _)| *name);
    if let Some(preset) = presets.clone().find(|preset| word == preset) {
        return Bounds::Preset(preset);
    }
    // A constant is written in capitals; a word in lower case was meant as a preset.
    let text = word.to_string();
    if text.chars().any(char::is_uppercase) {
        return Bounds::Custom(expr.clone());
    }
    let list = presets.clone().map(|preset| format!("`{preset}`")).collect::<Vec<_>>().join(", ");
    let near = suggest::nearest(&text, presets).map_or_else(String::new, |near| format!("a similar one is `{near}`; "));
    let help = format!("{near}the presets are {list}, or give bounds in seconds: `buckets = [0.1, 0.5, 2.0]`");
    ctxt.error(word, Code::Obs0403, format!("there is no bucket preset `{text}`"), help);
    default
}

fn max_series(ctxt: &Ctxt, arg: &Arg) -> Option<Expr> {
    let expr = expect_expr(ctxt, arg, "20_000")?;
    if let Expr::Lit(ExprLit { lit, .. }) = expr
        && !matches!(lit, Lit::Int(_))
    {
        ctxt.error(arg, Code::Obs0703, "option `max_series` expects a whole number", "write `max_series = 20_000`");
        return None;
    }
    Some(expr.clone())
}
