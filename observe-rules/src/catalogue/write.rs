use super::Kind;

/// The longest text: longer ones are cut between characters.
const MAX_TEXT: usize = 4096;

/// The literal part of a record: its kind and what is said, by key.
///
/// ```
/// # use observe_rules::catalogue::{Kind, literal};
/// let bytes = literal(Kind::ClearField, &[("field", "id")]);
/// assert_eq!(bytes, b"\x01\0\x01\0\x05\0field\x02\0id");
/// ```
#[must_use]
pub fn literal(kind: Kind, texts: &[(&str, &str)]) -> Vec<u8> {
    let number = Kind::ALL.iter().position(|known| *known == kind).unwrap_or_default();
    let mut bytes = Vec::new();
    put(&mut bytes, number);
    put(&mut bytes, texts.len());
    for text in texts.iter().flat_map(|(key, value)| [key, value]) {
        let text = &text[..text.floor_char_boundary(MAX_TEXT)];
        put(&mut bytes, text.len());
        bytes.extend_from_slice(text.as_bytes());
    }
    bytes
}

fn put(bytes: &mut Vec<u8>, number: usize) {
    bytes.extend_from_slice(&u16::try_from(number).unwrap_or(u16::MAX).to_le_bytes());
}
