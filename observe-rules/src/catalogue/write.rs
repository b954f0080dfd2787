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

/// How many bytes [`literal_bytes`] makes of these texts.
#[must_use]
pub const fn literal_len(texts: &[(&str, &str)]) -> usize {
    let (mut len, mut at) = (4, 0);
    while at < texts.len() {
        len += 4 + texts[at].0.len() + texts[at].1.len();
        at += 1;
    }
    len
}

/// The same as [`literal`], for texts that only the compiler knows; there are `LEN` bytes of it.
///
/// It is slow, as all loops in constants are: for what there is one of in a program.
///
/// # Panics
///
/// Where a text is longer than a record takes, 4,096 bytes, or `LEN` is not what [`literal_len`] says.
#[must_use]
pub const fn literal_bytes<const LEN: usize>(kind: Kind, texts: &[(&str, &str)]) -> [u8; LEN] {
    let mut bytes = [0; LEN];
    let mut end = put_at(&mut bytes, 0, kind as usize);
    end = put_at(&mut bytes, end, texts.len());
    let mut at = 0;
    while at < texts.len() {
        end = copy(&mut bytes, end, texts[at].0);
        end = copy(&mut bytes, end, texts[at].1);
        at += 1;
    }
    assert!(end == LEN, "the texts of a record have another length");
    bytes
}

const fn copy(bytes: &mut [u8], mut end: usize, text: &str) -> usize {
    assert!(text.len() <= MAX_TEXT, "a text of a record is too long");
    end = put_at(bytes, end, text.len());
    let mut at = 0;
    while at < text.len() {
        bytes[end] = text.as_bytes()[at];
        at += 1;
        end += 1;
    }
    end
}

#[expect(clippy::cast_possible_truncation, reason = "each half of a short number")]
const fn put_at(bytes: &mut [u8], end: usize, number: usize) -> usize {
    bytes[end] = number as u8;
    bytes[end + 1] = (number >> 8) as u8;
    end + 2
}
