//! The options of `#[metered]`.

use super::labels::{is_nameable_or_error, parse_labels};
use super::{Label, Objective};
use crate::diag::{Ctxt, Spanned};
use crate::family::{Bounds, parse_bounds, parse_budget};
use crate::function::{Function, mentions};
use crate::syntax::{
    Arg, ArgValue, Known, expect_expr, expect_group, expect_path, expect_string, parse_args, path_word,
};
use observe_rules::metric::{self, Family};
use observe_rules::{Code, label};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, ExprLit, Lit, LitStr, Path, Type};

const OPTIONS: &[&str] = &[
    "name",
    "help",
    "labels",
    "buckets",
    "max_series",
    "calls",
    "duration",
    "in_progress",
    "outcome",
    "error",
    "objective",
    "crate",
];

/// The label that an error is.
pub(crate) const ERROR_LABEL: &str = "error_type";

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
    /// The error's type, which is a label besides.
    pub(crate) error: Option<Type>,
    pub(crate) bounds: Bounds,
    pub(crate) objective: Objective,
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
    pub(crate) fn is_default(&self) -> bool {
        matches!(self, Self::Default)
    }

    /// The name that the user gave to the family.
    pub(crate) fn named(&self) -> Option<&LitStr> {
        match self {
            Self::Named(name) => Some(name),
            Self::Default | Self::Off => None,
        }
    }

    /// The family's full name; `None` where it is off.
    pub(crate) fn full_name(&self, base: &str, family: Family) -> Option<String> {
        match self {
            Self::Default => Some(format!("{base}{}", family.suffix())),
            Self::Named(name) => Some(name.value()),
            Self::Off => None,
        }
    }
}

impl Metered {
    pub(crate) fn parse(ctxt: &Ctxt, args: TokenStream, function: &Function) -> Self {
        let ident = &function.sig.ident;
        let mut metered = Self {
            name: Spanned::new(function.name(), ident.span()),
            help: function.doc_line().unwrap_or_else(|| format!("`{}`", function.name())),
            calls: Choice::Default,
            duration: Choice::Default,
            in_progress: Choice::Default,
            outcome: "status".to_owned(),
            labels: Vec::new(),
            error: None,
            bounds: Bounds::Preset("api"),
            objective: Objective::default(),
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
                        metered.labels = parse_labels(ctxt, inside, function);
                    }
                }
                "error" => metered.error = error(ctxt, &arg, function),
                "objective" => metered.objective = Objective::parse(ctxt, &arg, function),
                "buckets" => metered.bounds = bounds(ctxt, &arg, function),
                "max_series" => metered.max_series = max_series(ctxt, &arg, function),
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
        metered.objective.check(ctxt, &metered.calls, &metered.duration);
        metered
    }

    fn check_labels_differ(&self, ctxt: &Ctxt) {
        // What a set's labels are called is known to constants only; see `expand`.
        let labels: Vec<_> = self.labels.iter().filter(|label| !label.is_set).collect();
        for (at, label) in labels.iter().enumerate() {
            let name = &label.name;
            if self.error.is_some() && *name == ERROR_LABEL {
                let message = format!("label `{name}` is the one that says which error a call ended with");
                ctxt.error(&label.ident, Code::Obs0308, message, "give it another name");
            } else if *name == self.outcome {
                let message = format!("label `{name}` is the one that says how a call ended");
                let help = format!("give it another name, or the other one: `outcome = \"{}\"`", other_outcome(name));
                ctxt.error(&label.ident, Code::Obs0308, message, help);
            } else if labels[..at].iter().any(|earlier| earlier.name == *name) {
                let message = format!("label `{name}` is named twice");
                ctxt.error(&label.ident, Code::Obs0308, message, "remove one of them, or give it another name");
            }
        }
    }
}

/// `error = RagError`: a type that can be named outside of the function, as every label's can.
fn error(ctxt: &Ctxt, arg: &Arg, function: &Function) -> Option<Type> {
    let expr = expect_expr(ctxt, arg, "RagError")?;
    let Ok(ty) = syn::parse2::<Type>(quote!(#expr)) else {
        ctxt.error(arg, Code::Obs0703, "option `error` expects a type", "write `error = RagError`");
        return None;
    };
    if function.sig.asyncness.is_none() && (function.never_returns() || function.attribute("track_caller").is_some()) {
        let message = "of a function whose body stays in place no error is seen";
        ctxt.error(&ty, Code::Obs0703, message, "remove `error`");
        return None;
    }
    is_nameable_or_error(ctxt, "error", &ty, function).then_some(ty)
}

fn other_outcome(name: &str) -> &'static str {
    if name == "outcome" { "result" } else { "outcome" }
}

/// `calls = "name"` or `calls = off`.
fn choice(ctxt: &Ctxt, arg: &Arg, family: Family) -> Choice {
    if let ArgValue::Expr(expr) = &arg.value {
        if path_word(expr).is_some_and(|word| word == "off") {
            return Choice::Off;
        }
        if let Expr::Lit(ExprLit { lit: Lit::Str(name), .. }) = &**expr {
            ctxt.violations(name, &metric::check_family(family, &name.value()));
            return Choice::Named(name.clone());
        }
    }
    let (option, ending) = (&arg.name, family.ending());
    let message = format!("option `{option}` expects a name in quotes, or `off`");
    ctxt.error(arg, Code::Obs0703, message, format!("write `{option} = \"my_name{ending}\"` or `{option} = off`"));
    Choice::Default
}

/// Bounds of durations.
fn bounds(ctxt: &Ctxt, arg: &Arg, function: &Function) -> Bounds {
    match parse_bounds(ctxt, arg, "seconds") {
        Some(Bounds::Custom(expr)) if stands_alone(ctxt, arg, &expr, function) => Bounds::Custom(expr),
        Some(preset @ Bounds::Preset(_)) => preset,
        _ => Bounds::Preset("api"),
    }
}

fn max_series(ctxt: &Ctxt, arg: &Arg, function: &Function) -> Option<Expr> {
    parse_budget(ctxt, arg).filter(|expr| stands_alone(ctxt, arg, expr, function))
}

/// Whether the value means the same in a constant of its own, where nothing of the function is.
pub(super) fn stands_alone(ctxt: &Ctxt, arg: &Arg, expr: &Expr, function: &Function) -> bool {
    let foreign = function.type_parameters().into_iter().chain(["Self".to_owned()]);
    let Some(word) = foreign.into_iter().find(|word| mentions(expr, &[word.as_str()])) else { return true };
    let message = format!("option `{}` is a constant of its own, in which `{word}` has no meaning", arg.name);
    ctxt.error(expr, Code::Obs0703, message, format!("write a type's own name in place of `{word}`"));
    false
}
