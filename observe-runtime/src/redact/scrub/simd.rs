//! The classes of 64 bytes at a time, a bit for each byte; the lowest bit is the first byte.

/// How many bytes make a block: one a bit.
pub(super) const SIZE: usize = 64;

/// A bit for each byte of a block that belongs to a class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Masks {
    /// `0` to `9`
    pub(super) digits: u64,
    /// Letters, digits, `_` and `-`
    pub(super) body: u64,
    pub(super) hyphens: u64,
    pub(super) dots: u64,
    /// From `:` to `@`, which are signs of assignment and a few others; and `%`
    pub(super) signs: u64,
    /// `r` in both cases
    pub(super) r: u64,
    /// Blanks and control characters
    pub(super) blanks: u64,
    /// What is not ASCII
    pub(super) high: u64,
}

/// The classes of the block that begins at `base`. Bytes behind the end of the text are blanks.
#[inline]
pub(super) fn masks(bytes: &[u8], base: usize) -> Masks {
    match (bytes.get(base..).unwrap_or_default(), bytes.last_chunk()) {
        ([], _) => Masks { blanks: u64::MAX, ..Masks::default() },
        (rest, Some(last)) => match rest.first_chunk() {
            Some(block) => whole(block),
            // The last bytes of the text, moved to where they belong.
            None => whole(last).from(SIZE - rest.len()),
        },
        (rest, None) => part(rest),
    }
}

/// A text that is shorter than a block.
fn part(text: &[u8]) -> Masks {
    let mut block = [0; SIZE];
    block[..text.len()].copy_from_slice(text);
    whole(&block)
}

impl Masks {
    /// The classes of what follows the first bytes of a block, with blanks behind it.
    fn from(self, first: usize) -> Self {
        Masks {
            digits: self.digits >> first,
            body: self.body >> first,
            hyphens: self.hyphens >> first,
            dots: self.dots >> first,
            signs: self.signs >> first,
            r: self.r >> first,
            blanks: self.blanks >> first | !(u64::MAX >> first),
            high: self.high >> first,
        }
    }
}

