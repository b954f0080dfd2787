//! Finished spans as the protobuf message that OTLP asks for, written straight from their words.
//!
//! The field numbers are those of opentelemetry-proto 1.x: `opentelemetry/proto/`
//! `collector/trace/v1/trace_service.proto` (the request) and `trace/v1/trace.proto` (spans, scopes
//! and status). They are stable: a number never changes its meaning.

mod sites;
mod writer;

use super::common::{encoded_resource, put_text, scope, unix_nanos};
use super::wire::{field_size, put_length, put_message};
use crate::clock::Ticks;
use crate::config::SpanLimits;
use crate::resource::Resource;
use crate::span::Finished;
use sites::Sites;
use writer::{Keys, SpanWriter, State};

/// `ExportTraceServiceRequest`, in `trace_service.proto`.
mod request {
    pub(super) const RESOURCE_SPANS: u64 = 1;
}

/// `ResourceSpans`, in `trace.proto`. Its field 1 is the resource.
mod resource_spans {
    pub(super) const SCOPE_SPANS: u64 = 2;
}

/// `ScopeSpans`, in `trace.proto`.
mod scope_spans {
    pub(super) const SCOPE: u64 = 1;
    pub(super) const SPANS: u64 = 2;
}

/// What a span with a few attributes takes, in bytes.
const USUAL_SPAN: usize = 200;

/// Encodes batches for one process, whose resource never changes.
pub(super) struct Encoder {
    /// The `resource` field as it goes into every request, written once.
    resource: Vec<u8>,
    sites: Sites,
    /// The keys of the present span; kept for their memory.
    keys: Keys,
    limits: Option<SpanLimits>,
}

impl Encoder {
    /// An encoder whose spans say where their code is, if that is asked for.
    pub(super) fn new(resource: &Resource, says_code: bool) -> Self {
        Self { resource: encoded_resource(resource), sites: Sites::new(says_code), keys: Keys::default(), limits: None }
    }

    /// The same, and no span has more than this.
    pub(super) fn limited(self, limits: SpanLimits) -> Self {
        Self { limits: limits.if_any(), ..self }
    }

    /// Replaces what `out` holds by the request for these spans.
    ///
    /// A batch without spans is a request without a resource: there is nothing to say about it.
    pub(super) fn encode(&mut self, spans: &[Finished<'_>], out: &mut Vec<u8>) {
        out.clear();
        if spans.is_empty() {
            return;
        }
        let Self { resource, sites, keys, limits } = self;
        sites.sort(spans);
        let limits = limits.as_ref();
        let mut writer = SpanWriter { clock: WallClock::now(), keys, state: State::default(), limits };
        put_message(out, request::RESOURCE_SPANS, spans.len() * USUAL_SPAN, |out| {
            out.extend_from_slice(resource);
            for (target, places) in sites.by_scope() {
                put_message(out, resource_spans::SCOPE_SPANS, places.len() * USUAL_SPAN, |out| {
                    put_length(out, scope_spans::SCOPE, field_size(target.len()));
                    put_text(out, scope::NAME, &target);
                    for (span, site) in
                        places.iter().filter_map(|place| Some((spans.get(place.span)?, sites.get(place.site)?)))
                    {
                        writer.put(out, scope_spans::SPANS, span, site);
                    }
                });
            }
        });
    }
}

/// The time of day at a moment: one reading of the clock for a whole batch.
struct WallClock {
    now: Ticks,
    unix_nanos: u64,
}

impl WallClock {
    fn now() -> Self {
        let now = Ticks::now();
        Self { now, unix_nanos: unix_nanos(now.wall_time()) }
    }

    /// Nanoseconds since the epoch, held within what the field can say.
    #[inline]
    fn unix_nanos(&self, moment: Ticks) -> u64 {
        if moment <= self.now {
            self.unix_nanos.saturating_sub(self.now.nanos_since(moment))
        } else {
            self.unix_nanos.saturating_add(moment.nanos_since(self.now))
        }
    }
}

#[cfg(test)]
mod tests;
