//! The ids of traces and spans.

use std::fmt;

/// The 128-bit id that all spans of one trace share, never zero.
///
/// Shown as 32 lower-case hexadecimal digits, as [W3C Trace Context] writes it.
///
/// [W3C Trace Context]: https://www.w3.org/TR/trace-context/#trace-id
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TraceId(pub(super) u128);

/// The 64-bit id of one span, never zero; 16 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SpanId(pub(super) u64);

impl TraceId {
    /// A new random id.
    #[must_use]
    pub fn random() -> Self {
        Self(fastrand::u128(1..))
    }

    /// The id that is this number; zero is none.
    pub(super) fn from_number(number: u128) -> Option<Self> {
        (number != 0).then_some(Self(number))
    }

    pub(super) fn from_halves([upper, lower]: [u64; 2]) -> Self {
        Self(u128::from(upper) << 64 | u128::from(lower))
    }

    #[expect(clippy::cast_possible_truncation, reason = "the lower half")]
    pub(super) fn halves(self) -> [u64; 2] {
        [(self.0 >> 64) as u64, self.0 as u64]
    }

    pub(crate) fn bits(self) -> u128 {
        self.0
    }

    /// The id as it goes on the wire.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }
}

impl SpanId {
    /// A new random id.
    #[must_use]
    pub fn random() -> Self {
        Self(fastrand::u64(1..))
    }

    /// The id that is this number; zero is none.
    pub(super) fn from_number(number: u64) -> Option<Self> {
        (number != 0).then_some(Self(number))
    }

    /// The id as it goes on the wire.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 8] {
        self.0.to_be_bytes()
    }
}

/// Appends bytes as hexadecimal digits: every line has 48 of them.
fn push_hexadecimal(text: &mut String, bytes: &[u8]) {
    const DIGITS: [u8; 16] = *b"0123456789abcdef";
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 0xf)]));
    }
}

impl TraceId {
    /// Appends the digits.
    pub(crate) fn push_to(self, text: &mut String) {
        push_hexadecimal(text, &self.to_bytes());
    }
}

impl SpanId {
    /// Appends the digits.
    pub(crate) fn push_to(self, text: &mut String) {
        push_hexadecimal(text, &self.to_bytes());
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
