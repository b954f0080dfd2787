//! Log lines, one with nothing to hide and one with two things.

use crate::subject::{Subject, repeat};
use regex::Regex;
use std::borrow::Cow;
use std::hint::black_box;

/// 204 bytes, with what makes a scrubber look twice: a timestamp, numbers, a path, an id.
const CLEAN: &str = "2026-01-14T09:26:53.123456Z  INFO voiceassist::answer: question answered passages=4 top_k=8 \
                     model=gpt4 duration_ms=182.4 cache=miss route=/ask status=200 request_id=req-77161 \
                     service=voiceassist env=stage";

/// 209 bytes.
const DIRTY: &str = "2026-01-14T09:26:53.123456Z  WARN voiceassist::answer: question refused by jane.roe@example.com \
                     with 078-05-1121 in its text passages=4 duration_ms=182.4 route=/ask status=422 \
                     request_id=req-771 env=production";

/// What a careful team writes by hand: a pattern a kind.
const PATTERNS: [&str; 9] = [
    r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}",
    r"\b\d{3}-\d{2}-\d{4}\b",
    r"\+?1?[ .-]?\(?\b\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b",
    r"\b(?:\d{4}[ -]?){3}\d{4}\b",
    r"\b(?:\d{1,3}\.){3}\d{1,3}\b",
    r"(?i)\bmrn[ :=#]*[a-z0-9-]{4,}",
    r"(?i)\b(?:dob|birth_?date)[ :=]*\d{4}-\d{2}-\d{2}",
    r"(?i)\b(?:bearer|api[_-]?key|token|password)[ :=]+\S+",
    r"://[^/\s:@]+:[^/\s@]+@",
];

/// The subject, once line and scrubber are what they are said to be.
fn scrubber(
    line: &'static str,
    length: usize,
    dirty: bool,
    mut scrub: impl FnMut(&'static str) -> Cow<'static, str> + 'static,
) -> Result<Box<dyn Subject>, String> {
    let scrubbed = scrub(line).into_owned();
    let secrets = ["jane.roe@example.com", "078-05-1121"];
    if line.len() != length || (scrubbed != line) != dirty || secrets.iter().any(|secret| scrubbed.contains(secret)) {
        return Err(format!("{length} bytes expected, {} scrubbed to: {scrubbed}", line.len()));
    }
    repeat(move |_| {
        black_box(scrub(black_box(line)));
    })
}

fn clean(scrub: impl FnMut(&'static str) -> Cow<'static, str> + 'static) -> Result<Box<dyn Subject>, String> {
    scrubber(CLEAN, 204, false, scrub)
}

fn dirty(scrub: impl FnMut(&'static str) -> Cow<'static, str> + 'static) -> Result<Box<dyn Subject>, String> {
    scrubber(DIRTY, 209, true, scrub)
}

/// All patterns in one.
fn alternation() -> Result<impl FnMut(&'static str) -> Cow<'static, str>, String> {
    let all = PATTERNS.map(|pattern| format!("(?:{pattern})")).join("|");
    let regex = Regex::new(&all).map_err(|error| error.to_string())?;
    Ok(move |line: &'static str| -> Cow<'static, str> { regex.replace_all(line, "[REDACTED]") })
}

/// One pattern after the other.
fn in_a_row() -> Result<impl FnMut(&'static str) -> Cow<'static, str>, String> {
    let regexes: Result<Vec<Regex>, _> = PATTERNS.iter().map(|pattern| Regex::new(pattern)).collect();
    let regexes = regexes.map_err(|error| error.to_string())?;
    Ok(move |line: &'static str| -> Cow<'static, str> {
        let mut text = Cow::Borrowed(line);
        for regex in &regexes {
            if let Cow::Owned(scrubbed) = regex.replace_all(&text, "[REDACTED]") {
                text = Cow::Owned(scrubbed);
            }
        }
        text
    })
}

pub(super) fn scrub_clean() -> Result<Box<dyn Subject>, String> {
    clean(observe::scrub::scrub)
}

pub(super) fn scrub_dirty() -> Result<Box<dyn Subject>, String> {
    dirty(observe::scrub::scrub)
}

pub(super) fn regex_clean() -> Result<Box<dyn Subject>, String> {
    clean(alternation()?)
}

pub(super) fn regex_dirty() -> Result<Box<dyn Subject>, String> {
    dirty(alternation()?)
}

pub(super) fn regexes_clean() -> Result<Box<dyn Subject>, String> {
    clean(in_a_row()?)
}

pub(super) fn regexes_dirty() -> Result<Box<dyn Subject>, String> {
    dirty(in_a_row()?)
}
