//! Telephone numbers, where their notation shows what they are: international after ITU-T E.123 and
//! E.164, national with a trunk prefix, those of the North American Numbering Plan, and a few other
//! national ones. A bare number counts only after a label.

use std::ops::Range;

use super::ascii::{end_of, is_at, is_before, is_glued, is_word};
use super::endings::{Endings, Label};
use super::number::{self, Run};

/// The most digits in a number, E.164 section 6.2.1.
const MOST_DIGITS: usize = 15;

pub(super) fn at(run: &Run<'_>) -> Option<Range<usize>> {
    let number = Number::new(run);
    if number.continues_left() {
        return None;
    }
    let last = if number.plus {
        number.international()
    } else if run.digits(0).starts_with(b"00") {
        number.international_prefix()
    } else {
        number
            .north_american(0)
            .or_else(|| number.with_country())
            .or_else(|| number.trunk())
            .or_else(|| number.national())
    }?;
    number.range(last)
}

/// A run of groups read as a telephone number.
struct Number<'r, 't> {
    run: &'r Run<'t>,
    start: usize,
    plus: bool,
    bracket: bool,
}

impl<'r, 't> Number<'r, 't> {
    fn new(run: &'r Run<'t>) -> Self {
        let mut start = run.start(0);
        let mut take = |wanted| {
            let found = is_before(run.bytes, start, |b| b == wanted);
            start -= usize::from(found);
            found
        };
        let plus = take(b'+');
        let bracket = take(b'(');
        let plus = plus || take(b'+');
        Number { run, start, plus, bracket }
    }

    fn continues_left(&self) -> bool {
        let bytes = self.run.bytes;
        // A hyphen also joins the parts of an identifier, and the bracket of `f(10) 20000000` is
        // that of a call.
        let joined = is_before(bytes, self.start, |b| b == b'-' || b == b'.');
        let timed = is_before(bytes, self.start, |b| b == b':' || b == b'/');
        number::continues_left(bytes, self.start)
            || joined && is_before(bytes, self.start - 1, is_word)
            || timed && is_before(bytes, self.start - 1, |b| b.is_ascii_digit())
    }

    /// The number up to the group `last`, with its extension, if it ends there and all brackets are
    /// closed.
    fn range(&self, last: usize) -> Option<Range<usize>> {
        let bytes = self.run.bytes;
        let end = self.run.end(last);
        let closed = brackets_close(&bytes[self.start..end]);
        let end = extension(bytes, end);
        // More may follow in hexadecimal: `01-23-45-67-89-AB` is a hardware address.
        let continues =
            continues_right(bytes, end) || is_at(bytes, end, |b| b == b'-') && is_at(bytes, end + 1, is_word);
        (closed && !continues).then_some(self.start..end)
    }

    /// The last group of as many as make a number that begins with a country code: 1 to 9, and that
    /// of North America is 1 with ten digits to follow.
    fn international(&self) -> Option<usize> {
        match self.run.digits(0)[0] {
            b'0' => None,
            b'1' => self.longest(8, 11, 11),
            _ => self.longest(8, MOST_DIGITS, 12),
        }
    }

    /// The prefix 00 instead of the `+`, at least two groups and no trunk prefix after the country
    /// code.
    fn international_prefix(&self) -> Option<usize> {
        let run = self.run;
        let code = match run.digits(0) {
            b"00" => true,
            [_, _, b'1'..=b'9', ..] => run.length(0) <= 5,
            _ => false,
        };
        let last = self.longest(11, MOST_DIGITS + 2, 14).filter(|&last| last > 0)?;
        if !code || run.digits(1)[0] == b'0' {
            return None;
        }
        let separated = (1..=last).all(|group| is_separator(run.gap(group)));
        (separated && !self.in_columns(last)).then_some(last)
    }

    /// The last group with which the number has from `fewest` to `most` digits. No group after a
    /// space is added to a number that already has `enough`.
    fn longest(&self, fewest: usize, most: usize, enough: usize) -> Option<usize> {
        let mut digits = 0;
        let mut last = None;
        for group in 0..self.run.count() {
            if group > 0 && digits >= enough && self.run.gap(group).starts_with(b" ") {
                break;
            }
            digits += self.run.length(group);
            if digits > most {
                break;
            }
            if digits >= fewest && !continues_right(self.run.bytes, self.run.end(group)) {
                last = Some(group);
            }
        }
        last
    }

