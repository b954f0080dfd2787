//! Where recognisers start: bytes of the classes that matter, found for 64 bytes at a time and kept as the bits of a
//! number each.

/// How many bytes make a block: one a bit.
pub(super) const SIZE: usize = 64;

/// How many bytes are looked at in one step.
const STEP: usize = 16;

/// The classes of the bytes of one block. The lowest bit is the first byte.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Block {
    /// `0` to `9`
    digits: u64,
    /// Letters, digits, `_` and `-`: what tokens and names are made of.
    body: u64,
    /// From `:` to `@`, which are signs of assignment and a few others; `%`; a hyphen before another; and an `r` before
    /// a blank, with which `bearer` ends.
    signs: u64,
}

const DIGIT: u8 = 1;
const BODY: u8 = 1 << 1;
const SIGN: u8 = 1 << 2;

impl Block {
    /// The block that begins at `base`; bytes behind the end of the text belong to no class.
    #[inline]
    pub(super) fn read(bytes: &[u8], base: usize) -> Self {
        let mut block = Block::default();
        let mut rest = bytes.get(base..).unwrap_or_default();
        for shift in (0..SIZE).step_by(STEP) {
            let classes = match rest.first_chunk() {
                Some(window) => classes(window),
                None if rest.is_empty() => break,
                None => last_classes(rest),
            };
            block.add(classes, shift);
            rest = rest.get(STEP..).unwrap_or_default();
        }
        block
    }

    #[inline]
    fn add(&mut self, classes: [u8; STEP], shift: usize) {
        let (words, _) = classes.as_chunks();
        let [low, high] = [words[0], words[1]].map(u64::from_le_bytes);
        self.digits |= (bits(low, DIGIT) | bits(high, DIGIT) << 8) << shift;
        self.body |= (bits(low, BODY) | bits(high, BODY) << 8) << shift;
        self.signs |= (bits(low, SIGN) | bits(high, SIGN) << 8) << shift;
    }
}

/// A bit for each of eight bytes that belongs to the class. The product moves the lowest bit of each byte into the
/// highest byte, to a place of its own.
#[inline]
fn bits(word: u64, class: u8) -> u64 {
    const LOWEST: u64 = 0x0101_0101_0101_0101;
    (word >> class.trailing_zeros() & LOWEST).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

#[inline(never)]
fn last_classes(rest: &[u8]) -> [u8; STEP] {
    let mut window = [0; STEP + 1];
    window[..rest.len()].copy_from_slice(rest);
    classes(&window)
}

/// The classes of each byte; the last byte of the window is only looked at as the one that follows. There are no
/// branches in it and no table, so that the compiler makes vector instructions of it.
#[inline(never)]
#[expect(clippy::needless_bitwise_bool, reason = "a lazy operator is a branch")]
fn classes(window: &[u8; STEP + 1]) -> [u8; STEP] {
    let mut classes = [0; STEP];
    for (at, class) in classes.iter_mut().enumerate() {
        let (b, next) = (window[at], window[at + 1]);
        let lower = b | 0x20;
        let digit = b.wrapping_sub(b'0') <= 9;
        let hyphen = b == b'-';
        let body = digit | (lower.wrapping_sub(b'a') <= 25) | (b == b'_') | hyphen;
        let option = hyphen & (next == b'-');
        let bearer = (lower == b'r') & (next <= b' ');
        let sign = (b.wrapping_sub(b':') <= b'@' - b':') | (b == b'%') | option | bearer;
        *class = (u8::from(digit) * DIGIT) | (u8::from(body) * BODY) | (u8::from(sign) * SIGN);
    }
    classes
}

/// Three blocks in a row, to look ahead and behind from the one in the middle.
#[derive(Default)]
pub(super) struct Window {
    last: Block,
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
        self.last = self.here;
        self.here = self.next;
        self.next = Block::read(bytes, base + SIZE);
    }

    /// The signs of the middle block.
    #[inline]
    pub(super) fn signs(&self) -> u64 {
        self.here.signs
    }

    /// The digits from a place in the middle block on.
    #[inline]
    pub(super) fn digits_ahead(&self, bit: u32) -> u64 {
        ahead(self.here.digits, self.next.digits, bit)
    }

    /// How far the letters, digits, `_` and `-` around a place go on before it, and from there on. What is more than a
    /// block away is not seen.
    #[inline]
    pub(super) fn word(&self, bit: u32) -> (usize, usize) {
        let behind = if bit == 0 { self.last.body } else { self.here.body << (64 - bit) | self.last.body >> bit };
        (behind.leading_ones() as usize, ahead(self.here.body, self.next.body, bit).trailing_ones() as usize)
    }

    /// The digits of the middle block that none precedes.
    #[inline]
    pub(super) fn numbers(&self) -> u64 {
        self.here.digits & !(self.here.digits << 1 | self.last.digits >> 63)
    }

    /// Where stretches of at least 15 letters, digits, `_` and `-` begin in the middle block.
    #[inline]
    pub(super) fn long_words(&self) -> u64 {
        let body = self.here.body;
        let starts = body & !(body << 1 | self.last.body >> 63);
        // Most words are short.
        let starts = starts & ahead(body, self.next.body, 7) & ahead(body, self.next.body, 14);
        if starts == 0 {
            return 0;
        }
        // The first eight and the last eight of the fifteen.
        let two = |at| ahead(body, self.next.body, at) & ahead(body, self.next.body, at + 1);
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

    fn slow(bytes: &[u8], at: usize) -> [bool; 3] {
        let (b, next) = (bytes[at], bytes.get(at + 1).copied().unwrap_or(0));
        let body = b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
        let sign = match b {
            b':' | b';' | b'<' | b'=' | b'>' | b'?' | b'@' | b'%' => true,
            b'-' => next == b'-',
            b'r' | b'R' => next <= b' ',
            _ => false,
        };
        [b.is_ascii_digit(), body, sign]
    }

    fn assert_same(bytes: &[u8]) {
        for base in (0..bytes.len() + SIZE).step_by(SIZE) {
            let block = Block::read(bytes, base);
            for bit in 0..SIZE {
                let expected = if base + bit < bytes.len() { slow(bytes, base + bit) } else { [false; 3] };
                let found = [block.digits, block.body, block.signs].map(|class| class >> bit & 1 == 1);
                assert_eq!(found, expected, "{bit} of {bytes:?}");
            }
        }
    }

    #[test]
    fn bytes_have_the_same_classes_one_by_one() {
        for b in 0..=u8::MAX {
            let pairs: Vec<u8> = (0..=u8::MAX).flat_map(|next| [b, next]).collect();
            assert_same(&pairs);
        }
        let mut random = fastrand::Rng::with_seed(7);
        for length in 0..4 * SIZE {
            let bytes: Vec<u8> = (0..length).map(|_| random.u8(..)).collect();
            assert_same(&bytes);
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
