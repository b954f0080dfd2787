//! The one pass over a text that starts the recognisers.
//!
//! A detector costs nothing where it is not started, so each starts from something rare that is found for 64 bytes at a
//! time (see [`anchors`](super::anchors)): a sign of assignment, a digit, an `@`, a long word. To add one, call it from
//! the method of [`Pass`] for its anchor, behind a test that is nearly always false and costs a few instructions. It
//! looks at a bounded stretch around the anchor, or says how far it looked, so that the work stays linear.

use std::ops::Range;

use super::anchors::Window;
use super::ascii::{end_of, is_before, is_word, start_of};
use super::hints::Word;
use super::simd::SIZE;
use super::{Finding, Kind, address, assign, email, iban, ip, mac, medical_licence, national, number, timestamp};
use super::{token, url, vehicle, words};

/// What has been found so far.
pub(super) struct Found<'f>(pub(super) &'f mut Vec<Finding>);

impl Found<'_> {
    pub(super) fn add(&mut self, kind: Kind, range: Option<Range<usize>>) {
        self.0.extend(range.map(|range| Finding { kind, range }));
    }
}

/// What there was in a text besides findings.
pub(super) struct Seen {
    pub(super) is_ascii: bool,
    /// A `%`, behind which something may be encoded.
    pub(super) percent: bool,
}

/// Everything there is to hide in a text of which all that matters is ASCII. Findings can overlap.
pub(super) fn recognise(text: &str, found: &mut Vec<Finding>) -> Seen {
    let mut pass = Pass::new(text, Found(found));
    let bytes = text.as_bytes();
    let mut window = Window::before(bytes);
    let mut is_ascii = true;
    let mut base = 0;
    while base < bytes.len() {
        window.advance(bytes, base);
        is_ascii &= window.is_ascii();
        pass.digits(base, &window);
        pass.signs(base, window.signs());
        pass.long_words(base, window.long_words());
        base += SIZE;
    }
    Seen { is_ascii, percent: pass.percent }
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
    /// The end of the last word with a digit in it.
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
    percent: bool,
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
            percent: false,
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
        if at >= self.worded {
            self.word(at, ahead, window.word(bit));
        }
        let first = ahead.trailing_ones();
        let apart = ahead >> (first & 63) & 0b1110 == 0;
        if !apart || first >= number::FEWEST_DIGITS {
            self.number(at, ahead);
        }
    }

    /// The word that has its first digit at `digit`, and goes on so far before it and from there on.
    #[inline]
    fn word(&mut self, digit: usize, ahead: u64, (behind, length): (usize, usize)) {
        let (mut start, mut end) = (digit - behind, digit + length);
        if behind >= SIZE || length >= SIZE {
            (start, end) = whole_word(self.bytes, self.worded, digit);
        }
        self.worded = end;
        // Hyphens and full stops around it are no part of it.
        if behind > 0 {
            while matches!(self.bytes[start], b'-' | b'.') {
                start += 1;
            }
        }
        if length > ahead.trailing_ones() as usize {
            while matches!(self.bytes[end - 1], b'-' | b'.') {
                end -= 1;
            }
        }
        let word = Word { range: start..end, digit, ahead };
        if word.may_be_labelled(self.bytes) {
            self.found.0.extend(words::at(self.text, start..end));
        }
        if word.may_be_formed(self.bytes) {
            self.formed(start..end);
        }
        if word.may_be_house_number(self.bytes) {
            self.found.0.extend(address::at(self.text, start..end));
        }
    }

    /// A word with as many digits as numbers with a form of their own have.
    #[inline(never)]
    fn formed(&mut self, word: Range<usize>) {
        let detectors = [national::at, vehicle::at, medical_licence::at, iban::at];
        self.found.0.extend(detectors.into_iter().filter_map(|at| at(self.text, word.clone())));
        self.found.add(Kind::Mac, mac::at(self.bytes, word.start));
    }

    /// Digits that have others close by, or are many.
    fn number(&mut self, at: usize, ahead: u64) {
        if let Some(end) = timestamp::at(self.bytes, at, ahead) {
            self.numbered = end;
            self.stamp = at..end;
            return;
        }
        let short = number::is_short(ahead);
        if is_before(self.bytes, at, is_word) {
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
            // Those with blanks in them.
            let first = at..at + ahead.trailing_ones() as usize;
            if matches!(first.len(), 3 | 4 | 6) {
                self.found.0.extend(national::at(self.text, first));
            }
        }
    }

    #[inline]
    fn signs(&mut self, base: usize, mut signs: u64) {
        while signs != 0 {
            let at = base + signs.trailing_zeros() as usize;
            signs &= signs - 1;
            let sign = self.bytes[at];
            if sign == b'=' {
                self.assignment(at);
            } else if sign != b':' {
                self.rare(at);
            } else if !self.stamp.contains(&at) {
                self.colon(at);
                self.assignment(at);
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
            b';' | b'>' | b'?' => {}
            b'%' => self.percent = true,
            b'-' => self.hyphens(at),
            b'r' | b'R' => self.found.add(Kind::Token, token::bearer_at(self.text, at + 1)),
            b'@' => {
                self.found.add(Kind::Email, email::at(self.text, self.signed, at));
                self.signed = at + 1;
            }
            _ if !self.assigned.contains(&at) => self.assign(at),
            _ => {}
        }
    }

    #[inline]
    fn colon(&mut self, at: usize) {
        // Most colons are punctuation.
        let next = self.bytes.get(at + 1).copied().unwrap_or(b' ');
        // In `a::b` they join words, of which no address is made.
        let path = next == b':' && is_before(self.bytes, at, |b| is_word(b) && !b.is_ascii_hexdigit());
        if !path && (next.is_ascii_hexdigit() || matches!(next, b'/' | b':')) {
            self.colon_in_word(at);
        }
    }

    fn colon_in_word(&mut self, at: usize) {
        if self.bytes[at + 1] == b'/' {
            self.found.add(Kind::UrlCredential, url::at(self.text, at));
        } else if at >= self.addressed {
            self.found.add(Kind::Mac, mac::at_colon(self.bytes, at));
            let (address, end) = ip::v6_at(self.text, at);
            self.addressed = end;
            self.found.add(Kind::Ip, address);
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
                self.found.add(Kind::Mac, mac::at(self.bytes, at));
            }
        }
    }
}

/// The word around a digit that is longer than can be told from two blocks. Nothing of it is before `floor`.
#[inline(never)]
fn whole_word(bytes: &[u8], floor: usize, digit: usize) -> (usize, usize) {
    let is = |b: u8| is_word(b) || matches!(b, b'-' | b'.');
    (start_of(bytes, floor, digit, is), end_of(bytes, digit, is))
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
