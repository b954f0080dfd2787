//! What has to hold for every text that the scrubber is given; a fuzzer looks for one for which it doesn't.
//!
//! `tests/fuzz/run` builds the targets with the instrumentation of libFuzzer and runs each for a moment;
//! `cargo fuzz run --fuzz-dir tests/fuzz scrub` goes on for as long as it is let.

use observe::scrub::{Scrubber, find, scrub};
use std::borrow::Cow;

/// No panic; ranges that ascend, don't overlap and cut no character; what `scrub` replaces is what `find` finds;
/// and a second time there is nothing left to find. A [`Scrubber`] reads JSON as text; where that is walked, the rest
/// still holds.
pub fn scrub_holds(text: &str) {
    let findings = find(text);
    let mut end = 0;
    for finding in &findings {
        assert!(finding.range.start >= end && !finding.range.is_empty(), "{findings:?} in {text:?}");
        assert!(text.get(finding.range.clone()).is_some(), "{finding:?} cuts a character of {text:?}");
        end = finding.range.end;
    }
    let scrubbed = Scrubber::new().scrub(text);
    assert_eq!(matches!(scrubbed, Cow::Borrowed(_)), findings.is_empty(), "{text:?}");
    let mut expected = String::new();
    let mut from = 0;
    for finding in &findings {
        expected += &text[from..finding.range.start];
        expected += finding.kind.mask();
        from = finding.range.end;
    }
    expected += &text[from..];
    assert_eq!(scrubbed, expected);
    assert_eq!(Scrubber::new().scrub(&scrubbed), scrubbed, "scrubbed again, of {text:?}");
    let walked = scrub(text);
    assert!(walked == scrubbed || text.contains(['{', '[']), "{walked:?} of {text:?}");
    assert_eq!(find(&walked), [], "left in {walked:?} of {text:?}");
    assert_eq!(scrub(&walked), walked, "scrubbed again, of {text:?}");
}

/// The target `scrub`.
pub fn scrub_target(data: &[u8]) {
    scrub_holds(&String::from_utf8_lossy(data));
}

/// Sentences with a value that is to be found wherever the sentence has a line to itself.
const PLANTED: &[(&str, &str)] = &[
    ("write to jane.roe@example.org today", "jane.roe"),
    ("ssn 219-09-9998", "219-09-9998"),
    ("call +1 (415) 555-0132 back", "555-0132"),
    ("card 4111 1111 1111 1111 declined", "1111 1111"),
    ("from 203.0.113.77 again", "203.0.113.77"),
    ("MRN: 40412398", "40412398"),
    ("dob: 1980-03-12", "1980-03-12"),
    ("password=tr0ub4dor", "tr0ub4dor"),
    ("key ghp_0123456789abcdefghijABCDEFGHIJ456789", "abcdefghijABCDEFGHIJ"),
    ("postgres://ann:hunter2x@db.example.org/care", "hunter2x"),
    ("Authorization: Bearer k3J9x2mmQ7aaZ81", "k3J9x2mmQ7aaZ81"),
];

/// The target `planted`: whatever stands on the lines around it, a planted value is not seen.
pub fn planted(data: &[u8]) {
    let Some((&which, rest)) = data.split_first() else { return };
    let (sentence, secret) = PLANTED[usize::from(which) % PLANTED.len()];
    let text = String::from_utf8_lossy(rest);
    // Another sentence's value may be in what the fuzzer makes, and be left for a reason.
    if text.contains(secret) {
        return;
    }
    let middle = text.floor_char_boundary(text.len() / 2);
    let (before, after) = text.split_at(middle);
    let around = format!("{before}\n{sentence}\n{after}");
    let scrubbed = scrub(&around);
    assert!(!scrubbed.contains(secret), "{secret:?} is left in {scrubbed:?} of {around:?}");
    scrub_holds(&around);
}

/// The target `json`: a document stays one of the same shape, with the same names, and settles.
pub fn json(data: &[u8]) {
    let Ok(mut value) = serde_json::from_slice::<serde_json::Value>(data) else { return };
    observe::scrub::json(&mut value);
    let once = value.clone();
    observe::scrub::json(&mut value);
    assert_eq!(value, once);
    scrub_holds(&once.to_string());
}
