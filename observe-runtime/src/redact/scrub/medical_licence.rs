//! The identifiers of health care in the United States that have a form of their own: those of
//! Medicare's beneficiaries, and the numbers that the Drug Enforcement Administration (DEA) gives
//! prescribers. National provider identifiers are known by their label.

use std::ops::Range;

use super::ascii::{is_at, is_before, is_word};
use super::{Finding, Kind};

/// Without a label: a beneficiary's identifier in print, or in capitals, and a DEA number whose
/// check digit is right.
pub(super) fn at(text: &str, word: Range<usize>) -> Option<Finding> {
    let bytes = text.as_bytes();
    if !matches!(word.len(), 9 | 11 | 13) || is_before(bytes, word.start, is_word) {
        return None;
    }
    let content = &bytes[word.clone()];
    let capital = !content.iter().any(u8::is_ascii_lowercase);
    let printed = content.len() == 13;
    if (capital || printed) && beneficiary(bytes, word.start) == Some(word.end) {
        return Some(Finding { kind: Kind::HealthPlan, range: word });
    }
    let registered = capital && registration(bytes, word.start) == Some(word.end) && has_check_digit(content);
    registered.then_some(Finding { kind: Kind::MedicalLicence, range: word })
}

/// What may stand at each of the eleven places of a Medicare beneficiary identifier, as the Centers
/// for Medicare and Medicaid Services publish it: `C` a digit but 0, `A` a letter, `N` a digit, `X`
/// a letter or digit. The letters S, L, O, I, B and Z are never used.
const PLACES: &[u8; 11] = b"CAXNAXNAANN";

/// The end of the Medicare beneficiary identifier that begins at `start`: in print with hyphens
/// after the fourth and the seventh place.
pub(super) fn beneficiary(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    let hyphens = bytes.get(start + 4).copied().filter(|&b| b == b'-' || b == b' ');
    for (i, place) in PLACES.iter().enumerate() {
        if matches!(i, 4 | 7) && hyphens.is_some() {
            at += usize::from(bytes.get(at).copied() == hyphens);
        }
        let b = *bytes.get(at)?;
        let letter = b.is_ascii_alphabetic() && !b"SLOIBZ".contains(&b.to_ascii_uppercase());
        let suits = match place {
            b'C' => matches!(b, b'1'..=b'9'),
            b'A' => letter,
            b'N' => b.is_ascii_digit(),
            _ => letter || b.is_ascii_digit(),
        };
        if !suits {
            return None;
        }
        at += 1;
    }
    ends(bytes, at)
}

/// The end of a DEA number: the registrant's type, the initial of a name or 9, and seven digits
/// (Diversion Control Division, "DEA numbers").
pub(super) fn registration(bytes: &[u8], start: usize) -> Option<usize> {
    let number = bytes.get(start..start + 9)?;
    let registrant = b"ABCDEFGHJKLMPRSTUX".contains(&number[0].to_ascii_uppercase());
    let initial = number[1].is_ascii_alphabetic() || number[1] == b'9';
    let digits = number[2..].iter().all(u8::is_ascii_digit);
    if registrant && initial && digits { ends(bytes, start + 9) } else { None }
}

/// The last digit of the first, third and fifth, and twice the second, fourth and sixth.
fn has_check_digit(number: &[u8]) -> bool {
    let digit = |i: usize| u32::from(number[i + 1] - b'0');
    let sum = digit(1) + digit(3) + digit(5) + 2 * (digit(2) + digit(4) + digit(6));
    sum % 10 == digit(7)
}

fn ends(bytes: &[u8], end: usize) -> Option<usize> {
    (!is_at(bytes, end, is_word)).then_some(end)
}
