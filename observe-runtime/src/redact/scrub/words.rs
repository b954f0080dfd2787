//! Values known by the label before them: `MRN: 00412398`, `passportNumber="C01234565"`.
//!
//! A value is looked at only where a label ends just left of it. For most words the two letters
//! before the separators decide that no label does.

use std::ops::Range;

use super::ascii::{before, is_at, is_before, is_word};
use super::labels::{FILLERS, LABELS, Label, NUMBERING, Need};
use super::shape::Shape;
use super::tails::{LABEL, may_end_label, may_end_words};
use super::{Finding, date};

/// How far left of a value its label may begin, in bytes, the separators not counted.
const REACH: usize = 64;

/// The most letters of a label and the words around it.
const LONGEST: usize = 48;

/// How many words may stand between a label and its value.
const MOST_FILLERS: usize = 5;

/// The value that begins with this word, if a label comes before it or is its first part.
pub(super) fn at(text: &str, word: Range<usize>) -> Option<Finding> {
    let bytes = text.as_bytes();
    let start = after_escape(bytes, word.start);
    let begin = date::month_before(bytes, start).unwrap_or(start);
    if let Some(label) = left_of(bytes, begin) {
        let end = label.shape.end(bytes, begin, start)?;
        return Some(Finding { kind: label.kind, range: begin..end });
    }
    let glued = || glued(bytes, word.clone());
    let spaced = || after_letters(bytes, start);
    let born = || date::after_birth(text, begin);
    glued().or_else(spaced).or_else(born).or_else(|| date::great_age(bytes, start))
}

/// `\n` and `\t` are what `Debug` makes of white space.
fn after_escape(bytes: &[u8], start: usize) -> usize {
    let escaped = is_before(bytes, start, |b| b == b'\\') && is_at(bytes, start, |b| matches!(b, b'n' | b'r' | b't'));
    start + usize::from(escaped)
}

/// `MRN00412398`, `MRN-00412398`: only digits can follow a label so close, and nothing precede, as
/// `mRNA-1273` is one word.
fn glued(bytes: &[u8], word: Range<usize>) -> Option<Finding> {
    let content = &bytes[word.clone()];
    let letters = content.iter().position(|b| !b.is_ascii_alphabetic()).filter(|n| (3..=LONGEST).contains(n))?;
    let end = word.start + letters;
    let value = end + usize::from(bytes[end] == b'-');
    if !is_at(bytes, value, |b| b.is_ascii_digit()) || !may_end_label(bytes, end) {
        return None;
    }
    let parts = Left { numbered: false, assigned: false, end };
    let label = parts.label(bytes).filter(|label| label.need == Need::Nothing && label.name.len() == letters)?;
    let end = label.shape.end(bytes, value, value)?;
    let digits = bytes[value..end].iter().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'/' | b'.'));
    digits.then_some(Finding { kind: label.kind, range: value..end })
}

/// `Kennzeichen B AB 1234`, `NI number AB 12 34 56 C`: one or two short groups of capitals come
/// before the first digit.
fn after_letters(bytes: &[u8], start: usize) -> Option<Finding> {
    let mut begin = start;
    for _ in 0..2 {
        begin = capitals_before(bytes, begin)?;
        if let Some(label) = left_of(bytes, begin) {
            let suits = matches!(label.shape, Shape::Plate | Shape::Code { .. });
            let end = label.shape.end(bytes, begin, begin).filter(|_| suits)?;
            return Some(Finding { kind: label.kind, range: begin..end });
        }
    }
    None
}

fn capitals_before(bytes: &[u8], at: usize) -> Option<usize> {
    let gap = at.checked_sub(1).filter(|&gap| matches!(bytes[gap], b' ' | b'-'))?;
    let floor = gap.saturating_sub(4);
    let start = super::ascii::start_of(bytes, floor, gap, |b| b.is_ascii_uppercase());
    ((1..=3).contains(&(gap - start)) && !is_before(bytes, start, is_word)).then_some(start)
}

