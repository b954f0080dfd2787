//! Spans: what is recorded of one, and how it gets there.
//!
//! ```text
//! #[traced]  ──────────────┐
//! subscriber.rs  ──────────┤
//! layer.rs  ───────────────┴─→ recorder.rs ─→ open/ ─→ finished.rs ─→ hand_over/ ─→ export
//! ```

mod data;
mod fields;
mod finished;
mod hand_over;
mod id;
mod layer;
pub(crate) mod layout;
mod open;
mod record;
mod recorder;
mod site;
mod subscriber;

pub use data::{
    AttributeValue, Dropped, Key, MAX_EVENTS, MAX_LINKS, SpanEvent, SpanKind, SpanLink, SpanRecord, Status,
};
pub use id::{SpanId, TraceId};
pub use layer::ObserveLayer;
pub(crate) use record::Field;
pub use record::{Fields, Record, Value, field, label_value};
pub use site::{Declaration, OWN_FIELDS, Site};

pub(crate) use finished::Finished;
pub(crate) use hand_over::{Batch, Owned, Queue};
pub(crate) use layer::span_of;
pub(crate) use open::slot::Flags;
pub(crate) use open::words::AttributeKey;
#[cfg(feature = "otlp")]
pub(crate) use open::{
    slot::Extra,
    words::{Attribute, KeyWords, TextWords, ValueWords},
};
pub(crate) use recorder::{OpenSpan, Recorder, Remote, Under};
pub(crate) use subscriber::{ObserveSubscriber, install, recorder_of};

/// Who is shown finished spans, on the thread that ended them.
pub(crate) trait SpanSink: Send + Sync {
    fn finished(&self, span: &SpanRecord);
}
