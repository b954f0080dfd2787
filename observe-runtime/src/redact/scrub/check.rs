//! Check digits.

pub(super) fn digit(b: u8) -> usize {
    usize::from(b.wrapping_sub(b'0'))
}

/// The digits in `content`, whatever separates them.
pub(super) fn digits(content: &[u8]) -> impl DoubleEndedIterator<Item = usize> + '_ {
    content.iter().filter(|b| b.is_ascii_digit()).map(|&b| digit(b))
}

/// The number that all digits in `content` make. At most eighteen of them are read.
pub(super) fn number(content: &[u8]) -> usize {
    digits(content).take(18).fold(0, |number, digit| number * 10 + digit)
}

pub(super) fn weighted(content: &[u8], weights: &[usize]) -> usize {
    content.iter().zip(weights).map(|(&b, weight)| digit(b) * weight).sum()
}

/// The formula of Luhn: ISO/IEC 7812-1, annex B.
pub(super) fn luhn(digits: impl DoubleEndedIterator<Item = usize>) -> bool {
    let doubled = digits.rev().enumerate().map(|(i, digit)| if i % 2 == 0 { digit } else { digit * 2 });
    doubled.map(|digit| digit / 10 + digit % 10).sum::<usize>() % 10 == 0
}

/// The scheme of Verhoeff: the digits, permuted by their place, multiplied in the dihedral group of
/// the pentagon.
pub(super) fn dihedral(digits: impl DoubleEndedIterator<Item = usize>) -> bool {
    const PERMUTATION: [usize; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let product = digits.rev().enumerate().fold(0, |product, (place, digit)| {
        let permuted = (0..place % 8).fold(digit, |digit, _| PERMUTATION[digit]);
        multiply(product, permuted)
    });
    product == 0
}

/// From 0 to 4 the rotations, from 5 to 9 the reflections.
fn multiply(a: usize, b: usize) -> usize {
    match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => 5 + (a + b - 5) % 5,
        (false, true) => 5 + (a - b) % 5,
        (false, false) => (a + 5 - b) % 5,
    }
}
