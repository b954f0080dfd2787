//! Which events become lines and which spans are kept: two questions, two settings.

use std::sync::{Arc, PoisonError, RwLock};
use tracing::level_filters::LevelFilter;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::{ParseError, Targets};

/// Which events become lines: a level, and levels for single targets, as `RUST_LOG` has them.
///
/// Clones are the same filter: it may be changed while the program runs. `tracing` asks it once for each place
/// in the code, so its lock is not on the way of events.
#[derive(Clone, Debug, Default)]
pub(crate) struct LogFilter(Arc<RwLock<Targets>>);

impl LogFilter {
    /// Reads `info,hyper=warn`. What lies between two commas and is nothing would be the level `error`, and what is no
    /// target would silence all the others: the one is left out, the other refused.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let directives: Vec<&str> = text.split(',').map(str::trim).filter(|directive| !directive.is_empty()).collect();
        if directives.is_empty() {
            return Err("it has neither a level nor a target".to_owned());
        }
        let targets: Targets = directives.join(",").parse().map_err(|error: ParseError| error.to_string())?;
        match targets.iter().find(|(target, _)| !is_target(target)) {
            Some((wrong, _)) => Err(format!("`{wrong}` is no target")),
            None => Ok(Self(Arc::new(RwLock::new(targets)))),
        }
    }

    /// Every event, whatever its level.
    #[cfg(feature = "testing")]
    pub(crate) fn everything() -> Self {
        Self(Arc::new(RwLock::new(Targets::new().with_default(LevelFilter::TRACE))))
    }

    pub(crate) fn allows(&self, target: &str, level: Level) -> bool {
        self.read(|targets| targets.would_enable(target, &level))
    }

    pub(crate) fn max_level(&self) -> LevelFilter {
        self.read(|targets| {
            targets.iter().map(|(_, level)| level).chain(targets.default_level()).max().unwrap_or(LevelFilter::OFF)
        })
    }

    /// Lets through what the other one does; returns what this one was, as it would be written.
    pub(super) fn change(&self, to: &Self) -> String {
        let to = to.read(Clone::clone);
        let mut targets = self.0.write().unwrap_or_else(PoisonError::into_inner);
        shown(&std::mem::replace(&mut targets, to))
    }

    /// The filter as it would be written.
    pub(crate) fn shown(&self) -> String {
        self.read(shown)
    }

    fn read<T>(&self, read: impl FnOnce(&Targets) -> T) -> T {
        read(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Whether events could have it: mostly it is the path of a module, and seldom anything else.
fn is_target(text: &str) -> bool {
    let is_wrong = |c: char| c.is_whitespace() || c.is_control() || "[]{}()\"'`".contains(c);
    !text.is_empty() && !text.contains(is_wrong)
}

/// From the shortest target to the longest, and the level of all others first.
fn shown(targets: &Targets) -> String {
    let mut single: Vec<_> = targets.iter().collect();
    single.sort_by_key(|(target, _)| (target.len(), *target));
    let default = targets.default_level().into_iter().map(|level| level.to_string());
    let single = single.into_iter().map(|(target, level)| format!("{target}={level}"));
    let all: Vec<String> = default.chain(single).collect();
    if all.is_empty() { "off".to_owned() } else { all.join(",") }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_shown_as_it_would_be_written() {
        for (text, expected) in
            [("info", "info"), ("hyper=debug,info,a=off", "info,a=off,hyper=debug"), ("off", "off"), ("a", "a=trace")]
        {
            let filter = LogFilter::parse(text).unwrap();
            assert_eq!(filter.shown(), expected);
            assert_eq!(LogFilter::parse(expected).unwrap().shown(), expected);
        }
        assert_eq!(LogFilter::default().shown(), "off");
    }

    #[test]
    fn what_is_no_filter_is_refused() {
        for text in
            ["", " ", ",,,", " , ", "[", "foo[", "foo]", "=info", "info,=warn", "a b=info", "\"info\"", "a=loud"]
        {
            assert!(LogFilter::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn blanks_and_commas_change_nothing() {
        for text in ["info,hyper=warn", "info, hyper=warn,", ",info,, hyper=warn "] {
            assert_eq!(LogFilter::parse(text).unwrap().shown(), "info,hyper=warn");
        }
        for target in ["a::b", "a.b", "a-b", "a/b", "überall"] {
            assert_eq!(LogFilter::parse(target).unwrap().shown(), format!("{target}=trace"));
        }
    }

    #[test]
    fn clones_change_together() {
        let filter = LogFilter::parse("info").unwrap();
        let clone = filter.clone();
        assert_eq!(clone.change(&LogFilter::parse("warn,a=debug").unwrap()), "info");
        assert_eq!((filter.shown().as_str(), filter.max_level()), ("warn,a=debug", LevelFilter::DEBUG));
        assert!(filter.allows("a::b", Level::DEBUG) && !filter.allows("b", Level::INFO));
    }
}
