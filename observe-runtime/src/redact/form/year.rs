//! The year of a date, where it tells no great age.

use std::borrow::Cow;
use std::time::{SystemTime, UNIX_EPOCH};

const HIDDEN: &str = "****";

/// Ages up to this one are shown; 45 CFR 164.514(b)(2)(i)(C) has all above be one.
const MAX_AGE: u32 = 89;
/// Dates of plans and cards end a few years from now; what looks like a later year is another number.
const AHEAD: u32 = 20;

/// `1980`, of a date that is written with digits; `****` of all others, and of a year in which
/// somebody was born who may be older than 89.
pub(super) fn year(text: Option<&str>) -> Cow<'static, str> {
    shown(text, this_year())
}

fn shown(text: Option<&str>, now: u32) -> Cow<'static, str> {
    let year = text.and_then(of_date).filter(|year| (now.saturating_sub(MAX_AGE)..=now + AHEAD).contains(year));
    year.map_or(HIDDEN.into(), |year| format!("{year:04}").into())
}

/// In universal time, and right to a few hours: years are not all of one length.
fn this_year() -> u32 {
    const SECONDS_OF_A_YEAR: u64 = 31_556_952;
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u32::try_from(1970 + since.as_secs() / SECONDS_OF_A_YEAR).unwrap_or(1970)
}

/// The year of `1980`, `1980-03`, `1980-03-12`, `19800312`, `12.03.1980`, `3/12/1980`, a time of day behind it or not.
fn of_date(text: &str) -> Option<u32> {
    let date = text.trim();
    let date = date.split_once(['T', ' ']).map_or(date, |(date, _)| date);
    if let (8, Some((year, day))) = (date.len(), date.split_at_checked(4))
        && let (Some(year), Some(day)) = (number(year), number(day))
    {
        return is_day(day / 100, day % 100).then_some(year);
    }
    let mut parts = date.split(['-', '/', '.']);
    let (first, second, third) = (parts.next()?, parts.next(), parts.next());
    if parts.next().is_some() {
        return None;
    }
    let ends = |text: &str| text.len() == 4;
    match (second, third) {
        (None, None) if ends(first) => number(first),
        (Some(month), None) if ends(first) && is_day(number(month)?, 1) => number(first),
        (Some(month), Some(day)) if ends(first) && is_day(number(month)?, number(day)?) => number(first),
        // Which of the two is the month depends on the country.
        (Some(second), Some(year)) if ends(year) => {
            let (first, second) = (number(first)?, number(second)?);
            (is_day(first, second) || is_day(second, first)).then(|| number(year))?
        }
        _ => None,
    }
}

fn is_day(month: u32, day: u32) -> bool {
    (1..=12).contains(&month) && (1..=31).contains(&day)
}

fn number(text: &str) -> Option<u32> {
    let is_number = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_show_their_year() {
        let dates = [
            "1980",
            "1980-03",
            "1980-03-12",
            "1980/03/12",
            "19800312",
            "12.03.1980",
            "3/12/1980",
            "25/12/1980",
            "1980-03-12T08:30:00Z",
            "1980-03-12 08:30:00 UTC",
            " 1980-3-2 ",
        ];
        for date in dates {
            assert_eq!(shown(Some(date), 2026), "1980", "{date}");
        }
    }

    #[test]
    fn all_else_is_one_constant() {
        let odd = [
            "",
            "x",
            "80",
            "1980-13-01",
            "1980-01-32",
            "1980-01-01-01",
            "12-25-80",
            "13/13/1980",
            "198003121",
            "1980031x",
            "4111-11-11",
            "123-45-6789",
            "1985-55-0143",
            "١٩٨٠",
            "12 March 1980",
            "-1980",
            "0000",
            "9999",
        ];
        for text in odd {
            assert_eq!(shown(Some(text), 2026), HIDDEN, "{text}");
        }
        assert_eq!(shown(None, 2026), HIDDEN);
    }

    /// Born in 1937 somebody is 88 or 89 in 2026, and born in 1936 perhaps 90.
    #[test]
    fn a_great_age_is_not_shown() {
        assert_eq!(shown(Some("1937-01-01"), 2026), "1937");
        for date in ["1936-12-31", "1936", "01.01.1899"] {
            assert_eq!(shown(Some(date), 2026), HIDDEN, "{date}");
        }
    }

    #[test]
    fn this_year_is_one_of_this_century() {
        assert!((2026..2100).contains(&this_year()));
    }
}
