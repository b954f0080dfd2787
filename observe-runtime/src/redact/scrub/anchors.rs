//! The one pass over every text that says which recognisers have anything to look for in it.

use super::fold;

const DIGIT: u8 = 1;
const AT: u8 = 1 << 1;
const COLON: u8 = 1 << 2;
const ASSIGN: u8 = 1 << 3;
const DOT: u8 = 1 << 4;
const BODY: u8 = 1 << 5;
const SPACE: u8 = 1 << 6;

/// The classes of each byte.
const CLASS: [u8; 256] = {
    let mut class = [0; 256];
    let mut b = 0_u8;
    while b < 128 {
        class[b as usize] = classify(b);
        b += 1;
    }
    class
};

const fn classify(b: u8) -> u8 {
    match b {
        b'0'..=b'9' => DIGIT | BODY,
        b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'-' => BODY,
        b'@' => AT,
        // `%40` and `%3D` are `@` and `=` in a URL.
        b'%' => AT | ASSIGN,
        b'=' | b'<' => ASSIGN,
        b':' => COLON,
        b'.' => DOT,
        b' ' | b'\t' => SPACE,
        _ => 0,
    }
}

/// The shortest token known by its prefix alone.
const SHORTEST_TOKEN: usize = 14;

#[derive(Default)]
pub(super) struct Anchors {
    seen: u8,
    digits: usize,
    colons: usize,
    dots: usize,
    longest_body: usize,
    bearer: bool,
    option: bool,
    /// Characters that stand for ASCII ones: nothing is known of them here, so every recogniser has
    /// to look.
    foreign: bool,
}

impl Anchors {
    pub(super) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut anchors = Anchors::default();
        let mut body = 0;
        for (i, &b) in bytes.iter().enumerate() {
            let class = CLASS[usize::from(b)];
            anchors.seen |= class;
            anchors.digits += usize::from(class & DIGIT != 0);
            anchors.colons += usize::from(class & COLON != 0);
            anchors.dots += usize::from(class & DOT != 0);
            body = if class & BODY == 0 { 0 } else { body + 1 };
            anchors.longest_body = anchors.longest_body.max(body);
            if class & SPACE != 0 {
                anchors.bearer |= ends_with_bearer(&bytes[..i]);
            }
            anchors.option |= b == b'-' && i > 0 && bytes[i - 1] == b'-';
        }
        anchors.foreign = !text.is_ascii() && fold::concerns(text);
        anchors
    }

    pub(super) fn none(&self) -> bool {
        !(self.email() || self.assignment() || self.token() || self.ip() || self.number() || self.labelled())
    }

    pub(super) fn email(&self) -> bool {
        self.foreign || self.seen & AT != 0
    }

    pub(super) fn url(&self) -> bool {
        self.foreign || self.colons > 0
    }

    pub(super) fn assignment(&self) -> bool {
        self.foreign || self.seen & (ASSIGN | COLON) != 0 || self.option
    }

    pub(super) fn token(&self) -> bool {
        // Two hyphens begin a private key.
        self.foreign || self.bearer || self.option || self.longest_body >= SHORTEST_TOKEN
    }

    pub(super) fn ip(&self) -> bool {
        self.foreign || self.colons >= 2 || (self.dots >= 3 && self.digits >= 4)
    }

    pub(super) fn number(&self) -> bool {
        self.foreign || self.digits >= 7
    }

    pub(super) fn labelled(&self) -> bool {
        // A hardware address may have letters only.
        self.foreign || self.digits > 0 || self.colons >= 5 || self.dots >= 2 || self.longest_body >= 17
    }
}

fn ends_with_bearer(bytes: &[u8]) -> bool {
    // Most words do not end in `r`, which saves the longer comparison.
    matches!(bytes.last(), Some(b'r' | b'R'))
        && bytes.len().checked_sub(6).is_some_and(|from| bytes[from..].eq_ignore_ascii_case(b"bearer"))
}
