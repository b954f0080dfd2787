//! The options of `#[metered]`.

use super::into::refuse_beside_into;
use super::labels::{is_nameable_or_error, parse_labels};
use super::{Label, Objective};
use crate::diag::{Ctxt, Spanned};
use crate::family::{Bounds, parse_bounds, parse_budget};
use crate::function::{Function, mentions};
use crate::syntax::{
    Arg, ArgValue, Known, expect_expr, expect_group, expect_path, expect_string, parse_args, path_word,
};
use crate::workspace;
use observe_rules::Code;
use observe_rules::metric::{self, Family};
use proc_macro2::{Ident, TokenStream};
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
    "into",
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
    /// The calls that several functions share; then this function declares no metric.
    pub(crate) into: Option<Path>,
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
    /// What is so where nothing is said.
    pub(crate) fn new(name: Spanned<String>, help: String) -> Self {
        Self {
            name,
            help,
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
            into: None,
        }
    }

    pub(crate) fn parse(ctxt: &Ctxt, args: TokenStream, function: &Function) -> Self {
        let help = function.doc_line().unwrap_or_else(|| format!("`{}`", function.name()));
        let mut metered = Self::new(Spanned::new(function.name(), function.sig.ident.span()), help);
        let foreign: Vec<String> = function.type_parameters().into_iter().chain(["Self".to_owned()]).collect();
        let mut known = Known::new("metered", OPTIONS);
        let args: Vec<Arg> =
            parse_args(ctxt, "metered", args).into_iter().filter(|arg| known.admit(ctxt, arg)).collect();
        let is_shared = args.iter().any(|arg| arg.name == "into");
        for arg in &args {
            if is_shared && refuse_beside_into(ctxt, arg) {
                continue;
            }
            match arg.name.to_string().as_str() {
                "into" => metered.into = expect_path(ctxt, arg, "RAG_QUERY"),
                "labels" => {
                    if let Some(inside) = expect_group(ctxt, arg, "model: Model = q.model") {
                        metered.labels = parse_labels(ctxt, inside, function);
                    }
                }
                "error" => metered.error = error(ctxt, arg, function),
                _ => metered.option(ctxt, arg, &foreign),
            }
        }
        if is_shared {
            metered.check_shared(ctxt);
        } else {
            metered.check(ctxt);
        }
        metered
    }

    /// Reads an option that a function and a static of calls have in common. `foreign` are words that
    /// mean nothing outside of the function.
    pub(crate) fn option(&mut self, ctxt: &Ctxt, arg: &Arg, foreign: &[String]) {
        match arg.name.to_string().as_str() {
            "name" => {
                if let Some(text) = expect_string(ctxt, arg) {
                    self.name = Spanned::new(text.value(), text.span());
                }
            }
            "help" => self.help = expect_string(ctxt, arg).map_or_else(String::new, |text| text.value()),
            "objective" => self.objective = Objective::parse(ctxt, arg, foreign),
            "buckets" => self.bounds = bounds(ctxt, arg, foreign),
            "max_series" => self.max_series = max_series(ctxt, arg, foreign),
            "calls" => self.calls = choice(ctxt, arg, Family::Calls),
            "duration" => self.duration = choice(ctxt, arg, Family::Duration),
            "in_progress" => self.in_progress = choice(ctxt, arg, Family::InProgress),
            "outcome" => {
                if let Some(text) = expect_string(ctxt, arg) {
                    self.outcome = text.value();
                    ctxt.violations(&text, &workspace::check_label(&self.outcome));
                }
            }
            _ => self.krate = expect_path(ctxt, arg, "::observe"),
        }
    }

    /// What is declared here must not be.
    pub(crate) fn check(&self, ctxt: &Ctxt) {
        // Any token that stands where the name does.
        let at = Ident::new("name", self.name.span);
        ctxt.violations(at, &metric::check_base(&self.name.value));
        self.check_labels_differ(ctxt);
        self.objective.check(ctxt, &self.calls, &self.duration);
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
            } else {
                refuse_twice(ctxt, label, &labels[..at]);
            }
        }
    }
}

/// A label that has the name of an earlier one is reported.
pub(super) fn refuse_twice(ctxt: &Ctxt, label: &Label, earlier: &[&Label]) {
    let name = &label.name;
    if earlier.iter().any(|earlier| earlier.name == *name) {
        let message = format!("label `{name}` is named twice");
        ctxt.error(&label.ident, Code::Obs0308, message, "remove one of them, or give it another name");
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
fn bounds(ctxt: &Ctxt, arg: &Arg, foreign: &[String]) -> Bounds {
    match parse_bounds(ctxt, arg, "seconds") {
        Some(Bounds::Custom(expr)) if stands_alone(ctxt, arg, &expr, foreign) => Bounds::Custom(expr),
        Some(preset @ Bounds::Preset(_)) => preset,
        _ => Bounds::Preset("api"),
    }
}

fn max_series(ctxt: &Ctxt, arg: &Arg, foreign: &[String]) -> Option<Expr> {
    parse_budget(ctxt, arg).filter(|expr| stands_alone(ctxt, arg, expr, foreign))
}

/// Whether the value means the same in a constant of its own, where nothing of the function is.
pub(super) fn stands_alone(ctxt: &Ctxt, arg: &Arg, expr: &Expr, foreign: &[String]) -> bool {
    let Some(word) = foreign.iter().find(|word| mentions(expr, &[word.as_str()])) else { return true };
    let message = format!("option `{}` is a constant of its own, in which `{word}` has no meaning", arg.name);
    ctxt.error(expr, Code::Obs0703, message, format!("write a type's own name in place of `{word}`"));
    false
}
