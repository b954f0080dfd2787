//! Dates of birth: dates are everywhere, so a label has to come first.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Match, Regex};

use super::ascii::{contains_ignore_case, ignoring_case, is_at, is_word, starts_word};
use super::{Finding, Kind, placeholder};

/// How far behind its label a date is looked for, in bytes.
const REACH: usize = 60;

static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    let labels = [
        r"dob",
        r"\bd\.o\.b\b\.?",
        r"date[ _-]?of[ _-]?birth",
        r"birth[ _-]?da(?:te|y)",
        r"b-?day\b",
        r"\bborn\b",
        r"geburtsdatum",
        r"geboren am",
        r"date de naissance",
        r"fecha de nacimiento",
        r"出生日期",
        r"生日",
    ];
    ignoring_case(&labels.join("|"))
});

static DATE: LazyLock<Regex> = LazyLock::new(|| {
    let month = "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|\
                 sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\b\\.?";
    let day = r"[0-9]{1,2}(?:st|nd|rd|th)?";
    let year = r"(?:[0-9]{4}|'?[0-9]{2})\b";
    let forms = [
        format!(r"[0-9]{{4}}[ .,/-]{{1,2}}{month}[ .,/-]{{1,2}}{day}\b"),
        format!(r"{day}[ .,/-]{{0,2}}(?:of )?{month}(?:[ .,/-]{{0,2}}{year})?"),
        format!(r"{month}[ .,/-]{{0,2}}(?:{day}\b(?:[ .,/-]{{1,2}}{year})?|[0-9]{{4}}\b)"),
        r"[0-9]{1,4}(?:[-/.]|\. )[0-9]{1,2}(?:[-/.]|\. )[0-9]{1,4}".to_owned(),
        r"[0-9]{1,2} [0-9]{1,2} [0-9]{2,4}".to_owned(),
        r"[0-9]{2,4}年[0-9]{1,2}月[0-9]{1,2}日?".to_owned(),
        r"[0-9]{8}".to_owned(),
    ];
    ignoring_case(&format!(r"\b(?:{})", forms.join("|")))
});

pub(super) fn find(text: &str, found: &mut Vec<Finding>) {
    let labels = LABEL.find_iter(text).filter(|label| {
        let ascii = label.as_str().is_ascii();
        (!ascii || starts_word(text.as_bytes(), label.start())) && !placeholder::names_kind(text, label.start())
    });
    let dates = labels.filter_map(|label| date_after(text, label));
    found.extend(dates.map(|range| Finding { kind: Kind::BirthDate, range }));
}

fn date_after(text: &str, label: Match<'_>) -> Option<Range<usize>> {
    let rest = &text[label.end()..text.floor_char_boundary(label.end() + REACH)];
    let date = DATE.find(rest)?;
    let range = label.end() + date.start()..label.end() + date.end();
    let glued = is_at(text.as_bytes(), range.end, |b| is_word(b) && b != b'T');
    let leads_to = if label.as_str().eq_ignore_ascii_case("born") { is_sentence } else { is_filler };
    (leads_to(&rest[..date.start()]) && is_date(date.as_str()) && !glued).then_some(range)
}

/// `born in Rome, Italy, on …`
fn is_sentence(gap: &str) -> bool {
    gap.len() <= 40
        && !gap.contains(['[', ';', '\n'])
        && !gap.contains(". ")
        && !gap.contains(|c: char| c.is_ascii_digit())
}

/// `Date of birth (MM/DD/YYYY): `
fn is_filler(gap: &str) -> bool {
    const FILLER: &[&str] = &[
        "dd", "in", "is", "mm", "of", "on", "string", "the", "value", "was", "yy", "yyyy", "jj", "jjjj", "tt",
        "patient",
    ];
    let mut words = gap.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    gap.len() <= 40 && words.all(|word| contains_ignore_case(FILLER, word))
}

/// The label says that this is a date, so it is enough that it can be one.
fn is_date(date: &str) -> bool {
    let mut numbers = date.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty());
    if date.len() == 8 && date.bytes().all(|b| b.is_ascii_digit()) {
        return is_compact(date);
    }
    numbers.all(|number| match number.parse::<u16>() {
        Ok(number @ 1000..) => is_year(number),
        Ok(number) => number <= 99,
        Err(_) => false,
    })
}

/// `19800312`, `12031980`
fn is_compact(date: &str) -> bool {
    [&date[..4], &date[4..]].iter().any(|year| year.parse().is_ok_and(is_year))
}

fn is_year(year: u16) -> bool {
    (1850..2100).contains(&year)
}
