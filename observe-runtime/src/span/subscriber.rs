//! The subscriber that `init!` installs: spans go to the recorder, events become log lines.

use super::SpanKind;
use super::fields::OntoSpan;
use super::layer::{ObserveLayer, span_of};
use super::open::StaticRef;
use super::open::slot::{Flags, SlotId};
use super::open_span::OpenSpan;
use super::recorder::{NotOpened, Recorder, Under};
use crate::export::own_traffic;
use crate::log::{LogEvent, Logs, TelemetryFilter};
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::{Acquire, Release};
use tracing::dispatcher::{self, SetGlobalDefaultError};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Dispatch, Event, Metadata, Subscriber, level_filters::LevelFilter};
use tracing_core::span::Current;

/// Speaks `tracing`, without a registry in between.
pub(crate) struct ObserveSubscriber {
    pub(crate) recorder: &'static Recorder,
    pub(crate) filter: TelemetryFilter,
    logs: Logs,
}

/// The recorder behind the process's subscriber, and where `tracing` keeps that one.
struct Global {
    dispatch: AtomicUsize,
    recorder: StaticRef<Recorder>,
}

static GLOBAL: Global = Global { dispatch: AtomicUsize::new(0), recorder: StaticRef::none() };

/// Our recorder behind a subscriber; `None` where it is another's.
///
/// The process's subscriber lies where it always lies, and no other can: it is known by its address,
/// without a question to it.
#[inline]
pub(crate) fn recorder_of(dispatch: &Dispatch) -> Option<&'static Recorder> {
    if ptr::from_ref(dispatch).addr() == GLOBAL.dispatch.load(Acquire) {
        return GLOBAL.recorder.get();
    }
    ask_for_recorder(dispatch)
}

#[cold]
fn ask_for_recorder(dispatch: &Dispatch) -> Option<&'static Recorder> {
    dispatch.downcast_ref::<ObserveSubscriber>().map(|subscriber| subscriber.recorder)
}

/// The recorder's span behind a span of a subscriber: of ours, or of one that has our layer.
pub(crate) fn open_span(dispatch: &Dispatch, id: &Id) -> Option<OpenSpan> {
    match recorder_of(dispatch) {
        Some(recorder) => recorder.span(SlotId::from_raw(id.into_u64())),
        None => span_of(dispatch, id),
    }
}

/// The innermost span of this thread that is recorded, by our subscriber or by our layer in another.
pub(crate) fn innermost() -> Option<OpenSpan> {
    dispatcher::get_default(|dispatch| {
        let layer = || dispatch.downcast_ref::<ObserveLayer>().map(|layer| layer.recorder);
        recorder_of(dispatch).or_else(layer)?.current()
    })
}

/// The process's subscriber, for those who must reach it on a thread that has one of its own.
static INSTALLED: OnceLock<Dispatch> = OnceLock::new();

/// Our subscriber: that of this thread, or else the process's.
pub(crate) fn our_dispatch() -> Option<Dispatch> {
    let current = dispatcher::get_default(Dispatch::clone);
    if current.is::<ObserveSubscriber>() { Some(current) } else { INSTALLED.get().cloned() }
}

/// Installs the subscriber for the whole process.
pub(crate) fn install(subscriber: ObserveSubscriber) -> Result<(), SetGlobalDefaultError> {
    let recorder = subscriber.recorder;
    let dispatch = Dispatch::new(subscriber);
    dispatcher::set_global_default(dispatch.clone())?;
    let _ = INSTALLED.set(dispatch);
    dispatcher::get_default(|dispatch| {
        // Another one, where this thread has a subscriber of its own just now.
        if ask_for_recorder(dispatch).is_some_and(|found| ptr::eq(found, recorder)) {
            GLOBAL.recorder.set(recorder);
            // Who sees the address sees the recorder too.
            GLOBAL.dispatch.store(ptr::from_ref(dispatch).addr(), Release);
        }
    });
    Ok(())
}

/// The id of a span that could not be recorded: no slot has it.
const NOT_RECORDED: u64 = u64::MAX;

impl ObserveSubscriber {
    pub(crate) fn new(recorder: &'static Recorder, filter: TelemetryFilter, logs: Logs) -> Self {
        Self { recorder, filter, logs }
    }

    fn span(&self, id: &Id) -> Option<OpenSpan> {
        self.recorder.span(SlotId::from_raw(id.into_u64()))
    }

    /// Makes a line of what this library says by itself.
    pub(crate) fn say(&self, event: LogEvent) {
        self.logs.hand_on(event, self.recorder.current());
    }

    /// Whether a record of the crate `log` becomes a line.
    #[cfg(feature = "log")]
    pub(crate) fn wants_log(&self, metadata: &log::Metadata<'_>) -> bool {
        self.filter.allows_record(metadata)
    }

    /// Makes a line of a record of the crate `log`.
    #[cfg(feature = "log")]
    pub(crate) fn log(&self, record: &log::Record<'_>) {
        if self.wants_log(record.metadata()) {
            self.logs.record(record, self.recorder.current());
        }
    }
}

impl Subscriber for ObserveSubscriber {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.filter.wants(metadata) { Interest::always() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.filter.wants(metadata)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.filter.max_level())
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        if own_traffic::is_suppressed() {
            return Id::from_u64(NOT_RECORDED);
        }
        let under = match attributes.parent() {
            Some(parent) => Under::Span(SlotId::from_raw(parent.into_u64())),
            None if attributes.is_root() => Under::Nothing,
            None => Under::Current,
        };
        let metadata = attributes.metadata();
        let span = match self.recorder.open(metadata, SpanKind::Internal, under) {
            Ok(span) => span,
            // Below a span that is not recorded, all are that one.
            Err(NotOpened::Silent(parent)) => {
                parent.slot.add_handle();
                return Id::from_u64(parent.id().raw());
            }
            Err(NotOpened::Refused) => return Id::from_u64(NOT_RECORDED),
        };
        if !metadata.fields().is_empty() && !span.slot.flags.has(Flags::FIELDLESS) {
            attributes.record(&mut OntoSpan::new(span, metadata, true));
        }
        Id::from_u64(span.id().raw())
    }

    fn record(&self, id: &Id, values: &Record<'_>) {
        if let Some(span) = self.span(id)
            && let Some(metadata) = span.slot.metadata.get()
        {
            values.record(&mut OntoSpan::new(span, metadata, false));
        }
    }

    fn record_follows_from(&self, id: &Id, follows: &Id) {
        if let (Some(span), Some(follows)) = (self.span(id), self.span(follows)) {
            span.add_link(follows.context());
        }
    }

    fn event(&self, event: &Event<'_>) {
        let span = match event.parent() {
            Some(parent) => self.span(parent),
            None if event.is_root() => None,
            None => self.recorder.current(),
        };
        self.logs.event(event, span);
    }

    fn enter(&self, id: &Id) {
        if let Some(span) = self.span(id) {
            span.enter();
        }
    }

    fn exit(&self, id: &Id) {
        if let Some(span) = self.span(id) {
            span.exit();
        }
    }

    fn clone_span(&self, id: &Id) -> Id {
        if let Some(span) = self.span(id) {
            span.slot.add_handle();
        }
        id.clone()
    }

    fn try_close(&self, id: Id) -> bool {
        self.span(&id).is_some_and(OpenSpan::drop_handle)
    }

    fn current_span(&self) -> Current {
        let current = self.recorder.current().and_then(|span| Some((span.id(), span.slot.metadata.get()?)));
        current.map_or_else(Current::none, |(id, metadata)| Current::new(Id::from_u64(id.raw()), metadata))
    }
}
