//! Lines of a postal address: a house number beside a street, with what follows as far as it is
//! certain. A street is known by the word for its kind (for English those of the United States
//! Postal Service, Publication 28, appendix C1), so names of streets without one are not found.

use std::ops::Range;

use super::ascii::{end_of, is_at, is_before, is_word, start_of};
use super::{Finding, Kind};

/// What a street is called in English, nearly always the last word of its name.
const STREETS: &[&str] = &[
    "Street",
    "St",
    "Avenue",
    "Ave",
    "Boulevard",
    "Blvd",
    "Road",
    "Rd",
    "Lane",
    "Ln",
    "Drive",
    "Dr",
    "Highway",
    "Hwy",
    "Parkway",
    "Pkwy",
    "Terrace",
    "Crescent",
    "Close",
    "Gardens",
    "Mews",
    "Court",
    "Ct",
    "Circle",
    "Cir",
    "Way",
    "Place",
    "Turnpike",
    "Freeway",
    "Expressway",
    "Ter",
    "Cres",
    "Grove",
    "Quay",
    "Av",
];

/// These are so usual that the name need not be capitalised.
const PLAIN_STREETS: &[&str] = &["street", "avenue", "boulevard", "blvd", "ave", "road", "lane"];

/// Kinds of streets that are other words as well: a comma or the end has to follow.
const OTHER_STREETS: &[&str] = &[
    "Square", "Sq", "Pl", "Plaza", "Trail", "Trl", "Loop", "Row", "Hill", "Walk", "Green", "Park", "Point", "Pike",
    "Alley", "Path", "Run", "View", "Ridge", "Creek", "Cove",
];

const UNITS: &[&str] =
    &["apt", "apartment", "suite", "ste", "unit", "floor", "fl", "room", "rm", "flat", "bldg", "building", "lot", "no"];

const DIRECTIONS: &[&str] = &["N", "S", "E", "W", "NE", "NW", "SE", "SW", "North", "South", "East", "West"];

/// The states and other areas of the United States, Publication 28, appendix B.
const STATES: &[u8] =
    b"AK AL AR AS AZ CA CO CT DC DE FL FM GA GU HI IA ID IL IN KS KY LA MA MD ME MH MI MN MO MP MS MT \
NC ND NE NH NJ NM NV NY OH OK OR PA PR PW RI SC SD TN TX UT VA VI VT WA WI WV WY ";

/// How streets end in German, Dutch and the Scandinavian languages.
pub(super) const ENDINGS: &[&str] = &[
    "straße", "strasse", "str.", "str", "weg", "platz", "allee", "gasse", "damm", "ufer", "straat", "gracht", "laan",
    "plein", "gatan", "vägen", "katu", "utca",
];

/// How streets begin in Romance languages, in front of a name and a number.
const BEGINNINGS: &[&str] =
    &["Via", "Viale", "Piazza", "Corso", "Calle", "C/", "Avenida", "Avda.", "Paseo", "Plaza", "Rua", "Rue"];

/// How streets begin in French, where the number comes before them.
const FRENCH: &[&str] = &["rue", "avenue", "boulevard", "place", "chemin", "allée", "impasse", "quai", "av.", "bd"];

const PARTICLES: &[&str] = &[
    "de", "la", "le", "les", "du", "des", "del", "della", "di", "da", "do", "dos", "das", "los", "las", "el", "van",
    "den", "der", "y", "e",
];

pub(super) fn at(text: &str, word: Range<usize>) -> Option<Finding> {
    let bytes = text.as_bytes();
    if is_before(bytes, word.start, is_word) {
        return None;
    }
    if !is_house_number(&bytes[word.clone()]) {
        return None;
    }
    let range = state_and_code(bytes, &word)
        .or_else(|| numbered(text, &word))
        .or_else(|| after_street(text, &word))
        .or_else(|| boxed(text, &word))?;
    Some(Finding { kind: Kind::Address, range })
}

/// `12`, `12a`, `12-14`
fn is_house_number(word: &[u8]) -> bool {
    let digits = end_of(word, 0, |b| b.is_ascii_digit());
    let rest = &word[digits..];
    let range =
        rest.first() == Some(&b'-') && (2..=5).contains(&rest.len()) && rest[1..].iter().all(u8::is_ascii_digit);
    (1..=6).contains(&digits) && (rest.is_empty() || rest.len() == 1 && rest[0].is_ascii_alphabetic() || range)
}

