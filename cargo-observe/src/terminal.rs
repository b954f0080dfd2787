//! What is written to the terminal: reports to standard output, all else to standard error, coloured where a terminal
//! shows it.

use crate::error::Error;
use anstyle::{AnsiColor, Style};
use std::borrow::Cow;

/// The head of an error.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// The head of a warning.
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// What is as it should be.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// What is said beside.
pub(crate) const NOTE: Style = AnsiColor::Cyan.on_default().bold();

/// What is only there to be found when it is looked for.
pub(crate) const DIM: Style = Style::new().dimmed();

/// Says why a command could not do its work.
pub(crate) fn error(error: &Error) {
    anstream::eprintln!("{ERROR}error{ERROR:#}: {error}");
}

/// Says what a user should know and that is no reason to stop.
pub(crate) fn warn(message: &str) {
    anstream::eprintln!("{WARNING}warning{WARNING:#}: {message}");
}

/// Whether a character could end a line, give orders to a terminal, or show a reader another text than the one that is
/// there: control characters, line separators, what turns the direction of writing, and the mark that begins a file.
pub(crate) fn misleads(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
        )
}

/// A stranger's text with such characters made visible.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    if !text.contains(misleads) {
        return Cow::Borrowed(text);
    }
    let escaped = text.chars().fold(String::new(), |mut escaped, letter| {
        if misleads(letter) {
            escaped.extend(letter.escape_default());
        } else {
            escaped.push(letter);
        }
        escaped
    });
    Cow::Owned(escaped)
}

/// Writes a report. Whoever closes the pipe has read enough.
pub(crate) fn print(text: &str) {
    use std::io::Write as _;
    let _ = anstream::stdout().write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_misleads_stays_as_it_is() {
        for letter in "\0\t\n\r\u{1b}\u{7f}\u{9b}\u{61c}\u{200f}\u{2028}\u{202e}\u{2066}\u{feff}".chars() {
            let text = format!("a{letter}ü");
            let shown = harmless(&text);
            assert!(shown.starts_with("a\\") && shown.ends_with('ü') && !shown.contains(misleads), "{shown:?}");
        }
        assert_eq!(harmless("größer als \"1\" \\ 地址"), "größer als \"1\" \\ 地址");
    }
}