    /// Area code, exchange and line of the North American Numbering Plan. The first two begin with 2 to 9.
    fn north_american(&self, area: usize) -> Option<usize> {
        let run = self.run;
        let last = if run.has_lengths(area, &[3, 3, 4]) {
            area + 2
        } else if run.has_lengths(area, &[3, 7]) && run.gap(area + 1) != b" " {
            area + 1
        } else {
            return None;
        };
        let assigned = [area, area + 1].into_iter().all(|group| matches!(run.digits(group)[0], b'2'..=b'9'));
        let separated = (area + 1..=last).all(|group| is_separator(run.gap(group)));
        (assigned && separated && !self.in_columns(last) && !self.is_response(area, last)).then_some(last)
    }

    /// `"GET / HTTP/1.1" 404 200 1234` in the log of a web server, and round numbers, which are no area codes but for
    /// toll-free ones.
    fn is_response(&self, area: usize, last: usize) -> bool {
        let run = self.run;
        let spaces = !self.bracket && run.has_gaps(0..last + 1, b" ");
        let logged = run.bytes[..self.start].ends_with(b"\" ");
        let round = run.digits(area).ends_with(b"00") && !matches!(run.digits(area)[0], b'8' | b'9');
        spaces && (logged || round)
    }

    /// `1-415-555-0132`, `91-415-555-0132`
    fn with_country(&self) -> Option<usize> {
        let run = self.run;
        let joined = run.count() > 1
            && run.length(0) <= 3
            && match run.gap(1) {
                b"-" | b"." => true,
                b" " | b" (" | b"-(" | b"(" => run.digits(0) == b"1",
                _ => false,
            };
        if joined { self.north_american(1) } else { None }
    }

    /// A trunk prefix 0 and an area code: `020 7946 0958`, `(0)30 901820`, `01.99.00.12.34`.
    fn trunk(&self) -> Option<usize> {
        let run = self.run;
        let first = run.digits(0);
        let area = match first {
            [b'0'] => self.bracket || run.count() > 1 && run.gap(1).ends_with(b"("),
            [b'0', b'1'..=b'9', ..] => first.len() <= 5,
            _ => false,
        };
        if !area || self.is_date() {
            return None;
        }
        let last = self.longest(9, 11, 10).filter(|&last| last > 0)?;
        let groups = 1..=last;
        let long = groups.clone().all(|group| run.length(group) >= 2 || run.gap(group).contains(&b')'));
        let separated = groups.clone().all(|group| is_separator(run.gap(group)));
        // One full stop makes a decimal fraction.
        let fraction = last == 1 && run.gap(1) == b".";
        // Nine digits with different separators, or grouped like a social security number, are some
        // other number.
        let other = run.has_lengths(0, &[3, 2, 4]) || run.has_lengths(0, &[3, 3, 3]) && run.gap(1) != run.gap(2);
        (long && separated && !fraction && !other && !self.in_columns(last)).then_some(last)
    }

    /// Forms without a trunk prefix that little else has.
    fn national(&self) -> Option<usize> {
        let run = self.run;
        let last = if self.bracket {
            self.bracketed()?
        } else if run.has_lengths(0, &[3, 4, 4]) && matches!(run.digits(0), [b'1', b'3'..=b'9', _]) {
            // Mobile numbers in China.
            2
        } else if run.has_lengths(0, &[5, 5]) && matches!(run.digits(0)[0], b'6'..=b'9') && !is_same(run) {
            // Mobile numbers in India.
            1
        } else if run.has_lengths(0, &[2, 5, 4]) && run.digits(1)[0] == b'9' && run.gap(2) == b"-" {
            // Mobile numbers in Brazil.
            2
        } else {
            return None;
        };
        let separated = (1..=last).all(|group| is_separator(run.gap(group)) && run.gap(group) != b".");
        (separated && !self.in_columns(last)).then_some(last)
    }

    /// An area code in brackets, unless it is a year.
    fn bracketed(&self) -> Option<usize> {
        let first = self.run.digits(0);
        let year = first.len() == 4 && (first.starts_with(b"19") || first.starts_with(b"20"));
        if year || !(2..=5).contains(&first.len()) || self.run.count() < 2 || !self.run.gap(1).starts_with(b")") {
            return None;
        }
        let last = self.longest(8, 12, 10).filter(|&last| last > 0)?;
        (1..=last).all(|group| self.run.length(group) >= 2).then_some(last)
    }

