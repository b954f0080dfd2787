//! Events that a call says about its own end: what it returned, or why it failed.

use super::outcome::Outcome;
use super::unchecked::Scrubbed;
use crate::span::{Record, Value};
use std::fmt;
use tracing::field::Value as TracingValue;
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Metadata};
use tracing_core::callsite::{DefaultCallsite, Identifier};
use tracing_core::field::FieldSet;
use tracing_core::metadata::Kind;

/// The static part of an event with one field, known to `tracing` as such.
pub struct EventSite {
    metadata: Metadata<'static>,
    callsite: DefaultCallsite,
}

impl EventSite {
    /// An event with this one field; `this` is the static that it is put into.
    #[must_use]
    pub const fn new(
        field: &'static [&'static str; 1],
        level: Level,
        target: &'static str,
        (module, file, line): (&'static str, &'static str, u32),
        this: &'static Self,
    ) -> Self {
        let fields = FieldSet::new(field, Identifier(&this.callsite));
        let metadata =
            Metadata::new(field[0], target, level, Some(file), Some(line), Some(module), fields, Kind::EVENT);
        Self { metadata, callsite: DefaultCallsite::new(&this.metadata) }
    }

    /// Whether nobody wants this event.
    #[inline]
    #[must_use]
    pub fn is_off(&'static self) -> bool {
        LevelFilter::current() < *self.metadata.level() || !self.is_wanted()
    }

    fn is_wanted(&'static self) -> bool {
        let interest = self.callsite.interest();
        interest.is_always()
            || (interest.is_sometimes()
                && tracing::dispatcher::get_default(|dispatch| dispatch.enabled(&self.metadata)))
    }

    /// Says the value.
    pub fn say(&'static self, value: &dyn Record) {
        let value = value.value();
        let text = tracing::field::debug(&value);
        let shown: &dyn TracingValue = match &value {
            Value::Bool(value) => value,
            Value::I64(value) => value,
            Value::U64(value) => value,
            Value::F64(value) => value,
            Value::Empty => return,
            Value::Text(_) | Value::Fields(_) => &text,
        };
        Event::dispatch(&self.metadata, &self.metadata.fields().value_set_all(&[Some(shown)]));
    }

    /// Says the error of a call that failed.
    pub fn say_failure(&'static self, outcome: &Outcome<'_>) {
        if let Some(text) = outcome.failure() {
            self.say(&Scrubbed(text));
        }
    }
}

impl fmt::Debug for EventSite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventSite").field("field", &self.metadata.name()).finish_non_exhaustive()
    }
}
