//! Text that goes to a terminal or a line-based log.

/// Control characters and such as turn the direction of writing are escaped: a value can't end the
/// line, start a false one, or give orders to a terminal.
pub(crate) fn push_escaped(line: &mut String, text: &str) {
    for letter in text.chars() {
        let turns = matches!(letter, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if letter.is_control() || turns {
            line.extend(letter.escape_default());
        } else {
            line.push(letter);
        }
    }
}
