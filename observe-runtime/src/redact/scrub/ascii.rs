//! Looking at text as ASCII: what is not ASCII neither matches nor continues a word.

/// A byte that continues a word. Bytes outside ASCII do not: `邮箱zhang` has a boundary before the
/// `z`, where the `\b` of Unicode has none.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

pub(super) fn before(bytes: &[u8], at: usize) -> Option<u8> {
    at.checked_sub(1).map(|at| bytes[at])
}

pub(super) fn is_at(bytes: &[u8], at: usize, is: impl Fn(u8) -> bool) -> bool {
    bytes.get(at).copied().is_some_and(is)
}

pub(super) fn is_before(bytes: &[u8], at: usize, is: impl Fn(u8) -> bool) -> bool {
    before(bytes, at).is_some_and(is)
}

/// Whether a word goes on before `at`. The last letter of an escape is none: `Debug` writes a new line as `\n`, a
/// terminal is told to write bold by `ESC [1m`, and JSON for the web has `\u003d`.
pub(super) fn is_glued(bytes: &[u8], at: usize) -> bool {
    is_before(bytes, at, is_word) && !ends_escape(&bytes[..at])
}

fn ends_escape(before: &[u8]) -> bool {
    match before {
        [.., b'\\', b'n' | b'r' | b't'] => true,
        [rest @ .., b'm'] => {
            let codes = rest.iter().rev().take(12).take_while(|b| b.is_ascii_digit() || **b == b';').count();
            rest[..rest.len() - codes].ends_with(b"[") && codes > 0
        }
        [.., b'\\', b'u', b'0', b'0', high, low] | [.., b'%', high, low] => {
            high.is_ascii_hexdigit() && low.is_ascii_alphabetic()
        }
        _ => false,
    }
}

/// The end of the longest stretch of `is` bytes that starts at `from`.
pub(super) fn end_of(bytes: &[u8], from: usize, is: impl Fn(u8) -> bool) -> usize {
    bytes[from..].iter().position(|&b| !is(b)).map_or(bytes.len(), |n| from + n)
}

/// The start of the longest stretch of `is` bytes that ends at `to` and does not begin before
/// `floor`.
pub(super) fn start_of(bytes: &[u8], floor: usize, to: usize, is: impl Fn(u8) -> bool) -> usize {
    let floor = floor.min(to);
    bytes[floor..to].iter().rposition(|&b| !is(b)).map_or(floor, |n| floor + n + 1)
}

/// Whether a label that starts at `at` begins a word: `Dob` does in `patientDob` and `patient_dob`,
/// not in `adobe`.
pub(super) fn starts_word(bytes: &[u8], at: usize) -> bool {
    match before(bytes, at) {
        Some(b) if b.is_ascii_lowercase() => bytes[at].is_ascii_uppercase(),
        Some(b) => !b.is_ascii_uppercase(),
        None => true,
    }
}

pub(super) fn contains_ignore_case(words: &[&str], word: &str) -> bool {
    words.iter().any(|w| w.eq_ignore_ascii_case(word))
}
