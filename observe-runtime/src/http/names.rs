//! What a header or a parameter of a URL is, by its name.

use crate::redact::is_sensitive;

/// Words in a name of a header that announce a secret, or say who somebody is. A header is more often one of these
/// than a field of a program is, so fewer words are enough.
const WORDS: &[&str] = &[
    "apikey",
    "assertion",
    "auth",
    "authentication",
    "baggage",
    "cert",
    "certificate",
    "cookie",
    "credential",
    "csrf",
    // The distinguished name of a certificate.
    "dn",
    "email",
    "hmac",
    "identity",
    "jwt",
    "key",
    "nonce",
    "otp",
    "passwd",
    "password",
    "principal",
    "secret",
    "session",
    "sessionid",
    "sid",
    "sig",
    "signature",
    "subject",
    "ticket",
    "token",
    "user",
    "username",
    "xsrf",
];

/// Headers with such a word that say nothing of the kind.
const HARMLESS: &[&str] = &["idempotency-key", "sec-websocket-key", "surrogate-key", "user-agent", "www-authenticate"];

/// Headers that are shown by nothing but their name.
const HIDDEN: &[&str] = &[
    "dpop",
    "from",
    // Where a browser can set no header, the token of a socket is one of its protocols.
    "sec-websocket-protocol",
    "x-amzn-oidc-accesstoken",
    "x-amzn-oidc-data",
    "x-ms-client-principal",
];

/// Headers that say where a request comes from, as proxies write them.
const CLIENTS: &[&str] = &[
    "cf-connecting-ip",
    "cf-connecting-ipv6",
    "cf-pseudo-ipv4",
    "client-ip",
    "fastly-client-ip",
    "fly-client-ip",
    "remote-addr",
    "true-client-ip",
    "x-appengine-user-ip",
    "x-azure-clientip",
    "x-azure-socketip",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-envoy-external-address",
    "x-forwarded",
    "x-forwarded-for",
    "x-original-forwarded-for",
    "x-originating-ip",
    "x-real-ip",
    "x-remote-addr",
    "x-remote-ip",
];

/// Headers that hold a URL, or what a URL ends with.
const URLS: &[&str] = &[
    "content-location",
    "location",
    "origin",
    "referer",
    "sourcemap",
    "x-forwarded-uri",
    "x-original-uri",
    "x-original-url",
    "x-rewrite-url",
];

/// How a header's value is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Header {
    Credentials,
    Challenge,
    Cookie,
    SetCookie,
    Client,
    Forwarded,
    Disposition,
    Url,
    Hidden,
    Text,
}

impl Header {
    /// `name` in any case.
    pub(super) fn of(name: &str) -> Self {
        let name = name.trim().to_ascii_lowercase();
        match name.as_str() {
            "authorization" | "proxy-authorization" => Self::Credentials,
            "www-authenticate" | "proxy-authenticate" => Self::Challenge,
            "cookie" | "cookie2" => Self::Cookie,
            "set-cookie" | "set-cookie2" => Self::SetCookie,
            "forwarded" => Self::Forwarded,
            // A file is often named after who it is about.
            "content-disposition" => Self::Disposition,
            name if CLIENTS.contains(&name) => Self::Client,
            name if URLS.contains(&name) => Self::Url,
            name if HARMLESS.contains(&name) => Self::Text,
            name if HIDDEN.contains(&name) || has_word(name) || is_sensitive(name) => Self::Hidden,
            _ => Self::Text,
        }
    }
}

fn has_word(name: &str) -> bool {
    name.split(|letter: char| !letter.is_alphanumeric())
        .any(|word| WORDS.contains(&word) || word.strip_suffix('s').is_some_and(|word| WORDS.contains(&word)))
}

/// Parameters that are secrets in URLs, and may be anything elsewhere.
const PARAMETERS: &[&str] = &[
    "auth",
    "code",
    "hmac",
    "key",
    "login",
    "nonce",
    "pass",
    "pw",
    "samlrequest",
    "samlresponse",
    "sid",
    "sig",
    "signature",
    "state",
    "ticket",
    "user",
];

/// Words that make a parameter one: those of signed URLs and of sign-in.
const PARAMETER_WORDS: &[&str] =
    &["assertion", "credential", "csrf", "jsessionid", "otp", "sessionid", "signature", "sig", "sso", "token", "xsrf"];

/// Whether the value of a URL's parameter is hidden, whatever it is. `name` is decoded.
pub(super) fn hides_parameter(name: &str) -> bool {
    let lower = name.to_lowercase();
    PARAMETERS.contains(&lower.as_str())
        || lower.split(|letter: char| !letter.is_alphanumeric()).any(|word| PARAMETER_WORDS.contains(&word))
        || is_sensitive(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_known_in_every_case() {
        for (name, expected) in [
            ("AUTHORIZATION", Header::Credentials),
            ("Proxy-Authorization", Header::Credentials),
            ("Cookie", Header::Cookie),
            ("Set-Cookie", Header::SetCookie),
            ("X-Forwarded-For", Header::Client),
            ("Referer", Header::Url),
            ("User-Agent", Header::Text),
            ("Accept", Header::Text),
            ("Content-Type", Header::Text),
            ("traceparent", Header::Text),
            ("x-request-id", Header::Text),
            ("Idempotency-Key", Header::Text),
            ("Cache-Control", Header::Text),
        ] {
            assert_eq!(Header::of(name), expected, "{name}");
        }
        for name in [
            "X-Api-Key",
            "api_key",
            "X-Auth-Token",
            "X-CSRF-Token",
            "X-Amz-Security-Token",
            "Ocp-Apim-Subscription-Key",
            "X-Forwarded-User",
            "X-Forwarded-Client-Cert",
            "Authentication-Info",
            "Stripe-Signature",
            "X-Hub-Signature-256",
            "X-Patient-Ssn",
            "baggage",
            "From",
        ] {
            assert_eq!(Header::of(name), Header::Hidden, "{name}");
        }
    }

    #[test]
    fn parameters_are_known_by_name() {
        for name in
            ["token", "Access_Token", "X-Amz-Signature", "sig", "code", "state", "user[email]", "password", "ssn"]
        {
            assert!(hides_parameter(name), "{name}");
        }
        for name in ["page", "ward", "q", "sort", "country_code", "top_k", "limit"] {
            assert!(!hides_parameter(name), "{name}");
        }
    }
}
