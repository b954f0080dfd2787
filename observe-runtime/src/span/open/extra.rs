//! What few spans have beside their words.

use super::super::context::SpanContext;
use super::super::data::{AttributeValue, Dropped, Key};
use crate::clock::Ticks;
use crate::propagation::Carried;
use std::borrow::Cow;

/// What few spans have.
#[derive(Debug, Default)]
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

    /// How many things there are that take memory of their own.
    pub(crate) fn len(&self) -> usize {
        self.attributes.len() + self.events.len() + self.links.len()
    }
}

/// See [`SpanEvent`](super::super::SpanEvent). Its moment is told by the clock of spans, so that it lies
/// within its own.
#[derive(Debug)]
pub(crate) struct OpenEvent {
    pub(crate) name: Key,
    pub(crate) at: Ticks,
    pub(crate) attributes: Vec<(Key, AttributeValue)>,
}
