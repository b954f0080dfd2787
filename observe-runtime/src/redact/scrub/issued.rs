//! Tokens that their issuers give a prefix, so that scanners can find them. The forms are those of the issuers' own
//! documentation. Check sums are not looked at: a token of an older form has none.

use std::ops::Range;

use super::ascii::{end_of, is_at, is_before, is_word};

/// What a token is made of behind its prefix.
#[derive(Clone, Copy)]
enum Body {
    /// Capitals and digits.
    Upper,
    /// Letters and digits.
    Alphanumeric,
    /// Also `_`.
    Word,
    /// Also `-` instead.
    Hyphenated,
    /// Also `_` and `-`.
    Url,
    /// Also `/`, `_` and `-`.
    Path,
    /// Also `=`, `_` and `-`.
    Padded,
    /// Also `+` and `/`.
    Base64,
    /// Hexadecimal digits.
    Hex,
}

impl Body {
    fn has(self, b: u8) -> bool {
        match self {
            Body::Upper => b.is_ascii_uppercase() || b.is_ascii_digit(),
            Body::Alphanumeric => b.is_ascii_alphanumeric(),
            Body::Word => is_word(b),
            Body::Hyphenated => b.is_ascii_alphanumeric() || b == b'-',
            Body::Url => is_word(b) || b == b'-',
            Body::Path => is_word(b) || matches!(b, b'-' | b'/'),
            Body::Padded => is_word(b) || matches!(b, b'-' | b'='),
            Body::Base64 => b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'),
            Body::Hex => b.is_ascii_hexdigit(),
        }
    }
}

