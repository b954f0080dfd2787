//! What the catalogue knows of a meter.

use super::{Choice, ERROR_LABEL, Metered};
use crate::catalogue::Record;
use crate::family::{Bounds, record_budget, record_label};
use crate::paths::Runtime;
use observe_rules::catalogue::Kind;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

/// The record, which refers to the constants beside the meter. What is as it is by default is not said.
pub(super) fn record(metered: &Metered, private: &Runtime) -> TokenStream {
    let mut record = Record::new(Kind::Meter);
    record.text("name", &metered.name.value);
    record.text("help", &metered.help);
    let families = [("calls", &metered.calls), ("duration", &metered.duration), ("in_progress", &metered.in_progress)];
    for (key, choice) in families {
        match choice {
            Choice::Default => {}
            Choice::Named(name) => record.text(key, name.value()),
            Choice::Off => record.text(key, ""),
        }
    }
    if metered.outcome != "status" {
        record.text("outcome", &metered.outcome);
    }
    for (at, label) in metered.labels.iter().enumerate() {
        record_label(&mut record, at, (!label.is_set).then_some(&label.name), private);
    }
    if metered.error.is_some() {
        record.reference("error", ERROR_LABEL, quote!(__OBSERVE_ERRORS.reference()));
    }
    match &metered.bounds {
        Bounds::Preset("api") => {}
        Bounds::Preset(preset) => record.text("buckets", *preset),
        Bounds::Custom(_) => record.list(quote!(__OBSERVE_BOUNDS)),
    }
    metered.objective.record(&mut record);
    if let Some(budget) = &metered.max_series {
        record_budget(&mut record, &budget.to_token_stream(), private);
    }
    record.item("__OBSERVE_RECORD_OF_METER", metered.name.span, private)
}
