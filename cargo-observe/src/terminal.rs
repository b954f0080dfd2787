//! What is written to the terminal: reports to standard output, all else to standard error, coloured where a terminal
//! shows it.

use crate::error::Error;
use anstyle::{AnsiColor, Style};

/// The head of an error.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// The head of a warning.
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// What is as it should be.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// What is said beside.
pub(crate) const NOTE: Style = AnsiColor::Cyan.on_default().bold();

/// Says why a command could not do its work.
pub(crate) fn error(error: &Error) {
    anstream::eprintln!("{ERROR}error{ERROR:#}: {error}");
}

/// Says what a user should know and that is no reason to stop.
pub(crate) fn warn(message: &str) {
    anstream::eprintln!("{WARNING}warning{WARNING:#}: {message}");
}

/// Writes a report. Whoever closes the pipe has read enough.
pub(crate) fn print(text: &str) {
    use std::io::Write as _;
    let _ = anstream::stdout().write_all(text.as_bytes());
}
