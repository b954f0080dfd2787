//! E-mail addresses: `local@domain` after RFC 5321 and 5322, without comments and folding, and with
//! letters of other scripts (RFC 6531).

use std::ops::Range;

use super::ascii::{contains_ignore_case, is_at, is_before};

/// The longest quoted local part, RFC 5321 section 4.5.3.1.1.
const LONGEST_LOCAL: usize = 64;

/// What looks like a top-level domain and ends the names of files (`icon@2x.png`) and of systemd
/// units (`getty@tty1.service`).
const NOT_TOP_LEVEL: &[&str] = &[
    "css", "gif", "html", "jpeg", "jpg", "js", "json", "log", "mount", "path", "png", "scope", "service", "slice",
    "socket", "svg", "swap", "timer", "txt", "webp", "xml", "yaml", "yml",
];

/// The address around the `@` at this position. Nothing left of `floor`, where the last `@` was, is part of it, which
/// also bounds the work.
pub(super) fn at(text: &str, floor: usize, at: usize) -> Option<Range<usize>> {
    let start = local(text, floor, at)?;
    let end = at + 1 + domain(&text[at + 1..])?;
    // The account of every repository on a git server.
    (&text[start..at] != "git").then_some(start..end)
}

/// Where the local part that ends at `end` begins.
fn local(text: &str, floor: usize, end: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    if is_before(bytes, end, |b| b == b'"') {
        return quoted_local(bytes, floor, end - 1);
    }
    let mut start = end;
    for (at, c) in text[floor..end].char_indices().rev() {
        let at = floor + at;
        let inner = start < end && is_before(bytes, at, |b| b.is_ascii_alphanumeric());
        if !(is_local(c) || is_inner(c) && inner) {
            break;
        }
        start = at;
    }
    let trimmed = text[start..end].trim_start_matches(['.', '-', '%', '+']);
    (!trimmed.is_empty()).then(|| end - trimmed.len())
}

fn quoted_local(bytes: &[u8], floor: usize, close: usize) -> Option<usize> {
    let floor = floor.max(close.saturating_sub(LONGEST_LOCAL));
    let open = floor + bytes[floor..close].iter().rposition(|&b| b == b'"')?;
    let content = &bytes[open + 1..close];
    (!content.is_empty() && content.iter().all(|b| matches!(b, b' '..=b'~'))).then_some(open)
}

fn is_local(c: char) -> bool {
    is_letter(c) || matches!(c, '.' | '_' | '%' | '+' | '-')
}

/// Characters that RFC 5322 allows, but that are more often quotation marks and delimiters: they
/// count between others.
fn is_inner(c: char) -> bool {
    matches!(c, '\'' | '!' | '#' | '$' | '*' | '^' | '~')
}

/// The scripts of Chinese, Japanese and Korean write no space between an address and the words
/// before it, so their letters are part of a domain only, where they fill a whole label.
fn is_letter(c: char) -> bool {
    // Most are ASCII, which takes no table.
    c.is_ascii_alphanumeric() || !c.is_ascii() && c.is_alphanumeric() && !is_wide(c)
}

fn is_wide(c: char) -> bool {
    c >= '\u{2E80}' && c.is_alphanumeric()
}

/// The length of the domain that `rest` begins with, or of an address literal in brackets.
fn domain(rest: &str) -> Option<usize> {
    if let Some(literal) = rest.strip_prefix('[') {
        return address_literal(literal);
    }
    let mut labels = 0;
    let mut at = 0;
    let mut end = None;
    loop {
        let length = label(&rest[at..]);
        if length == 0 {
            break;
        }
        labels += 1;
        if labels > 1 {
            end = top_level(&rest[at..at + length]).map(|length| at + length).or(end);
        }
        at += length;
        if !is_at(rest.as_bytes(), at, |b| b == b'.') {
            break;
        }
        at += 1;
    }
    let end = end?;
    let glued = is_at(rest.as_bytes(), end, |b| b.is_ascii_alphanumeric());
    (!glued && !is_version(rest)).then_some(end)
}

fn address_literal(literal: &str) -> Option<usize> {
    let close = literal.bytes().take(48).position(|b| b == b']')?;
    let address = literal[..close].strip_prefix("IPv6:").unwrap_or(&literal[..close]);
    address.parse::<std::net::IpAddr>().ok().map(|_| close + 2)
}

/// The length of one label of a host name: letters, digits and inner hyphens, all of the same kind
/// of script.
fn label(rest: &str) -> usize {
    let wide = rest.starts_with(is_wide);
    let belongs = |c: char| if wide { is_wide(c) } else { is_letter(c) || c == '-' };
    let length = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
    let label = &rest[..length];
    if label.starts_with('-') { 0 } else { label.trim_end_matches('-').len() }
}

/// How much of a label is a top-level domain: letters only, or the ASCII form of letters.
fn top_level(label: &str) -> Option<usize> {
    if label.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("xn--")) {
        return Some(label.len());
    }
    let name = label.split('-').next().unwrap_or(label);
    let plausible = name.chars().nth(1).is_some() && name.chars().all(char::is_alphabetic);
    (plausible && !contains_ignore_case(NOT_TOP_LEVEL, name)).then_some(name.len())
}

/// `left-pad@1.3.0-beta.rc` names a version. There are domains that begin with a number, but not
/// with two.
fn is_version(domain: &str) -> bool {
    let mut labels = domain.trim_start_matches('v').split('.');
    let is_number = |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_digit());
    labels.next().is_some_and(is_number) && labels.next().is_some_and(|l| l.starts_with(|c: char| c.is_ascii_digit()))
}
