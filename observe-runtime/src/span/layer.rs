//! The layer, for those who compose a subscriber of their own: the same recorder behind a registry.

use super::SpanKind;
use super::fields::OntoSpan;
use super::open::slot::{Flags, SlotId};
use super::open_span::OpenSpan;
use super::recorder::{NotOpened, Recorder, Under};
use crate::export::own_traffic;
use crate::log::Logs;
use std::cell::Cell;
use std::fmt;
use tracing::span::{Attributes, Id, Record};
use tracing::{Dispatch, Event, Metadata, Subscriber};
use tracing_subscriber::Registry;
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::{LookupSpan, SpanRef};

/// Records the spans of a registry, and exports them as [`init!`](crate::init!) does.
///
/// Made by [`Builder::layer`](crate::Builder::layer).
pub struct ObserveLayer {
    pub(crate) recorder: &'static Recorder,
}

/// The recorder's span, kept beside that of the registry.
struct Recorded(SlotId);

/// So many spans of the registry a thread knows without asking it, which takes longer than all the rest.
const KNOWN: usize = 64;

thread_local! {
    /// Ids of the registry, and the recorder's spans behind them, each at a place that its id says. There
    /// is one layer in a process, and so one registry; an entry that is too old finds no open slot.
    static SPANS: [Cell<(u64, SlotId)>; KNOWN] = const { [const { Cell::new((0, SlotId::NONE)) }; KNOWN] };
}

fn known(id: &Id) -> Option<SlotId> {
    let (of, span) = SPANS.try_with(|spans| spans[place(id)].get()).ok()?;
    (of == id.into_u64()).then_some(span)
}

#[expect(clippy::cast_possible_truncation, reason = "the remainder is below 64")]
fn place(id: &Id) -> usize {
    (id.into_u64() % KNOWN as u64) as usize
}

fn learn(id: &Id, span: SlotId) {
    // On a thread that is about to end the registry is asked each time.
    let _ = SPANS.try_with(|spans| spans[place(id)].set((id.into_u64(), span)));
}

impl ObserveLayer {
    fn span<S: Subscriber + for<'a> LookupSpan<'a>>(&self, id: &Id, ctx: &Context<'_, S>) -> Option<OpenSpan> {
        if let Some(span) = known(id).and_then(|span| self.recorder.span(span)) {
            return Some(span);
        }
        let span = self.of(&ctx.span(id)?)?;
        learn(id, span.id());
        Some(span)
    }

    fn of<'a, S: LookupSpan<'a>>(&self, span: &SpanRef<'a, S>) -> Option<OpenSpan> {
        let id = span.extensions().get::<Recorded>().map(|recorded| recorded.0)?;
        self.recorder.span(id)
    }
}

/// The recorder's span behind a span of a registry that has our layer.
pub(super) fn span_of(dispatch: &Dispatch, id: &Id) -> Option<OpenSpan> {
    let layer = dispatch.downcast_ref::<ObserveLayer>()?;
    layer.of(&dispatch.downcast_ref::<Registry>()?.span(id)?)
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for ObserveLayer {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, ctx: Context<'_, S>) {
        if own_traffic::is_suppressed() {
            return;
        }
        let Some(span) = ctx.span(id) else { return };
        let under = if attributes.is_contextual() {
            // What the layer has entered: a filter may keep other spans from it.
            Under::Current
        } else {
            let parent = span.scope().skip(1).find_map(|ancestor| self.of(&ancestor));
            parent.map_or(Under::Nothing, |parent| Under::Span(parent.id()))
        };
        let metadata = attributes.metadata();
        let open = match self.recorder.open(metadata, SpanKind::Internal, under) {
            Ok(open) => open,
            // Below a span that is not recorded, all are that one.
            Err(NotOpened::Silent(parent)) => {
                parent.slot.add_handle();
                parent
            }
            Err(NotOpened::Refused) => return,
        };
        span.extensions_mut().insert(Recorded(open.id()));
        learn(id, open.id());
        // A checked site hands over its typed values itself.
        if !is_checked(metadata) && !open.slot.flags.has(Flags::FIELDLESS) {
            attributes.record(&mut OntoSpan::new(open, metadata, true));
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, ctx: Context<'_, S>) {
        if let Some(span) = self.span(id, &ctx)
            && let Some(metadata) = span.slot.metadata.get()
        {
            values.record(&mut OntoSpan::new(span, metadata, false));
        }
    }

    fn on_follows_from(&self, id: &Id, follows: &Id, ctx: Context<'_, S>) {
        if let (Some(span), Some(follows)) = (self.span(id, &ctx), self.span(follows, &ctx)) {
            span.add_link(follows.context());
        }
    }

    fn on_event(&self, event: &Event<'_>, ctx: Context<'_, S>) {
        if let Some(span) = ctx.event_span(event)
            && let Some(span) = self.of(&span)
        {
            Logs::default().event(event, Some(span));
        }
    }

    fn on_enter(&self, id: &Id, ctx: Context<'_, S>) {
        if let Some(span) = self.span(id, &ctx) {
            span.enter();
        }
    }

    fn on_exit(&self, id: &Id, ctx: Context<'_, S>) {
        if let Some(span) = self.span(id, &ctx) {
            span.exit();
        }
    }

    fn on_close(&self, id: Id, ctx: Context<'_, S>) {
        if let Some(span) = self.span(&id, &ctx) {
            span.drop_handle();
        }
    }
}

impl fmt::Debug for ObserveLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ObserveLayer").field("recorder", &self.recorder).finish()
    }
}

/// Whether the span was declared by `#[traced]`, whose fields were checked while it compiled.
fn is_checked(metadata: &Metadata<'_>) -> bool {
    metadata.fields().iter().last().is_some_and(|field| field.name() == "observe.checked")
}