    /// `03-12-1980`, which may be followed by a time.
    fn is_date(&self) -> bool {
        self.run.has_lengths(0, &[2, 2, 4]) || self.run.has_lengths(0, &[2, 2, 2]) && self.run.gap(1) == b"/"
    }

    /// Whether only spaces separate the groups, and others follow or precede: those are columns of
    /// a table.
    fn in_columns(&self, last: usize) -> bool {
        let run = self.run;
        let spaces = !self.bracket && run.has_gaps(0..last + 1, b" ");
        let left = is_before(run.bytes, self.start, |b| b == b' ')
            && is_before(run.bytes, self.start - 1, |b| b.is_ascii_digit());
        let right = run.count() > last + 1 && run.gap(last + 1) == b" ";
        spaces && (left || right)
    }
}

/// Whether a number that ends here goes on, perhaps as a date or time.
fn continues_right(bytes: &[u8], end: usize) -> bool {
    let timed = is_at(bytes, end, |b| b == b':' || b == b'/');
    number::continues_right(bytes, end) || timed && is_at(bytes, end + 1, |b| b.is_ascii_digit())
}

fn brackets_close(number: &[u8]) -> bool {
    let open = number.iter().fold(0, |open, b| match b {
        b'(' => open + 1,
        b')' => open - 1,
        _ => open,
    });
    open == 0
}

fn is_separator(gap: &[u8]) -> bool {
    matches!(gap, b" " | b"-" | b"." | b"/" | b")" | b") " | b")-" | b" (" | b"(" | b"-(" | b" - ")
}

/// `99999 99999` counts something.
fn is_same(run: &Run<'_>) -> bool {
    run.digits(0) == run.digits(1)
}

/// Takes in an extension: ` ext. 12`, `x12`, `;ext=12` (RFC 3966).
fn extension(bytes: &[u8], end: usize) -> usize {
    let spaces = end_of(&bytes[..bytes.len().min(end + 2)], end, |b| b == b' ' || b == b',');
    let word = [&b"extension"[..], b";ext=", b"ext.", b"ext", b"x"]
        .into_iter()
        .find(|word| bytes[spaces..].get(..word.len()).is_some_and(|b| b.eq_ignore_ascii_case(word)));
    let Some(word) = word else { return end };
    let start = spaces + word.len();
    let start = start + usize::from(is_at(bytes, start, |b| b == b' '));
    let digits = end_of(bytes, start, |b| b.is_ascii_digit());
    if (1..=7).contains(&(digits - start)) && !is_at(bytes, digits, is_word) { digits } else { end }
}

const NAMES: &[&str] = &["phone", "mobile", "msisdn", "whatsapp", "whats app"];
const WHOLE: &[&str] = &["tel", "fax", "cell"];
const NUMBERS: &[&str] = &["numbers", "number", "num", "nbr", "no", "nr"];
static ENDINGS: Endings = Endings::of(&[NAMES, WHOLE, NUMBERS]);

static LABEL: Label = Label {
    names: NAMES,
    whole: WHOLE,
    numbers: NUMBERS,
    is_gap: |b| matches!(b, b' ' | b'\t' | b'"' | b'\'' | b'\\' | b'.' | b':' | b'=' | b'#' | b'>'),
    fillers: &["is"],
    endings: &ENDINGS,
};

/// From seven to fifteen digits after a label, in groups or not.
pub(super) fn labelled(run: &Run<'_>) -> Option<Range<usize>> {
    let number = Number::new(run);
    let glued = is_glued(run.bytes, number.start);
    if glued || !LABEL.precedes(run.bytes, number.start) {
        return None;
    }
    let last = number.longest(7, MOST_DIGITS, 10).filter(|&last| !is_date_or_address(run, last))?;
    number.range(last)
}

fn is_date_or_address(run: &Run<'_>, last: usize) -> bool {
    last == 2 && (run.has_lengths(0, &[4, 2, 2]) || run.has_lengths(0, &[2, 2, 4]))
        || last == 3 && run.has_gaps(0..4, b".")
}
