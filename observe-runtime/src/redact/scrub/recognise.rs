//! The one pass over a text that starts the recognisers.
//!
//! A detector costs nothing where it is not started, so each starts from something rare that is found for 64 bytes at a
//! time (see [`anchors`](super::anchors)): a sign of assignment, a digit, an `@`, a long word. To add one, call it from
//! the method of [`Pass`] for its anchor, behind a test that is nearly always false and costs a few instructions. It
//! looks at a bounded stretch around the anchor, or says how far it looked, so that the work stays linear.

use std::ops::Range;

use super::anchors::{SIZE, Window};
use super::ascii::{before, is_at, is_before, is_glued, is_word, start_of};
use super::endings::Endings;
use super::{Finding, Kind, assign, email, ip, number, timestamp, token, url, words};

/// What has been found so far.
pub(super) struct Found<'f>(pub(super) &'f mut Vec<Finding>);

impl Found<'_> {
    pub(super) fn add(&mut self, kind: Kind, range: Option<Range<usize>>) {
        self.0.extend(range.map(|range| Finding { kind, range }));
    }
}

/// Everything there is to hide in a text of which all that matters is ASCII. Findings can overlap.
pub(super) fn recognise(text: &str, found: &mut Vec<Finding>) {
    let mut pass = Pass::new(text, Found(found));
    let bytes = text.as_bytes();
    let mut window = Window::before(bytes);
    for base in (0..bytes.len()).step_by(SIZE) {
        window.advance(bytes, base);
        pass.digits(base, &window);
        pass.signs(base, window.signs());
        pass.long_words(base, window.long_words());
    }
    if pass.labelled {
        words::find(text, found);
    }
}

/// One reading of a text, with how far each recogniser has come: what it has looked at it need not start from again.
struct Pass<'t, 'f> {
    text: &'t str,
    bytes: &'t [u8],
    found: Found<'f>,
    /// The end of the last number or timestamp.
    numbered: usize,
    /// The last timestamp.
    stamp: Range<usize>,
    /// The end of the last word with a digit in it, as far as it was looked at.
    worded: usize,
    /// The end of the last thing that might have been an IPv6 address.
    addressed: usize,
    /// The end of the last `@`.
    signed: usize,
    /// The last value that was assigned to a secret.
    assigned: Range<usize>,
    /// The end of the last private key.
    keyed: usize,
    /// The end of the last long word.
    tokens: usize,
    /// Whether a number may have a label in front that says what it is.
    labelled: bool,
}

impl<'t, 'f> Pass<'t, 'f> {
    fn new(text: &'t str, found: Found<'f>) -> Self {
        Pass {
            text,
            bytes: text.as_bytes(),
            found,
            numbered: 0,
            stamp: 0..0,
            worded: 0,
            addressed: 0,
            signed: 0,
            assigned: 0..0,
            keyed: 0,
            tokens: 0,
            labelled: false,
        }
    }

    #[inline]
    fn digits(&mut self, base: usize, window: &Window) {
        let mut numbers = window.numbers();
        while numbers != 0 {
            let bit = numbers.trailing_zeros();
            numbers &= numbers - 1;
            let at = base + bit as usize;
            if at >= self.numbered {
                self.digit(at, bit, window);
            }
        }
    }

    /// The digits that start at `at`, which is a bit of the middle block.
    #[inline]
    fn digit(&mut self, at: usize, bit: u32, window: &Window) {
        let ahead = window.digits_ahead(bit);
        if at >= self.worded && !self.labelled {
            self.labels(at, bit, window);
        }
        let first = ahead.trailing_ones();
        let apart = ahead >> (first & 63) & 0b1110 == 0;
        if !apart || first >= number::FEWEST_DIGITS {
            self.number(at, ahead);
        }
    }

    /// Digits that have others close by, or are many.
    fn number(&mut self, at: usize, ahead: u64) {
        if let Some(end) = timestamp::at(self.bytes, at, ahead) {
            self.numbered = end;
            self.stamp = at..end;
            return;
        }
        self.labelled |= is_date(ahead);
        let short = number::is_short(ahead);
        if is_glued(self.bytes, at) {
            if !short {
                self.found.add(Kind::Ssn, super::ssn::labelled(self.bytes, at));
            }
            return;
        }
        if has_four_parts(ahead) {
            self.found.add(Kind::Ip, ip::v4_at(self.text, at));
        }
        if !short {
            self.numbered = number::at(self.bytes, at, &mut self.found);
        }
    }

    /// Looks for a label in front of the word that has its first digit at `at`.
    #[inline]
    fn labels(&mut self, at: usize, bit: u32, window: &Window) {
        let Some(b) = before(self.bytes, at) else { return };
        let start = if is_word(b) || b == b'-' {
            let (before, behind) = window.word(bit);
            self.worded = at + behind;
            // `MRN00412398`
            self.labelled |= LABELS.may_end_at(self.bytes, at);
            at - before
        } else {
            at
        };
        // Dates in some languages go on with such a letter.
        let foreign = is_at(self.bytes, at + window.digits_ahead(bit).trailing_ones() as usize, |b| !b.is_ascii());
        self.labelled |= foreign || is_labelled(self.bytes, start);
    }

    #[inline]
    fn signs(&mut self, base: usize, mut signs: u64) {
        while signs != 0 {
            let at = base + signs.trailing_zeros() as usize;
            signs &= signs - 1;
            match self.bytes[at] {
                b'=' => self.assignment(at),
                b':' if !self.stamp.contains(&at) => {
                    self.colon(at);
                    self.assignment(at);
                }
                b':' | b';' | b'>' | b'?' => {}
                _ => self.rare(at),
            }
        }
    }

