//! Copies of a text in which characters that stand for others are written as those, so that the recognisers need not
//! know them: `＋１（６５０）３３３－６０００` becomes `+1(650)333-6000`, and `ann%40example.org` an address.

use super::Finding;

pub(super) struct Folded<'t> {
    original: &'t str,
    text: String,
    /// Where the character of each byte of `text` begins in the original.
    origin: Vec<usize>,
    /// Whether it is decoded.
    decoded: bool,
}

impl<'t> Folded<'t> {
    /// The text with its characters folded to ASCII, if that is different from the original.
    pub(super) fn new(original: &'t str) -> Option<Self> {
        let differs = original.chars().any(|c| !matches!(fold(c), Fold::Keep));
        differs.then(|| Folded::copy(original, false))
    }

    /// The same with percent-encoded bytes decoded (RFC 3986, section 2.1), if there are any.
    pub(super) fn decoded(original: &'t str) -> Option<Self> {
        let codes = original.as_bytes().windows(3).any(|code| byte(code).is_some());
        codes.then(|| Folded::copy(original, true))
    }

    fn copy(original: &'t str, decoded: bool) -> Self {
        let mut copy = Folded {
            original,
            text: String::with_capacity(original.len()),
            origin: Vec::with_capacity(original.len()),
            decoded,
        };
        let mut at = 0;
        while let Some((c, length)) = character(&original[at..], decoded) {
            match fold(c) {
                Fold::Keep => copy.text.push(c),
                Fold::To(ascii) => copy.text.push(char::from(ascii)),
                Fold::Drop => {}
            }
            copy.origin.resize(copy.text.len(), at);
            at += length;
        }
        copy
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Makes ranges in the copy ranges in the original.
    pub(super) fn unfold(&self, found: &mut [Finding]) {
        for finding in found {
            let last = self.origin[finding.range.end - 1];
            let length = character(&self.original[last..], self.decoded).map_or(0, |(_, length)| length);
            finding.range = self.origin[finding.range.start]..last + length;
        }
    }
}

/// The first character of a text and how many bytes it takes there.
fn character(text: &str, decoded: bool) -> Option<(char, usize)> {
    let first = text.chars().next()?;
    match first {
        '%' if decoded => Some(code(text).unwrap_or((first, 1))),
        // Forms write a blank so.
        '+' if decoded => Some((' ', 1)),
        _ => Some((first, first.len_utf8())),
    }
}

/// The character that is encoded here. What is no UTF-8 stays as it is.
fn code(text: &str) -> Option<(char, usize)> {
    let mut utf8 = [0; 4];
    for (i, code) in text.as_bytes().chunks(3).take(4).enumerate() {
        utf8[i] = byte(code)?;
        if let Some(c) = std::str::from_utf8(&utf8[..=i]).ok().and_then(|text| text.chars().next()) {
            return Some((c, 3 * (i + 1)));
        }
    }
    None
}

/// The byte of `%41`.
fn byte(code: &[u8]) -> Option<u8> {
    let [b'%', high, low] = *code else { return None };
    let digit = |b: u8| char::from(b).to_digit(16);
    u8::try_from(digit(high)? << 4 | digit(low)?).ok()
}

enum Fold {
    Keep,
    To(u8),
    Drop,
}

fn fold(c: char) -> Fold {
    match c {
        // Halfwidth and Fullwidth Forms: the block repeats ASCII from `!` to `~`.
        '\u{FF01}'..='\u{FF5E}' => offset(c, '\u{FF01}', b'!'),
        // Decimal digits that telephone numbers are also written with: Arabic-Indic, its Persian
        // form, Devanagari.
        '\u{0660}'..='\u{0669}' => offset(c, '\u{0660}', b'0'),
        '\u{06F0}'..='\u{06F9}' => offset(c, '\u{06F0}', b'0'),
        '\u{0966}'..='\u{096F}' => offset(c, '\u{0966}', b'0'),
        // Spaces of some width, most of them because a line must not break there.
        '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => Fold::To(b' '),
        // Hyphens, dashes and the minus sign.
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Fold::To(b'-'),
        // What is not seen: soft hyphen, zero-width characters, marks of writing direction. Contact
        // lists put those around numbers.
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' => {
            Fold::Drop
        }
        _ => Fold::Keep,
    }
}

fn offset(c: char, first: char, ascii: u8) -> Fold {
    u8::try_from(u32::from(c) - u32::from(first)).map_or(Fold::Keep, |n| Fold::To(ascii + n))
}
