//! What few spans have beside their words.

use super::super::context::SpanContext;
use super::super::data::{AttributeValue, Dropped, Key};
use crate::clock::Ticks;
use crate::propagation::Carried;
use std::borrow::Cow;

/// What few spans have.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extra {
    /// What had no room in words.
    pub(crate) attributes: Vec<(Key, AttributeValue)>,
    pub(crate) name: Option<Cow<'static, str>>,
    /// What the status says.
    pub(crate) status: Option<Cow<'static, str>>,
    pub(crate) events: Vec<OpenEvent>,
    pub(crate) links: Vec<SpanContext>,
    pub(crate) dropped: Dropped,
    /// What the span and those below it tell other processes.
    pub(crate) carried: Carried,
}

impl Extra {
    /// What a child has of it.
    pub(crate) fn for_child(&self) -> Self {
        Self { carried: self.carried.clone(), ..Self::default() }
    }

    /// About how much memory it takes.
    pub(crate) fn bytes(&self) -> usize {
        let text = |text: &Option<Cow<'static, str>>| text.as_ref().map_or(0, |text| text.len());
        let pairs = |pairs: &[(Key, AttributeValue)]| pairs.iter().map(pair_bytes).sum::<usize>();
        let events: usize = self.events.iter().map(|event| event.name.len() + pairs(&event.attributes)).sum();
        size_of::<Self>()
            + text(&self.name)
            + text(&self.status)
            + pairs(&self.attributes)
            + events
            + size_of_val(&*self.events)
            + size_of_val(&*self.links)
            // Shared with other spans of the trace, and maybe with none: it counts for each.
            + self.carried.trace_state().len()
    }
}

fn pair_bytes(pair: &(Key, AttributeValue)) -> usize {
    let value = if let AttributeValue::Text(text) = &pair.1 { text.len() } else { 0 };
    size_of_val(pair) + pair.0.len() + value
}

/// See [`SpanEvent`](super::super::SpanEvent). Its moment is told by the clock of spans, so that it lies
/// within its own.
#[derive(Clone, Debug)]
pub(crate) struct OpenEvent {
    pub(crate) name: Key,
    pub(crate) at: Ticks,
    pub(crate) attributes: Vec<(Key, AttributeValue)>,
}
