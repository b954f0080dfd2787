//! Medical record numbers. Every hospital has its own form for them, so a label has to come first.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::ascii::{end_of, ignoring_case, is_at, is_before, is_word, starts_word};
use super::{Finding, Kind, placeholder};

static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    // `MR` and `medical record` mean other things as well where neither `number` nor a colon
    // follows.
    let number = r"[ _-]?(?:(?:numbers?|num|no|nr|id)\b\.?|#)";
    let names = [
        format!(r"mrn(?:{number})?"),
        r"mr(?: ?#|[ _-](?:number|num|no)\b\.?)".to_owned(),
        format!(r"med(?:ical|\.)?[ _-]?rec(?:ords?|\.)?(?:{number}|[ \t]?[:#=])"),
    ];
    let gap = r#"[ \t"'\\:=#>(\[-]{0,8}(?:(?:is|was|of)\b[ \t:#]{0,3})?"#;
    ignoring_case(&format!(r"(?:{}){gap}", names.join("|")))
});

pub(super) fn find(text: &str, found: &mut Vec<Finding>) {
    let bytes = text.as_bytes();
    let labels = LABEL
        .find_iter(text)
        .filter(|label| starts_word(bytes, label.start()) && !placeholder::names_kind(text, label.start()));
    let values = labels
        .filter(|label| !is_glued(bytes, label.start(), label.end()))
        .filter_map(|label| value(bytes, label.end()));
    found.extend(values.map(|range| Finding { kind: Kind::Mrn, range }));
}

/// Without a separator only digits can follow (`MRN123456`), and nothing precede: `mRNA-1273` is
/// one word.
fn is_glued(bytes: &[u8], label: usize, value: usize) -> bool {
    let glued = is_before(bytes, value, |b| b.is_ascii_alphabetic());
    let parted = is_at(bytes, value, |b| b.is_ascii_digit()) && !is_before(bytes, label, is_word);
    glued && is_at(bytes, value, is_word) && !parted
}

/// Letters, digits and single hyphens or full stops, with at least three digits; or groups of three
/// digits.
fn value(bytes: &[u8], start: usize) -> Option<Range<usize>> {
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
