//! Texts of which a part is kept, each as wide as all others of its kind: what is missing, or is not
//! what it should be, tells nothing by its width either.

use std::borrow::Cow;

/// The first three digits of postal codes that together have 20,000 inhabitants or fewer.
///
/// 45 CFR 164.514(b)(2)(i)(B) has them changed to `000`; the list is that of the guidance of the
/// Department of Health and Human Services on de-identification (26 November 2012, by the census of 2000).
const SPARSE: [&str; 17] = [
    "036", "059", "063", "102", "203", "556", "692", "790", "821", "823", "830", "831", "878", "879", "884", "890",
    "893",
];

/// `Mill***`.
pub(super) fn first(text: Option<&str>, count: usize) -> Cow<'static, str> {
    let text = text.unwrap_or_default();
    let mut kept = stars(count);
    if has_twice(text, count) {
        kept = letters(text).take(count).collect();
    }
    (kept + "***").into()
}

/// `***0143`.
pub(super) fn last(text: Option<&str>, count: usize) -> Cow<'static, str> {
    let text = text.unwrap_or_default();
    let mut kept = "***".to_owned();
    if has_twice(text, count) {
        kept.extend(letters(text).skip(letters(text).count() - count));
    } else {
        kept += &stars(count);
    }
    kept.into()
}

/// `j***@***`.
pub(super) fn email(text: Option<&str>) -> Cow<'static, str> {
    let first = text.and_then(|text| {
        let (local, domain) = text.trim().rsplit_once('@')?;
        // A name of one letter would be the whole name.
        let is_address = local.chars().count() > 1
            && domain.contains('.')
            && !text.trim().contains(|letter: char| letter.is_whitespace() || matches!(letter, '<' | '>' | '"' | ','));
        local.chars().next().filter(|first| is_address && first.is_alphanumeric())
    });
    match first {
        Some(first) => format!("{first}***@***").into(),
        None => "****@***".into(),
    }
}

/// `902`.
pub(super) fn zip3(text: Option<&str>) -> Cow<'static, str> {
    let code = text.unwrap_or_default().trim();
    let (code, more) = code.split_once('-').map_or((code, None), |(code, more)| (code, Some(more)));
    let is_number = |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(code, 5) || more.is_some_and(|more| !is_number(more, 4)) {
        return "***".into();
    }
    let start = code.get(..3).unwrap_or("***");
    if SPARSE.contains(&start) { "000".into() } else { start.to_owned().into() }
}

fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|letter| letter.is_alphanumeric())
}

/// Whether most of it is left out when so many are kept.
fn has_twice(text: &str, count: usize) -> bool {
    letters(text).nth(2 * count - 1).is_some()
}

fn stars(count: usize) -> String {
    "*".repeat(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ODD: [Option<&str>; 14] = [
        None,
        Some(""),
        Some("x"),
        Some("@"),
        Some("a@b"),
        Some("🎉🎉🎉🎉🎉🎉🎉🎉"),
        Some("ëüößéàç"),
        Some("+1 (202) 555-0143"),
        Some("j.roe@example.com"),
        Some("Jane <jane@example.com>"),
        Some("90210"),
        Some("90210-1234"),
        Some("\u{202e}[REDACTED]\n"),
        Some("a very long text of no special kind, with more of it behind"),
    ];

    /// In characters: a letter may take more than one byte.
    fn width_is(width: usize, cut: impl Fn(Option<&str>) -> Cow<'static, str>) {
        for text in ODD {
            assert_eq!(cut(text).chars().count(), width, "{text:?}: {}", cut(text));
        }
    }

    #[test]
    fn each_has_constant_width() {
        for count in 1..=4 {
            width_is(3 + count, |text| first(text, count));
            width_is(3 + count, |text| last(text, count));
        }
        width_is(8, email);
        width_is(3, zip3);
    }

    #[test]
    fn the_ends_are_kept() {
        assert_eq!(last(Some("+1 (202) 555-0143"), 4), "***0143");
        assert_eq!(first(Some("St. Mary's Hospital"), 4), "StMa***");
        assert_eq!(last(Some("Łódź Łódź"), 2), "***dź");
    }

    #[test]
    fn a_short_value_keeps_nothing() {
        assert_eq!(last(Some("1234567"), 4), "*******");
        assert_eq!(last(Some("ëüö"), 2), "*****");
        assert_eq!(first(Some("Jo"), 2), "*****");
        assert_eq!(first(Some("St. Mary's"), 4), "*******");
    }

    #[test]
    fn an_address_shows_its_first_character() {
        assert_eq!(email(Some(" jane.roe@example.com ")), "j***@***");
        for odd in
            ["j@example.com", "jane@host", "jane", "Jane <jane@example.com>", "a b@example.com", "+x@example.com"]
        {
            assert_eq!(email(Some(odd)), "****@***", "{odd}");
        }
    }

    #[test]
    fn a_postal_code_shows_its_area() {
        assert_eq!(zip3(Some("90210")), "902");
        assert_eq!(zip3(Some(" 02139-4307 ")), "021");
        for odd in ["9021", "902101", "SW1A 1AA", "90210-", "90210-12", "9O210", "٩٠٢١٠"] {
            assert_eq!(zip3(Some(odd)), "***", "{odd}");
        }
    }

    #[test]
    fn areas_of_few_people_are_one() {
        for start in SPARSE {
            assert_eq!(zip3(Some(&format!("{start}01"))), "000");
        }
        assert_eq!(zip3(Some("10301")), "103");
    }
}
