//! Credentials and cookies in headers: what kind they are is shown, and nothing of them.

use super::{is_plain_word, scrubbed};
use crate::redact::MASK;

/// Schemes of authentication: those that IANA has registered, and some of single vendors. Any other first word may be
/// the secret itself.
const SCHEMES: &[&str] = &[
    "ApiKey",
    "AWS4-HMAC-SHA256",
    "Basic",
    "Bearer",
    "Concealed",
    "Digest",
    "DPoP",
    "GNAP",
    "HOBA",
    "Mutual",
    "Negotiate",
    "NTLM",
    "OAuth",
    "PrivateToken",
    "SCRAM-SHA-1",
    "SCRAM-SHA-256",
    "Token",
    "vapid",
];

/// The scheme, and a mask for all that stands behind it.
pub(super) fn credentials(text: &str) -> String {
    let first = text.split_ascii_whitespace().next().unwrap_or_default();
    match SCHEMES.iter().find(|scheme| scheme.eq_ignore_ascii_case(first)) {
        Some(scheme) => format!("{scheme} {MASK}"),
        None => MASK.to_owned(),
    }
}

/// The names of cookies, of so many at most.
pub(super) fn cookies(text: &str) -> String {
    const MOST: usize = 50;
    let mut shown: Vec<String> = text.split(';').take(MOST).map(cookie).collect();
    if text.split(';').nth(MOST).is_some() {
        shown.push("…".to_owned());
    }
    shown.join("; ")
}

/// A cookie's name, and those of its attributes that say nothing of who has it.
pub(super) fn set_cookie(text: &str) -> String {
    let mut parts = text.split(';');
    let mut shown = cookie(parts.next().unwrap_or_default());
    for part in parts.map(str::trim).filter(|part| !part.is_empty()) {
        let name = part.split('=').next().unwrap_or_default().trim();
        let known = ATTRIBUTES.iter().any(|known| known.eq_ignore_ascii_case(name));
        shown.push_str("; ");
        shown.push_str(&if known { scrubbed(part) } else { MASK.to_owned() });
    }
    shown
}

/// Attributes of RFC 6265 and those that browsers know besides.
const ATTRIBUTES: &[&str] =
    &["Domain", "Expires", "HttpOnly", "Max-Age", "Partitioned", "Path", "Priority", "SameSite", "Secure"];

fn cookie(pair: &str) -> String {
    // Without a name it is a value.
    match pair.split_once('=').map(|(name, _)| name.trim()) {
        Some(name) if is_plain_word(name) => format!("{name}={MASK}"),
        _ => MASK.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_show_their_scheme() {
        for (text, expected) in [
            ("Bearer k3J9", "Bearer [REDACTED]"),
            ("bEARER  k3J9", "Bearer [REDACTED]"),
            ("Basic amFuZTpodW50ZXIy", "Basic [REDACTED]"),
            ("Digest username=\"jane\", response=\"6629\"", "Digest [REDACTED]"),
            ("AWS4-HMAC-SHA256 Credential=AKIA/2026, Signature=f0", "AWS4-HMAC-SHA256 [REDACTED]"),
            ("k3J9", "[REDACTED]"),
            ("hunter2 and more", "[REDACTED]"),
            ("", "[REDACTED]"),
        ] {
            assert_eq!(credentials(text), expected, "{text}");
        }
    }

    #[test]
    fn cookies_show_their_names() {
        assert_eq!(cookies("sid=k3J9; theme=dark;a=b=c"), "sid=[REDACTED]; theme=[REDACTED]; a=[REDACTED]");
        assert_eq!(cookies("k3J9; jane@example.org=1; 123-45-6789=1"), "[REDACTED]; [REDACTED]; [REDACTED]");
        assert!(cookies(&"a=1;".repeat(1000)).len() < 1000);
    }

    #[test]
    fn attributes_of_a_cookie_stay() {
        assert_eq!(
            set_cookie("sid=k3J9; Path=/; Max-Age=3600; httponly; SameSite=Lax; Secret=k3J9"),
            "sid=[REDACTED]; Path=/; Max-Age=3600; httponly; SameSite=Lax; [REDACTED]"
        );
        assert_eq!(set_cookie("k3J9; Domain=jane@example.org"), "[REDACTED]; Domain=[REDACTED:email]");
    }
}
