//! Dates of a person's life. Dates are everywhere, so something has to say what they are.

use super::ascii::{before, end_of, is_at, is_before, is_word, start_of, starts_word};
use super::{Finding, Kind};

pub(super) const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Months in other languages, where they are written in ASCII and are no month in English.
pub(super) const OTHER_MONTHS: &[&str] = &[
    "januar",
    "februar",
    "märz",
    "maerz",
    "mai",
    "juni",
    "juli",
    "oktober",
    "dezember",
    "okt",
    "dez",
    "janvier",
    "février",
    "août",
    "décembre",
    "mars",
    "avril",
    "juin",
    "juillet",
    "septembre",
    "octobre",
    "novembre",
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
    "gennaio",
    "febbraio",
    "aprile",
    "maggio",
    "giugno",
    "luglio",
    "settembre",
    "ottobre",
    "dicembre",
    "sept",
    "januari",
    "februari",
    "maart",
    "mei",
    "augustus",
];

/// The end of the date that begins at `start`.
pub(super) fn at(bytes: &[u8], start: usize) -> Option<usize> {
    let end = read(bytes, start)?;
    let glued = is_at(bytes, end, |b| is_word(b) && b != b'T');
    (!glued).then_some(end)
}

fn read(bytes: &[u8], start: usize) -> Option<usize> {
    let first = number(bytes, start);
    match first - start {
        0 => month_first(bytes, start),
        8 => is_compact(&bytes[start..first]).then_some(first),
        1 | 2 if value(bytes, start, first) <= 31 => day_first(bytes, start, first),
        4 if is_year(bytes, start, first) => year_first(bytes, first),
        _ => None,
    }
}

/// `March 12, 1980`, `Mar-12-80`, `March 1980`
fn month_first(bytes: &[u8], start: usize) -> Option<usize> {
    let month = month(bytes, start)?;
    let day = separators(bytes, month, 2);
    let end = number(bytes, day);
    if end - day == 4 && is_year(bytes, day, end) {
        return Some(end);
    }
    let day_end = day_end(bytes, day)?;
    Some(year(bytes, separators(bytes, day_end, 2)).filter(|_| !is_at(bytes, day_end, is_word)).unwrap_or(day_end))
}

/// `12 March 1980`, `12/3/80`, `12. 3. 1980`, `12 03 1980`
fn day_first(bytes: &[u8], start: usize, first: usize) -> Option<usize> {
    let day = day_end(bytes, start)?;
    let gap = separators(bytes, day, 2);
    let of = if bytes[gap..].starts_with(b"of ") || bytes[gap..].starts_with(b"de ") { gap + 3 } else { gap };
    if let Some(month) = month(bytes, of) {
        let gap = separators(bytes, month, 2);
        let gap = if bytes[gap..].starts_with(b"de ") { gap + 3 } else { gap };
        return Some(year(bytes, gap).unwrap_or(month));
    }
    let (second, separator) = separator_after(bytes, first)?;
    let third = number(bytes, second);
    let month = (1..=2).contains(&(third - second)) && value(bytes, second, third) <= 31;
    let (last, again) = separator_after(bytes, third)?;
    let end = number(bytes, last);
    let year = match end - last {
        2 => separator != b' ' || is_before(bytes, first, |b| b.is_ascii_digit()),
        4 => is_year(bytes, last, end),
        _ => false,
    };
    (month && separator == again && year).then_some(end)
}

/// `1980-03-12`, `1980-Mar-12`, `1980年3月12日`
fn year_first(bytes: &[u8], first: usize) -> Option<usize> {
    if bytes[first..].starts_with("年".as_bytes()) {
        return year_month_day(bytes, first + "年".len());
    }
    let gap = separators(bytes, first, 2);
    if let Some(month) = month(bytes, gap) {
        return day_end(bytes, separators(bytes, month, 2));
    }
    let (second, separator) = separator_after(bytes, first)?;
    let third = number(bytes, second);
    let (last, again) = separator_after(bytes, third)?;
    let end = number(bytes, last);
    let plain = [(second, third), (last, end)]
        .into_iter()
        .all(|(from, to)| (1..=2).contains(&(to - from)) && value(bytes, from, to) <= 31);
    (plain && separator == again).then_some(end)
}