/// `350 Fifth Avenue, Suite 4, New York, NY 10118`, `12 rue de la Paix, 75002 Paris`
fn numbered(text: &str, word: &Range<usize>) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    // In `10:12 Main Street` the number belongs to a time.
    let timed = is_before(bytes, word.start, |b| matches!(b, b':' | b'/' | b'.'))
        && word.start > 1
        && bytes[word.start - 2].is_ascii_digit();
    let gap = word.end + usize::from(is_at(bytes, word.end, |b| b == b','));
    if timed || !is_at(bytes, gap, |b| b == b' ') {
        return None;
    }
    let end = if gap == word.end { english(text, gap + 1) } else { None };
    let end = end.or_else(|| french(text, gap + 1))?;
    Some(word.start..end)
}

/// A word of a name: its letters, and a full stop after an abbreviation.
fn token(text: &str, start: usize) -> Option<&str> {
    const LONGEST: usize = 24;
    let rest = &text[start..];
    let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’' | '-'))).unwrap_or(rest.len());
    (1..=LONGEST).contains(&end).then(|| &rest[..end])
}

fn is_capitalised(word: &str) -> bool {
    word.starts_with(char::is_uppercase) || is_ordinal(word)
}

/// `5th`, `42nd`
fn is_ordinal(word: &str) -> bool {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0 && matches!(&word[digits..], "st" | "nd" | "rd" | "th" | "ST" | "ND" | "RD" | "TH")
}

fn english(text: &str, start: usize) -> Option<usize> {
    const MOST_WORDS: usize = 5;
    const LONGEST_PLAIN: usize = 24;
    let bytes = text.as_bytes();
    let mut at = start;
    let mut named = false;
    let mut capitalised = true;
    for _ in 0..MOST_WORDS {
        let word = token(text, at)?;
        let end = at + word.len();
        // A full stop may only abbreviate: `E. 5th St.`
        let end = end + usize::from(word.len() <= 4 && is_at(bytes, end, |b| b == b'.'));
        let street = if capitalised { is_street(bytes, word, end) } else { PLAIN_STREETS.contains(&word) };
        if named && street {
            return Some(tail(text, end));
        }
        capitalised &= is_capitalised(word);
        let name = capitalised || is_plain_name(word) && at - start <= LONGEST_PLAIN;
        if !name || is_month(word) {
            return None;
        }
        named |= !DIRECTIONS.contains(&word) && word.chars().any(char::is_alphabetic);
        if !is_at(bytes, end, |b| b == b' ') {
            return None;
        }
        at = end + 1;
    }
    None
}

fn is_street(bytes: &[u8], word: &str, end: usize) -> bool {
    let upper = word.len() > 1 && word.bytes().all(|b| b.is_ascii_uppercase());
    let matches = |street: &&str| *street == word || upper && street.eq_ignore_ascii_case(word);
    let closed = end == bytes.len() || is_at(bytes, end, |b| matches!(b, b',' | b'\n' | b'"' | b'\''));
    STREETS.iter().any(&matches) || closed && OTHER_STREETS.iter().any(matches) || PLAIN_STREETS.contains(&word)
}

/// The name of a street in small letters, as forms are filled in; no word that stands between a
/// number and a street of which it is not the number: `3 cars on the road`.
fn is_plain_name(word: &str) -> bool {
    word.len() >= 3 && word.bytes().all(|b| b.is_ascii_lowercase()) && !is_common(word)
}

fn is_common(word: &str) -> bool {
    matches!(
        word,
        "the"
            | "and"
            | "for"
            | "per"
            | "out"
            | "off"
            | "from"
            | "with"
            | "over"
            | "under"
            | "down"
            | "this"
            | "that"
            | "into"
            | "each"
            | "requests"
            | "items"
            | "bytes"
            | "errors"
            | "files"
            | "workers"
            | "nodes"
            | "are"
            | "was"
            | "were"
            | "has"
            | "had"
            | "via"
            | "cars"
            | "people"
            | "seconds"
            | "minutes"
            | "hours"
            | "days"
            | "miles"
    )
}

fn is_month(word: &str) -> bool {
    super::date::is_month(word.as_bytes())
}

/// What goes on after the street: a direction, a unit, a town with its state or code.
fn tail(text: &str, street: usize) -> usize {
    let mut end = street;
    if let Some(direction) = next(text, end)
        .and_then(|at| token(text, at).map(|word| (at, word)))
        .filter(|(_, word)| DIRECTIONS.contains(word))
    {
        end = direction.0 + direction.1.len();
    }
    if let Some(unit) = next(text, end).and_then(|at| unit(text, at)) {
        end = unit;
    }
    if let Some(town) = next(text, end).and_then(|at| town(text, at)) {
        end = town;
    }
    end
}

