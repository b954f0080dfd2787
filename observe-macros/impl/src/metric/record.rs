//! What the catalogue knows of a metric.

use super::attr::Metric;
use super::check::types_of;
use crate::catalogue::Record;
use crate::family::{Bounds, presets_in, record_budget, record_label};
use crate::paths::Runtime;
use observe_rules::catalogue;
use observe_rules::metric::Kind;
use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;

/// The record, which refers to the constants in the static's value. What is as it is by default is not said.
pub(super) fn record(metric: &Metric<'_>, private: &Runtime) -> TokenStream {
    let mut record = Record::new(catalogue::Kind::Metric);
    record.text("type", metric.kind.name());
    record.text("name", &metric.name.value);
    record.text("help", &metric.help);
    let names = metric.label_names().iter().map(|name| name.unraw().to_string());
    if metric.kind == Kind::Info {
        names.for_each(|name| record.text("fact", name));
        return record.item("__OBSERVE_RECORD", metric.name.span, private);
    }
    if metric.label_list.is_none() && metric.ty.labels.is_some_and(|ty| types_of(ty).len() == 1) {
        record_label(&mut record, 0, None, private);
    } else {
        names.enumerate().for_each(|(at, name)| record_label(&mut record, at, Some(&name), private));
    }
    match (metric.kind, &metric.bounds) {
        (Kind::Histogram, Some(Bounds::Custom(_))) => record.list(quote!(__OBSERVE_BOUNDS)),
        (Kind::Histogram, Some(Bounds::Preset(preset))) => record.text("buckets", *preset),
        (Kind::Histogram, None) => record.text("buckets", presets_in(metric.unit).next().unwrap_or("api")),
        (Kind::Summary, _) => record.list(quote!(__OBSERVE_QUANTILES)),
        _ => {}
    }
    if metric.max_series.is_some() {
        record_budget(&mut record, &quote!(__OBSERVE_BUDGET), private);
    }
    record.item("__OBSERVE_RECORD", metric.name.span, private)
}
