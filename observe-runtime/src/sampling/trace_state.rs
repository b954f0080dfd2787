//! OpenTelemetry's member of a W3C tracestate, `ot=th:c;rv:6e6d1a75832a2f`.
//!
//! What others wrote passes through as it came, and in its order.
//!
//! Sources: OpenTelemetry specification, `trace/tracestate-handling.md`; W3C Trace Context, level 2,
//! `tracestate` header.

use super::threshold::{Randomness, Threshold};
use std::fmt::Write;

/// The most members that a tracestate may have.
const MAX_MEMBERS: usize = 32;

/// The most bytes that the key and the value of a member may have.
const MAX_KEY: usize = 256;
const MAX_VALUE: usize = 256;

/// A tracestate, and what its member `ot` says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TraceState<'a> {
    text: &'a str,
    /// The value of the member `ot`, empty where there is none.
    ot: &'a str,
    /// Whether the text says what was read out of it, and no more about the threshold.
    is_clean: bool,
    /// The threshold that the sender kept the trace by.
    pub(crate) threshold: Option<Threshold>,
    /// The trace's randomness, where it is not that of the trace id.
    pub(crate) randomness: Option<Randomness>,
}

impl<'a> TraceState<'a> {
    /// Reads a header's value, which may be empty. What is malformed is taken as absent.
    pub(crate) fn read(text: &'a str) -> Self {
        let mut values = members(text).filter_map(value_of_ot);
        let first = values.next().unwrap_or_default();
        // A name must not occur twice, so the first member of it counts.
        let is_alone = values.next().is_none();
        let ot = if first.len() <= MAX_VALUE { first } else { "" };
        let threshold = sub_key(ot, "th").and_then(Threshold::parse);
        let thresholds = sub_keys(ot).filter(|entry| is_threshold(entry)).count();
        let is_clean = is_alone && ot == first && thresholds == usize::from(threshold.is_some());
        Self { text, ot, is_clean, threshold, randomness: sub_key(ot, "rv").and_then(Randomness::parse) }
    }

    /// The header without spaces and empty members in between, if it may be passed on: at most 32 members, each a key
    /// and a value as W3C has them.
    ///
    /// That a key is there twice is not asked: whoever gets it may look at either.
    pub(crate) fn checked(text: &str) -> Option<String> {
        let is_valid = members(text).count() <= MAX_MEMBERS && members(text).all(is_member);
        is_valid.then(|| members(text).collect::<Vec<_>>().join(","))
    }

    /// Appends the tracestate to `out`, with this threshold in place of the one it has.
    ///
    /// Where that changes anything, `ot` becomes the first member, as W3C asks of who changes one,
    /// and where there are too many members then, the last ones are left out. Where `ot` has no room
    /// for the threshold, it is left out, which makes it unknown: better than wrong.
    pub(crate) fn write(&self, threshold: Option<Threshold>, out: &mut String) {
        if self.is_clean && threshold == self.threshold {
            out.push_str(self.text);
            return;
        }
        let start = out.len();
        self.write_ot(threshold, out);
        let room = MAX_MEMBERS - usize::from(out.len() > start);
        for member in members(self.text).filter(|member| value_of_ot(member).is_none()).take(room) {
            if out.len() > start {
                out.push(',');
            }
            out.push_str(member);
        }
    }

    /// Writes the member, unless there is nothing to say.
    fn write_ot(&self, threshold: Option<Threshold>, out: &mut String) {
        let kept = || sub_keys(self.ot).filter(|entry| !is_threshold(entry));
        let others: usize = kept().map(|entry| entry.len() + 1).sum();
        let start = out.len();
        if let Some(threshold) = threshold {
            // Writing into a text can't fail.
            let _ = write!(out, "ot=th:{threshold}");
            if out.len() - start - "ot=".len() + others > MAX_VALUE {
                out.truncate(start);
            }
        }
        for entry in kept() {
            if out.len() == start {
                out.push_str("ot=");
            } else {
                out.push(';');
            }
            out.push_str(entry);
        }
    }
}