/// Prefix, body, and the fewest and the most bytes of that.
type Form = (&'static str, Body, usize, usize);

const ANY: usize = usize::MAX;

/// Amazon Web Services: access key ids of users, roles and others.
const AMAZON: &[Form] = &[
    ("AKIA", Body::Upper, 16, 16),
    ("ASIA", Body::Upper, 16, 16),
    ("ABIA", Body::Upper, 16, 16),
    ("ACCA", Body::Upper, 16, 16),
    ("AROA", Body::Upper, 16, 16),
    ("AIDA", Body::Upper, 16, 16),
];

// GitHub and GitLab.
const CODE: &[Form] = &[
    ("gho_", Body::Alphanumeric, 20, ANY),
    ("ghp_", Body::Alphanumeric, 20, ANY),
    ("ghr_", Body::Alphanumeric, 20, ANY),
    ("ghs_", Body::Alphanumeric, 20, ANY),
    ("ghu_", Body::Alphanumeric, 20, ANY),
    ("github_pat_", Body::Word, 20, ANY),
    ("glpat-", Body::Url, 16, ANY),
    ("gldt-", Body::Url, 16, ANY),
    ("glptt-", Body::Url, 16, ANY),
    ("glrt-", Body::Url, 16, ANY),
    ("glcbt-", Body::Url, 16, ANY),
    ("glsoat-", Body::Url, 16, ANY),
    ("glft-", Body::Url, 16, ANY),
];

/// Slack and Stripe.
const SERVICES: &[Form] = &[
    ("xoxa-", Body::Hyphenated, 10, ANY),
    ("xoxb-", Body::Hyphenated, 10, ANY),
    ("xoxe-", Body::Hyphenated, 10, ANY),
    ("xoxo-", Body::Hyphenated, 10, ANY),
    ("xoxp-", Body::Hyphenated, 10, ANY),
    ("xoxr-", Body::Hyphenated, 10, ANY),
    ("xoxs-", Body::Hyphenated, 10, ANY),
    ("xapp-", Body::Hyphenated, 10, ANY),
    ("pk_live_", Body::Alphanumeric, 8, ANY),
    ("pk_test_", Body::Alphanumeric, 8, ANY),
    ("rk_live_", Body::Alphanumeric, 8, ANY),
    ("rk_test_", Body::Alphanumeric, 8, ANY),
    ("sk_live_", Body::Alphanumeric, 8, ANY),
    ("sk_test_", Body::Alphanumeric, 8, ANY),
    ("whsec_", Body::Base64, 16, ANY),
];

// Google: API keys, client secrets. Models: Anthropic, OpenAI, Hugging Face.
const MODELS: &[Form] = &[
    ("AIza", Body::Url, 30, ANY),
    ("GOCSPX-", Body::Url, 16, ANY),
    ("sk-", Body::Url, 20, ANY),
    ("hf_", Body::Alphanumeric, 30, ANY),
];

// Package registries: npm, PyPI, RubyGems, crates.io.
const REGISTRIES: &[Form] = &[
    ("npm_", Body::Alphanumeric, 30, ANY),
    ("pypi-", Body::Url, 40, ANY),
    ("rubygems_", Body::Hex, 40, ANY),
    ("cio", Body::Alphanumeric, 32, 32),
];

// DigitalOcean, Shopify, Docker, Databricks, Linear, Atlassian, age.
const HOSTS: &[Form] = &[
    ("doo_v1_", Body::Hex, 40, ANY),
    ("dop_v1_", Body::Hex, 40, ANY),
    ("dor_v1_", Body::Hex, 40, ANY),
    ("shpat_", Body::Hex, 32, 32),
    ("shpca_", Body::Hex, 32, 32),
    ("shppa_", Body::Hex, 32, 32),
    ("shpss_", Body::Hex, 32, 32),
    ("dckr_pat_", Body::Url, 20, ANY),
    ("dapi", Body::Hex, 32, 32),
    ("lin_api_", Body::Alphanumeric, 32, ANY),
    ("ATATT3", Body::Padded, 40, ANY),
    ("AGE-SECRET-KEY-1", Body::Upper, 40, ANY),
];

/// Grafana, New Relic, Sentry, Notion, Figma, Postman, Tailscale, `PlanetScale`, Pulumi, Supabase, `CircleCI`, Buildkite,
/// Heroku, Square, Vercel, Amazon Bedrock.
const TOOLS: &[Form] = &[
    ("glc_", Body::Base64, 32, ANY),
    ("glsa_", Body::Word, 32, ANY),
    ("NRAK-", Body::Upper, 20, ANY),
    ("sntrys_", Body::Word, 32, ANY),
    ("sntryu_", Body::Hex, 40, ANY),
    ("ntn_", Body::Alphanumeric, 40, ANY),
    ("figd_", Body::Url, 30, ANY),
    ("PMAK-", Body::Hyphenated, 40, ANY),
    ("tskey-", Body::Url, 20, ANY),
    ("pscale_oauth_", Body::Url, 30, ANY),
    ("pscale_pw_", Body::Url, 30, ANY),
    ("pscale_tkn_", Body::Url, 30, ANY),
    ("pul-", Body::Hex, 40, ANY),
    ("sbp_", Body::Hex, 40, ANY),
    ("CCIPAT_", Body::Word, 30, ANY),
    ("CCIPRJ_", Body::Word, 30, ANY),
    ("bkua_", Body::Hex, 40, ANY),
    ("HRKU-", Body::Url, 30, ANY),
    ("sq0atp-", Body::Url, 20, ANY),
    ("sq0csp-", Body::Url, 20, ANY),
    ("vercel_blob_rw_", Body::Word, 20, ANY),
    ("ABSK", Body::Base64, 80, ANY),
];

/// Twilio, Mailgun, Artifactory, Notion, Fly.
const MORE_SERVICES: &[Form] = &[
    ("SK", Body::Hex, 32, 32),
    ("key-", Body::Hex, 32, 32),
    ("AKCp", Body::Alphanumeric, 60, ANY),
    ("secret_", Body::Alphanumeric, 40, ANY),
    ("fm1a_", Body::Base64, 40, ANY),
    ("fm1r_", Body::Base64, 40, ANY),
    ("fm2_", Body::Base64, 40, ANY),
    ("fo1_", Body::Url, 40, ANY),
];

/// Models: xAI, Groq, Replicate, Perplexity, `LangSmith`, Pinecone.
const MORE_MODELS: &[Form] = &[
    ("xai-", Body::Alphanumeric, 60, ANY),
    ("gsk_", Body::Alphanumeric, 40, ANY),
    ("r8_", Body::Alphanumeric, 30, ANY),
    ("pplx-", Body::Alphanumeric, 40, ANY),
    ("lsv2_", Body::Word, 30, ANY),
    ("pcsk_", Body::Word, 40, ANY),
];

const ALL: &[&[Form]] = &[AMAZON, CODE, SERVICES, MODELS, REGISTRIES, HOSTS, TOOLS, MORE_SERVICES, MORE_MODELS];

/// Prefixes that end in a joint, so that what follows is a stretch of its own.
const JOINED: &[Form] = &[
    // SendGrid, Google, Vault, Doppler, Dynatrace.
    ("SG.", Body::Url, 16, ANY),
    ("ya29.", Body::Url, 20, ANY),
    ("hvb.", Body::Url, 20, ANY),
    ("hvr.", Body::Url, 20, ANY),
    ("hvs.", Body::Url, 20, ANY),
    ("dp.pt.", Body::Alphanumeric, 40, ANY),
    ("dp.ct.", Body::Alphanumeric, 40, ANY),
    ("dp.sa.", Body::Alphanumeric, 40, ANY),
    ("dt0c01.", Body::Upper, 24, 24),
];

/// Hooks of Slack and Discord, which need no token.
const HOOKS: &[&str] = &["hooks.slack.com/services/", "discord.com/api/webhooks/", "discordapp.com/api/webhooks/"];

/// How far behind the name of the host the long part of a hook may be.
const LONGEST_HOOK: usize = 80;

/// The longest token of base64 of which the prefix is looked for behind a `+` or `/`.
const LONGEST_BASE64: usize = 64;

/// The token with its prefix at `start`.
pub(super) fn at(bytes: &[u8], start: usize) -> Option<Range<usize>> {
    let first = bytes.get(start)?;
    let mut forms = ALL.iter().copied().flatten().filter(|form| form.0.as_bytes()[0] == *first);
    let end = forms.find_map(|form| end_of_form(bytes, start, *form))?;
    // The refresh token `xoxe.xoxp-…`
    let double = bytes[..start].ends_with(b".") && bytes[start..].starts_with(b"xox") && start >= 5;
    let start = if double && bytes[start - 5..].starts_with(b"xox") { start - 5 } else { start };
    Some(start..end)
}

fn end_of_form(bytes: &[u8], start: usize, (prefix, body, fewest, most): Form) -> Option<usize> {
    let from = start + prefix.len();
    if !bytes[start..].starts_with(prefix.as_bytes()) {
        return None;
    }
    let limit = bytes.len().min(from.saturating_add(most));
    let end = end_of(&bytes[..limit], from, |b| body.has(b));
    // Some are short enough to begin a longer word, or to end one: `cache-key-` is not of Mailgun.
    let short = matches!(prefix, "cio" | "SK" | "key-");
    let glued = short && (is_at(bytes, end, is_word) || is_before(bytes, start, |b| is_word(b) || b == b'-'));
    (end - from >= fewest && !glued).then_some(end)
}

/// The token of which a stretch that begins at `start` is only the rest, behind a full stop, a slash or a plus sign.
pub(super) fn behind_joint(text: &str, start: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    match bytes[..start].last()? {
        b'.' => JOINED
            .iter()
            .find_map(|form| {
                let at = start.checked_sub(form.0.len())?;
                let end = end_of_form(bytes, at, *form)?;
                // A token of SendGrid has two parts.
                let second = end_of(bytes, bytes.len().min(end + 1), |b| Body::Url.has(b));
                let end = match form.0 {
                    "SG." | "dt0c01." => (is_at(bytes, end, |b| b == b'.') && second > end + 16).then_some(second)?,
                    _ => end,
                };
                (!is_before(bytes, at, |b| b.is_ascii_alphanumeric())).then_some(at..end)
            })
            .or_else(|| behind_own_part(bytes, start)),
        b':' => behind_number(bytes, start),
        b'~' => behind_tilde(bytes, start),
        b'/' | b'+' => hook(text, start).or_else(|| {
            let floor = start.saturating_sub(LONGEST_BASE64);
            let at = super::ascii::start_of(bytes, floor, start, |b| Body::Base64.has(b) || b == b'_');
            (at > floor || floor == 0).then(|| self::at(bytes, at)).flatten()
        }),
        _ => None,
    }
}

/// Tokens of which the first part has no mark or a short one: `….atlasv1.…` of Terraform, `pat….…` of Airtable.
fn behind_own_part(bytes: &[u8], start: usize) -> Option<Range<usize>> {
    const TERRAFORM: &[u8] = b".atlasv1.";
    let part = |end: usize, length: usize| {
        let at = end.checked_sub(length)?;
        let whole = bytes[at..end].iter().all(u8::is_ascii_alphanumeric);
        (whole && !is_before(bytes, at, is_word)).then_some(at)
    };
    let end = end_of(bytes, start, |b| Body::Padded.has(b));
    if bytes[..start].ends_with(TERRAFORM) && end - start >= 60 {
        return Some(part(start - TERRAFORM.len(), 14)?..end);
    }
    let airtable = end - start == 64 && bytes[start..end].iter().all(u8::is_ascii_hexdigit);
    let at = part(start - 1, "pat".len() + 14).filter(|at| airtable && bytes[*at..].starts_with(b"pat"))?;
    Some(at..end)
}

/// `123456789:…`, a bot of Telegram.
fn behind_number(bytes: &[u8], start: usize) -> Option<Range<usize>> {
    let colon = start - 1;
    let at = super::ascii::start_of(bytes, colon.saturating_sub(12), colon, |b| b.is_ascii_digit());
    let end = end_of(bytes, start, |b| Body::Url.has(b));
    ((8..=10).contains(&(colon - at)) && end - start == 35).then_some(at..end)
}

/// `…8Q~…`, the secret of a client of Azure.
fn behind_tilde(bytes: &[u8], start: usize) -> Option<Range<usize>> {
    let is_body = |b: u8| Body::Url.has(b) || matches!(b, b'.' | b'~');
    let at = start.checked_sub(6)?;
    let mark = bytes[at + 3].is_ascii_digit() && &bytes[at + 4..start] == b"Q~";
    let end = end_of(bytes, start, is_body);
    let whole = (31..=36).contains(&(end - start)) && bytes[at..at + 3].iter().all(|b| is_body(*b));
    (mark && whole).then_some(at..end)
}

/// A token of Discord, which begins with the number of its user in base64: three parts, of which the second has six
/// characters.
pub(super) fn of_discord(bytes: &[u8], start: usize) -> Option<Range<usize>> {
    let part = |from: usize| end_of(bytes, bytes.len().min(from), |b| Body::Url.has(b));
    let first = part(start);
    let marked = matches!(bytes.get(start), Some(b'M' | b'N' | b'O')) && (24..=28).contains(&(first - start));
    if !marked || !is_at(bytes, first, |b| b == b'.') {
        return None;
    }
    let second = part(first + 1);
    let third = part(second + 1);
    (second - first == 7 && is_at(bytes, second, |b| b == b'.') && third >= second + 28).then_some(start..third)
}

fn hook(text: &str, start: usize) -> Option<Range<usize>> {
    let window = text.floor_char_boundary(start.saturating_sub(LONGEST_HOOK));
    let (at, hook) = HOOKS.iter().find_map(|hook| text[window..start].rfind(hook).map(|at| (window + at, *hook)))?;
    let end = end_of_form(text.as_bytes(), at, (hook, Body::Path, 20, ANY))?;
    (end > start && !is_before(text.as_bytes(), at, |b| b.is_ascii_alphanumeric())).then_some(at..end)
}
