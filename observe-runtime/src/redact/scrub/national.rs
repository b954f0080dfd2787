//! Numbers that states give their people, where form and check digit tell them from other numbers.
//! All others need a label.

use std::ops::Range;

use super::ascii::{end_of, is_at, is_before, is_word};
use super::check::{digit, digits, dihedral, luhn, number, weighted};
use super::{Finding, Kind};

pub(super) fn at(text: &str, word: Range<usize>) -> Option<Finding> {
    let bytes = text.as_bytes();
    let content = &bytes[word.clone()];
    if !(2..=18).contains(&content.len()) || is_before(bytes, word.start, is_word) {
        return None;
    }
    let found = |kind: Kind, range: Range<usize>| Some(Finding { kind, range });
    if is_whole(content) {
        return found(Kind::NationalId, word);
    }
    if content.len() == 16 && is_driving_licence(content) {
        return found(Kind::DrivingLicence, word);
    }
    let spaced = spaced(bytes, &word).or_else(|| insurance(bytes, &word)).or_else(|| finnish_before_1900(bytes, &word));
    found(Kind::NationalId, spaced?)
}

/// The forms without spaces, by their length.
fn is_whole(content: &[u8]) -> bool {
    match content.len() {
        9 => is_spanish(content) || is_singaporean(content),
        10 => content[8] == b'-' && is_spanish_printed(content) || is_indian_account(content),
        11 => is_finnish(content) || is_swedish(content) || is_spanish_printed(content) || is_canadian(content),
        12 => is_german_pension(content),
        13 => is_swedish(content) || is_south_african(content),
        14 => is_brazilian(content) || is_korean(content) || is_indian(content),
        15 => is_belgian(content) || is_indian_tax(content) || is_french(content),
        16 => is_italian(content),
        17 => is_thai(content),
        18 => is_chinese(content) || is_mexican(content),
        _ => false,
    }
}

/// Whether the bytes are of these classes: `9` a digit, `A` a capital, `X` either, else itself.
fn looks(content: &[u8], like: &[u8]) -> bool {
    let suits = |(b, class): (&u8, &u8)| match class {
        b'9' => b.is_ascii_digit(),
        b'A' => b.is_ascii_uppercase(),
        b'X' => b.is_ascii_digit() || b.is_ascii_uppercase(),
        other => b == other,
    };
    content.len() == like.len() && content.iter().zip(like).all(suits)
}

fn is_day(day: &[u8]) -> bool {
    (1..=31).contains(&number(day))
}

fn is_month(month: &[u8]) -> bool {
    (1..=12).contains(&number(month))
}

