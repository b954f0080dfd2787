//! Where the value of an assignment begins and ends.

use std::ops::Range;

use super::ascii::{before, end_of, is_at};

/// A value without what surrounds it.
pub(super) struct Value {
    pub(super) range: Range<usize>,
    pub(super) quoted: bool,
}

/// How many wrappers such as `Some(` a value may have around it.
const MOST_WRAPPERS: usize = 4;

/// How far ahead the end of a list is looked for that has no strings in it.
const LONGEST_LIST: usize = 256;

/// How far ahead the next name is looked for behind a comma.
const LONGEST_NAME: usize = 40;

impl Value {
    /// The value that begins at `start`, behind blanks.
    pub(super) fn at(bytes: &[u8], start: usize, parameter: bool) -> Option<Self> {
        let mut start = end_of(bytes, start, is_blank);
        for _ in 0..MOST_WRAPPERS {
            start = wrapped(bytes, start).unwrap_or(start);
        }
        let entity = entity_at(bytes, start);
        if entity > 0 {
            let range = in_entities(bytes, start, entity);
            return (!range.is_empty()).then_some(Value { range, quoted: true });
        }
        let quote = end_of(bytes, start, |b| b == b'\\');
        let (range, quoted) = match bytes.get(quote)? {
            b'"' | b'\'' | b'`' => (quoted(bytes, quote, quote - start), true),
            b'[' if is_list(bytes, quote + 1) => (list(bytes, quote + 1), true),
            // The members of an object have names of their own.
            b'{' if !is_at(bytes, quote + 1, |b| b == b'{') => return None,
            _ => (unquoted(bytes, start, parameter), false),
        };
        (!range.is_empty()).then_some(Value { range, quoted })
    }

    /// All pairs of a header `Cookie`, RFC 6265 section 4.2.1, of which the first was taken for the value.
    pub(super) fn with_cookies(mut self, bytes: &[u8]) -> Self {
        let mut at = self.range.start;
        loop {
            let sign = end_of(bytes, at, is_of_cookie_name);
            if sign == at || !is_at(bytes, sign, |b| b == b'=') {
                return self;
            }
            let start = sign + 1;
            let end = match bytes.get(start) {
                Some(b'"') => bytes.len().min(quoted(bytes, start, 0).end + 1),
                _ => unquoted(bytes, start, false).end,
            };
            let end = end_of(bytes, end, |b| b == b']');
            self.range.end = end.max(self.range.end);
            if !is_at(bytes, end, |b| b == b';') {
                return self;
            }
            at = end_of(bytes, end + 1, is_blank);
        }
    }

    /// The words behind the first as well, up to what ends the line or begins another assignment.
    pub(super) fn with_words(mut self, bytes: &[u8]) -> Self {
        loop {
            let word = end_of(bytes, self.range.end, is_blank);
            if word == self.range.end || names_next(bytes, word) {
                return self;
            }
            let end = unquoted(bytes, word, false).end;
            if end == word {
                return self;
            }
            self.range.end = end;
        }
    }

    /// The value of an element of XML, up to the next tag.
    pub(super) fn of_element(bytes: &[u8], start: usize) -> Option<Self> {
        let range = start..end_of(bytes, start, |b| b != b'<' && !is_line_end(b));
        (!range.is_empty()).then_some(Value { range, quoted: true })
    }
}

/// Quotation marks as HTML writes them.
const ENTITIES: &[&[u8]] = &[b"&quot;", b"&#34;", b"&#39;", b"&apos;", b"&#x27;"];

/// The length of the quotation mark of HTML that ends at `end`.
pub(super) fn entity_before(bytes: &[u8], end: usize) -> usize {
    if before(bytes, end) != Some(b';') {
        return 0;
    }
    ENTITIES.iter().find(|entity| bytes[..end].ends_with(entity)).map_or(0, |entity| entity.len())
}

fn entity_at(bytes: &[u8], start: usize) -> usize {
    if !is_at(bytes, start, |b| b == b'&') {
        return 0;
    }
    ENTITIES.iter().find(|entity| bytes[start..].starts_with(entity)).map_or(0, |entity| entity.len())
}

/// What is in quotation marks of HTML, to the end of the line where they are not closed.
fn in_entities(bytes: &[u8], start: usize, length: usize) -> Range<usize> {
    let inner = start + length;
    let ends = |at: &usize| is_line_end(bytes[*at]) || bytes[*at..].starts_with(&bytes[start..inner]);
    inner..(inner..bytes.len()).find(ends).unwrap_or(bytes.len())
}

pub(super) fn is_blank(b: u8) -> bool {
    matches!(b, b' ' | b'\t')
}

/// `token` of RFC 9110, section 5.6.2.
fn is_of_cookie_name(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b)
}

fn is_line_end(b: u8) -> bool {
    matches!(b, b'\n' | b'\r')
}