#[inline]
fn whole(block: &[u8; SIZE]) -> Masks {
    #[cfg(target_arch = "x86_64")]
    {
        #[expect(unsafe_code, reason = "vector instructions need it")]
        // SAFETY: these functions may be called where the processor has the instructions. For AVX2 that is asked first,
        // and SSE2 is part of the architecture x86_64.
        unsafe {
            if std::arch::is_x86_feature_detected!("avx2") { x86::avx2(block) } else { x86::sse2(block) }
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    portable(block)
}

/// Byte by byte, for every processor.
#[cfg(any(test, not(target_arch = "x86_64")))]
fn portable(block: &[u8; SIZE]) -> Masks {
    let all = |is: fn(u8) -> bool| block.iter().rev().fold(0, |all, &b| all << 1 | u64::from(is(b)));
    Masks {
        digits: all(|b| b.is_ascii_digit()),
        body: all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')),
        hyphens: all(|b| b == b'-'),
        dots: all(|b| b == b'.'),
        signs: all(|b| matches!(b, b':'..=b'@' | b'%')),
        r: all(|b| matches!(b, b'r' | b'R')),
        blanks: all(|b| b <= b' '),
        high: all(|b| !b.is_ascii()),
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{Masks, SIZE};
    use core::arch::x86_64::{
        _mm_cmpeq_epi8, _mm_min_epu8, _mm_movemask_epi8, _mm_or_si128, _mm_set_epi64x, _mm_set1_epi8, _mm_sub_epi8,
        _mm256_cmpeq_epi8, _mm256_min_epu8, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set_epi64x, _mm256_set1_epi8,
        _mm256_sub_epi8,
    };

    /// The same function for vectors of either size.
    macro_rules! masks {
        (
            $name:ident, $feature:literal, $bytes:literal, $load:expr,
            $all:ident, $equal:ident, $least:ident, $subtract:ident, $or:ident, $highest:ident
        ) => {
            #[target_feature(enable = $feature)]
            pub(super) fn $name(block: &[u8; SIZE]) -> Masks {
                let mut masks = Masks::default();
                let (chunks, _) = block.as_chunks::<$bytes>();
                for (i, chunk) in chunks.iter().enumerate() {
                    let v = $load(chunk);
                    let all = |b: u8| $all(b.cast_signed());
                    let is = |v, b| $equal(v, all(b));
                    // Which bytes are one of `first` and the `more` that follow it.
                    let within = |v, first, more| {
                        let from = $subtract(v, all(first));
                        $equal($least(from, all(more)), from)
                    };
                    let bits = |v| u64::from($highest(v).cast_unsigned()) << (i * $bytes);
                    let lower = $or(v, all(0x20));
                    let (digits, letters, hyphens) = (within(v, b'0', 9), within(lower, b'a', 25), is(v, b'-'));
                    masks.digits |= bits(digits);
                    masks.body |= bits($or($or(digits, hyphens), $or(letters, is(v, b'_'))));
                    masks.hyphens |= bits(hyphens);
                    masks.dots |= bits(is(v, b'.'));
                    masks.signs |= bits($or(within(v, b':', 6), is(v, b'%')));
                    masks.r |= bits(is(lower, b'r'));
                    masks.blanks |= bits(within(v, 0, b' '));
                    masks.high |= bits(v);
                }
                masks
            }
        };
    }

    fn halves(chunk: &[u8; 16]) -> [i64; 2] {
        let (halves, _) = chunk.as_chunks();
        [i64::from_le_bytes(halves[0]), i64::from_le_bytes(halves[1])]
    }

    masks!(
        sse2,
        "sse2",
        16,
        |chunk| {
            let [low, high] = halves(chunk);
            _mm_set_epi64x(high, low)
        },
        _mm_set1_epi8,
        _mm_cmpeq_epi8,
        _mm_min_epu8,
        _mm_sub_epi8,
        _mm_or_si128,
        _mm_movemask_epi8
    );

    masks!(
        avx2,
        "avx2",
        32,
        |chunk: &[u8; 32]| {
            let (halves_of, _) = chunk.as_chunks();
            let ([a, b], [c, d]) = (halves(&halves_of[0]), halves(&halves_of[1]));
            _mm256_set_epi64x(d, c, b, a)
        },
        _mm256_set1_epi8,
        _mm256_cmpeq_epi8,
        _mm256_min_epu8,
        _mm256_sub_epi8,
        _mm256_or_si256,
        _mm256_movemask_epi8
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_same(block: &[u8; SIZE]) {
        let expected = portable(block);
        assert_eq!(masks(block, 0), expected, "{block:?}");
        #[cfg(target_arch = "x86_64")]
        {
            #[expect(unsafe_code, reason = "vector instructions need it")]
            // SAFETY: SSE2 is part of the architecture x86_64.
            let narrow = unsafe { x86::sse2(block) };
            assert_eq!(narrow, expected, "{block:?}");
        }
    }

    #[test]
    fn vector_instructions_say_the_same_as_a_loop() {
        for first in 0..=u8::MAX {
            assert_same(&std::array::from_fn(|i| first.wrapping_add(u8::try_from(i).unwrap())));
        }
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..5_000 {
            assert_same(&std::array::from_fn(|_| random.u8(..)));
        }
    }

    #[test]
    fn behind_the_end_of_a_text_there_are_blanks() {
        let mut random = fastrand::Rng::with_seed(8);
        for length in 0..3 * SIZE {
            let text: Vec<u8> = (0..length).map(|_| random.u8(..)).collect();
            let padded = [&text[..], &[0; SIZE]].concat();
            for base in (0..length + SIZE).step_by(SIZE) {
                let block = std::array::from_fn(|i| padded.get(base + i).copied().unwrap_or(0));
                assert_eq!(masks(&text, base), portable(&block), "{text:?} from {base}");
            }
        }
    }

    #[test]
    fn the_lowest_bit_is_the_first_byte() {
        let mut block = [b'x'; SIZE];
        block[0] = b'7';
        block[63] = b'-';
        let masks = masks(&block, 0);
        assert_eq!((masks.digits, masks.hyphens), (1, 1 << 63));
    }
}
