//! What the metrics of functions and those of statics have in common: labels, bounds, a budget of
//! series, and a name that nobody else has.

use crate::catalogue::Record;
use crate::diag::Ctxt;
use crate::paths::{Runtime, is_unsized};
use crate::syntax::{Arg, expect_expr, or_list, path_word};
use observe_rules::{Code, bucket, suggest};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Expr, ExprLit, Lit, Type};

/// Where the bounds of a histogram come from.
pub(crate) enum Bounds {
    /// A preset, by its name.
    Preset(&'static str),
    /// A list in the metric's unit, or any constant of type `[f64; N]`.
    Custom(Expr),
}

/// The presets whose bounds are in this unit.
pub(crate) fn presets_in(unit: &str) -> impl Iterator<Item = &'static str> + Clone {
    bucket::PRESETS.iter().map(|(name, _)| *name).filter(move |name| bucket::preset_unit(name) == Some(unit))
}

/// `buckets = preset`, `buckets = [0.1, 0.5]` or `buckets = SOME_CONSTANT`, of a metric in this unit.
pub(crate) fn parse_bounds(ctxt: &Ctxt, arg: &Arg, unit: &str) -> Option<Bounds> {
    let expr = expect_expr(ctxt, arg, presets_in(unit).next().unwrap_or("[1.0, 10.0, 100.0]"))?;
    let Some(word) = path_word(expr) else { return Some(Bounds::Custom(expr.clone())) };
    if let Some(preset) = presets_in(unit).find(|preset| word == preset) {
        return Some(Bounds::Preset(preset));
    }
    // A constant is written in capitals; a word in lower case was meant as a preset.
    let text = word.to_string();
    if text.chars().any(char::is_uppercase) {
        return Some(Bounds::Custom(expr.clone()));
    }
    let near = suggest::nearest(&text, presets_in(unit));
    let near = near.map_or_else(String::new, |near| format!("a similar one is `{near}`; "));
    let list = or_list(presets_in(unit));
    let list = if list.is_empty() { list } else { format!("{list}, or ") };
    let bounds = match unit {
        "" => "bounds: `buckets = [1.0, 10.0, 100.0]`".to_owned(),
        "bytes" => "bounds in bytes: `buckets = [1024.0, 65536.0]`".to_owned(),
        unit => format!("bounds in {unit}: `buckets = [0.1, 0.5, 2.0]`"),
    };
    let message = match bucket::preset_unit(&text) {
        None => format!("there is no bucket preset `{text}`"),
        Some(other) if unit.is_empty() => {
            format!("the bounds of preset `{text}` are {other}, and the name says no unit")
        }
        Some(other) => format!("the bounds of preset `{text}` are {other}, and those of this metric are {unit}"),
    };
    ctxt.error(word, Code::Obs0403, message, format!("{near}it may be {list}{bounds}"));
    None
}

/// `max_series = 20_000`, or a constant.
pub(crate) fn parse_budget(ctxt: &Ctxt, arg: &Arg) -> Option<Expr> {
    let expr = expect_expr(ctxt, arg, "20_000")?;
    if let Expr::Lit(ExprLit { lit, .. }) = expr
        && !matches!(lit, Lit::Int(_))
    {
        ctxt.error(arg, Code::Obs0703, "option `max_series` expects a whole number", "write `max_series = 20_000`");
        return None;
    }
    Some(expr.clone())
}

/// Name, type and cardinality of a label. With [`label_set_info`] the only place that asks for a trait:
/// one error a type.
pub(crate) fn label_info(at: usize, name: &str, ty: &Type, private: &Runtime) -> TokenStream {
    label_info_as(&label_constant(at, ty.span()), name, ty, private)
}

/// The same, in a constant of this name.
pub(crate) fn label_info_as(constant: &Ident, name: &str, ty: &Type, private: &Runtime) -> TokenStream {
    let span = ty.span();
    let private = private.at(span);
    let shown = ty.to_token_stream().to_string().replace(' ', "");
    // A `str` is refused as a label, and not once more because it has no size.
    let ty = if is_unsized(ty) { quote_spanned!(span=> &#ty) } else { ty.to_token_stream() };
    quote_spanned! {span=>
        #[allow(unused_qualifications)]
        const #constant: #private::LabelInfo = {
            // Refused here, a type is shown without the function of ours that asks for it.
            let _ = <#ty as #private::Label>::CARDINALITY;
            #private::LabelInfo::of::<#ty>(#name, #shown)
        };
    }
}

/// The labels of a set.
pub(crate) fn label_set_info(at: usize, ty: &Type, private: &Runtime) -> TokenStream {
    let span = ty.span();
    let private = private.at(span);
    let constant = label_constant(at, span);
    quote_spanned! {span=>
        #[allow(unused_qualifications)]
        const #constant: &[#private::LabelInfo] = #private::label::infos::<#ty>();
    }
}

/// The constant that [`label_info`] and [`label_set_info`] make.
pub(crate) fn label_constant(at: usize, span: Span) -> Ident {
    Ident::new(&format!("__OBSERVE_LABEL_{at}"), span)
}

/// Adds a label, or a set of them, to the metric's record: that of [`label_constant`].
pub(crate) fn record_label(record: &mut Record, at: usize, name: Option<&str>, private: &Runtime) {
    let constant = label_constant(at, Span::call_site());
    match name {
        Some(name) => record.reference("label", name, quote!(#constant.reference())),
        None => record.reference("set", "", quote!(#private::label::set_reference(#constant))),
    }
}

/// Adds the metric's budget to its record, where it has one of its own: a constant of type `usize`.
pub(crate) fn record_budget(record: &mut Record, budget: &TokenStream, private: &Runtime) {
    record.number("max_series", quote!(#private::catalogue::count(#budget)));
}

/// Puts the metric into the list of all metrics; see `metric/declarations.rs` of the runtime.
///
/// `checks` are statements that refuse it by a panic while it compiles: in an initialiser that is there
/// anyway they cost less than in a constant of their own.
pub(crate) fn listed(metric: &Ident, checks: &TokenStream, private: &Runtime) -> TokenStream {
    quote! {
        #[cfg_attr(target_os = "linux", used, unsafe(link_section = "observe_metrics"))]
        static __OBSERVE_DECLARED: #private::DeclaredMetric = {
            #checks
            #metric.declaration()
        };
    }
}

/// A macro that is exported under the metric's name: a second one in the crate is rustc's E0428,
/// which shows both places.
pub(crate) fn declared_once(name: &str, span: Span) -> TokenStream {
    let name = Ident::new(&format!("OBS0305_metric_declared_twice__{name}"), span);
    quote_spanned! {span=>
        #[doc(hidden)]
        #[macro_export]
        #[allow(non_local_definitions)]
        macro_rules! #name { () => {}; }
    }
}
