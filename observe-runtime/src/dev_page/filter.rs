//! Which requests and which log lines somebody wants to see.

use super::query::{Query, Refused};
use crate::log::LogEvent;
use crate::span::{SpanRecord, TraceId};
use tracing::Level;

/// Of requests.
#[derive(Clone, Debug, Default)]
pub(super) struct RequestFilter {
    errors: bool,
    /// Only what took this long or longer, in milliseconds.
    slow: Option<f64>,
    route: Option<String>,
    text: Option<String>,
}

impl RequestFilter {
    pub(super) fn read(query: Query<'_>) -> Result<Self, Refused> {
        Ok(Self {
            errors: query.is_on("errors"),
            slow: query.number("slow")?,
            route: query.text("route").map(|text| text.to_lowercase()),
            text: query.text("text").map(|text| text.to_lowercase()),
        })
    }

    /// Whether the span, whose error is this, is wanted.
    pub(super) fn wants(&self, span: &SpanRecord, error: Option<&str>) -> bool {
        let has = |text: &str, part: &str| text.to_lowercase().contains(part);
        let route = || span.attribute("http.route").map_or_else(|| span.name.to_string(), ToString::to_string);
        let is_somewhere = |part: &String| {
            has(&span.name, part)
                || has(&route(), part)
                || span.trace_id.to_string().contains(part.as_str())
                || error.is_some_and(|error| has(error, part))
        };
        (!self.errors || error.is_some())
            && self.slow.is_none_or(|slow| span.duration.as_secs_f64() * 1e3 >= slow)
            && self.route.as_ref().is_none_or(|part| has(&route(), part))
            && self.text.as_ref().is_none_or(is_somewhere)
    }
}

/// Of log lines.
#[derive(Clone, Debug, Default)]
pub(super) struct LogFilter {
    level: Option<Level>,
    target: Option<String>,
    text: Option<String>,
    trace: Option<String>,
}

impl LogFilter {
    pub(super) fn read(query: Query<'_>) -> Result<Self, Refused> {
        let level = query.text("level").map(|text| text.parse::<Level>());
        let level = level.transpose().map_err(|_| "`level` is one of trace, debug, info, warn, error".to_owned())?;
        Ok(Self {
            level,
            target: query.text("target").map(|text| text.to_lowercase()),
            text: query.text("text").map(|text| text.to_lowercase()),
            trace: query.text("trace").map(|text| text.to_lowercase()),
        })
    }

    pub(super) fn wants(&self, event: &LogEvent) -> bool {
        let has = |text: &str, part: &str| text.to_lowercase().contains(part);
        let is_of = |(trace, _): (TraceId, _), wanted: &str| trace.to_string() == wanted;
        let is_somewhere = |part: &String| {
            has(&event.message, part)
                || event.fields.iter().any(|(name, value)| has(name, part) || has(&value.to_string(), part))
        };
        self.level.is_none_or(|level| event.level <= level)
            && self.target.as_ref().is_none_or(|part| has(&event.target, part))
            && self.trace.as_ref().is_none_or(|wanted| event.ids.is_some_and(|ids| is_of(ids, wanted)))
            && self.text.as_ref().is_none_or(is_somewhere)
    }
}