/// The label whose value begins at `value`.
fn left_of(bytes: &[u8], value: usize) -> Option<&'static Label> {
    let left = Left::of(bytes, value)?;
    if is_before(bytes, left.end, |b| b == b')') {
        // `Date of birth (MM/DD/YYYY): 03/12/1980`, `Medical record number (MRN): 00412398`
        let floor = left.end.saturating_sub(24);
        let open = floor + bytes[floor..left.end].iter().rposition(|&b| b == b'(')?;
        let inside = Left { end: left.end - 1, ..left };
        let outside = Left { end: open - usize::from(is_before(bytes, open, |b| b == b' ')), ..left };
        let labels = [inside, outside];
        return labels.iter().filter(|left| may_end_words(bytes, left.end)).find_map(|left| left.label(bytes));
    }
    if may_end_words(bytes, left.end) { left.label(bytes) } else { None }
}

/// What stands left of a value: a label, if there is one, ends at `end`.
#[derive(Clone, Copy)]
struct Left {
    numbered: bool,
    assigned: bool,
    end: usize,
}

impl Left {
    /// Steps over the separators before a value. `None` if there are none.
    fn of(bytes: &[u8], value: usize) -> Option<Self> {
        const MOST: usize = 10;
        let mut left = Left { numbered: false, assigned: false, end: value };
        while value - left.end < MOST {
            match before(bytes, left.end) {
                Some(
                    b' ' | b'\t' | b'"' | b'\'' | b'\\' | b'(' | b'>' | b'<' | b'[' | b'{' | b'.' | b'-' | b'_' | b'`',
                ) => {}
                Some(b':' | b'=') => left.assigned = true,
                Some(b'#') => left.numbered = true,
                _ => break,
            }
            left.end -= 1;
        }
        (left.end > 0 && left.end < value).then_some(left)
    }

    fn label(self, bytes: &[u8]) -> Option<&'static Label> {
        let mut letters = Letters::before(bytes, self.end);
        let (mut numbered, mut named, mut assigned) = (self.numbered, self.numbered, self.assigned);
        for _ in 0..MOST_FILLERS {
            let same = letters.may_end_label().then(|| by_tail(letters.tail()));
            let labels = same.into_iter().flatten().filter(|label| letters.end_with(label.name));
            let able = labels.filter(|label| match label.need {
                Need::Nothing => true,
                Need::Alone => letters.is_alone(label.name),
                Need::Sign => assigned || named,
                Need::Name => named,
                Need::Number => numbered,
            });
            if let Some(label) = able.max_by_key(|label| label.name.len()) {
                return Some(label);
            }
            if let Some((word, number)) = NUMBERING.iter().find(|(word, _)| letters.end_with(word)) {
                named = true;
                numbered |= number;
                letters.drop(word.len());
            } else {
                let word = FILLERS.iter().find(|word| letters.end_with(word))?;
                letters.drop(word.len());
                assigned |= matches!(*word, "some" | "value");
            }
        }
        None
    }
}

/// The letters left of a value, in lower case and without what separates the words.
struct Letters {
    bytes: [u8; LONGEST],
    /// Where in `bytes` the first letter is; they are filled from the right.
    first: usize,
    last: usize,
    /// A bit for each byte: whether a word begins there.
    starts: u64,
    /// And whether that word is no part of a longer name.
    alone: u64,
}

