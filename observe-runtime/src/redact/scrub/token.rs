//! Secrets that show what they are: bearer tokens, JSON web tokens, private keys, and those whose
//! issuer gives them a prefix so that scanners can find them.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::ascii::{contains_ignore_case, end_of, exact, ignoring_case, is_at, is_before, is_word};
use super::{Finding, Kind};

pub(super) fn find(text: &str, found: &mut Vec<Finding>) {
    let bearer = BEARER.find_iter(text).filter_map(|scheme| bearer_token(text, scheme.end()));
    let prefixed = PREFIXED
        .find_iter(text)
        .map(|token| token.range())
        .filter(|token| !is_before(text.as_bytes(), token.start, |b| b.is_ascii_alphanumeric()));
    let jwt = JWT.find_iter(text).map(|token| token.range());
    let ranges = bearer.chain(prefixed).chain(jwt).chain(private_keys(text));
    found.extend(ranges.map(|range| Finding { kind: Kind::Token, range }));
}

static BEARER: LazyLock<Regex> = LazyLock::new(|| ignoring_case(r"\bbearer[ \t]{1,4}"));

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

/// Header and payload of RFC 7519, both of which begin with `{"` in base64url, then a signature or
/// what is left of one. An encrypted token has five parts.
static JWT: LazyLock<Regex> = LazyLock::new(|| exact(r"eyJ[A-Za-z0-9_=-]{6,}(?:\.[A-Za-z0-9_=-]+){1,4}"));

/// Prefixes from the issuers' own documentation.
static PREFIXED: LazyLock<Regex> = LazyLock::new(|| {
    let forms = [
        // Amazon Web Services: access key ids of users, roles and others.
        r"A(?:KIA|SIA|BIA|CCA|ROA|IDA)[A-Z0-9]{16}",
        // GitHub and GitLab.
        r"gh[oprsu]_[A-Za-z0-9]{20,}",
        r"github_pat_[A-Za-z0-9_]{20,}",
        r"gl(?:pat|dt|ptt|rt|cbt|soat|ft)-[A-Za-z0-9_-]{16,}",
        // Slack: tokens, and hooks that need none.
        r"xox[abeoprs](?:\.xox[bp])?-[A-Za-z0-9-]{10,}",
        r"xapp-[A-Za-z0-9-]{10,}",
        r"hooks\.slack\.com/services/[A-Za-z0-9/_-]{20,}",
        // Stripe.
        r"[prs]k_(?:live|test)_[A-Za-z0-9]{8,}",
        r"whsec_[A-Za-z0-9+/]{16,}",
        // Google: API keys, client secrets, access tokens.
        r"AIza[A-Za-z0-9_-]{30,}",
        r"GOCSPX-[A-Za-z0-9_-]{16,}",
        r"ya29\.[A-Za-z0-9_-]{20,}",
        // Package registries: npm, PyPI, RubyGems, crates.io.
        r"npm_[A-Za-z0-9]{30,}",
        r"pypi-[A-Za-z0-9_-]{40,}",
        r"rubygems_[a-f0-9]{40,}",
        r"cio[A-Za-z0-9]{32}\b",
        // Models: Anthropic and OpenAI, Hugging Face.
        r"sk-(?:ant-|proj-|svcacct-|or-v1-)?[A-Za-z0-9_-]{20,}",
        r"hf_[A-Za-z0-9]{30,}",
        // SendGrid, DigitalOcean, Shopify, Vault, Docker, Databricks, Linear, Atlassian, age.
        r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",
        r"do[opr]_v1_[a-f0-9]{40,}",
        r"shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}",
        r"hv[bsr]\.[A-Za-z0-9_-]{20,}",
        r"dckr_pat_[A-Za-z0-9_-]{20,}",
        r"dapi[a-f0-9]{32}",
        r"lin_api_[A-Za-z0-9]{32,}",
        r"ATATT3[A-Za-z0-9_=-]{40,}",
        r"AGE-SECRET-KEY-1[A-Z0-9]{40,}",
    ];
    exact(&forms.join("|"))
});

/// Private keys in the textual encoding of RFC 7468, up to their end or that of the text.
fn private_keys(text: &str) -> impl Iterator<Item = Range<usize>> {
    const BEGIN: &str = "-----BEGIN ";
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let start = from + text[from..].find(BEGIN)?;
            let name = start + BEGIN.len();
            from = name;
            let label = end_of(text.as_bytes(), name, |b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b' ');
            let is_key = text[name..label].ends_with("PRIVATE KEY") || text[name..label].ends_with("PRIVATE KEY BLOCK");
            if is_key && text[label..].starts_with("-----") {
                let body = label + "-----".len();
                from = key_end(text, body);
                return Some(start..from);
            }
        }
    })
}

fn key_end(text: &str, body: usize) -> usize {
    let Some(end) = text[body..].find("-----END ") else { return text.len() };
    let name = body + end + "-----END ".len();
    text[name..].find("-----").map_or(text.len(), |dashes| name + dashes + "-----".len())
}
