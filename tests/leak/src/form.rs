//! The forms that a way out may give a value.

use std::fmt::Write as _;

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As it is.
    Plain,
    /// Inside a JSON string.
    Json,
    /// Inside a JSON string of ASCII only.
    JsonAscii,
    /// As `Debug` writes a text.
    Debug,
    /// `Debug` of a text that is JSON already: quotes escaped twice.
    DebugJson,
    /// In a URL (RFC 3986): everything but letters, digits and `-._~`.
    Percent,
    /// In a form: the same, with `+` for a space.
    Plus,
    /// Without the separators between its digits.
    Digits,
    /// The separators replaced, as somebody might normalise it.
    Spaced,
}

/// Every form of this value, each once.
#[must_use]
pub fn forms(value: &str) -> Vec<(Form, String)> {
    let json = serde_json::Value::from(value).to_string();
    let json = json[1..json.len() - 1].to_owned();
    let debug = format!("{value:?}");
    let percent = percent(value);
    let mut forms = vec![
        (Form::Plain, value.to_owned()),
        (Form::DebugJson, json.escape_debug().to_string()),
        (Form::Json, json),
        (Form::JsonAscii, json_ascii(value)),
        (Form::Debug, debug[1..debug.len() - 1].to_owned()),
        (Form::Plus, percent.replace("%20", "+")),
        (Form::Percent, percent),
    ];
    // A number is the same number without its separators, and with others.
    if value.chars().all(|letter| letter.is_ascii_digit() || " ()+-./".contains(letter)) {
        let digits: String = value.chars().filter(char::is_ascii_digit).collect();
        if digits.len() >= 7 {
            forms.push((Form::Spaced, grouped(&digits)));
            forms.push((Form::Digits, digits));
        }
    }
    let mut seen: Vec<String> = Vec::new();
    forms.retain(|(_, shape)| {
        let new = !seen.contains(shape);
        seen.push(shape.clone());
        new
    });
    forms
}

/// In groups of four, as cards are written.
fn grouped(digits: &str) -> String {
    let letters: Vec<char> = digits.chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

fn percent(value: &str) -> String {
    let mut encoded = String::new();
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String does not fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

fn json_ascii(value: &str) -> String {
    let mut escaped = String::new();
    for letter in value.chars() {
        match letter {
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            ' '..='~' => escaped.push(letter),
            _ => {
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    let _ = write!(escaped, "\\u{unit:04x}");
                }
            }
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_what_its_name_says() {
        let forms = forms("a \"b\"\n\u{e9}");
        let shape = |form| &forms.iter().find(|(known, _)| *known == form).unwrap().1;
        assert_eq!(shape(Form::Json), "a \\\"b\\\"\\n\u{e9}");
        assert_eq!(shape(Form::JsonAscii), "a \\\"b\\\"\\u000a\\u00e9");
        assert_eq!(shape(Form::DebugJson), "a \\\\\\\"b\\\\\\\"\\\\n\u{e9}");
        assert_eq!(shape(Form::Percent), "a%20%22b%22%0A%C3%A9");
        assert_eq!(shape(Form::Plus), "a+%22b%22%0A%C3%A9");
    }

    #[test]
    fn numbers_lose_their_separators() {
        let shapes: Vec<String> = forms("+1 (202) 555-0143").into_iter().map(|(_, shape)| shape).collect();
        assert!(
            shapes.contains(&"12025550143".to_owned()) && shapes.contains(&"1202 5550 143".to_owned()),
            "{shapes:?}"
        );
        assert_eq!(forms("abcdef").len(), 1);
    }
}
