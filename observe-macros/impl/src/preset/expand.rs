//! The code of a preset: what begins the operation, and what looks at its result.
//!
//! ```text
//! static __OBSERVE_OPERATION: [DeclaredMetric; 1] = preset::database_metrics();     // in the list of all metrics
//! let operation = preset::database(Probe(&"select").text(), Probe(&"users").text(), true);
//! let returned = in_operation(operation, move || { BODY }, |result| {}, |result| Probe(result).outcome());
//! ```

use super::Preset;
use super::table::Tells;
use crate::catalogue;
use crate::paths::{Runtime, borrowed};
use observe_rules::catalogue::Kind;
use observe_rules::families::{self, Group};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned as _;

/// Puts the preset's metrics into the list of all metrics, and leaves a record of them.
pub(crate) fn list(preset: &Preset, private: &Runtime) -> Option<TokenStream> {
    if !preset.counts {
        return None;
    }
    let count = preset.spec.metrics;
    let metrics = if preset.begin == "redis_cache" { "redis" } else { preset.spec.begin };
    let metrics = format_ident!("{metrics}_metrics");
    let texts: Vec<(&str, &str)> = groups(preset.begin).iter().map(|group| ("group", group.name)).collect();
    let record = catalogue::record(Kind::Families, &texts, preset.span, private);
    Some(quote! {
        #record
        #[cfg_attr(target_os = "linux", used, unsafe(link_section = "observe_metrics"))]
        static __OBSERVE_OPERATION: [#private::DeclaredMetric; #count] = #private::preset::#metrics();
    })
}

/// What an operation that begins so counts into.
fn groups(begin: &str) -> &'static [&'static Group] {
    match begin {
        "database" => &[&families::DATABASE],
        "http_client" => &[&families::EXTERNAL_API],
        "messaging" => &[&families::MESSAGING],
        "redis_cache" => &[&families::REDIS, &families::CACHE_LOOKUPS],
        "other_cache" => &[&families::CACHE, &families::CACHE_LOOKUPS],
        "cache" => &[&families::CACHE, &families::REDIS, &families::CACHE_LOOKUPS],
        "gen_ai" => &[&families::MODEL, &families::TOKENS, &families::COST],
        "rpc" => &[&families::RPC],
        "authentication" => &[&families::AUTHENTICATION],
        "rate_limit" => &[&families::RATE_LIMIT],
        "rag_query" => &[&families::RAG_QUERY],
        "vector_search" => &[&families::VECTOR_SEARCH],
        "indexing" => &[&families::INDEXING],
        _ => &[],
    }
}

/// Begins the operation.
pub(crate) fn begin(preset: &Preset, private: &Runtime) -> TokenStream {
    let span = Span::mixed_site();
    let begin = Ident::new(preset.begin, Span::call_site());
    let mut texts: Vec<TokenStream> = preset
        .labels
        .iter()
        .map(|value| value.as_ref().map_or_else(|| quote!("none"), |value| text(value, private)))
        .collect();
    if preset.spec.tells == Tells::Usage {
        texts.push(match &preset.user_type {
            Some(user_type) => {
                let text = text(user_type, private);
                quote!(::core::option::Option::Some(#text))
            }
            None => quote!(::core::option::Option::None),
        });
    }
    let counts = preset.counts;
    quote_spanned! {span=>
        let operation = {
            #[allow(unused_imports)]
            use #private::preset::{ViaLabel as _, ViaNothing as _, ViaText as _};
            #private::preset::#begin(#(#texts,)* #counts)
        };
    }
}

/// The text of a value: of a literal itself, and else whatever its type says.
fn text(value: &Expr, private: &Runtime) -> TokenStream {
    if matches!(value, Expr::Lit(_)) {
        return quote!(#value);
    }
    let span = value.span();
    let (value, private) = (borrowed(value, span), private.at(span));
    quote_spanned!(span=> (&&&#private::preset::Probe(#value)).text())
}

/// Looks at `result`, a reference, inside of the operation; `None` where it tells nothing.
pub(crate) fn look(preset: &Preset, private: &Runtime) -> Option<TokenStream> {
    let (this, other, ask) = match preset.spec.tells {
        Tells::Nothing => return None,
        Tells::Verdict => ("ViaVerdict", "ViaNoVerdict", "judge"),
        Tells::Usage => ("ViaUsage", "ViaNoUsage", "report"),
    };
    let [this, other, ask] = [this, other, ask].map(|word| Ident::new(word, Span::call_site()));
    Some(quote_spanned! {Span::mixed_site()=>
        #[allow(unused_imports)]
        use #private::preset::{#this as _, #other as _};
        (&&#private::preset::Probe(result)).#ask();
    })
}

#[cfg(test)]
mod tests {
    use super::super::table::SPECS;
    use super::groups;

    #[test]
    fn every_preset_has_families() {
        for begin in SPECS.iter().map(|spec| spec.begin).chain(["redis_cache", "other_cache"]) {
            assert!(!groups(begin).is_empty(), "{begin}");
        }
    }
}
