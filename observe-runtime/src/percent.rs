//! Percent-encoding: bytes as `%` and two digits, as headers and variables have them.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The text behind a percent-encoding; `None` where it is none.
pub(crate) fn decoded(text: &str) -> Option<String> {
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let [first, behind @ ..] = rest {
        let (byte, behind) = if *first == b'%' { byte(behind)? } else { (*first, behind) };
        bytes.push(byte);
        rest = behind;
    }
    String::from_utf8(bytes).ok()
}

/// The same of any text: what is no encoding stands for itself, and what is no UTF-8 is U+FFFD.
pub(crate) fn decoded_lossy(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let [first, behind @ ..] = rest {
        let (byte, behind) = (*first == b'%').then(|| byte(behind)).flatten().unwrap_or((*first, behind));
        bytes.push(byte);
        rest = behind;
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

/// Appends `text`, of which those bytes stay as they are that are `plain`, and no `%`.
pub(crate) fn push_encoded(out: &mut String, text: &str, plain: impl Fn(u8) -> bool) {
    for byte in text.bytes() {
        if plain(byte) && byte.is_ascii() && byte != b'%' {
            out.push(char::from(byte));
        } else {
            // Writing to a String does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

/// The byte of the two digits at the beginning, and what stands behind them.
fn byte(text: &[u8]) -> Option<(u8, &[u8])> {
    let (&[high, low], behind) = text.split_first_chunk()?;
    Some((digit(high)? << 4 | digit(low)?, behind))
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_decoded() {
        let text = "a=b, ü%\n";
        let mut encoded = String::new();
        push_encoded(&mut encoded, text, |byte| byte.is_ascii_alphanumeric() || byte >= 0x80 || byte == b'%');
        assert_eq!(encoded, "a%3Db%2C%20%C3%BC%25%0A");
        assert_eq!(decoded(&encoded).as_deref(), Some(text));
        assert_eq!(decoded_lossy(&encoded), text);
    }

    #[test]
    fn what_is_no_encoding_is_refused_or_stands_for_itself() {
        for text in ["%", "%4", "%zz", "%+5", "100%", "%ü"] {
            assert_eq!(decoded(text), None, "{text}");
            assert_eq!(decoded_lossy(text), text);
        }
        assert_eq!(decoded("%ff"), None, "no UTF-8");
        assert_eq!(decoded_lossy("%ff%41"), "\u{fffd}A");
    }
}
