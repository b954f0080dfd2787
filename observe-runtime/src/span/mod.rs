//! Spans: what is recorded of one, and how it gets there.

mod data;
mod layer;
mod record;
mod site;

pub use data::{AttributeValue, Key, SpanId, SpanKind, SpanRecord, Status, TraceId};
pub(crate) use record::Field;
pub use record::{Fields, Record, Value, field, label_value};
pub use site::{Declaration, OWN_FIELDS, Site};

pub(crate) use layer::{OpenSpan, SpanLayer, SpanSink, with_open_span};
pub(crate) use record::flatten;