    #[inline]
    fn assignment(&mut self, at: usize) {
        if assign::may_name(self.bytes, at) && !self.assigned.contains(&at) {
            self.assign(at);
        }
    }

    fn assign(&mut self, at: usize) {
        if let Some(secret) = assign::at(self.text, at) {
            if secret.range.end > self.assigned.end {
                self.assigned = secret.range.clone();
            }
            self.found.add(secret.kind, Some(secret.range));
        }
    }

    #[inline(never)]
    fn rare(&mut self, at: usize) {
        match self.bytes[at] {
            b'-' => self.hyphens(at),
            b'r' | b'R' => self.found.add(Kind::Token, token::bearer_at(self.text, at + 1)),
            _ => {
                self.at_sign(at);
                if !self.assigned.contains(&at) {
                    self.assign(at);
                }
            }
        }
    }

    #[inline]
    fn colon(&mut self, at: usize) {
        if is_at(self.bytes, at + 1, |b| b == b'/') {
            self.found.add(Kind::UrlCredential, url::at(self.text, at));
        }
        if at >= self.addressed {
            let (address, end) = ip::v6_at(self.text, at);
            self.addressed = end;
            self.found.add(Kind::Ip, address);
        }
    }

    fn at_sign(&mut self, at: usize) {
        if let Some(length) = email::at_sign(self.bytes, at) {
            self.found.add(Kind::Email, email::at(self.text, self.signed, at));
            self.signed = at + length;
        }
    }

    /// Two hyphens, if they are the first two of any number.
    fn hyphens(&mut self, first: usize) {
        if is_before(self.bytes, first, |b| b == b'-') {
            return;
        }
        if !self.assigned.contains(&first) {
            self.assign(first);
        }
        if first >= self.keyed
            && let Some(key) = token::private_key_at(self.text, first)
        {
            self.keyed = key.end;
            self.found.add(Kind::Token, Some(key));
        }
    }

    #[inline]
    fn long_words(&mut self, base: usize, mut words: u64) {
        while words != 0 {
            let at = base + words.trailing_zeros() as usize;
            words &= words - 1;
            if at >= self.tokens {
                self.tokens = token::at(self.text, at, &mut self.found);
            }
        }
    }
}

/// The most that may be between a label and its number.
const LONGEST_GAP: usize = 8;

/// Whether there may be a label in front of what begins at `start`.
#[inline]
fn is_labelled(bytes: &[u8], start: usize) -> bool {
    let end = match bytes.get(..start) {
        Some([.., b, gap]) if b.is_ascii_alphanumeric() && is_gap(*gap) => start - 1,
        _ => start_of(bytes, start.saturating_sub(LONGEST_GAP), start, is_gap),
    };
    match before(bytes, end) {
        Some(b) if b.is_ascii_alphabetic() => LABELS.may_end_at(bytes, end),
        Some(b) => !b.is_ascii(),
        None => false,
    }
}

#[inline]
fn is_gap(b: u8) -> bool {
    // A bit for each byte below 64 that is one.
    const GAPS: u64 = bit(b' ')
        | bit(b'\t')
        | bit(b':')
        | bit(b'=')
        | bit(b'#')
        | bit(b'"')
        | bit(b'\'')
        | bit(b'>')
        | bit(b'(')
        | bit(b')')
        | bit(b'-')
        | bit(b'.')
        | bit(b',')
        | bit(b'/');
    b < 64 && GAPS >> b & 1 == 1 || matches!(b, b'[' | b'\\')
}

const fn bit(b: u8) -> u64 {
    1 << b
}

/// Whether digits may be the first of a date, which its label need not precede at once: `born in Rome on 3/12/1980`.
#[inline]
fn is_date(ahead: u64) -> bool {
    let first = ahead.trailing_ones();
    let rest = ahead >> (first & 63);
    let second = (rest >> 1).trailing_ones();
    matches!(first, 1 | 2 | 4) && matches!(second, 1 | 2) && rest >> (second + 2) & 1 == 1
}

/// Whether there are four numbers of up to three digits, each but one byte behind the other.
#[inline]
fn has_four_parts(mut ahead: u64) -> bool {
    for _ in 0..3 {
        let digits = ahead.trailing_ones();
        ahead >>= digits & 63;
        if digits > 3 || ahead & 2 == 0 {
            return false;
        }
        ahead >>= 1;
    }
    true
}

/// How what may precede a labelled number ends: labels, and what may be between them and the number.
static LABELS: Endings = Endings::of(&[
    // Record of a patient.
    &["mrn", "mr", "record", "records", "rec", "number", "numbers", "num", "no", "nr", "mrn id", "record id"],
    // Birth.
    &["dob", "birth", "date", "birthdate", "birthday", "bday", "day", "born", "geburtsdatum", "geboren", "naissance"],
    &["nacimiento"],
    // Between.
    &["is", "was", "of", "on", "in", "am", "at", "the", "value", "string", "patient", "dd", "mm", "yy", "yyyy", "tt"],
    &["jjjj", "jj"],
    // Months.
    &["january", "jan", "february", "feb", "march", "mar", "april", "apr", "may", "june", "jun", "july", "jul"],
    &["august", "aug", "september", "sept", "sep", "october", "oct", "november", "nov", "december", "dec"],
]);