/// The start of the next word after spaces, a comma or a line break.
fn next(text: &str, end: usize) -> Option<usize> {
    const MOST: usize = 4;
    let bytes = text.as_bytes();
    let at = end_of(&bytes[..bytes.len().min(end + MOST)], end, |b| matches!(b, b' ' | b',' | b'\n' | b'\t'));
    (at > end && at < bytes.len() && text.is_char_boundary(at)).then_some(at)
}

/// `Apt 4`, `Suite B-12`, `#12`, `5th Floor`
fn unit(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let value = if bytes[start] == b'#' {
        start + 1
    } else {
        let word = token(text, start)?;
        let end = start + word.len();
        if !UNITS.iter().any(|unit| unit.eq_ignore_ascii_case(word)) {
            let floor = is_ordinal(word).then(|| next(text, end)).flatten()?;
            return token(text, floor).filter(|w| w.eq_ignore_ascii_case("floor")).map(|w| floor + w.len());
        }
        let end = end + usize::from(is_at(bytes, end, |b| b == b'.'));
        end + 1 + usize::from(is_at(bytes, end + 1, |b| b == b'#'))
    };
    let word = text.get(value..).and_then(|_| token(text, value))?;
    let suits = word.len() == 1 || word.len() <= 6 && word.bytes().any(|b| b.is_ascii_digit());
    suits.then_some(value + word.len())
}

/// `New York, NY 10118`, `London SW1A 1AA`, `75002 Paris`: up to four words, and a code.
fn town(text: &str, start: usize) -> Option<usize> {
    const MOST_WORDS: usize = 4;
    if let Some(end) = coded_town(text, start) {
        return Some(end);
    }
    let mut at = start;
    for _ in 0..MOST_WORDS {
        if let Some(end) = state(text.as_bytes(), at).or_else(|| british_code(text.as_bytes(), at)) {
            return Some(end);
        }
        let word = token(text, at).filter(|word| word.starts_with(char::is_uppercase))?;
        let end = at + word.len();
        at = next(text, end + usize::from(is_at(text.as_bytes(), end, |b| b == b'.')))?;
    }
    state(text.as_bytes(), at).or_else(|| british_code(text.as_bytes(), at))
}

/// A state in two capitals with a ZIP code.
fn state(bytes: &[u8], start: usize) -> Option<usize> {
    let state = bytes.get(start..start + 3).filter(|state| state[2] == b' ')?;
    if !STATES.chunks(3).any(|known| known == state) {
        return None;
    }
    let code = start + 3;
    let end = end_of(bytes, code, |b| b.is_ascii_digit());
    let plus = is_at(bytes, end, |b| b == b'-') && end_of(bytes, end + 1, |b| b.is_ascii_digit()) == end + 5;
    let end_with_plus = if plus { end + 5 } else { end };
    (end - code == 5 && !is_at(bytes, end_with_plus, is_word)).then_some(end_with_plus)
}

