//! A copy of the text in which characters that stand for an ASCII one are written as that one, so
//! that the recognisers need only know ASCII: `＋１（６５０）３３３－６０００` becomes `+1(650)333-6000`.

use super::Finding;

pub(super) struct Folded<'t> {
    original: &'t str,
    text: String,
    /// Where the character of each byte of `text` begins in the original.
    origin: Vec<usize>,
}

impl<'t> Folded<'t> {
    /// The folded text, if that is different from the original.
    pub(super) fn new(original: &'t str) -> Option<Self> {
        if original.is_ascii() || !original.chars().any(|c| !matches!(fold(c), Fold::Keep)) {
            return None;
        }
        let mut text = String::with_capacity(original.len());
        let mut origin = Vec::with_capacity(original.len());
        for (at, c) in original.char_indices() {
            match fold(c) {
                Fold::Keep => text.push(c),
                Fold::To(ascii) => text.push(char::from(ascii)),
                Fold::Drop => {}
            }
            origin.resize(text.len(), at);
        }
        Some(Folded { original, text, origin })
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Makes ranges in the folded text ranges in the original.
    pub(super) fn unfold(&self, found: &mut [Finding]) {
        for finding in found {
            let last = self.origin[finding.range.end - 1];
            let length = self.original[last..].chars().next().map_or(0, char::len_utf8);
            finding.range = self.origin[finding.range.start]..last + length;
        }
    }
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
