//! `level`, in all of its spellings.

#![allow(unused_qualifications, reason = "all spellings of a path are meant")]

use crate::support::{expect_only, in_both_forms, span};
use observe::traced;
use tracing::Level;
use tracing_mock::subscriber;

const LEVELS: [Level; 5] = [Level::TRACE, Level::DEBUG, Level::INFO, Level::WARN, Level::ERROR];
const NAMES: [&str; 5] = ["trace", "debug", "info", "warn", "error"];

#[track_caller]
fn expect_levels(calls: [fn(); 5]) {
    for ((level, name), call) in LEVELS.into_iter().zip(NAMES).zip(calls) {
        let span = || span(name).at_level(level);
        let expected = subscriber::mock().new_span(span()).enter(span()).exit(span()).drop_span(span());
        expect_only(expected, call);
    }
}

/// A module with a function of each level.
macro_rules! at_levels {
    ($module:ident: $trace:expr, $debug:expr, $info:expr, $warn:expr, $error:expr) => {
        mod $module {
            use super::*;

            in_both_forms! {
                #[traced(level = $trace)]
                pub(super) fn trace() {}

                #[traced(level = $debug)]
                pub(super) fn debug() {}

                #[traced(level = $info)]
                pub(super) fn info() {}

                #[traced(level = $warn)]
                pub(super) fn warn() {}

                #[traced(level = $error)]
                pub(super) fn error() {}
            }

            pub(super) fn expect_all() {
                for calls in [
                    [private::trace, private::debug, private::info, private::warn, private::error],
                    [unchecked::trace, unchecked::debug, unchecked::info, unchecked::warn, unchecked::error],
                ] {
                    expect_levels(calls);
                }
            }
        }
    };
}

at_levels!(in_quotes: "trace", "Debug", "INFO", "WARn", "eRrOr");
at_levels!(by_number: 1, 2, 3, 4, 5);
at_levels!(by_path: Level::TRACE, Level::DEBUG, tracing::Level::INFO, Level::WARN, ::tracing::Level::ERROR);
at_levels!(by_word: trace, debug, info, WARN, error);

#[test]
fn a_level_in_quotes_is_a_level() {
    in_quotes::expect_all();
}

#[test]
fn a_number_is_a_level() {
    by_number::expect_all();
}

#[test]
fn a_constant_of_tracing_is_a_level() {
    by_path::expect_all();
}

/// As an author may name one for a whole crate.
const QUIET: Level = Level::DEBUG;

#[test]
fn any_constant_is_a_level() {
    #[traced(level = QUIET, ret(level = QUIET))]
    fn quiet() -> u8 {
        1
    }

    let event = tracing_mock::expect::event().at_level(Level::DEBUG);
    let expected = subscriber::mock()
        .new_span(span("quiet").at_level(Level::DEBUG))
        .enter(span("quiet"))
        .event(event)
        .exit(span("quiet"))
        .drop_span(span("quiet"));
    expect_only(expected, quiet);
}

#[test]
fn a_word_is_a_level() {
    by_word::expect_all();
}