/// `SW1A 1AA`, `M1 1AA`
fn british_code(bytes: &[u8], start: usize) -> Option<usize> {
    let outward = end_of(bytes, start.min(bytes.len()), |b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let inward = bytes.get(outward..outward + 4)?;
    let code = bytes[start].is_ascii_uppercase()
        && (2..=4).contains(&(outward - start))
        && bytes[start..outward].iter().any(u8::is_ascii_digit)
        && matches!(inward, [b' ', b'0'..=b'9', b'A'..=b'Z', b'A'..=b'Z']);
    (code && !is_at(bytes, outward + 4, is_word)).then_some(outward + 4)
}

/// `10115 Berlin`, `1012 AB Amsterdam`
fn coded_town(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let code = end_of(bytes, start, |b| b.is_ascii_digit());
    if !matches!(code - start, 4 | 5) || !is_at(bytes, code, |b| b == b' ') {
        return None;
    }
    let letters = bytes.get(code + 1..code + 4).is_some_and(|b| matches!(b, [b'A'..=b'Z', b'A'..=b'Z', b' ']));
    let town = if letters { code + 4 } else { code + 1 };
    token(text, town).filter(|word| word.starts_with(char::is_uppercase)).map(|word| town + word.len())
}

fn french(text: &str, start: usize) -> Option<usize> {
    const MOST_WORDS: usize = 5;
    let bytes = text.as_bytes();
    let first = token(text, start)?;
    let start = if matches!(first, "bis" | "ter") { next(text, start + first.len())? } else { start };
    let first = token(text, start)?;
    let end = start + first.len() + usize::from(is_at(bytes, start + first.len(), |b| b == b'.'));
    if !FRENCH.contains(&&text[start..end]) && !(FRENCH.contains(&first.to_lowercase().as_str())) {
        return None;
    }
    let mut end = end;
    let mut named = None;
    for _ in 0..MOST_WORDS {
        if !is_at(bytes, end, |b| b == b' ') && !is_before(bytes, end, |b| b == b'\'') {
            break;
        }
        let at = end + usize::from(bytes[end] == b' ');
        let Some(word) = token(text, at) else { break };
        let stem = word.rsplit(['\'', '’']).next().unwrap_or(word);
        if stem.starts_with(char::is_uppercase) {
            named = Some(at + word.len());
        } else if !PARTICLES.contains(&word) {
            break;
        }
        end = at + word.len();
    }
    let named = named?;
    Some(next(text, named).and_then(|at| coded_town(text, at)).unwrap_or(named))
}

/// `Hauptstraße 12, 10115 Berlin`, `Via Roma 12`: the number comes after the street.
fn after_street(text: &str, word: &Range<usize>) -> Option<Range<usize>> {
    const REACH: usize = 44;
    let bytes = text.as_bytes();
    let gap = if is_before(bytes, word.start, |b| b == b' ') { word.start - 1 } else { return None };
    let gap = gap - usize::from(is_before(bytes, gap, |b| b == b','));
    if !is_before(bytes, gap, |b| b.is_ascii_alphabetic() || !b.is_ascii() || b == b'.') {
        return None;
    }
    let floor = text.ceil_char_boundary(gap.saturating_sub(REACH));
    let left = &text[floor..gap];
    let last = left.rfind([' ', '"', ':', '=', '\'', '(']).map_or(0, |at| at + 1);
    let street = &left[last..];
    let start = germanic(left, last, street).or_else(|| romance(left))?;
    let end = next(text, word.end).and_then(|at| coded_town(text, at)).unwrap_or(word.end);
    Some(floor + start..end)
}

/// One word with the ending of a street, or a name in front of one.
fn germanic(left: &str, last: usize, street: &str) -> Option<usize> {
    let whole = matches!(street, "Straße" | "Strasse" | "Str." | "Allee" | "Weg" | "Platz");
    if whole {
        // `Berliner Straße 12`
        let name = left[..last].trim_end().rfind(' ').map_or(0, |at| at + 1);
        let named = left[name..].starts_with(char::is_uppercase) && last - name > 3;
        return named.then_some(name);
    }
    let ending = ENDINGS.iter().find(|ending| street.ends_with(**ending))?;
    let stem = &street[..street.len() - ending.len()];
    (stem.chars().count() >= 3 && street.starts_with(char::is_uppercase)).then_some(last)
}

/// `Calle de la Luna`, `Via Roma`: its first word says that it is a street.
fn romance(left: &str) -> Option<usize> {
    const MOST_WORDS: usize = 5;
    let mut end = left.len();
    let mut named = false;
    for _ in 0..MOST_WORDS {
        let start = left[..end].rfind([' ', '"', ':', '=', '\'', '(']).map_or(0, |at| at + 1);
        let word = &left[start..end];
        if named && BEGINNINGS.contains(&word) {
            return Some(start);
        }
        let name =
            word.len() >= 3 && word.starts_with(char::is_uppercase) && word.chars().skip(1).all(char::is_lowercase);
        if !name && !PARTICLES.contains(&word) || start == 0 || !left[..start].ends_with(' ') {
            return None;
        }
        named |= name;
        end = start - 1;
    }
    None
}

pub(super) const BOXES: &[&str] =
    &["po box", "p.o. box", "p.o.box", "p o box", "post office box", "postfach", "postbus", "apartado postal", "pob"];

/// `P.O. Box 1234`, `Postfach 10 01`
fn boxed(text: &str, word: &Range<usize>) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let gap = start_of(bytes, word.start.saturating_sub(3), word.start, |b| matches!(b, b' ' | b'#' | b':'));
    let found = BOXES.iter().find(|name| {
        let start = gap.checked_sub(name.len());
        start.is_some_and(|start| {
            bytes[start..gap].eq_ignore_ascii_case(name.as_bytes()) && !is_before(bytes, start, is_word)
        })
    })?;
    let start = gap - found.len();
    Some(start..tail(text, word.end))
}

/// `CA 94105-1234`: the code alone is the number of many things, with a state before it of none.
fn state_and_code(bytes: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let start = word.start.checked_sub(3)?;
    let plus = word.len() == 10 && bytes[word.start + 5] == b'-';
    (plus && !is_before(bytes, start, is_word) && state(bytes, start) == Some(word.end)).then_some(start..word.end)
}
