//! Secrets in assignments: `password=…`, `"api_key": "…"`, `--token …`, `<secret>…</secret>`,
//! `?sig=…`, and in the header `Authorization`. The value is hidden and its name stays.

use std::ops::Range;

use super::ascii::{contains_ignore_case, end_of, is_at, is_before, start_of};
use super::keys::{self, Key};
use super::token::token68;
use super::value::{Value, entity_before, is_blank};
use super::{Finding, Kind, url};

/// The most of a name that is looked at, from its end.
const LONGEST_NAME: usize = 64;

/// How long the attributes of an element may be.
const LONGEST_ATTRIBUTES: usize = 256;

/// Whether a name that announces a secret may precede the sign, judged by its last letters.
#[inline]
pub(super) fn may_name(bytes: &[u8], sign: usize) -> bool {
    match bytes[..sign].last() {
        Some(b) if b.is_ascii_alphabetic() => keys::may_end_at(bytes, sign) || url::may_be_login(bytes, sign),
        Some(_) => may_name_before(bytes, sign) || url::may_be_login(bytes, sign),
        None => false,
    }
}

/// Behind a number, quotation marks or blanks.
#[inline(never)]
fn may_name_before(bytes: &[u8], sign: usize) -> bool {
    let between = |b: u8| {
        b.is_ascii_digit() || matches!(b, b' ' | b'\t' | b'"' | b'\'' | b'`' | b'\\' | b']' | b'_' | b'-' | b'.' | b'*')
    };
    let entity = sign - entity_before(bytes, sign);
    let end = start_of(bytes, sign.saturating_sub(LONGEST_NAME), entity, between);
    end < sign && keys::may_end_at(bytes, end)
}

/// The secret that is assigned by the sign at this position.
pub(super) fn at(text: &str, at: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    match bytes[at] {
        b'=' if !is_before(bytes, at, |b| b == b'=') => {
            named_before(text, at, end_of(bytes, at, |b| b == b'=' || b == b'>'))
        }
        // `::` belongs to a path.
        b':' if !is_before(bytes, at, |b| b == b':') && !is_at(bytes, at + 1, |b| b == b':') => {
            let start = at + 1 + usize::from(is_at(bytes, at + 1, |b| b == b'='));
            url::login_at(text, at).or_else(|| named_before(text, at, start))
        }
        b'-' if bytes[at..].starts_with(b"--") && !is_before(bytes, at, |b| b == b'-') => option(text, at + 2),
        b'<' => element(text, at + 1),
        _ => None,
    }
}

fn is_name(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')
}

fn named_before(text: &str, sign: usize, start: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    let name = name_before(bytes, sign)?;
    if let Some(parameter) = parameter_name(text, &name).filter(|_| bytes[sign] == b'=') {
        let key = Key::of_parameter(parameter)?;
        let value = Value::at(bytes, start, true)?;
        return is_secret(key, text, &value, false)
            .then_some(Finding { kind: Kind::UrlCredential, range: value.range });
    }
    // `**password:** …`
    let start = if bytes[start..].starts_with(b"** ") { start + 2 } else { start };
    let list = is_at(bytes, end_of(bytes, start, is_blank), |b| b == b'[');
    let key = Key::of(&text[name.clone()]).or_else(|| if list { Key::of_list(&text[name.clone()]) } else { None })?;
    if key == Key::Directory && is_path(&text[start..]) {
        return None;
    }
    let mut value = Value::at(bytes, start, false)?;
    if key == Key::Cookie && !value.quoted {
        value = value.with_cookies(bytes);
    }
    if key == Key::Authorization {
        return credentials(text, &value).map(|range| Finding { kind: Kind::Token, range });
    }
    let prose = bytes[sign] == b':' && !value.quoted;
    let kind = if key == Key::Personal { Kind::Field } else { Kind::Token };
    if !is_secret(key, text, &value, prose) {
        return None;
    }
    // `the password` has been taken for a name of two words.
    if key == Key::Secret && prose && !text[name.clone()].contains(' ') && begins_line(bytes, name.start) {
        value = value.with_words(bytes);
    }
    Some(Finding { kind, range: value.range })
}

/// Whether there is nothing in front of a name but blanks and the mark of a list. What is behind it there is the
/// value, and no rest of a sentence.
fn begins_line(bytes: &[u8], name: usize) -> bool {
    let start = start_of(bytes, name.saturating_sub(LONGEST_NAME), name, |b| is_blank(b) || matches!(b, b'-' | b'*'));
    start == 0 || is_before(bytes, start, |b| b == b'\n')
}

