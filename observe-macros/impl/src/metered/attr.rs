//! The options of `#[metered]`.

use super::labels::{is_nameable_or_error, parse_labels};
use super::{Label, Objective};
use crate::diag::{Ctxt, Spanned};
use crate::function::{Function, mentions};
use crate::syntax::{
    Arg, ArgValue, Known, expect_expr, expect_group, expect_path, expect_string, or_list, parse_args, path_word,
};
use observe_rules::metric::{self, Family};
use observe_rules::{Code, bucket, label, suggest};
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
        for (at, label) in self.labels.iter().enumerate() {
            let name = &label.name;
            if self.error.is_some() && *name == ERROR_LABEL {
                let message = format!("label `{name}` is the one that says which error a call ended with");
                ctxt.error(&label.ident, Code::Obs0308, message, "give it another name");
            } else if *name == self.outcome {
                let message = format!("label `{name}` is the one that says how a call ended");
                let help = format!("give it another name, or the other one: `outcome = \"{}\"`", other_outcome(name));
                ctxt.error(&label.ident, Code::Obs0308, message, help);
            } else if self.labels[..at].iter().any(|earlier| earlier.name == *name) {
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

/// `buckets = preset`, `buckets = [0.1, 0.5]` or `buckets = SOME_CONSTANT`.
fn bounds(ctxt: &Ctxt, arg: &Arg, function: &Function) -> Bounds {
    let default = Bounds::Preset("api");
    let Some(expr) = expect_expr(ctxt, arg, "api") else { return default };
    let Some(word) = path_word(expr) else {
        return if stands_alone(ctxt, arg, expr, function) { Bounds::Custom(expr.clone()) } else { default };
    };
    // Those of durations: a call is not counted in bytes.
    let presets = bucket::PRESETS.iter().map(|(name, _)| *name);
    let presets = presets.filter(|preset| bucket::preset_unit(preset) == Some("seconds"));
    if let Some(preset) = presets.clone().find(|preset| word == preset) {
        return Bounds::Preset(preset);
    }
    // A constant is written in capitals; a word in lower case was meant as a preset.
    let text = word.to_string();
    if text.chars().any(char::is_uppercase) {
        return if stands_alone(ctxt, arg, expr, function) { Bounds::Custom(expr.clone()) } else { default };
    }
    let near = suggest::nearest(&text, presets.clone());
    let near = near.map_or_else(String::new, |near| format!("a similar one is `{near}`; "));
    let list = or_list(presets);
    let help = format!("{near}it may be {list}, or bounds in seconds: `buckets = [0.1, 0.5, 2.0]`");
    ctxt.error(word, Code::Obs0403, format!("there is no bucket preset `{text}`"), help);
    default
}

fn max_series(ctxt: &Ctxt, arg: &Arg, function: &Function) -> Option<Expr> {
    let expr = expect_expr(ctxt, arg, "20_000")?;
    if let Expr::Lit(ExprLit { lit, .. }) = expr
        && !matches!(lit, Lit::Int(_))
    {
        ctxt.error(arg, Code::Obs0703, "option `max_series` expects a whole number", "write `max_series = 20_000`");
        return None;
    }
    stands_alone(ctxt, arg, expr, function).then(|| expr.clone())
}

/// Whether the value means the same in a constant of its own, where nothing of the function is.
pub(super) fn stands_alone(ctxt: &Ctxt, arg: &Arg, expr: &Expr, function: &Function) -> bool {
    let foreign = function.type_parameters().into_iter().chain(["Self".to_owned()]);
    let Some(word) = foreign.into_iter().find(|word| mentions(expr, &[word.as_str()])) else { return true };
    let message = format!("option `{}` is a constant of its own, in which `{word}` has no meaning", arg.name);
    ctxt.error(expr, Code::Obs0703, message, format!("write a type's own name in place of `{word}`"));
    false
}
