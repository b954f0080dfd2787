//! Secrets that show what they are: bearer tokens, JSON web tokens and private keys. Those that their issuers mark are
//! in [`super::issued`].

use std::ops::Range;

use super::Kind;
use super::ascii::{before, contains_ignore_case, end_of, is_at, is_before, is_glued, is_word};
use super::issued;
use super::recognise::Found;

/// The most parts of a JSON web token behind the first: an encrypted one has five.
const MOST_PARTS: usize = 4;

fn is_body(b: u8) -> bool {
    is_word(b) || b == b'-'
}

/// The tokens in the stretch of letters, digits, `_` and `-` that begins at `start`; the end of what was looked at.
pub(super) fn at(text: &str, start: usize, found: &mut Found<'_>) -> usize {
    let bytes = text.as_bytes();
    let end = end_of(bytes, start, is_body);
    let mut done = end;
    if let Some(token) = json_web_token(text, start..end) {
        done = done.max(token.end);
        found.add(Kind::Token, Some(token));
    }
    let whole = || issued::of_discord(bytes, start).or_else(|| behind_label(text, start..end));
    if let Some(token) = issued::behind_joint(text, start).or_else(whole) {
        done = done.max(token.end);
        found.add(Kind::Token, Some(token));
        return done;
    }
    let mut from = start + escape(bytes, start);
    while from < end {
        from = match issued::at(bytes, from) {
            Some(token) => {
                let end = token.end;
                done = done.max(end);
                found.add(Kind::Token, Some(token));
                end
            }
            // A prefix can also follow `_` or `-`.
            None => end_of(&bytes[..end], from, |b| b.is_ascii_alphanumeric()) + 1,
        };
    }
    done
}

/// What messages say in front of a secret: `Incorrect API key …`.
const LABELS: &[&str] =
    &["api key ", "apikey ", "api_key ", "access key ", "secret key ", "secret ", "password ", "access token "];

/// A word of letters and digits that has a label in front of it.
fn behind_label(text: &str, word: Range<usize>) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let token = &text[word.clone()];
    let mixed = token.contains(|c: char| c.is_ascii_digit()) && token.contains(|c: char| c.is_ascii_alphabetic());
    let quote = usize::from(is_before(bytes, word.start, |b| matches!(b, b'"' | b'\'' | b'`')));
    let before = &bytes[..word.start - quote];
    let ends = |label: &&str| {
        before
            .len()
            .checked_sub(label.len())
            .is_some_and(|at| before[at..].eq_ignore_ascii_case(label.as_bytes()) && !is_before(bytes, at, is_word))
    };
    (mixed && before.ends_with(b" ") && LABELS.iter().any(ends)).then_some(word)
}

/// How much of the word belongs to an escape that ends in it: the `n` of `\n`, the `22` of `%22`.
fn escape(bytes: &[u8], start: usize) -> usize {
    match before(bytes, start) {
        Some(b'\\') if is_at(bytes, start, |b| matches!(b, b'n' | b'r' | b't')) => 1,
        Some(b'%') if bytes[start..].iter().take(2).filter(|b| b.is_ascii_hexdigit()).count() == 2 => 2,
        _ => 0,
    }
}

/// Header and payload of RFC 7519, both of which begin with `{"` in base64url, then a signature or what is left of one.
fn json_web_token(text: &str, run: Range<usize>) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let part = |from: usize| end_of(bytes, from, |b| is_body(b) || b == b'=');
    let start = run.start + text[run].find("eyJ")?;
    let mut end = part(start);
    let header = end - start;
    for _ in 0..MOST_PARTS {
        if !is_at(bytes, end, |b| b == b'.') || part(end + 1) == end + 1 {
            break;
        }
        end = part(end + 1);
    }
    (header >= 9 && end > start + header).then_some(start..end)
}

/// The token after the word `bearer` that ends at `blank`, or the password of a user that is created there.
pub(super) fn bearer_at(text: &str, blank: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    if let Some(password) = sql_password(text, blank) {
        return Some(password);
    }
    let word = blank.checked_sub("bearer".len())?;
    let is_scheme = bytes[word..blank].eq_ignore_ascii_case(b"bearer") && !is_glued(bytes, word);
    let start = end_of(bytes, blank, |b| matches!(b, b' ' | b'\t'));
    if !is_scheme || start - blank > 4 {
        return None;
    }
    bearer_token(text, start)
}

/// How far behind `USER` the password is looked for.
const LONGEST_STATEMENT: usize = 128;

/// `CREATE USER ann IDENTIFIED BY 'hunter2'`, `ALTER USER ann PASSWORD 'hunter2'`
fn sql_password(text: &str, blank: usize) -> Option<Range<usize>> {
    let ends = |word: &str| {
        blank.checked_sub(word.len()).is_some_and(|at| text.as_bytes()[at..blank].eq_ignore_ascii_case(word.as_bytes()))
    };
    if !ends("alter") && !ends("create user") {
        return None;
    }
    let statement = &text[blank..text.floor_char_boundary(blank + LONGEST_STATEMENT)];
    let lower = statement.to_ascii_lowercase();
    let start = ["identified by '", "password '", "identified by \"", "password \""]
        .iter()
        .find_map(|mark| lower.find(mark).map(|at| at + mark.len()))?;
    let quote = statement.as_bytes()[start - 1];
    let start = blank + start;
    let end = end_of(text.as_bytes(), start, |b| b != quote && !matches!(b, b'\n' | b'\r'));
    (start < end).then_some(start..end)
}

/// The token of RFC 6750 section 2.1, if it is not the next word of a sentence.
fn bearer_token(text: &str, start: usize) -> Option<Range<usize>> {
    let end = token68(text.as_bytes(), start);
    let token = text[start..end].trim_end_matches('.');
    let end = start + token.len();
    // `Bearer realm="…"` asks for a token.
    let parameter = token.ends_with('=') && is_at(text.as_bytes(), end, |b| b == b'"' || b == b'\\');
    let mixed = token[1.min(token.len())..].contains(|c: char| c.is_ascii_digit() || c.is_ascii_uppercase());
    let word = contains_ignore_case(&["authentication", "authorization"], token);
    (!token.is_empty() && !parameter && !word && (mixed || token.len() >= 12)).then_some(start..end)
}

/// The end of the characters of `token68`, RFC 9110 section 11.2.
pub(super) fn token68(bytes: &[u8], start: usize) -> usize {
    end_of(bytes, start, |b| is_word(b) || matches!(b, b'-' | b'.' | b'~' | b'+' | b'/' | b'='))
}

/// The private key in the textual encoding of RFC 7468 that the hyphens from `hyphens` on may open, up to its end or
/// that of the text.
pub(super) fn private_key_at(text: &str, hyphens: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let name = end_of(bytes, hyphens, |b| b == b'-');
    let start = name.checked_sub("-----".len()).filter(|&start| start >= hyphens)?;
    if !bytes[name..].starts_with(b"BEGIN ") {
        return None;
    }
    let label = end_of(bytes, name, |b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b' ');
    let is_key = text[name..label].ends_with("PRIVATE KEY") || text[name..label].ends_with("PRIVATE KEY BLOCK");
    (is_key && bytes[label..].starts_with(b"-----")).then(|| start..key_end(text, label + "-----".len()))
}

fn key_end(text: &str, body: usize) -> usize {
    let Some(end) = text[body..].find("-----END ") else { return text.len() };
    let name = body + end + "-----END ".len();
    text[name..].find("-----").map_or(text.len(), |dashes| name + dashes + "-----".len())
}
