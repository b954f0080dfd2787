//! Spans: what is recorded of one, and how it gets there.

mod context;
mod data;
mod layer;
mod parent;
mod record;
mod site;

pub use context::SpanContext;
pub use data::{AttributeValue, Key, SpanId, SpanKind, SpanRecord, Status, TraceId};
pub use parent::{IntoLinks, IntoParent, Opening, Parent};
pub(crate) use record::Field;
pub use record::{Fields, Record, Value, field, label_value};
pub use site::{Code, Declaration, OWN_FIELDS, Site};

pub(crate) use layer::{OpenSpan, SpanLayer, SpanSink, with_open_span};
pub(crate) use record::flatten;
