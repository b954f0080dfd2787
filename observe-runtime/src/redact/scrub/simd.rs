//! The classes of 64 bytes at a time, a bit for each byte; the lowest bit is the first byte.

/// How many bytes make a block: one a bit.
pub(super) const SIZE: usize = 64;

/// A bit for each byte of a block that belongs to a class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Masks {
    /// `0` to `9`
    pub(super) digits: u64,
    /// `A` to `Z` in both cases
    pub(super) letters: u64,
    pub(super) hyphens: u64,
    pub(super) dots: u64,
    pub(super) underscores: u64,
    /// From `:` to `@`, which are signs of assignment and a few others; and `%`
    pub(super) signs: u64,
    /// `r` in both cases
    pub(super) r: u64,
    /// Blanks and control characters
    pub(super) blanks: u64,
    /// What is not ASCII
    pub(super) high: u64,
}

#[inline]
pub(super) fn masks(block: &[u8; SIZE]) -> Masks {
    #[cfg(target_arch = "x86_64")]
    {
        #[expect(unsafe_code, reason = "vector instructions need it")]
        // SAFETY: the function is unsafe to call where the processor may lack SSE2. The architecture x86_64 has it.
        unsafe {
            sse2::masks(block)
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
        letters: all(|b| b.is_ascii_alphabetic()),
        hyphens: all(|b| b == b'-'),
        dots: all(|b| b == b'.'),
        underscores: all(|b| b == b'_'),
        signs: all(|b| matches!(b, b':'..=b'@' | b'%')),
        r: all(|b| matches!(b, b'r' | b'R')),
        blanks: all(|b| b <= b' '),
        high: all(|b| !b.is_ascii()),
    }
}

#[cfg(target_arch = "x86_64")]
mod sse2 {
    use super::{Masks, SIZE};
    use core::arch::x86_64::{
        __m128i, _mm_cmpeq_epi8, _mm_min_epu8, _mm_movemask_epi8, _mm_or_si128, _mm_set_epi64x, _mm_set1_epi8,
        _mm_sub_epi8,
    };

    #[target_feature(enable = "sse2")]
    #[inline]
    pub(super) fn masks(block: &[u8; SIZE]) -> Masks {
        let mut masks = Masks::default();
        let (chunks, _) = block.as_chunks::<16>();
        for (i, chunk) in chunks.iter().enumerate() {
            let shift = i * 16;
            let both = u128::from_le_bytes(*chunk);
            let v = _mm_set_epi64x((both >> 64) as i64, both as i64);
            let lower = _mm_or_si128(v, all(0x20));
            masks.digits |= bits(within(v, b'0', 9)) << shift;
            masks.letters |= bits(within(lower, b'a', 25)) << shift;
            masks.hyphens |= bits(_mm_cmpeq_epi8(v, all(b'-'))) << shift;
            masks.dots |= bits(_mm_cmpeq_epi8(v, all(b'.'))) << shift;
            masks.underscores |= bits(_mm_cmpeq_epi8(v, all(b'_'))) << shift;
            masks.signs |= bits(_mm_or_si128(within(v, b':', 6), _mm_cmpeq_epi8(v, all(b'%')))) << shift;
            masks.r |= bits(_mm_cmpeq_epi8(lower, all(b'r'))) << shift;
            masks.blanks |= bits(within(v, 0, b' ')) << shift;
            masks.high |= bits(v) << shift;
        }
        masks
    }

    #[target_feature(enable = "sse2")]
    #[inline]
    fn all(b: u8) -> __m128i {
        _mm_set1_epi8(b.cast_signed())
    }

    /// Which bytes are one of `first` and the `more` that follow it.
    #[target_feature(enable = "sse2")]
    #[inline]
    fn within(v: __m128i, first: u8, more: u8) -> __m128i {
        let from = _mm_sub_epi8(v, all(first));
        _mm_cmpeq_epi8(_mm_min_epu8(from, all(more)), from)
    }

    /// The highest bit of each byte.
    #[target_feature(enable = "sse2")]
    #[inline]
    fn bits(v: __m128i) -> u64 {
        u64::from(_mm_movemask_epi8(v).cast_unsigned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vector_instructions_say_the_same_as_a_loop() {
        for first in 0..=u8::MAX {
            let block = std::array::from_fn(|i| first.wrapping_add(u8::try_from(i).unwrap()));
            assert_eq!(masks(&block), portable(&block), "{block:?}");
        }
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..5_000 {
            let block = std::array::from_fn(|_| random.u8(..));
            assert_eq!(masks(&block), portable(&block), "{block:?}");
        }
    }

    #[test]
    fn the_lowest_bit_is_the_first_byte() {
        let mut block = [b'x'; SIZE];
        block[0] = b'7';
        block[63] = b'-';
        let masks = masks(&block);
        assert_eq!((masks.digits, masks.hyphens), (1, 1 << 63));
        assert_eq!(masks.letters, !(1 | 1 << 63));
    }
}
