//! Numbers made of groups of digits: the common ground of social security, card and telephone
//! numbers.

use std::ops::Range;

use super::ascii::{end_of, is_at, is_before, is_glued, is_word};
use super::recognise::Found;
use super::{Kind, card, phone, ssn};

/// The most groups looked at together; a number with more is cut off there.
const MOST_GROUPS: usize = 8;

/// The most separators between two groups.
const LONGEST_GAP: u32 = 3;

/// The fewest digits of all these numbers.
pub(super) const FEWEST_DIGITS: u32 = 7;

/// Whether too few digits are close together for any of these numbers. `ahead` has a bit for each byte from the first
/// digit on that is a digit too.
#[inline]
pub(super) fn is_short(mut ahead: u64) -> bool {
    let mut digits = 0;
    loop {
        let group = ahead.trailing_ones();
        digits += group;
        if digits >= FEWEST_DIGITS {
            return false;
        }
        ahead >>= group;
        let gap = ahead.trailing_zeros();
        if gap > LONGEST_GAP {
            return true;
        }
        ahead >>= gap;
    }
}

/// What the digits that start at `start` are the first of; the end of what was found.
pub(super) fn at(bytes: &[u8], start: usize, found: &mut Found<'_>) -> usize {
    let run = Run::at(bytes, start..end_of(bytes, start, |b| b.is_ascii_digit()));
    if let Some(ssn) = ssn::at(&run) {
        let end = ssn.end;
        found.add(Kind::Ssn, Some(ssn));
        return end;
    }
    let phone = if in_account_number(&run) { None } else { phone::at(&run) };
    let all = [
        (Kind::Card, card::at(&run)),
        (Kind::Phone, phone),
        (Kind::Ssn, ssn::labelled(bytes, start)),
        (Kind::Phone, phone::labelled(&run)),
    ];
    let mut done = run.end(0);
    for (kind, range) in all {
        done = done.max(range.as_ref().map_or(0, |range| range.end));
        found.add(kind, range);
    }
    done
}

/// Groups of digits with at most three separators between each two.
pub(super) struct Run<'t> {
    pub(super) bytes: &'t [u8],
    groups: [Group; MOST_GROUPS],
    count: usize,
}

#[derive(Clone, Copy, Default)]
struct Group {
    start: usize,
    end: usize,
}

impl<'t> Run<'t> {
    /// The run that begins with the group of digits `first`.
    pub(super) fn at(bytes: &'t [u8], first: Range<usize>) -> Self {
        let mut run = Run { bytes, groups: [Group::default(); MOST_GROUPS], count: 0 };
        let mut next = Some(first);
        while let (Some(group), true) = (next, run.count < MOST_GROUPS) {
            run.groups[run.count] = Group { start: group.start, end: group.end };
            run.count += 1;
            next = group_after(bytes, group.end);
        }
        run
    }

    pub(super) fn count(&self) -> usize {
        self.count
    }

    pub(super) fn start(&self, group: usize) -> usize {
        self.groups[group].start
    }

    pub(super) fn end(&self, group: usize) -> usize {
        self.groups[group].end
    }

    pub(super) fn length(&self, group: usize) -> usize {
        self.end(group) - self.start(group)
    }

    pub(super) fn digits(&self, group: usize) -> &'t [u8] {
        &self.bytes[self.start(group)..self.end(group)]
    }

    /// What separates a group from the one before it.
    pub(super) fn gap(&self, group: usize) -> &'t [u8] {
        &self.bytes[self.end(group - 1)..self.start(group)]
    }

    /// Whether the groups from `from` on have these lengths.
    pub(super) fn has_lengths(&self, from: usize, lengths: &[usize]) -> bool {
        from + lengths.len() <= self.count && lengths.iter().enumerate().all(|(i, &n)| self.length(from + i) == n)
    }

    /// Whether all groups in the range after the first are separated by `gap`.
    pub(super) fn has_gaps(&self, groups: Range<usize>, gap: &[u8]) -> bool {
        groups.skip(1).all(|group| self.gap(group) == gap)
    }
}

fn group_after(bytes: &[u8], end: usize) -> Option<Range<usize>> {
    let start = (end..bytes.len().min(end + LONGEST_GAP as usize + 1))
        .find(|&at| !matches!(bytes[at], b' ' | b'-' | b'.' | b'/' | b'(' | b')'))?;
    let group = start..end_of(bytes, start, |b| b.is_ascii_digit());
    (start > end && !group.is_empty()).then_some(group)
}

/// Whether the run goes on with the blocks of four of an international bank account number, which
/// begins with a country and two digits (ISO 13616). Parts of it look like telephone numbers.
fn in_account_number(run: &Run<'_>) -> bool {
    const LONGEST: usize = 34;
    let (bytes, start) = (run.bytes, run.start(0));
    let last = run.count() == 1 || run.gap(1) != b" ";
    let punctuated = is_at(bytes, run.end(0), |b| matches!(b, b'-' | b'.' | b'/' | b')'));
    if punctuated || run.length(0) > 4 || !last && run.length(0) < 4 {
        return false;
    }
    let mut at = start;
    while start - at < LONGEST && is_before(bytes, at, |b| b == b' ') {
        let Some(block) = at.checked_sub(5).map(|from| &bytes[from..at - 1]) else { return false };
        if !block.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) {
            return false;
        }
        at -= 5;
        if let [b'A'..=b'Z', b'A'..=b'Z', b'0'..=b'9', b'0'..=b'9'] = block {
            return !is_before(bytes, at, is_word);
        }
    }
    false
}

/// Whether a number that starts here is the rest of something longer.
pub(super) fn continues_left(bytes: &[u8], start: usize) -> bool {
    let joined = is_before(bytes, start, |b| matches!(b, b'-' | b'.'));
    is_glued(bytes, start) || joined && is_before(bytes, start - 1, |b| b.is_ascii_digit())
}

/// Whether a number that ends here goes on as something longer.
pub(super) fn continues_right(bytes: &[u8], end: usize) -> bool {
    let joined = is_at(bytes, end, |b| matches!(b, b'-' | b'.'));
    is_at(bytes, end, is_word) || joined && is_at(bytes, end + 1, |b| b.is_ascii_digit())
}
