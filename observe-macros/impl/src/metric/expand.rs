//! The static with its value, and in it the constants that refuse what it must not be.
//!
//! ```text
//! static TOKENS_TOTAL: Counter<Model> = {
//!     const LABEL_0: LabelInfo = LabelInfo::of::<Model>("model", "Model");
//!     const LABELS: &[LabelInfo] = &[LABEL_0];
//!     macro_rules! OBS0305_metric_declared_twice__tokens { () => {}; }       // exported
//!     static CORE: CounterCore = CounterCore::new(MetricDefinition { … });
//!     #[link_section = …]
//!     static DECLARED: DeclaredMetric = {
//!         assert_within("tokens_total", &factors(LABELS), Shape::Single, BUDGET);
//!         CORE.declaration()
//!     };
//!     static RECORD: Record<…> = …;                                          // in the section for tools
//!     Counter::new(&CORE)
//! };
//! ```

use super::attr::Metric;
use super::check::types_of;
use super::item::Static;
use super::record::record;
use crate::family::{Bounds, declared_once, label_constant, label_info, label_set_info, listed, presets_in};
use crate::paths::{Runtime, borrowed};
use observe_rules::cardinality::DEFAULT_MAX_SERIES;
use observe_rules::metric::Kind;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::LitStr;
use syn::ext::IdentExt;
use syn::spanned::Spanned as _;

pub(super) fn expand(metric: &Metric<'_>, item: &Static) -> TokenStream {
    let private = Runtime::new(metric.krate.as_ref());
    let kind = metric.kind;
    let Metric { help, unit, init_all, window, .. } = metric;
    let name = &metric.name.value;
    let (labels, more) = (labels(metric, &private), more(metric, &private));
    let core_static = Ident::new("__OBSERVE_CORE", Span::call_site());
    let (checks, within) = checks(metric, &private);
    let listed = listed(&core_static, &within, &private);
    // Without the ending, as `#[metered]` claims it, and as OpenMetrics calls the family.
    let claimed = name.strip_suffix(kind.ending()).unwrap_or(name);
    let declared_once = declared_once(claimed, metric.name.span);
    let record = record(metric, &private);
    let constructor = Ident::new(type_name(kind), Span::call_site());
    let core = Ident::new(&format!("{}Core", type_name(kind)), Span::call_site());
    let facts = (kind == Kind::Info).then(|| quote!(, __OBSERVE_NAMES));
    let arguments = match kind {
        Kind::Counter => quote!(__OBSERVE_IS_FLOAT),
        Kind::Gauge => quote!(__OBSERVE_READ),
        Kind::Histogram => quote!(__OBSERVE_BOUNDS),
        Kind::Summary => quote!(__OBSERVE_QUANTILES, #window),
        Kind::Info => quote!(__OBSERVE_NAMES),
    };
    let value = quote!({
        #labels
        #more
        #checks
        #declared_once
        static #core_static: #private::#core = #private::#core::new(
            #private::MetricDefinition {
                name: #name,
                help: #help,
                unit: #unit,
                labels: __OBSERVE_LABELS,
                init_all: #init_all,
                module: ::core::module_path!(),
                line: ::core::line!(),
            },
            #arguments
        );
        #listed
        #record
        #private::#constructor::new(&__OBSERVE_CORE #facts)
    });
    item.with_value(Some(metric), &value)
}

fn type_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Counter => "Counter",
        Kind::Gauge => "Gauge",
        Kind::Histogram => "Histogram",
        Kind::Summary => "Summary",
        Kind::Info => "Info",
    }
}