/// The name before a sign, which may be in quotes, or in brackets behind another:
/// `user[password]=…`.
fn name_before(bytes: &[u8], sign: usize) -> Option<Range<usize>> {
    let floor = sign.saturating_sub(LONGEST_NAME);
    let end = start_of(bytes, floor, sign, is_blank);
    let bracket = is_before(bytes, end, |b| b == b']');
    let end = end - usize::from(bracket);
    let quote = is_before(bytes, end, |b| matches!(b, b'"' | b'\'' | b'`'));
    let quote = usize::from(quote).max(entity_before(bytes, end));
    let quoted = quote > 0;
    let end = start_of(bytes, floor, end - quote, |b| matches!(b, b'\\' | b'*'));
    let start = start_of(bytes, floor, end, is_name);
    if start == end || bracket && !is_before(bytes, start, |b| matches!(b, b'[' | b'"' | b'\'')) {
        return None;
    }
    // `API key: …` is two words.
    let spaced = !quoted && is_before(bytes, start, |b| b == b' ');
    let second = start_of(bytes, floor, start.saturating_sub(1), |b| b.is_ascii_alphanumeric());
    Some(if spaced && second < start - 1 { second..end } else { start..end })
}

/// The name of a parameter in the query of a URL. JSON for the web writes `&` as `\u0026`, HTML as
/// `&amp;`.
fn parameter_name<'t>(text: &'t str, name: &Range<usize>) -> Option<&'t str> {
    let (before, name) = (&text[..name.start], &text[name.clone()]);
    if before.ends_with('\\') {
        return name.strip_prefix("u0026");
    }
    (before.ends_with(['?', '&']) || before.ends_with("&amp;")).then_some(name)
}

/// `--password hunter2`, `"--password", "hunter2"`; with `=` it is an assignment like any other.
fn option(text: &str, start: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    let end = end_of(&bytes[..bytes.len().min(start + LONGEST_NAME)], start, is_name);
    let separator = if is_at(bytes, end, is_blank) { end } else { end_of_item(bytes, end)? };
    if is_at(bytes, separator + 1, |b| b == b'-') {
        return None;
    }
    let key = Key::of(&text[start..end])?;
    let value = Value::at(bytes, separator, false)?;
    let kind = if key == Key::Personal { Kind::Field } else { Kind::Token };
    is_secret(key, text, &value, false).then_some(Finding { kind, range: value.range })
}

/// Where the next item of a list begins behind one in quotes that ends at `end`.
fn end_of_item(bytes: &[u8], end: usize) -> Option<usize> {
    let limit = bytes.len().min(end + LONGEST_NAME);
    let quote = end_of(&bytes[..limit], end, |b| b == b'\\');
    let comma = quote + 1;
    (is_at(bytes, quote, |b| matches!(b, b'"' | b'\'')) && is_at(bytes, comma, |b| b == b',')).then_some(comma + 1)
}

/// `<password>hunter2</password>`, `<password type="text">hunter2</password>`
fn element(text: &str, start: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    let end = end_of(&bytes[..bytes.len().min(start + LONGEST_NAME)], start, |b| is_name(b) || b == b':');
    let limit = bytes.len().min(end + LONGEST_ATTRIBUTES);
    let attributes =
        if is_at(bytes, end, is_blank) { end_of(&bytes[..limit], end, |b| !matches!(b, b'<' | b'>')) } else { end };
    if !is_at(bytes, attributes, |b| b == b'>') || is_before(bytes, attributes, |b| b == b'/') {
        return None;
    }
    let key = Key::of(&text[start..end])?;
    let value = Value::of_element(bytes, attributes + 1)?;
    let kind = if key == Key::Personal { Kind::Field } else { Kind::Token };
    is_secret(key, text, &value, false).then_some(Finding { kind, range: value.range })
}

/// `pwd=/home/ann`
fn is_path(value: &str) -> bool {
    let value = value.trim_start_matches([' ', '"', '\'', '\\']);
    value.starts_with(['/', '~', '.']) || value.as_bytes().get(1) == Some(&b':')
}