fn year_month_day(bytes: &[u8], month: usize) -> Option<usize> {
    let month_end = number(bytes, month);
    let day = bytes[month_end..].starts_with("月".as_bytes()).then_some(month_end + "月".len())?;
    let end = number(bytes, day);
    let sign = "日".as_bytes();
    (end > day).then(|| if bytes[end..].starts_with(sign) { end + sign.len() } else { end })
}

/// The end of a day of the month, with `st` or `th` after it.
fn day_end(bytes: &[u8], start: usize) -> Option<usize> {
    let end = number(bytes, start);
    if !(1..=2).contains(&(end - start)) || value(bytes, start, end) > 31 {
        return None;
    }
    let suffix = [&b"st"[..], b"nd", b"rd", b"th"].into_iter().any(|s| bytes[end..].starts_with(s));
    Some(if suffix { end + 2 } else { end })
}

/// Four digits, or two with or without an apostrophe.
fn year(bytes: &[u8], start: usize) -> Option<usize> {
    let start = start + usize::from(is_at(bytes, start, |b| b == b'\''));
    let end = number(bytes, start);
    let long = end - start == 4 && is_year(bytes, start, end);
    // In `12 Mar 10:15` a time follows.
    let timed = is_at(bytes, end, |b| b == b':');
    (long || end - start == 2 && !timed).then_some(end)
}

fn month(bytes: &[u8], start: usize) -> Option<usize> {
    let end = end_of(bytes, start.min(bytes.len()), |b| b.is_ascii_alphabetic() || !b.is_ascii());
    is_month(&bytes[start.min(end)..end]).then_some(end)
}

pub(super) fn is_month(word: &[u8]) -> bool {
    let full = |month: &&str| month.as_bytes().eq_ignore_ascii_case(word);
    let short = |month: &&str| word.len() == 3 && month.as_bytes()[..3].eq_ignore_ascii_case(word);
    (3..=10).contains(&word.len()) && (MONTHS.iter().any(|m| full(m) || short(m)) || OTHER_MONTHS.iter().any(full))
}

/// Where a date begins whose day at `day` comes after the name of the month.
pub(super) fn month_before(bytes: &[u8], day: usize) -> Option<usize> {
    if !matches!(number(bytes, day) - day, 1 | 2 | 4) {
        return None;
    }
    let end = start_of(bytes, day.saturating_sub(2), day, |b| matches!(b, b' ' | b'.' | b'-' | b'/' | b','));
    let start = start_of(bytes, end.saturating_sub(10), end, |b| b.is_ascii_alphabetic());
    let whole = start < end && !is_before(bytes, start, is_word);
    (whole && is_month(&bytes[start..end])).then_some(start)
}

fn number(bytes: &[u8], start: usize) -> usize {
    end_of(bytes, start.min(bytes.len()), |b| b.is_ascii_digit())
}

fn value(bytes: &[u8], start: usize, end: usize) -> usize {
    bytes[start..end].iter().fold(0_usize, |value, b| value.saturating_mul(10).saturating_add(usize::from(b - b'0')))
}

fn is_year(bytes: &[u8], start: usize, end: usize) -> bool {
    (1850..2100).contains(&value(bytes, start, end))
}

/// `19800312`, `12031980`
fn is_compact(date: &[u8]) -> bool {
    is_year(date, 0, 4) || is_year(date, 4, 8)
}

fn separators(bytes: &[u8], start: usize, most: usize) -> usize {
    let most = bytes.len().min(start + most);
    end_of(&bytes[..most], start.min(most), |b| matches!(b, b' ' | b'.' | b',' | b'/' | b'-'))
}

/// What follows one of the separators between the numbers of a date, and which one.
fn separator_after(bytes: &[u8], end: usize) -> Option<(usize, u8)> {
    let rest = bytes.get(end..)?;
    match rest {
        [b'.' | b',', b' ', ..] => Some((end + 2, rest[0])),
        [separator @ (b'-' | b'/' | b'.' | b' '), ..] => Some((end + 1, *separator)),
        _ => None,
    }
}