/// `__OBSERVE_LABELS`: what is named in the attribute, or what the type itself names.
fn labels(metric: &Metric<'_>, private: &Runtime) -> TokenStream {
    let names: Vec<String> = metric.label_names().iter().map(|name| name.unraw().to_string()).collect();
    let types = metric.ty.labels.map(types_of).unwrap_or_default();
    if metric.kind == Kind::Info {
        let count = names.len();
        return quote! {
            const __OBSERVE_NAMES: &[&str; #count] = &[#(#names),*];
            const __OBSERVE_LABELS: &[#private::LabelInfo] = &[];
        };
    }
    if let [ty] = types[..]
        && metric.label_list.is_none()
    {
        let constant = label_constant(0, Span::call_site());
        let set = label_set_info(0, ty, private);
        return quote!(#set const __OBSERVE_LABELS: &[#private::LabelInfo] = #constant;);
    }
    let infos = types.iter().zip(&names).enumerate().map(|(at, (ty, name))| label_info(at, name, ty, private));
    let constants = (0..types.len()).map(|at| label_constant(at, Span::call_site()));
    quote! {
        #(#infos)*
        const __OBSERVE_LABELS: &[#private::LabelInfo] = &[#(#constants),*];
    }
}

/// What only this kind has, as constants that are spanned as the user's values are.
fn more(metric: &Metric<'_>, private: &Runtime) -> TokenStream {
    let budget = match &metric.max_series {
        Some(expr) => quote_spanned!(expr.span()=> const __OBSERVE_BUDGET: usize = #expr;),
        None => quote!(const __OBSERVE_BUDGET: usize = #DEFAULT_MAX_SERIES;),
    };
    let more = match metric.kind {
        Kind::Counter => {
            let value = metric.ty.value.map_or_else(|| quote!(u64), ToTokens::to_token_stream);
            let private = private.at(value.span());
            quote_spanned! {value.span()=>
                const __OBSERVE_IS_FLOAT: bool = <#value as #private::CounterValue>::IS_FLOAT;
            }
        }
        Kind::Info => return TokenStream::new(),
        Kind::Gauge => match &metric.read {
            Some(read) => {
                // On its own first, so that a value of another type is underlined itself.
                let function = quote_spanned!(read.span()=> const __OBSERVE_FUNCTION: fn() -> f64 = #read;);
                quote! {
                    #function
                    const __OBSERVE_READ: ::core::option::Option<fn() -> f64> =
                        ::core::option::Option::Some(__OBSERVE_FUNCTION);
                }
            }
            None => quote!(
                const __OBSERVE_READ: ::core::option::Option<fn() -> f64> = ::core::option::Option::None;
            ),
        },
        Kind::Histogram => match &metric.bounds {
            Some(Bounds::Custom(expr)) => {
                let value = borrowed(expr, expr.span());
                quote_spanned!(expr.span()=> const __OBSERVE_BOUNDS: &[f64] = #value;)
            }
            preset => {
                let default = presets_in(metric.unit).next();
                let name = if let Some(Bounds::Preset(name)) = preset { Some(*name) } else { default };
                let preset = Ident::new(&name.unwrap_or("api").to_uppercase(), Span::call_site());
                quote!(const __OBSERVE_BOUNDS: &[f64] = #private::bucket::#preset;)
            }
        },
        Kind::Summary => match &metric.quantiles {
            Some(expr) => {
                let value = borrowed(expr, expr.span());
                quote_spanned!(expr.span()=> const __OBSERVE_QUANTILES: &[f64] = #value;)
            }
            None => quote!(
                const __OBSERVE_QUANTILES: &[f64] = &[0.5, 0.9, 0.99];
            ),
        },
    };
    quote!(#budget #more)
}

/// A constant, and a statement, that fail with a message of ours while the program compiles, underlining
/// the metric's name.
fn checks(metric: &Metric<'_>, private: &Runtime) -> (TokenStream, TokenStream) {
    let span = metric.name.span;
    let private = private.at(span);
    // Literals made by `quote` are elsewhere.
    let (name, unit) = (LitStr::new(&metric.name.value, span), LitStr::new(metric.unit, span));
    let shape = |shape| quote_spanned!(span=> #private::cardinality::Shape::#shape);
    let (check, shape) = match metric.kind {
        Kind::Info => return (TokenStream::new(), TokenStream::new()),
        Kind::Counter | Kind::Gauge => (TokenStream::new(), shape(quote_spanned!(span=> Single))),
        Kind::Histogram => (
            quote_spanned!(span=> const _: () = #private::bucket::assert_valid_in(#name, #unit, __OBSERVE_BOUNDS);),
            shape(quote_spanned!(span=> Histogram { bounds: __OBSERVE_BOUNDS.len() })),
        ),
        Kind::Summary => (
            quote_spanned!(span=> const _: () = #private::quantile::assert_valid(#name, __OBSERVE_QUANTILES);),
            shape(quote_spanned!(span=> Summary { quantiles: __OBSERVE_QUANTILES.len() })),
        ),
    };
    let within = quote_spanned! {span=>
        #private::cardinality::assert_within(
            #name,
            &#private::factors::<{ __OBSERVE_LABELS.len() }>(__OBSERVE_LABELS),
            #shape,
            __OBSERVE_BUDGET,
        );
    };
    (check, within)
}