/// Whether a value is one that `key` makes a secret. In `prose`, what follows a colon may be the
/// rest of a sentence.
///
/// The assignments in a value that is no secret are looked at one by one. For the work to stay
/// linear such a value must be short, or have none in it.
fn is_secret(key: Key, text: &str, value: &Value, prose: bool) -> bool {
    let content = &text[value.range.clone()];
    let number = content.bytes().all(|b| b.is_ascii_digit());
    if is_empty(content) || !value.quoted && contains_ignore_case(NO_VALUE, content) || is_template(content) {
        return false;
    }
    let sentence = prose && contains_ignore_case(NO_SECRET, content.trim_end_matches(['.', ',']));
    match key {
        Key::Secret | Key::Directory | Key::Authorization => !sentence,
        Key::Long => content.len() >= 16 || content.len() >= 8 && is_mixed(content),
        Key::Cookie if content.contains('=') => true,
        Key::Token | Key::Cookie => {
            let word = prose && content.len() < 16 && !content.contains(|c: char| c.is_ascii_digit());
            let code = !value.quoted && content.len() <= 64 && is_expression(content);
            let count = number && content.len() < 6;
            !(sentence || word || code || count)
        }
        Key::Pass => !number && !prose,
        // `email: not found`, but `"email": "…"` and `email=…`
        Key::Personal => !prose && !contains_ignore_case(NO_SECRET, content),
    }
}

/// Letters and digits.
fn is_mixed(content: &str) -> bool {
    content.contains(|c: char| c.is_ascii_alphabetic()) && content.contains(|c: char| c.is_ascii_digit())
}

/// `Token![+]`, `self.token.clone()`: parsers have tokens as well.
fn is_expression(content: &str) -> bool {
    content.contains(['(', '!']) || content.contains("::")
}

/// What programs print for no value.
const NO_VALUE: &[&str] = &["false", "nil", "no", "none", "null", "true", "undefined", "yes"];

/// How sentences go on that complain of a secret instead of telling it.
const NO_SECRET: &[&str] = &[
    "a",
    "can",
    "cannot",
    "does",
    "empty",
    "expired",
    "failed",
    "incorrect",
    "invalid",
    "is",
    "minimum",
    "mismatch",
    "missing",
    "must",
    "no",
    "not",
    "required",
    "should",
    "the",
    "this",
    "too",
    "unknown",
    "wrong",
    "your",
];

/// Punctuation alone is a secret hidden before, or the end of a sentence; four different characters
/// may be one.
fn is_empty(content: &str) -> bool {
    let mut chars = content.chars();
    let first = chars.next();
    let uniform = chars.all(|c| Some(c) == first);
    !content.contains(char::is_alphanumeric) && (uniform || content.len() < 4)
}

/// `${PASSWORD}` and `{{ password }}` stand for a value that is not here.
fn is_template(content: &str) -> bool {
    let opens = content.starts_with("${") || content.starts_with("{{");
    opens && content.len() <= 64 && !content[2..].contains(['$', '{']) || matches!(content, "%s" | "%v" | "$1" | "?1")
}

/// The credentials in the value of a header `Authorization`: for most schemes one word, for others
/// all parameters.
fn credentials(text: &str, value: &Value) -> Option<Range<usize>> {
    const ONE_WORD: &[&str] =
        &["apikey", "basic", "bearer", "bot", "dpop", "key", "negotiate", "ntlm", "oauth", "token"];
    const PARAMETERS: &[&str] =
        &["aws4-hmac-sha256", "digest", "hawk", "hmac", "scram-sha-256", "sharedkey", "signature"];
    let bytes = text.as_bytes();
    let first = value.range.start
        ..end_of(bytes, value.range.start, |b| b.is_ascii_alphanumeric() || b == b'-').min(value.range.end);
    let scheme = &text[first.clone()];
    let start = end_of(bytes, first.end, is_blank);
    if start > first.end && contains_ignore_case(ONE_WORD, scheme) {
        let word = token68(bytes, start);
        let end = if word > start { word } else { value.range.end };
        return (start < end).then_some(start..end);
    }
    if start > first.end && contains_ignore_case(PARAMETERS, scheme) {
        let line = end_of(bytes, start, |b| !matches!(b, b'\n' | b'\r'));
        let end = if value.quoted { value.range.end } else { line };
        return (start < end).then_some(start..end);
    }
    let content = &text[value.range.clone()];
    let secret = content.len() >= 24 || content.len() >= 8 && content.contains(|c: char| c.is_ascii_digit());
    secret.then(|| value.range.clone())
}
