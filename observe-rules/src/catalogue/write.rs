use super::Kind;

/// The longest text: longer ones are cut between characters.
const MAX_TEXT: usize = 4096;

/// Where a record stands: the file's path, the line and the column.
pub type Stands<'a> = (&'a str, u32, u32);

/// The literal part of a record: its kind, how many references and numbers stand before it, where it stands, and what is
/// said, by key.
///
/// ```
/// # use observe_rules::catalogue::{Kind, literal};
/// let bytes = literal(Kind::ClearField, (0, 0), ("a.rs", 3, 9), &[("field", "id")]);
/// assert_eq!(bytes[..6], [1, 0, 0, 0, 0, 0]);
/// assert!(bytes.ends_with(b"\x05\0field\x02\0id"));
/// ```
#[must_use]
pub fn literal(kind: Kind, (references, numbers): (usize, usize), at: Stands<'_>, texts: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for number in [kind as usize, references, numbers] {
        put(&mut bytes, number);
    }
    let (file, line, column) = at;
    bytes.extend(line.to_le_bytes());
    bytes.extend(column.to_le_bytes());
    put_text(&mut bytes, file);
    put(&mut bytes, texts.len());
    for text in texts.iter().flat_map(|(key, value)| [key, value]) {
        put_text(&mut bytes, text);
    }
    bytes
}

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    let text = &text[..text.floor_char_boundary(MAX_TEXT)];
    put(bytes, text.len());
    bytes.extend_from_slice(text.as_bytes());
}

fn put(bytes: &mut Vec<u8>, number: usize) {
    bytes.extend_from_slice(&u16::try_from(number).unwrap_or(u16::MAX).to_le_bytes());
}

/// How many bytes [`literal_bytes`] makes of these texts.
#[must_use]
pub const fn literal_len(at: Stands<'_>, texts: &[(&str, &str)]) -> usize {
    let (mut len, mut next) = (6 + 8 + 2 + at.0.len() + 2, 0);
    while next < texts.len() {
        len += 4 + texts[next].0.len() + texts[next].1.len();
        next += 1;
    }
    len
}

/// The same as [`literal`], for texts that only the compiler knows; there are `LEN` bytes of it. Nothing stands before it.
///
/// It is slow, as all loops in constants are: for what there is one of in a program.
///
/// # Panics
///
/// Where a text is longer than a record takes, 4,096 bytes, or `LEN` is not what [`literal_len`] says.
#[must_use]
pub const fn literal_bytes<const LEN: usize>(kind: Kind, at: Stands<'_>, texts: &[(&str, &str)]) -> [u8; LEN] {
    let mut bytes = [0; LEN];
    let (file, line, column) = at;
    let mut end = copy(&mut bytes, 0, &short(kind as usize));
    // No references and no numbers.
    end = copy(&mut bytes, end + 4, &line.to_le_bytes());
    end = copy(&mut bytes, end, &column.to_le_bytes());
    end = copy_text(&mut bytes, end, file);
    end = copy(&mut bytes, end, &short(texts.len()));
    let mut next = 0;
    while next < texts.len() {
        end = copy_text(&mut bytes, end, texts[next].0);
        end = copy_text(&mut bytes, end, texts[next].1);
        next += 1;
    }
    assert!(end == LEN, "the texts of a record have another length");
    bytes
}

const fn copy_text(bytes: &mut [u8], end: usize, text: &str) -> usize {
    assert!(text.len() <= MAX_TEXT, "a text of a record is too long");
    let end = copy(bytes, end, &short(text.len()));
    copy(bytes, end, text.as_bytes())
}

const fn copy(bytes: &mut [u8], end: usize, more: &[u8]) -> usize {
    let mut at = 0;
    while at < more.len() {
        bytes[end + at] = more[at];
        at += 1;
    }
    end + at
}

#[expect(clippy::cast_possible_truncation, reason = "nothing is so long")]
const fn short(number: usize) -> [u8; 2] {
    (number as u16).to_le_bytes()
}