/// The members of a tracestate; spaces around them and empty ones are allowed, and mean nothing.
fn members(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(|member| member.trim_matches([' ', '\t'])).filter(|member| !member.is_empty())
}

fn is_member(member: &str) -> bool {
    let Some((key, value)) = member.split_once('=') else { return false };
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    key.len() <= MAX_KEY
        && key.bytes().next().is_some_and(is_letter)
        && key.bytes().all(|byte| is_letter(byte) || b"_-*/@".contains(&byte))
        && (1..=MAX_VALUE).contains(&value.len())
        && value.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'=')
}

fn value_of_ot(member: &str) -> Option<&str> {
    member.strip_prefix("ot=")
}

/// The entries of the member `ot`, each `key:value`.
fn sub_keys(ot: &str) -> impl Iterator<Item = &str> {
    ot.split(';').filter(|entry| !entry.is_empty())
}

fn sub_key<'a>(ot: &'a str, key: &str) -> Option<&'a str> {
    sub_keys(ot).find_map(|entry| entry.strip_prefix(key)?.strip_prefix(':'))
}

fn is_threshold(entry: &str) -> bool {
    entry.starts_with("th:")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::unnecessary_wraps, reason = "as the calls below take it")]
    fn threshold(text: &str) -> Option<Threshold> {
        Some(Threshold::parse(text).unwrap())
    }

    fn written(text: &str, threshold: Option<Threshold>) -> String {
        let mut out = String::new();
        TraceState::read(text).write(threshold, &mut out);
        out
    }

    #[test]
    fn the_member_says_threshold_and_randomness() {
        let state = TraceState::read("a=1, ot=p:8;th:c;rv:6e6d1a75832a2f\t,b=th:8");
        assert_eq!(state.threshold, threshold("c"));
        assert_eq!(state.randomness, Randomness::parse("6e6d1a75832a2f"));
    }

    #[test]
    fn what_is_absent_or_malformed_is_ignored() {
        let long = format!("ot=th:c;x:{}", "x".repeat(MAX_VALUE));
        for text in ["", ",", "a=1", "ot=", "ot", "ot=th", "ot=th:;rv:", "ot=th:C;rv:c", "t@ot=th:c", "ot=xth:c", &long]
        {
            let state = TraceState::read(text);
            assert_eq!((state.threshold, state.randomness), (None, None), "{text}");
        }
        let half = TraceState::read("ot=th:zz;rv:6e6d1a75832a2f");
        assert_eq!((half.threshold, half.randomness.is_some()), (None, true));
    }

    #[test]
    fn only_what_is_well_formed_may_be_passed_on() {
        let (long, longer) = ("k".repeat(MAX_KEY), "k".repeat(MAX_KEY + 1));
        for text in ["", " , ", "a=1", "0a@b@c=1\t,\t b= 2", "a=1,a=2", "a=!~", &format!("{long}={long}")] {
            assert!(TraceState::checked(text).is_some(), "{text}");
        }
        let too_long = [format!("{longer}=1"), format!("a={longer}")];
        for text in ["a", "=1", "a=", "A=1", "@a=1", "a.b=1", "a =1", "a=b=c", "a=ä", "a=1\t2", "a=1,b", "ok=1;,c=\0"]
            .into_iter()
            .chain(too_long.iter().map(String::as_str))
        {
            assert_eq!(TraceState::checked(text), None, "{text:?}");
        }
        let of = |count| (0..count).map(|at| format!("k{at}=v")).collect::<Vec<_>>().join(",");
        assert_eq!(TraceState::checked(&(of(MAX_MEMBERS) + " , ,")), Some(of(MAX_MEMBERS)));
        assert_eq!(TraceState::checked(&of(MAX_MEMBERS + 1)), None);
    }

    #[test]
    fn an_unchanged_threshold_leaves_the_text_alone() {
        for text in ["", "a=1,  b=2", "b=2,ot=rv:6e6d1a75832a2f;x:1,a=1", "ot="] {
            assert_eq!(written(text, None), text);
        }
        // An equal threshold that is written in another way is no change either.
        let text = "b=2, ot=x:1;th:c00 ,a=1";
        assert_eq!(written(text, threshold("c")), text);
    }

    #[test]
    fn a_threshold_is_added_in_front() {
        assert_eq!(written("", threshold("e666")), "ot=th:e666");
        assert_eq!(written("a=1,b=2", threshold("0")), "ot=th:0,a=1,b=2");
        assert_eq!(written("a=1,ot=rv:6e6d1a75832a2f", threshold("0")), "ot=th:0;rv:6e6d1a75832a2f,a=1");
    }

    #[test]
    fn a_threshold_is_replaced_and_all_else_stays_in_order() {
        let text = "z=9,a=1 ,ot=q:1;th:c;rv:6e6d1a75832a2f;unknown:A-b_c.d,, m@x=a:b;c";
        assert_eq!(written(text, threshold("0")), "ot=th:0;q:1;rv:6e6d1a75832a2f;unknown:A-b_c.d,z=9,a=1,m@x=a:b;c");
    }

    #[test]
    fn a_threshold_is_erased_and_all_else_stays_in_order() {
        assert_eq!(written("a=1,ot=q:1;th:c;x:2,b=2", None), "ot=q:1;x:2,a=1,b=2");
        assert_eq!(written("a=1,ot=th:c,b=2", None), "a=1,b=2", "an empty member says nothing");
        assert_eq!(written("ot=th:c", None), "");
    }

    #[test]
    fn what_is_malformed_is_not_passed_on() {
        assert_eq!(written("ot=th:XY;q:1", None), "ot=q:1");
        assert_eq!(written("ot=th:c;th:8", threshold("c")), "ot=th:c");
        assert_eq!(written("ot=th:c,a=1,ot=th:8", threshold("c")), "ot=th:c,a=1");
    }

    #[test]
    fn of_too_many_members_the_last_is_left_out() {
        let members = |from: usize, to: usize| (from..to).map(|at| format!("k{at}=v")).collect::<Vec<_>>().join(",");
        assert_eq!(written(&members(0, 32), threshold("c")), format!("ot=th:c,{}", members(0, 31)));
        let full = format!("{},ot=th:8", members(0, 31));
        assert_eq!(written(&full, threshold("c")), format!("ot=th:c,{}", members(0, 31)));
        assert_eq!(written(&full, None), members(0, 31));
    }

    #[test]
    fn a_threshold_that_does_not_fit_is_unknown() {
        let entry = |length: usize| format!("x:{}", "y".repeat(length));
        // `th:c;x:` takes seven bytes.
        let fits = entry(MAX_VALUE - 7);
        assert_eq!(written(&format!("ot={fits}"), threshold("c")), format!("ot=th:c;{fits}"));
        let too_long = entry(MAX_VALUE - 6);
        assert_eq!(written(&format!("ot={too_long}"), threshold("c")), format!("ot={too_long}"));
        assert_eq!(written(&format!("ot=th:0;{fits},a=1"), threshold("c8")), format!("ot={fits},a=1"));
    }

    #[test]
    fn writing_appends() {
        let mut out = "tracestate: ".to_owned();
        TraceState::read("a=1").write(threshold("8"), &mut out);
        TraceState::read("").write(None, &mut out);
        assert_eq!(out, "tracestate: ot=th:8,a=1");
    }

    /// Headers come from anybody.
    #[test]
    fn no_text_does_harm() {
        let mut random = fastrand::Rng::with_seed(5);
        let pieces = ["ot", "=", ":", ";", ",", " ", "th", "rv", "c", "6e6d1a75832a2f", "a=1", "\t", "ä", "ot=th:"];
        for _ in 0..20_000 {
            let text: String = (0..random.usize(0..20)).map(|_| pieces[random.usize(..pieces.len())]).collect();
            for asked in [None, threshold("0"), threshold("e666")] {
                let out = written(&text, asked);
                let state = TraceState::read(&out);
                assert_eq!(state.threshold, asked, "`{text}` became `{out}`");
                assert_eq!(state.randomness, TraceState::read(&text).randomness, "`{text}` became `{out}`");
            }
        }
    }
}
