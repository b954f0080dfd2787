//! Spans: what is recorded of one, and how it gets there.
//!
//! ```text
//! #[traced]  ──────────────┐
//! subscriber.rs  ──────────┤
//! layer.rs  ───────────────┴─→ recorder.rs ─→ open/ ─→ finished.rs ─→ hand_over/ ─→ export
//! ```

mod context;
mod current;
mod data;
mod fields;
mod finished;
mod hand_over;
mod id;
mod layer;
pub(crate) mod layout;
mod open;
mod open_span;
mod parent;
mod record;
mod recorder;
mod site;
mod subscriber;
mod whose;

pub use context::SpanContext;
pub use current::{CurrentSpan, current_span};
pub use data::{AttributeValue, Dropped, Key, MAX_EVENTS, MAX_LINKS, SpanEvent, SpanKind, SpanRecord, Status};
pub use id::{SpanId, TraceId};
pub use layer::ObserveLayer;
pub use parent::{IntoLinks, IntoParent, Opening, Parent};
pub(crate) use record::{Field, flatten, seen};
pub use record::{Fields, Record, Value, field, label_value, somebody};
#[cfg(feature = "otlp")]
pub(crate) use site::code_attributes;
pub use site::{Code, Declaration, OWN_FIELDS, Site};

pub(crate) use finished::Finished;
pub(crate) use hand_over::{Batch, Capacity, Held, Owned, Queue};
pub(crate) use open::said::Saying;
pub(crate) use open::slot::Flags;
pub(crate) use open::words::AttributeKey;
#[cfg(feature = "otlp")]
pub(crate) use open::{
    extra::{Extra, OpenEvent},
    words::{Attribute, KeyWords, TextWords, ValueWords},
};
pub(crate) use open_span::OpenSpan;
pub(crate) use recorder::Recorder;
#[cfg(test)]
pub(crate) use recorder::Under;
pub(crate) use subscriber::{ObserveSubscriber, innermost, install, open_span, our_dispatch, recorder_of};
#[cfg(feature = "tower")]
pub(crate) use whose::{say_client, say_user};

/// All spans that are open and recorded, each as if it ended now.
#[cfg(feature = "dev-page")]
pub(crate) fn running() -> Vec<Owned> {
    let (now, mut running) = (crate::clock::Ticks::now().raw(), Vec::new());
    open::pool::each(|slot| {
        if let Some((metadata, words, extra)) = slot.copy(now) {
            running.push(Owned::new(metadata, words, extra));
        }
    });
    running
}

/// Who is shown finished spans, on the thread that ended them.
pub(crate) trait SpanSink: Send + Sync {
    fn finished(&self, span: &SpanRecord);
}