fn is_date(day: &[u8], month: &[u8]) -> bool {
    const DAYS: [usize; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let days = number(month).checked_sub(1).and_then(|month| DAYS.get(month));
    days.is_some_and(|days| (1..=*days).contains(&number(day)))
}

/// Spain, DNI and NIE: the last letter is the remainder by 23 (Real Decreto 1553/2005).
fn is_spanish(content: &[u8]) -> bool {
    const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    let value = match content[0] {
        b'X' | b'Y' | b'Z' if looks(&content[1..], b"9999999A") => {
            usize::from(content[0] - b'X') * 10_000_000 + number(&content[1..8])
        }
        _ if looks(content, b"99999999A") => number(&content[..8]),
        _ => return false,
    };
    content[8] == LETTERS[value % 23]
}

/// `12345678-Z`, `X-1234567-L`
fn is_spanish_printed(content: &[u8]) -> bool {
    let hyphens = looks(content, b"99999999-A") || looks(content, b"A-9999999-A") || looks(content, b"A9999999-A");
    let mut plain = [0; 9];
    let mut length = 0;
    for &b in content.iter().filter(|b| **b != b'-') {
        let Some(slot) = plain.get_mut(length) else { return false };
        *slot = b;
        length += 1;
    }
    hyphens && length == 9 && is_spanish(&plain)
}

/// Singapore, NRIC and FIN: weights 2 7 6 5 4 3 2, and 4 more for those given since 2000.
fn is_singaporean(content: &[u8]) -> bool {
    const CITIZENS: &[u8; 11] = b"JZIHGFEDCBA";
    const OTHERS: &[u8; 11] = b"XWUTRQPNMLK";
    if !looks(content, b"A9999999A") {
        return false;
    }
    let sum = weighted(&content[1..8], &[2, 7, 6, 5, 4, 3, 2]);
    match content[0] {
        b'S' => content[8] == CITIZENS[sum % 11],
        b'T' => content[8] == CITIZENS[(sum + 4) % 11],
        b'F' => content[8] == OTHERS[sum % 11],
        b'G' => content[8] == OTHERS[(sum + 4) % 11],
        _ => false,
    }
}

/// India, PAN: the fourth letter says what kind of person it is.
fn is_indian_account(content: &[u8]) -> bool {
    looks(content, b"AAAAA9999A") && b"PCHABGFTLJ".contains(&content[3])
}

/// India, GSTIN: a state, a PAN, and a check character to the base of 36.
fn is_indian_tax(content: &[u8]) -> bool {
    let state = || (1..=38).contains(&number(&content[..2]));
    if !looks(content, b"99AAAAA9999AXZX") || !state() {
        return false;
    }
    let sum: usize = content[..14]
        .iter()
        .enumerate()
        .map(|(i, &b)| base36(b) * (1 + i % 2))
        .map(|product| product / 36 + product % 36)
        .sum();
    base36(content[14]) == (36 - sum % 36) % 36
}

fn base36(b: u8) -> usize {
    usize::from(if b.is_ascii_digit() { b - b'0' } else { b - b'A' + 10 })
}

/// India, Aadhaar in print: twelve digits after the scheme of Verhoeff, the first from 2 on.
fn is_indian(content: &[u8]) -> bool {
    looks(content, b"9999-9999-9999") && content[0] >= b'2' && dihedral(digits(content))
}

/// Finland, henkilötunnus: the last character is the remainder by 31 (Decree 128/2010).
fn is_finnish(content: &[u8]) -> bool {
    const CHARACTERS: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
    let century = matches!(content[6], b'-' | b'+' | b'A'..=b'F' | b'U'..=b'Y');
    let formed = looks(&content[..6], b"999999") && looks(&content[7..], b"999X");
    if !century || !formed || !is_date(&content[..2], &content[2..4]) {
        return false;
    }
    let value = number(&content[..6]) * 1000 + number(&content[7..10]);
    content[10] == CHARACTERS[value % 31]
}

/// Before 1900 there is a plus sign, which ends a word.
fn finnish_before_1900(bytes: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let range = word.start..word.start + 11;
    let content = bytes.get(range.clone()).filter(|content| word.len() == 6 && content[6] == b'+')?;
    (is_finnish(content) && !is_at(bytes, range.end, is_word)).then_some(range)
}

/// Sweden, personnummer with its hyphen: a date and a number, checked after Luhn without the
/// century. Sixty is added to the day in a samordningsnummer. With a century newer than 2009 it is
/// more often the number of a build.
fn is_swedish(content: &[u8]) -> bool {
    let (century, rest) = content.split_at(content.len().saturating_sub(11));
    let known = century.is_empty() || matches!(century, b"18" | b"19") || century == b"20" && rest[0] == b'0';
    if !known || !looks(rest, b"999999-9999") {
        return false;
    }
    let day = number(&rest[4..6]);
    let date = is_month(&rest[2..4]) && (is_day(&rest[4..6]) || (61..=91).contains(&day));
    date && rest[7..] != *b"0000" && luhn(digits(rest))
}

/// Canada, social insurance number in print, checked after Luhn. None begins with 0 or 8.
fn is_canadian(content: &[u8]) -> bool {
    let formed = looks(content, b"999-999-999") || looks(content, b"999 999 999");
    formed && !matches!(content[0], b'0' | b'8') && content[..3] != content[4..7] && luhn(digits(content))
}

/// Germany, Versicherungsnummer of the pension insurance (VKVV, section 2).
fn is_german_pension(content: &[u8]) -> bool {
    let formed = looks(content, b"99999999A999");
    // Where a day has too many births, the numbers after 31 go on from it.
    if !formed || !(1..=81).contains(&number(&content[2..4])) || !is_month(&content[4..6]) {
        return false;
    }
    let letter = content[8] - b'A' + 1;
    let letter = [letter / 10 + b'0', letter % 10 + b'0'];
    let expanded = content[..8].iter().chain(&letter).chain(&content[9..11]);
    let products = expanded.zip([2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]).map(|(&b, weight)| digit(b) * weight);
    let sum: usize = products.map(|product| product / 10 + product % 10).sum();
    sum % 10 == digit(content[11])
}

/// South Africa: a date, a citizenship of 0 to 2, checked after Luhn.
fn is_south_african(content: &[u8]) -> bool {
    looks(content, b"9999999999999")
        && is_date(&content[4..6], &content[2..4])
        && matches!(content[10], b'0'..=b'2')
        && matches!(content[11], b'8' | b'9')
        && luhn(digits(content))
}

/// Brazil, CPF in print: two check digits.
fn is_brazilian(content: &[u8]) -> bool {
    if !looks(content, b"999.999.999-99") {
        return false;
    }
    let mut number = [0; 11];
    for (slot, b) in number.iter_mut().zip(content.iter().filter(|b| b.is_ascii_digit())) {
        *slot = digit(*b);
    }
    let check = |length: usize| {
        let sum: usize =
            number[..length].iter().zip((2..=length + 1).rev()).map(|(digit, weight)| digit * weight).sum();
        (sum * 10 % 11) % 10
    };
    check(9) == number[9] && check(10) == number[10] && number.iter().any(|digit| *digit != number[0])
}

/// Korea, resident and alien registration number with its hyphen. The check digit says nothing: there
/// is none in those given since October 2020.
fn is_korean(content: &[u8]) -> bool {
    looks(content, b"999999-9999999") && is_date(&content[4..6], &content[2..4]) && matches!(content[7], b'1'..=b'8')
}

/// Belgium, rijksregisternummer in print: the complement of the remainder by 97.
fn is_belgian(content: &[u8]) -> bool {
    if !looks(content, b"99.99.99-999.99") {
        return false;
    }
    let value = digits(&content[..12]).fold(0, |value, digit| value * 10 + digit);
    let check = number(&content[13..]);
    [value, 2_000_000_000 + value].iter().any(|value| 97 - value % 97 == check)
}

/// France, NIR: sex, year and month of birth, place, and the complement of the remainder by 97.
fn is_french(content: &[u8]) -> bool {
    let formed = looks(content, b"999999999999999") && matches!(content[0], b'1' | b'2');
    formed && is_month(&content[3..5]) && 97 - number(&content[..13]) % 97 == number(&content[13..])
}

/// Italy, codice fiscale: values for even and odd places, and a letter for the sum.
fn is_italian(content: &[u8]) -> bool {
    /// The values at odd places, those of the digits first.
    const ODD: [usize; 26] =
        [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let formed = looks(&content[..6], b"AAAAAA") && b"ABCDEHLMPRST".contains(&content[8].to_ascii_uppercase());
    if !formed || !looks(content, b"AAAAAAXXAXXAXXXA") {
        return false;
    }
    let place = |b: u8| if b.is_ascii_digit() { digit(b) } else { usize::from(b - b'A') };
    let values = content[..15].iter().enumerate().map(|(i, &b)| if i % 2 == 0 { ODD[place(b)] } else { place(b) });
    values.sum::<usize>() % 26 == usize::from(content[15] - b'A')
}

/// Thailand in print: the complement of the remainder by 11.
fn is_thai(content: &[u8]) -> bool {
    if !looks(content, b"9-9999-99999-99-9") || !matches!(content[0], b'1'..=b'8') {
        return false;
    }
    let sum: usize = digits(&content[..15]).zip((2..=13).rev()).map(|(digit, weight)| digit * weight).sum();
    (11 - sum % 11) % 10 == digit(content[16])
}

/// China, resident identity card (GB 11643): a place, a date, and a check digit after ISO 7064.
fn is_chinese(content: &[u8]) -> bool {
    const CHECK: &[u8; 11] = b"10X98765432";
    let formed = looks(&content[..17], b"99999999999999999") && matches!(&content[6..8], b"19" | b"20");
    if !formed || !is_date(&content[12..14], &content[10..12]) || !matches!(content[0], b'1'..=b'8') {
        return false;
    }
    let sum = weighted(&content[..17], &[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
    content[17].to_ascii_uppercase() == CHECK[sum % 11]
}

/// Mexico, CURP: letters of the name, a date, sex and state, and a check digit.
fn is_mexican(content: &[u8]) -> bool {
    let formed = looks(content, b"AAAA999999AAAAAAX9") && matches!(content[10], b'H' | b'M' | b'X');
    if !formed || !is_date(&content[8..10], &content[6..8]) {
        return false;
    }
    // The alphabet has an Ñ after the N.
    let value = |b: u8| base36(b) + usize::from(b > b'N');
    let sum: usize = content[..17].iter().zip((2..=18).rev()).map(|(&b, weight)| value(b) * weight).sum();
    (10 - sum % 10) % 10 == digit(content[17])
}

/// United Kingdom, driving licence: five letters of the name, the date of birth with the decade in
/// front and fifty more for the month of a woman, initials and three characters.
fn is_driving_licence(content: &[u8]) -> bool {
    let letters = end_of(content, 0, |b| b.is_ascii_uppercase());
    let padded = content[letters.min(5)..5].iter().all(|b| *b == b'9');
    let month = number(&content[6..8]) % 50;
    let formed = (2..=16).contains(&letters) && padded && looks(&content[5..11], b"999999");
    let initials = content[11..13].iter().all(|b| b.is_ascii_uppercase() || *b == b'9');
    formed
        && initials
        && (1..=12).contains(&month)
        && number(&content[6..8]) <= 62
        && is_day(&content[8..10])
        && looks(&content[13..], b"XAA")
}

/// Three groups with spaces: a Canadian social insurance number, an Aadhaar number.
fn spaced(bytes: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let group = word.len();
    let range = word.start..word.start + 3 * group + 2;
    let content = bytes.get(range.clone()).filter(|_| matches!(group, 3 | 4))?;
    let aadhaar = |content: &[u8]| looks(content, b"9999 9999 9999") && content[0] >= b'2' && dihedral(digits(content));
    let valid = if group == 3 { is_canadian(content) } else { aadhaar(content) };
    // More numbers beside it make a table.
    let left = is_before(bytes, range.start, |b| b == b' ')
        && range.start >= 2
        && is_word(bytes[range.start - 2])
        && bytes[range.start - 2].is_ascii_digit();
    let right = is_at(bytes, range.end, |b| matches!(b, b' ' | b'-' | b'.'))
        && is_at(bytes, range.end + 1, |b| b.is_ascii_digit());
    (valid && !left && !right && !is_at(bytes, range.end, is_word)).then_some(range)
}

/// United Kingdom, national insurance number: two letters, six digits and a suffix from A to D, with
/// spaces or without (HM Revenue and Customs, NIM39110).
fn insurance(bytes: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let split = bytes[word.start].is_ascii_digit();
    let start = if split { word.start.checked_sub(3).filter(|&start| bytes[start + 2] == b' ')? } else { word.start };
    let prefix = [bytes[start].to_ascii_uppercase(), bytes.get(start + 1)?.to_ascii_uppercase()];
    let [first, second] = prefix;
    let letters = first.is_ascii_uppercase() && second.is_ascii_uppercase() && !is_before(bytes, start, is_word);
    let given = !b"DFIQUV".contains(&first)
        && !b"DFIQUVO".contains(&second)
        && !matches!(&prefix, b"BG" | b"GB" | b"KN" | b"NK" | b"NT" | b"TN" | b"ZZ");
    if !letters || !given {
        return None;
    }
    let mut at = start + 2;
    for i in 0..6 {
        at += usize::from(i % 2 == 0 && is_at(bytes, at, |b| b == b' ' || b == b'-'));
        bytes.get(at).filter(|b| b.is_ascii_digit())?;
        at += 1;
    }
    at += usize::from(is_at(bytes, at, |b| b == b' ' || b == b'-'));
    bytes.get(at).filter(|b| matches!(b.to_ascii_uppercase(), b'A'..=b'D'))?;
    let range = start..at + 1;
    // In small letters `ab123456c` is what hashes are made of.
    let hash = range.len() == 9 && bytes[range.clone()].iter().all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f'));
    (!hash && !is_at(bytes, range.end, is_word)).then_some(range)
}
