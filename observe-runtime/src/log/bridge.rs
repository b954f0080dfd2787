//! The crate `log`: its records become what events of `tracing` become.
//!
//! A logger of our own, and not the one of `tracing-log`: that one makes events out of records, with target
//! and place in fields, which are then to be found and taken out again.

use crate::span::ObserveSubscriber;
use ::log::{Log, Metadata, Record};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use tracing::level_filters::LevelFilter;
use tracing::{Dispatch, Level, dispatcher};

/// Hands records to the subscriber of the thread that they come from.
///
/// Where that is none of ours, they go nowhere: a scope with a subscriber of its own has asked for silence,
/// or for events of `tracing`.
struct Bridge;

/// Whether it is the process's logger, once that is known.
static INSTALLED: OnceLock<bool> = OnceLock::new();

/// Whether a capture has been made: it filters for itself, and wants every level.
static CAPTURED: AtomicBool = AtomicBool::new(false);

/// Makes log lines of the records of `log`, up to this level: what is above it costs one load.
///
/// # Errors
///
/// A sentence for an operator, where another logger is installed already.
pub(crate) fn install_bridge(most: LevelFilter) -> Result<(), &'static str> {
    static BRIDGE: Bridge = Bridge;
    if !*INSTALLED.get_or_init(|| ::log::set_logger(&BRIDGE).is_ok()) {
        return Err("another logger for the crate `log` is installed already; unless it is that of tracing-log, its \
                    records are neither redacted nor exported: take it out, or build observe-runtime without its \
                    feature `log`");
    }
    // A capture of a test and a subscriber may both be there; each filters for itself.
    ::log::set_max_level(::log::max_level().max(filter(most)));
    Ok(())
}

/// The same for a capture of a test.
#[cfg(feature = "testing")]
pub(crate) fn capture_records() {
    CAPTURED.store(true, Relaxed);
    // Where there is another logger, a capture does without records.
    let _ = install_bridge(LevelFilter::TRACE);
}

/// Lets records through up to another level.
pub(super) fn change_level(most: LevelFilter) {
    if INSTALLED.get() == Some(&true) && !CAPTURED.load(Relaxed) {
        ::log::set_max_level(filter(most));
    }
}

impl Log for Bridge {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        with_subscriber(|subscriber| subscriber.wants_log(metadata)) == Some(true)
    }

    fn log(&self, record: &Record<'_>) {
        with_subscriber(|subscriber| subscriber.log(record));
    }

    fn flush(&self) {}
}

fn with_subscriber<R>(work: impl FnOnce(&ObserveSubscriber) -> R) -> Option<R> {
    // Not inside of it: what logs while it is formatted would find no subscriber there.
    let dispatch = dispatcher::get_default(Dispatch::clone);
    dispatch.downcast_ref().map(work)
}

/// The level by `tracing`'s name.
pub(crate) fn level(level: ::log::Level) -> Level {
    match level {
        ::log::Level::Error => Level::ERROR,
        ::log::Level::Warn => Level::WARN,
        ::log::Level::Info => Level::INFO,
        ::log::Level::Debug => Level::DEBUG,
        ::log::Level::Trace => Level::TRACE,
    }
}

fn filter(level: LevelFilter) -> ::log::LevelFilter {
    match level.into_level() {
        None => ::log::LevelFilter::Off,
        Some(Level::ERROR) => ::log::LevelFilter::Error,
        Some(Level::WARN) => ::log::LevelFilter::Warn,
        Some(Level::INFO) => ::log::LevelFilter::Info,
        Some(Level::DEBUG) => ::log::LevelFilter::Debug,
        Some(Level::TRACE) => ::log::LevelFilter::Trace,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_keep_their_names() {
        for known in ::log::Level::iter() {
            assert_eq!(level(known).as_str(), known.as_str());
            assert_eq!(filter(LevelFilter::from_level(level(known))), known.to_level_filter());
        }
        assert_eq!(filter(LevelFilter::OFF), ::log::LevelFilter::Off);
    }
}
