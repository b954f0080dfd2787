//! Which events become lines and which spans are kept: two questions, two settings.

use tracing::level_filters::LevelFilter;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::Targets;

/// Which events become lines: a level, and levels for single targets, as `RUST_LOG` has them.
#[derive(Clone, Debug, Default)]
pub(crate) struct LogFilter(Targets);

impl LogFilter {
    /// Reads `info,hyper=warn`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        text.parse().map(Self).map_err(|error: tracing_subscriber::filter::ParseError| error.to_string())
    }

    /// Every event, whatever its level.
    #[cfg(feature = "testing")]
    pub(crate) fn everything() -> Self {
        Self(Targets::new().with_default(LevelFilter::TRACE))
    }

    pub(crate) fn allows(&self, target: &str, level: Level) -> bool {
        self.0.would_enable(target, &level)
    }

    pub(crate) fn max_level(&self) -> LevelFilter {
        self.0.iter().map(|(_, level)| level).chain(self.0.default_level()).max().unwrap_or(LevelFilter::OFF)
    }
}

/// Lets through what a line or a span will be made of.
///
/// A filter for logs must not take spans away: then `RUST_LOG=warn` would end all tracing.
#[derive(Debug)]
pub(crate) struct TelemetryFilter {
    pub(crate) logs: LogFilter,
    pub(crate) spans: LevelFilter,
}

impl TelemetryFilter {
    pub(crate) fn wants(&self, metadata: &Metadata<'_>) -> bool {
        let level = *metadata.level();
        if metadata.is_span() { level <= self.spans } else { self.logs.allows(metadata.target(), level) }
    }

    /// The same for a record of the crate `log`.
    #[cfg(feature = "log")]
    pub(crate) fn allows_record(&self, metadata: &::log::Metadata<'_>) -> bool {
        self.logs.allows(metadata.target(), super::bridge::level(metadata.level()))
    }

    pub(crate) fn max_level(&self) -> LevelFilter {
        self.spans.max(self.logs.max_level())
    }
}
