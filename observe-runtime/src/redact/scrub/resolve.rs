//! From what the recognisers report to findings that keep the promises of the module.

use std::cmp::Reverse;
use std::ops::Range;

use super::{Finding, Kind, placeholder};

/// A text with nothing left to find in it.
pub(super) struct Settled {
    pub(super) findings: Vec<Finding>,
    pub(super) masked: String,
}

/// Hiding one thing can uncover another: in `password=version 192.0.2.7` the address only looked
/// like a version until the word before it, the password, was gone. One reading is nearly always
/// enough and a second finds nothing. Where the readings do not come to an end the text was made to
/// prevent that, and is hidden as a whole.
const READINGS: usize = 8;

/// Reads the text, and what becomes of it, until nothing more is found. `None` if nothing was found
/// at all.
///
/// That the last reading of the output found nothing is what makes scrubbing idempotent.
pub(super) fn settle(text: &str, scan: impl Fn(&str) -> Vec<Finding>) -> Option<Settled> {
    let mut findings = scan(text);
    if findings.is_empty() {
        return None;
    }
    for _ in 0..READINGS {
        let masked = mask(text, &findings);
        let uncovered = scan(&masked);
        if uncovered.is_empty() {
            return Some(Settled { findings, masked });
        }
        findings = absorb(findings, uncovered);
    }
    let kind = Kind::Token;
    Some(Settled { findings: vec![Finding { kind, range: 0..text.len() }], masked: kind.mask().to_owned() })
}

fn mask(text: &str, findings: &[Finding]) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut from = 0;
    for finding in findings {
        masked.push_str(&text[from..finding.range.start]);
        masked.push_str(finding.kind.mask());
        from = finding.range.end;
    }
    masked.push_str(&text[from..]);
    masked
}

/// Adds findings made in the masked text to those that were masked.
fn absorb(mut findings: Vec<Finding>, uncovered: Vec<Finding>) -> Vec<Finding> {
    let mut masked_ends = Vec::with_capacity(findings.len());
    let mut masked_end = 0;
    let mut from = 0;
    for finding in &findings {
        masked_end += finding.range.start - from + finding.kind.mask().len();
        from = finding.range.end;
        masked_ends.push(masked_end);
    }
    // No position is inside a placeholder: `merge` saw to that.
    let original = |position: usize| match masked_ends.partition_point(|&end| end <= position) {
        0 => position,
        n => findings[n - 1].range.end + (position - masked_ends[n - 1]),
    };
    let uncovered: Vec<Finding> = uncovered
        .into_iter()
        .map(|f| Finding { kind: f.kind, range: original(f.range.start)..original(f.range.end) })
        .collect();
    findings.extend(uncovered);
    union(findings)
}

/// Makes findings disjoint and ascending, and drops those that hide nothing but placeholders.
pub(super) fn merge(text: &str, mut found: Vec<Finding>) -> Vec<Finding> {
    if found.is_empty() {
        return found;
    }
    let placeholders = placeholder::find(text);
    found.retain_mut(|finding| {
        let overlapped = overlapped(&placeholders, &finding.range);
        cover(&mut finding.range, overlapped);
        overlapped.is_empty() || says_something(text, &finding.range, overlapped)
    });
    keep_hosts(&mut found);
    union(found)
}

fn overlapped<'p>(placeholders: &'p [Range<usize>], range: &Range<usize>) -> &'p [Range<usize>] {
    let from = placeholders.partition_point(|p| p.end <= range.start);
    let to = placeholders.partition_point(|p| p.start < range.end);
    &placeholders[from..to.max(from)]
}

/// Widens the range so that it cuts no placeholder in two.
fn cover(range: &mut Range<usize>, placeholders: &[Range<usize>]) {
    if let (Some(first), Some(last)) = (placeholders.first(), placeholders.last()) {
        *range = range.start.min(first.start)..range.end.max(last.end);
    }
}

/// Whether there is a letter or digit in the range that belongs to no placeholder.
fn says_something(text: &str, range: &Range<usize>, placeholders: &[Range<usize>]) -> bool {
    let mut from = range.start;
    for placeholder in placeholders {
        if text[from..placeholder.start].contains(char::is_alphanumeric) {
            return true;
        }
        from = placeholder.end;
    }
    text[from..range.end].contains(char::is_alphanumeric)
}

/// Drops what begins in the user information of a URL and goes on into the host: in
/// `ftp://u:pw@example.com` there is no address `pw@example.com`.
fn keep_hosts(found: &mut Vec<Finding>) {
    let mut userinfo: Vec<Range<usize>> =
        found.iter().filter(|f| f.kind == Kind::UrlCredential).map(|f| f.range.clone()).collect();
    if userinfo.is_empty() {
        return;
    }
    userinfo.sort_unstable_by_key(|range| range.start);
    found.retain(|f| {
        let next = userinfo.partition_point(|range| range.start <= f.range.start);
        let inside = next.checked_sub(1).map(|last| &userinfo[last]).filter(|range| f.range.start < range.end);
        !matches!(f.kind, Kind::Email | Kind::Token) || inside.is_none_or(|range| f.range.end <= range.end)
    });
}

fn union(mut found: Vec<Finding>) -> Vec<Finding> {
    found.sort_unstable_by_key(|f| (f.range.start, Reverse(f.range.end), priority(f.kind)));
    let mut merged: Vec<Finding> = Vec::with_capacity(found.len());
    // The length of the part that gave the last finding its kind.
    let mut longest = 0;
    for finding in found {
        // A name says less of a value than the value itself.
        let length = if finding.kind == Kind::Field { 0 } else { finding.range.len() };
        match merged.last_mut() {
            Some(last) if finding.range.start < last.range.end => {
                if (length, Reverse(priority(finding.kind))) > (longest, Reverse(priority(last.kind))) {
                    last.kind = finding.kind;
                    longest = length;
                }
                last.range.end = last.range.end.max(finding.range.end);
            }
            _ => {
                longest = length;
                merged.push(finding);
            }
        }
    }
    merged
}

/// Which kind wins between equally long findings: the lowest.
fn priority(kind: Kind) -> usize {
    kind.place()
}