impl Letters {
    fn before(bytes: &[u8], end: usize) -> Self {
        let mut letters = Letters { bytes: [0; LONGEST], first: LONGEST, last: LONGEST, starts: 0, alone: 0 };
        let mut gap = 0;
        for at in (end.saturating_sub(REACH)..end).rev() {
            let b = bytes[at];
            if b.is_ascii_alphabetic() || !b.is_ascii() {
                gap = 0;
                if letters.first == 0 {
                    break;
                }
                letters.first -= 1;
                letters.bytes[letters.first] = lower(bytes, at);
                letters.starts |= u64::from(starts_word(bytes, at)) << letters.first;
                let joined = is_before(bytes, at, |b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
                letters.alone |= u64::from(!joined) << letters.first;
            } else {
                gap += 1;
                let separates = matches!(b, b' ' | b'_' | b'-' | b'.' | b'/' | b'\'' | b'"' | b'\t' | b'?' | b'`');
                // `"mrn": {"value": "00412398"}`, `mrn: Some("00412398")`
                let nests = matches!(b, b':' | b'=' | b'{' | b'(' | b'\\');
                if gap > 6 || !separates && !nests {
                    break;
                }
            }
        }
        letters
    }

    fn end_with(&self, word: &str) -> bool {
        let rest = &self.bytes[self.first..self.last];
        // Nearly always the last byte decides.
        rest.last() == word.as_bytes().last()
            && rest.ends_with(word.as_bytes())
            && self.starts >> (self.last - word.len()) & 1 == 1
    }

    /// The last two bytes.
    fn tail(&self) -> [u8; 2] {
        let at = |back: usize| self.last.checked_sub(back).map_or(0, |at| self.bytes[at]);
        [at(2), at(1)]
    }

    /// Whether it is worth while to look for a label.
    fn may_end_label(&self) -> bool {
        let rest = &self.bytes[self.first..self.last];
        match *rest {
            [.., before, first, last] if [before, first, last].iter().all(u8::is_ascii_lowercase) => {
                let short = self.starts >> (self.last - 2) & 1 == 1;
                LABEL.has_three(before, first, last) || short && LABEL.has_three(b' ', first, last)
            }
            _ => true,
        }
    }

    fn is_alone(&self, word: &str) -> bool {
        self.alone >> (self.last - word.len()) & 1 == 1
    }

    fn drop(&mut self, length: usize) {
        self.last -= length;
    }
}

/// The byte in lower case. In UTF-8 the capitals of Latin-1 are 32 below their small letters.
fn lower(bytes: &[u8], at: usize) -> u8 {
    let b = bytes[at];
    let latin = is_before(bytes, at, |b| b == 0xC3) && (0x80..=0x9E).contains(&b);
    if latin { b + 32 } else { b.to_ascii_lowercase() }
}

/// A capital after a small letter begins a word, and in scripts without spaces every character may.
fn starts_word(bytes: &[u8], at: usize) -> bool {
    let b = bytes[at];
    let Some(previous) = before(bytes, at) else { return true };
    if b >= 0xE0 {
        return true;
    }
    if !b.is_ascii() {
        // The first byte of a character, after something that is no letter.
        return b >= 0xC0 && !previous.is_ascii_alphabetic() && (previous.is_ascii() || previous >= 0xE0);
    }
    let camel = b.is_ascii_uppercase() && previous.is_ascii_lowercase();
    let joined = previous.is_ascii_alphabetic() || is_latin_before(bytes, at);
    camel || !joined
}

/// Whether a letter with an accent comes before. Other scripts have no words in common with the
/// labels in Latin letters.
fn is_latin_before(bytes: &[u8], at: usize) -> bool {
    at >= 2 && matches!(bytes[at - 2], 0xC3..=0xCF) && !bytes[at - 1].is_ascii()
}

/// The labels that may end in these two bytes.
fn by_tail(tail: [u8; 2]) -> impl Iterator<Item = &'static Label> {
    let at = |place: u16| usize::from(place).checked_sub(1);
    let first = at(CHAINS.first[chain(tail)]);
    std::iter::successors(first, move |&place| at(CHAINS.next[place])).map(|place| &LABELS[place])
}

/// The places of labels with the same last two bytes, each counted from 1: 0 ends a chain.
struct Chains {
    first: [u16; 1024],
    next: [u16; LABELS.len()],
}

#[expect(clippy::cast_possible_truncation, reason = "there are some hundred labels")]
static CHAINS: Chains = {
    let mut chains = Chains { first: [0; 1024], next: [0; LABELS.len()] };
    let mut i = 0;
    while i < LABELS.len() {
        let name = LABELS[i].name.as_bytes();
        let chain = chain([name[name.len() - 2], name[name.len() - 1]]);
        chains.next[i] = chains.first[chain];
        i += 1;
        chains.first[chain] = i as u16;
    }
    chains
};

const fn chain([first, last]: [u8; 2]) -> usize {
    ((first & 31) as usize) << 5 | (last & 31) as usize
}
