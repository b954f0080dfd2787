//! `objective(success = 99.9, latency = 0.25, target = 99)`: what a service promises of the calls.

use super::Choice;
use crate::catalogue::Record;
use crate::diag::Ctxt;
use crate::paths::Runtime;
use crate::syntax::{Arg, Known, expect_expr, expect_group, parse_args};
use observe_rules::Code;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Expr, ExprLit, Lit, LitFloat, LitStr};

/// The promises, each a constant.
#[derive(Default)]
pub(crate) struct Objective {
    /// The percentage of calls that end as `ok`.
    success: Option<Expr>,
    /// A duration in seconds, and the percentage of calls that take no longer.
    latency: Option<(Expr, Expr)>,
}

impl Objective {
    pub(super) fn parse(ctxt: &Ctxt, arg: &Arg, foreign: &[String]) -> Self {
        let mut objective = Self::default();
        let Some(inside) = expect_group(ctxt, arg, "success = 99.9") else { return objective };
        let (mut latency, mut target) = (None, None);
        let mut known = Known::new("metered(objective)", &["success", "latency", "target"]);
        for arg in parse_args(ctxt, "metered", inside) {
            if !known.admit(ctxt, &arg) {
                continue;
            }
            let is_latency = arg.name == "latency";
            let example = if is_latency { "0.25" } else { "99.9" };
            let value = expect_expr(ctxt, &arg, example)
                .filter(|expr| super::attr::stands_alone(ctxt, &arg, expr, foreign))
                .cloned();
            let name = arg.name.clone();
            match name.to_string().as_str() {
                "success" => objective.success = value,
                "latency" => latency = Some((name, value)),
                _ => target = Some((name, value)),
            }
        }
        match (latency, target) {
            (Some((_, latency)), Some((_, target))) => objective.latency = latency.zip(target),
            (Some((name, _)), None) => {
                let message = "an objective of latency says of how many calls it holds";
                ctxt.error(name, Code::Obs0407, message, "write `objective(latency = 0.25, target = 99)`");
            }
            (None, Some((name, _))) => {
                let message = "a target is the share of calls that keep to a latency";
                ctxt.error(name, Code::Obs0406, message, "write `objective(latency = 0.25, target = 99)`");
            }
            (None, None) => {}
        }
        objective
    }

    /// Refuses what can't be computed from the families that are kept.
    pub(super) fn check(&self, ctxt: &Ctxt, calls: &Choice, duration: &Choice) {
        if let (Some((latency, _)), Choice::Off) = (&self.latency, duration) {
            let message = "without a histogram nobody knows how many calls keep to a latency";
            ctxt.error(latency, Code::Obs0406, message, "remove `duration = off`, or the objective");
        }
        if let (Some(success), Choice::Off, Choice::Off) = (&self.success, calls, duration) {
            let message = "without a counter or a histogram nobody knows how many calls succeed";
            ctxt.error(success, Code::Obs0407, message, "remove `calls = off`, or the objective");
        }
    }

    /// Constants that refuse a wrong promise while the program compiles, underlining it.
    pub(super) fn checks(&self, family: &str, bounds: &TokenStream, private: &Runtime) -> TokenStream {
        let target = |percent: &Expr| {
            let span = percent.span();
            let (private, family) = (private.at(span), LitStr::new(family, span));
            let percent = float(percent);
            quote_spanned!(span=> const _: () = #private::objective::assert_target(#family, #percent);)
        };
        let success = self.success.as_ref().map(target);
        let latency = self.latency.as_ref().map(|(threshold, percent)| {
            let span = threshold.span();
            let (private, family, percent) = (private.at(span), LitStr::new(family, span), target(percent));
            let threshold = float(threshold);
            let bounds = bounds.clone().into_iter().map(|mut token| {
                token.set_span(span);
                token
            });
            let bounds: TokenStream = bounds.collect();
            quote_spanned! {span=>
                const _: () = #private::objective::assert_boundary(#family, #bounds, #threshold);
                #percent
            }
        });
        quote!(#success #latency)
    }

    /// Adds the promises to the meter's record.
    pub(super) fn record(&self, record: &mut Record) {
        if let Some(success) = &self.success {
            record.number("success", float(success));
        }
        if let Some((latency, target)) = &self.latency {
            record.number("latency", float(latency));
            record.number("target", float(target));
        }
    }

    /// The promises in the meter's definition, where there are any.
    pub(super) fn definition(&self, private: &Runtime) -> Option<TokenStream> {
        if self.success.is_none() && self.latency.is_none() {
            return None;
        }
        let option = |value: Option<TokenStream>| match value {
            Some(value) => quote!(::core::option::Option::Some(#value)),
            None => quote!(::core::option::Option::None),
        };
        let success = option(self.success.as_ref().map(float));
        let latency = option(self.latency.as_ref().map(|(threshold, percent)| {
            let (threshold, percent) = (float(threshold), float(percent));
            quote!((#threshold, #percent))
        }));
        Some(quote!(#private::Objective { success: #success, latency: #latency }))
    }
}

/// `99` means 99.0. A cast would be one that clippy calls unnecessary, in the user's code.
fn float(expr: &Expr) -> TokenStream {
    if let Expr::Lit(ExprLit { lit: Lit::Int(whole), .. }) = expr {
        return LitFloat::new(&format!("{}.0", whole.base10_digits()), whole.span()).to_token_stream();
    }
    expr.to_token_stream()
}
