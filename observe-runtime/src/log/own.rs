//! The fields of the layer's own lines, of which nobody else chooses a text: nothing is looked for in them.

use crate::span::AttributeValue;
use std::borrow::Cow;
use std::fmt::Debug;
use tracing::field::{Field, Visit};
use tracing::{Event, Metadata};

/// Whether an event is one of these lines.
pub(super) fn is_own(metadata: &Metadata<'_>) -> bool {
    let lines = cfg_select! { feature = "tower" => Some(crate::tower::LINES), _ => None };
    lines.is_some() && metadata.module_path() == lines
}

/// All fields, as they are.
pub(super) fn fields(event: &Event<'_>) -> Vec<(&'static str, AttributeValue)> {
    let mut fields = Fields(Vec::with_capacity(event.metadata().fields().len()));
    event.record(&mut fields);
    fields.0
}

struct Fields(Vec<(&'static str, AttributeValue)>);

impl Visit for Fields {
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.push((field.name(), AttributeValue::U64(value)));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.0.push((field.name(), AttributeValue::F64(value)));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.push((field.name(), AttributeValue::Text(Cow::Owned(value.to_owned()))));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.push((field.name(), AttributeValue::Text(Cow::Owned(format!("{value:?}")))));
    }
}