/// The end of a date that `Debug` wrote field by field, the year first: `1980, month: 3, day: 12 }`.
pub(super) fn fields(bytes: &[u8], start: usize) -> Option<usize> {
    const LONGEST: usize = 48;
    let within = &bytes[start..bytes.len().min(start + LONGEST)];
    let brace = start + within.iter().position(|&b| b == b'}')?;
    let end = start_of(bytes, start, brace, |b| b == b' ');
    let content = &bytes[start..end];
    let plain = content.iter().all(|b| b.is_ascii_alphanumeric() || b" :,_".contains(b));
    (plain && content.windows(5).any(|name| name == b"month")).then_some(end)
}

/// How far before a date the word may be that makes it one of birth.
const LONGEST_BIRTH: usize = 44;

/// Whether the word that does so may come before `start`.
pub(super) fn says_birth(bytes: &[u8], start: usize) -> bool {
    let before = &bytes[start.saturating_sub(LONGEST_BIRTH)..start];
    before.windows(4).any(|letters| letters.eq_ignore_ascii_case(b"born") || letters.eq_ignore_ascii_case(b"oren"))
}

/// A date that a sentence makes one of birth: `born in Oslo on 12 Mar 1980`.
pub(super) fn after_birth(text: &str, start: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    let end = at(bytes, start)?;
    let floor = text.ceil_char_boundary(start.saturating_sub(LONGEST_BIRTH));
    let left =
        bytes[floor..start].iter().rposition(|b| matches!(b, b'[' | b';' | b'\n')).map_or(floor, |n| floor + n + 1);
    let words = &bytes[left..start];
    let (born, word) = ["born", "geboren"].into_iter().find_map(|word| {
        let found = words.windows(word.len()).rposition(|w| w.eq_ignore_ascii_case(word.as_bytes()))?;
        Some((left + found, word))
    })?;
    let gap = born + word.len()..start;
    let whole = starts_word(bytes, born) && !is_at(bytes, gap.start, is_word);
    let sentence = !bytes[gap.clone()].iter().any(u8::is_ascii_digit) && !bytes[gap].windows(2).any(|w| w == b". ");
    (whole && sentence).then_some(Finding { kind: Kind::BirthDate, range: start..end })
}

/// The ages that the Safe Harbor rule counts as identifying: 45 CFR 164.514(b)(2)(i)(C).
const GREAT: std::ops::RangeInclusive<usize> = 90..=119;

/// The end of an age over 89.
pub(super) fn age(bytes: &[u8], start: usize) -> Option<usize> {
    let end = number(bytes, start);
    let whole = !is_at(bytes, end, is_word)
        && !is_at(bytes, end, |b| matches!(b, b'.' | b'%' | b':') && is_at(bytes, end + 1, |b| b.is_ascii_digit()));
    (end - start <= 3 && GREAT.contains(&value(bytes, start, end)) && whole).then_some(end)
}

/// `92 years old`, `92-year-old`, `92 y/o`
pub(super) fn great_age(bytes: &[u8], start: usize) -> Option<Finding> {
    const AFTER: &[&str] = &[
        "years old",
        "year old",
        "years-old",
        "year-old",
        "yrs old",
        "yr old",
        "yo",
        "y/o",
        "y.o.",
        "years of age",
        "jahre alt",
        "jaar oud",
        "ans",
        "anos",
    ];
    let end = number(bytes, start);
    if end - start < 2
        || end - start > 3
        || !GREAT.contains(&value(bytes, start, end))
        || before(bytes, start) == Some(b'.')
    {
        return None;
    }
    let unit = end + usize::from(is_at(bytes, end, |b| matches!(b, b' ' | b'-')));
    let follows = AFTER.iter().any(|after| {
        let last = unit + after.len();
        bytes.get(unit..last).is_some_and(|b| b.eq_ignore_ascii_case(after.as_bytes())) && !is_at(bytes, last, is_word)
    });
    // Letters before it make it part of a name.
    (follows && !is_before(bytes, start, is_word)).then_some(Finding { kind: Kind::Field, range: start..end })
}