fn is_quote(b: u8) -> bool {
    matches!(b, b'"' | b'\'' | b'`')
}

/// The start of what is in `Some(` or behind the `b` of a byte string, if that is quoted or wrapped
/// itself.
fn wrapped(bytes: &[u8], start: usize) -> Option<usize> {
    let limit = bytes.len().min(start + LONGEST_NAME);
    let name = end_of(&bytes[..limit], start, |b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b':'));
    if is_at(bytes, name, |b| b == b'(') {
        let inner = end_of(&bytes[..limit], name + 1, |b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b':'));
        let quote = end_of(bytes, inner, |b| b == b'\\');
        return is_at(bytes, quote, |b| is_quote(b) || b == b'(').then_some(name + 1);
    }
    let prefix = (1..=2).contains(&(name - start)) && bytes[start..name].iter().all(u8::is_ascii_alphabetic);
    (prefix && is_at(bytes, name, is_quote)).then_some(name)
}

/// What is in quotes, to the end of the line where they are not closed. `level` backslashes stand
/// before each quote of this string when it is itself in a string: `\"password\": \"a\\\"b\"`.
fn quoted(bytes: &[u8], quote: usize, level: usize) -> Range<usize> {
    let start = quote + 1;
    let mut backslashes = 0;
    for (n, &b) in bytes[start..].iter().enumerate() {
        if is_line_end(b) {
            return start..start + n;
        }
        if b == bytes[quote] && closes(backslashes, level) {
            return start..start + n - backslashes.min(level);
        }
        backslashes = if b == b'\\' { backslashes + 1 } else { 0 };
    }
    start..bytes.len()
}

/// Each level of quotation writes a backslash as two and puts one before a quote, so that a quote
/// in the string has twice the backslashes and one more than the string's own quotes have.
fn closes(backslashes: usize, level: usize) -> bool {
    backslashes < level || ((backslashes - level) / (level + 1)).is_multiple_of(2)
}

/// Whether a square bracket opens a list: of strings, or one that ends where a value does. Anything
/// else may be a password that begins with a bracket.
fn is_list(bytes: &[u8], start: usize) -> bool {
    let string = end_of(bytes, start, |b| b <= b' ' || b == b'\\');
    let close = list(&bytes[..bytes.len().min(start + LONGEST_LIST)], start).end;
    is_at(bytes, string, is_quote) || is_at(bytes, close, |b| b == b']') && delimits(bytes, close + 1)
}

/// What is in square brackets, to the end of the line where they are not closed.
fn list(bytes: &[u8], start: usize) -> Range<usize> {
    let mut in_quotes = false;
    let length = bytes[start..].iter().position(|&b| {
        in_quotes ^= b == b'"';
        is_line_end(b) || b == b']' && !in_quotes
    });
    start..length.map_or(bytes.len(), |length| start + length)
}

fn unquoted(bytes: &[u8], start: usize, parameter: bool) -> Range<usize> {
    let ends = |at: usize| match bytes[at] {
        b if b <= b' ' || b == 0x7F || is_quote(b) || matches!(b, b'<' | b'>') => true,
        b'&' | b'#' => parameter || delimits(bytes, at + 1),
        b if is_delimiter(b) => delimits(bytes, at + 1),
        b'\\' => {
            is_at(bytes, at + 1, |b| matches!(b, b'n' | b'r' | b't')) && names_next(bytes, at + 2)
                || is_ampersand(bytes, at)
        }
        _ => false,
    };
    let end = (start..bytes.len()).find(|&at| ends(at)).unwrap_or(bytes.len());
    // The backslash belongs to the quote behind it.
    let escape = is_at(bytes, end, is_quote) && before(bytes, end) == Some(b'\\');
    let end = if escape { start + trimmed(&bytes[start..end]) } else { end };
    start..end.max(start)
}

fn trimmed(value: &[u8]) -> usize {
    value.iter().rposition(|&b| b != b'\\').map_or(0, |last| last + 1)
}

/// `&` as JSON for the web is written.
fn is_ampersand(bytes: &[u8], at: usize) -> bool {
    bytes[at..].starts_with(b"\\u0026")
}

fn is_delimiter(b: u8) -> bool {
    matches!(b, b',' | b';' | b')' | b'}' | b']' | b'|')
}

/// Whether a delimiter before `at` is one: a password may hold the same character.
fn delimits(bytes: &[u8], at: usize) -> bool {
    !is_at(bytes, at, |b| b > b' ' && !is_quote(b) && !is_delimiter(b)) || names_next(bytes, at)
}

/// Whether the next assignment begins at `at`.
fn names_next(bytes: &[u8], at: usize) -> bool {
    let at = at.min(bytes.len());
    let limit = bytes.len().min(at + LONGEST_NAME);
    let end = end_of(&bytes[..limit], at, |b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    end > at && is_at(bytes, end, |b| matches!(b, b'=' | b':'))
}
