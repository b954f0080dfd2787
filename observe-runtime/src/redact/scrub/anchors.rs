//! Where recognisers start: bytes of the classes that matter, found for 64 bytes at a time.

use super::simd::{Masks, SIZE, masks};

/// The classes of the bytes of one block.
#[derive(Clone, Copy, Debug, Default)]
struct Block {
    masks: Masks,
    /// What words are made of: letters, digits, `_`, `-` and full stops.
    text: u64,
}

impl Block {
    #[inline]
    fn read(bytes: &[u8], base: usize) -> Self {
        let masks = masks(bytes, base);
        Block { text: masks.body | masks.dots, masks }
    }
}

/// What is still asked of the block before.
#[derive(Default)]
struct Last {
    digits: u64,
    body: u64,
    text: u64,
}

/// Three blocks in a row, to look ahead and behind from the one in the middle.
#[derive(Default)]
pub(super) struct Window {
    last: Last,
    here: Block,
    next: Block,
}

impl Window {
    /// Before the first block of the text.
    pub(super) fn before(bytes: &[u8]) -> Self {
        Window { next: Block::read(bytes, 0), ..Window::default() }
    }

    /// Moves on by one block, to that at `base`.
    #[inline]
    pub(super) fn advance(&mut self, bytes: &[u8], base: usize) {
        let Block { masks, text } = self.here;
        self.last = Last { digits: masks.digits, body: masks.body, text };
        self.here = self.next;
        self.next = Block::read(bytes, base + SIZE);
    }

    /// Of the middle block: from `:` to `@`, which are signs of assignment and a few others; `%`; a hyphen before
    /// another; and an `r` before a blank, with which `bearer` ends.
    #[inline]
    pub(super) fn signs(&self) -> u64 {
        let (here, next) = (&self.here.masks, &self.next.masks);
        let options = here.hyphens & ahead(here.hyphens, next.hyphens, 1);
        let bearers = here.r & ahead(here.blanks, next.blanks, 1);
        here.signs | options | bearers
    }

    /// Whether all of the middle block is ASCII.
    #[inline]
    pub(super) fn is_ascii(&self) -> bool {
        self.here.masks.high == 0
    }

    /// The digits from a place in the middle block on.
    #[inline]
    pub(super) fn digits_ahead(&self, bit: u32) -> u64 {
        ahead(self.here.masks.digits, self.next.masks.digits, bit)
    }

    /// How far the letters, digits, `_`, `-` and `.` around a place go on before it, and from there on. What is more
    /// than a block away is not seen.
    #[inline]
    pub(super) fn word(&self, bit: u32) -> (usize, usize) {
        let behind = if bit == 0 { self.last.text } else { self.here.text << (64 - bit) | self.last.text >> bit };
        (behind.leading_ones() as usize, ahead(self.here.text, self.next.text, bit).trailing_ones() as usize)
    }

    /// The digits of the middle block that none precedes.
    #[inline]
    pub(super) fn numbers(&self) -> u64 {
        self.here.masks.digits & !(self.here.masks.digits << 1 | self.last.digits >> 63)
    }

    /// Where stretches of at least 15 letters, digits, `_` and `-` begin in the middle block.
    #[inline]
    pub(super) fn long_words(&self) -> u64 {
        let body = self.here.masks.body;
        let starts = body & !(body << 1 | self.last.body >> 63);
        // Most words are short.
        let starts = starts & ahead(body, self.next.masks.body, 7) & ahead(body, self.next.masks.body, 14);
        if starts == 0 {
            return 0;
        }
        // The first eight and the last eight of the fifteen.
        let two = |at| ahead(body, self.next.masks.body, at) & ahead(body, self.next.masks.body, at + 1);
        let four = |at| two(at) & two(at + 2);
        let eight = |at| four(at) & four(at + 4);
        starts & eight(0) & eight(7)
    }
}

#[inline]
fn ahead(here: u64, next: u64, bit: u32) -> u64 {
    here >> bit | (next << 1) << (63 - bit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_found_at_the_seams_of_blocks() {
        for start in 1..2 * SIZE {
            for (anchor, wanted) in [("=", true), ("--", true), ("r ", true), ("%", true), ("-x", false), ("rx", false)]
            {
                let text = [&"x".repeat(start), anchor, "x"].concat();
                let mut window = Window::before(text.as_bytes());
                let mut found = Vec::new();
                for base in (0..text.len()).step_by(SIZE) {
                    window.advance(text.as_bytes(), base);
                    found.extend((0..SIZE).filter(|bit| window.signs() >> bit & 1 == 1).map(|bit| base + bit));
                }
                assert_eq!(found, if wanted { vec![start] } else { vec![] }, "{anchor:?} at {start}");
            }
        }
    }

    #[test]
    fn words_are_measured_across_blocks() {
        for start in 1..2 * SIZE {
            for length in 1..SIZE {
                let text = [" ".repeat(start), "7".repeat(length), " ".repeat(SIZE)].concat();
                let bytes = text.as_bytes();
                let mut window = Window::before(bytes);
                let mut long = Vec::new();
                for base in (0..bytes.len()).step_by(SIZE) {
                    window.advance(bytes, base);
                    let mut numbers = window.numbers();
                    while numbers != 0 {
                        let bit = numbers.trailing_zeros();
                        assert_eq!((base + bit as usize, window.word(bit)), (start, (0, length)));
                        assert_eq!(window.digits_ahead(bit).trailing_ones() as usize, length);
                        numbers &= numbers - 1;
                    }
                    let words = window.long_words();
                    long.extend((0..SIZE).filter(|bit| words >> bit & 1 == 1).map(|bit| base + bit));
                }
                assert_eq!(long, if length >= 15 { vec![start] } else { vec![] });
            }
        }
    }
}
