//! Payment card numbers: an issuer's prefix with a length that goes with it, and the check digit.

use std::ops::Range;

use super::ascii::{is_at, is_before, is_glued, is_word};
use super::number::{Run, continues_right};

const LONGEST: usize = 19;

/// How card numbers are printed: four by four, or as American Express, Diners Club and UATP do.
const GROUPINGS: &[&[usize]] = &[
    &[4, 4, 4, 4, 3],
    &[4, 4, 4, 4],
    &[4, 6, 5],
    &[4, 5, 6],
    &[4, 6, 4],
    &[4, 4, 4, 3],
    &[4, 4, 4, 1],
    &[6, 13],
    &[8, 8],
];

pub(super) fn at(run: &Run<'_>) -> Option<Range<usize>> {
    if continues_left(run.bytes, run.start(0)) {
        return None;
    }
    let contiguous = std::iter::once(1);
    let grouped = GROUPINGS.iter().filter(|lengths| has_grouping(run, lengths)).map(|lengths| lengths.len());
    contiguous.chain(grouped).find(|&count| is_card(run, count)).map(|count| run.start(0)..run.end(count - 1))
}

fn continues_left(bytes: &[u8], start: usize) -> bool {
    let joined = is_before(bytes, start, |b| matches!(b, b'-' | b'.'));
    is_glued(bytes, start) || joined && is_before(bytes, start - 1, |b| b.is_ascii_digit() || b == b'_')
}

fn has_grouping(run: &Run<'_>, lengths: &[usize]) -> bool {
    let groups = 0..lengths.len();
    run.has_lengths(0, lengths) && (run.has_gaps(groups.clone(), b" ") || run.has_gaps(groups, b"-"))
}

fn is_card(run: &Run<'_>, groups: usize) -> bool {
    let mut digits = [0; LONGEST];
    let mut length = 0;
    for group in 0..groups {
        for &digit in run.digits(group) {
            let Some(slot) = digits.get_mut(length) else { return false };
            *slot = digit - b'0';
            length += 1;
        }
    }
    let digits = &digits[..length];
    let end = run.end(groups - 1);
    // What follows a space is an expiry date, or a number of its own.
    let whole = !is_at(run.bytes, end, is_word) && !continues_right(run.bytes, end);
    whole && has_issuer(digits) && luhn(digits)
}

/// Issuer identification numbers after ISO/IEC 7812-1, as the card schemes publish theirs: the
/// first digits from and to, and the lengths from and to.
const ISSUERS: &[(u32, u32, usize, usize)] = &[
    (1000, 1999, 15, 15), // UATP
    (2200, 2204, 16, 19), // Mir
    (2221, 2720, 16, 16), // Mastercard
    (3000, 3059, 14, 19), // Diners Club
    (3095, 3095, 14, 19),
    (3400, 3499, 15, 15), // American Express
    (3528, 3589, 16, 19), // JCB
    (3600, 3699, 14, 19), // Diners Club
    (3700, 3799, 15, 15), // American Express
    (3800, 3999, 14, 19), // Diners Club
    (4000, 4999, 13, 13), // Visa
    (4000, 4999, 16, 16),
    (4000, 4999, 19, 19),
    (5018, 5018, 12, 19), // Maestro
    (5019, 5019, 16, 16), // Dankort
    (5020, 5020, 12, 19), // Maestro
    (5038, 5038, 12, 19),
    (5060, 5067, 16, 19), // Verve, Elo
    (5080, 5089, 16, 16), // RuPay
    (5100, 5599, 16, 16), // Mastercard
    (5600, 5899, 16, 19), // Maestro
    (5893, 5893, 12, 19),
    (6011, 6011, 16, 19), // Discover
    (6062, 6062, 16, 16), // Hipercard
    (6200, 6299, 16, 19), // UnionPay
    (6304, 6304, 12, 19), // Maestro
    (6360, 6399, 16, 19), // InterPayment, InstaPayment, Elo
    (6440, 6599, 16, 19), // Discover, RuPay
    (6759, 6763, 12, 19), // Maestro
    (6767, 6767, 16, 19), // Solo
    (6799, 6799, 12, 19), // Maestro
    (8100, 8199, 16, 19), // UnionPay, RuPay
    (9792, 9792, 16, 16), // Troy
];

fn has_issuer(digits: &[u8]) -> bool {
    let prefix = digits.iter().take(4).fold(0, |prefix, &digit| prefix * 10 + u32::from(digit));
    let fits = |&(from, to, shortest, longest): &(u32, u32, usize, usize)| {
        (from..=to).contains(&prefix) && (shortest..=longest).contains(&digits.len())
    };
    ISSUERS.iter().any(fits)
}

/// The check digit of ISO/IEC 7812-1, annex B: every second digit from the right counts double, and
/// the sum of all digits is a multiple of ten.
fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits.iter().rev().enumerate().map(|(i, &digit)| weighted(i, digit)).sum();
    sum.is_multiple_of(10)
}

fn weighted(place: usize, digit: u8) -> u32 {
    let digit = u32::from(digit);
    match (place % 2, digit) {
        (0, _) => digit,
        (_, 0..=4) => 2 * digit,
        (_, _) => 2 * digit - 9,
    }
}
