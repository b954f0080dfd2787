//! Vehicle identification numbers (ISO 3779) whose check digit is right, as those of North America
//! have one: 49 CFR 565.15. Others need a label.

use std::ops::Range;

use super::ascii::{is_before, is_word};
use super::{Finding, Kind};

const LENGTH: usize = 17;
const WEIGHTS: [u32; LENGTH] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];

/// Where the check digit stands, counted from 0.
const CHECK: usize = 8;

pub(super) fn at(text: &str, word: Range<usize>) -> Option<Finding> {
    let bytes = text.as_bytes();
    if word.len() != LENGTH || is_before(bytes, word.start, is_word) {
        return None;
    }
    let number = &bytes[word.clone()];
    let letters = number.iter().filter(|b| b.is_ascii_uppercase()).count();
    // The last four places number the vehicles of a maker.
    let serial = number[LENGTH - 4..].iter().all(u8::is_ascii_digit);
    (letters >= 2 && serial && has_check_digit(number)).then_some(Finding { kind: Kind::Vehicle, range: word })
}

fn has_check_digit(number: &[u8]) -> bool {
    let mut sum = 0;
    for (&b, weight) in number.iter().zip(WEIGHTS) {
        let Some(value) = value(b) else { return false };
        sum += value * weight;
    }
    let check = match sum % 11 {
        10 => b'X',
        digit => b"0123456789"[digit as usize],
    };
    number[CHECK] == check
}

/// The letters I, O and Q are never used.
fn value(b: u8) -> Option<u32> {
    let value = match b {
        b'0'..=b'9' => b - b'0',
        b'A'..=b'H' => b - b'A' + 1,
        b'J'..=b'N' => b - b'J' + 1,
        b'P' => 7,
        b'R' => 9,
        b'S'..=b'Z' => b - b'S' + 2,
        _ => return None,
    };
    Some(u32::from(value))
}
