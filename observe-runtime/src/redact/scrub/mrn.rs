//! Medical record numbers. Every hospital has its own form for them, so a label has to come first.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::ascii::{end_of, ignoring_case, is_at, is_before, is_word, starts_word};
use super::{Finding, Kind, placeholder};

static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    // `MR` and `medical record` mean other things as well where neither `number` nor a colon follows.
    let number = r"[ _-]?(?:(?:numbers?|num|no|nr|id)\b\.?|#)";
    let name = format!(r"mrn(?:{number})?|mr(?: ?#|[ _-](?:number|num|no)\b\.?)|med(?:ical|\.)?[ _-]?rec(?:ords?|\.)?(?:{number}|[ \t]?[:#=])");
    let gap = r#"[ \t"'\\:=#>(\[-]{0,8}(?:(?:is|was|of)\b[ \t:#]{0,3})?"#;
    ignoring_case(&format!(r"(?:{name}){gap}"))
});

pub(super) fn find(text: &str, found: &mut Vec<Finding>) {
    let bytes = text.as_bytes();
    let labels = LABEL
        .find_iter(text)
        .filter(|label| starts_word(bytes, label.start()) && !placeholder::names_kind(text, label.start()));
    let values = labels.filter_map(|label| value(bytes, label.end()));
    found.extend(values.map(|range| Finding { kind: Kind::Mrn, range }));
}

/// Letters, digits and single hyphens or full stops, with at least three digits; or groups of three digits.
fn value(bytes: &[u8], start: usize) -> Option<Range<usize>> {
    // `mRNA-1273` is one word.
    if is_before(bytes, start, |b| b.is_ascii_alphabetic()) && is_at(bytes, start, |b| b.is_ascii_alphabetic()) {
        return None;
    }
    let mut end = word(bytes, start);
    while let Some(b'-' | b'.' | b'/') = bytes.get(end) {
        let next = word(bytes, end + 1);
        if next == end + 1 || !bytes[end + 1..next].iter().any(u8::is_ascii_digit) {
            break;
        }
        end = next;
    }
    while end - start >= 3 && bytes.get(end) == Some(&b' ') && is_triple(bytes, end + 1) && is_triple(bytes, end - 3) {
        end += 4;
    }
    let digits = bytes[start..end].iter().filter(|b| b.is_ascii_digit()).count();
    (digits >= 3 && end - start >= 4).then_some(start..end)
}

fn word(bytes: &[u8], start: usize) -> usize {
    end_of(bytes, start.min(bytes.len()), is_word)
}

fn is_triple(bytes: &[u8], start: usize) -> bool {
    end_of(bytes, start.min(bytes.len()), |b| b.is_ascii_digit()) == start + 3 && word(bytes, start) == start + 3
}
