//! Text that goes to a terminal or a line-based log.

use std::fmt::Write as _;

/// Whether a character could end a line, give orders to a terminal, or show a reader another text than
/// the one that is there: control characters, line separators, what turns the direction of writing, and the mark
/// that begins a file.
fn misleads(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
        )
}

/// Whether a rule holds for every byte. It goes on after a byte that breaks it: so a processor can look at many at
/// a time.
fn every_byte(text: &str, rule: impl Fn(u8) -> bool) -> bool {
    text.bytes().fold(true, |all, byte| all & rule(byte))
}

/// Appends a text in which such characters are visible: a value can't end the line, or start a false one.
pub(crate) fn push_escaped(line: &mut String, text: &str) {
    if every_byte(text, |byte| matches!(byte, b' '..0x7f)) {
        line.push_str(text);
        return;
    }
    for letter in text.chars() {
        if misleads(letter) {
            line.extend(letter.escape_default());
        } else {
            line.push(letter);
        }
    }
}

/// Appends a text as JSON writes it, in quotes, with such characters escaped as JSON escapes.
pub(crate) fn push_json(line: &mut String, text: &str) {
    line.push('"');
    if every_byte(text, |byte| matches!(byte, b' '..0x7f) && byte != b'"' && byte != b'\\') {
        line.push_str(text);
    } else {
        for letter in text.chars() {
            match letter {
                '"' => line.push_str("\\\""),
                '\\' => line.push_str("\\\\"),
                '\n' => line.push_str("\\n"),
                '\r' => line.push_str("\\r"),
                '\t' => line.push_str("\\t"),
                // Writing to a String does not fail.
                _ if misleads(letter) => drop(write!(line, "\\u{:04x}", u32::from(letter))),
                _ => line.push(letter),
            }
        }
    }
    line.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every character that misleads, from the lists of the Unicode standard.
    fn misleading() -> impl Iterator<Item = char> {
        let listed = "\u{61c}\u{200e}\u{200f}\u{2028}\u{2029}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}\u{feff}";
        ('\0'..' ').chain('\u{7f}'..='\u{9f}').chain(listed.chars())
    }

    #[test]
    fn nothing_that_misleads_stays_as_it_is() {
        for letter in misleading() {
            let mut line = String::new();
            push_escaped(&mut line, &format!("a{letter}ü"));
            assert!(line.starts_with("a\\") && line.ends_with('ü') && !line.contains(letter), "{line:?}");
        }
        let mut line = String::new();
        push_escaped(&mut line, "größer\u{a0}als \"1\" \\ 地址 👍🏽");
        assert_eq!(line, "größer\u{a0}als \"1\" \\ 地址 👍🏽");
    }

    #[test]
    fn json_is_escaped_once_and_means_the_same() {
        for letter in misleading().chain("\"\\ü ".chars()) {
            let text = format!("a{letter}\\\"ü");
            let mut json = String::new();
            push_json(&mut json, &text);
            assert!(!json.contains(misleads), "{json:?}");
            assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        }
    }
}
