//! Who may read metrics.

use super::forwarded;
use crate::config::Networks;
use crate::count::Count;
use crate::redact::KeyRing;
use hyper::header::{self, HeaderMap};
use std::net::IpAddr;
use std::sync::Once;

/// How many requests were refused, by reason.
pub(crate) static REFUSED: [(&str, Count); 2] = [("network", Count::new()), ("token", Count::new())];

/// The rules of one process.
pub(crate) struct Access {
    allow: Networks,
    /// Whoever tells the truth about its client.
    proxies: Networks,
    token: Option<Token>,
}

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Network,
    Token,
}

/// What a scraper has to know. Only its tag under a key that nobody knows is kept: it can't be shown, and tags are
/// compared in constant time.
pub(crate) struct Token {
    key: KeyRing,
    tag: String,
}

impl Token {
    pub(crate) fn new(token: &str) -> Self {
        let key = KeyRing::random();
        let tag = key.pseudonym(token);
        Self { key, tag }
    }

    /// What stands for the token, and can be shown: nobody can find the one by the other.
    #[cfg(feature = "dev-page")]
    pub(crate) fn tag(&self) -> &str {
        &self.tag
    }

    pub(crate) fn is(&self, given: &str) -> bool {
        self.key.matches(given, &self.tag)
    }
}

impl Default for Access {
    fn default() -> Self {
        Self::new(Networks::default(), None, Networks::none())
    }
}

impl Access {
    pub(crate) fn new(allow: Networks, token: Option<&str>, proxies: Networks) -> Self {
        Self { allow, proxies, token: token.map(Token::new) }
    }

    /// Whether a request with these headers, from this end of its connection, is answered.
    ///
    /// Networks go first, so that nobody outside of them can try tokens.
    pub(super) fn check(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Result<(), Refusal> {
        if !self.is_inside(peer, headers) {
            return Err(Refusal::Network);
        }
        match &self.token {
            Some(token) if !bearer(headers).is_some_and(|given| token.is(given)) => Err(Refusal::Token),
            _ => Ok(()),
        }
    }

    /// Whether the other end of a connection is in an allowed network, or a proxy.
    pub(super) fn is_near(&self, peer: IpAddr) -> bool {
        self.allow.is_everyone() || self.allow.has(peer) || self.proxies.has(peer)
    }

    /// Whether the client is in an allowed network. Of a connection without an address, as over a Unix socket, that is
    /// not known, and so it is not.
    fn is_inside(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> bool {
        if self.allow.is_everyone() {
            return true;
        }
        let Some(peer) = peer else { return false };
        if self.proxies.has(peer) {
            return match forwarded::clients(headers, &self.proxies) {
                Some(clients) => clients.iter().all(|client| client.is_some_and(|client| self.allow.has(client))),
                None => self.allow.has(peer),
            };
        }
        // A proxy's own address says nothing about its client. What an unknown one says of that is not believed, but
        // that there is one is, and then a token has to vouch for the client.
        self.allow.has(peer) && (self.token.is_some() || !forwarded::is_forwarded(headers))
    }
}

/// The token in `Authorization: Bearer …`.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

impl Refusal {
    /// Counts it, and says it the first time: who has forgotten to allow a scraper finds out why.
    pub(super) fn report(self) {
        static SAID: [Once; 2] = [Once::new(), Once::new()];
        let (place, why) = match self {
            Self::Network => (
                0,
                "it came from outside of the allowed networks, or through a proxy that is not trusted; see \
                 OBSERVE_METRICS_ALLOW and OBSERVE_TRUSTED_PROXIES",
            ),
            Self::Token => (1, "it did not bring the token that OBSERVE_METRICS_TOKEN has"),
        };
        if let (Some((_, count)), Some(said)) = (REFUSED.get(place), SAID.get(place)) {
            count.add(1);
            said.call_once(|| {
                tracing::warn!(target: "observe", "a request for /metrics was refused: {why}. More of these are only counted");
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{EndpointSettings, Settings};

    fn with(variables: &[(&str, &str)]) -> Access {
        let settings = Settings::read("app", "1", &variables.iter().collect());
        let EndpointSettings { allow, token, proxies, .. } = settings.endpoint;
        Access::new(allow, token.as_deref(), proxies)
    }

    fn check(access: &Access, peer: &str, given: &[(&'static str, &str)]) -> Result<(), Refusal> {
        let mut headers = HeaderMap::new();
        for (name, value) in given {
            headers.append(*name, value.parse().unwrap());
        }
        access.check(peer.parse().ok(), &headers)
    }

    const OUTSIDE: Result<(), Refusal> = Err(Refusal::Network);

    #[test]
    fn only_allowed_networks_are_answered() {
        let access = Access::default();
        for peer in ["127.0.0.1", "::1", "::ffff:127.0.0.1", "10.1.2.3", "172.20.0.1"] {
            assert_eq!(check(&access, peer, &[]), Ok(()), "{peer}");
        }
        for peer in ["203.0.113.9", "192.168.1.1", "2001:db8::1", "no address"] {
            assert_eq!(check(&access, peer, &[]), OUTSIDE, "{peer}");
        }
        let everyone = with(&[("OBSERVE_METRICS_ALLOW", "*")]);
        assert_eq!(check(&everyone, "no address", &[]), Ok(()));
    }

    #[test]
    fn a_token_is_asked_for_inside_of_the_networks() {
        let access = with(&[("OBSERVE_METRICS_TOKEN", "a token of some length")]);
        let authorization = |value| check(&access, "127.0.0.1", &[("authorization", value)]);
        assert_eq!(authorization("Bearer a token of some length"), Ok(()));
        assert_eq!(authorization("bearer  a token of some length"), Ok(()));
        for wrong in ["Bearer a token of some lengt", "Bearer", "Bearer ", "Basic a token of some length", "x"] {
            assert_eq!(authorization(wrong), Err(Refusal::Token), "{wrong}");
        }
        assert_eq!(check(&access, "127.0.0.1", &[]), Err(Refusal::Token));
        let good = [("authorization", "Bearer a token of some length")];
        assert_eq!(check(&access, "203.0.113.9", &good), OUTSIDE);
        // An unknown proxy in an allowed network, whose client knows the token.
        assert_eq!(check(&access, "10.0.0.1", &[good[0], ("x-forwarded-for", "203.0.113.9")]), Ok(()));
    }

    #[test]
    fn an_unknown_proxy_lets_nobody_in() {
        let access = Access::default();
        for header in ["x-forwarded-for", "forwarded", "x-real-ip", "via", "x-forwarded-proto"] {
            assert_eq!(check(&access, "10.0.0.1", &[(header, "127.0.0.1")]), OUTSIDE, "{header}");
            assert_eq!(check(&access, "203.0.113.9", &[(header, "127.0.0.1")]), OUTSIDE, "{header}");
        }
    }

    #[test]
    fn a_trusted_proxy_says_who_its_client_is() {
        let access = with(&[("OBSERVE_TRUSTED_PROXIES", "192.0.2.0/24"), ("OBSERVE_METRICS_ALLOW", "10.0.0.0/8")]);
        let through = |given: &[(&'static str, &str)]| check(&access, "192.0.2.1", given);
        assert_eq!(through(&[("x-forwarded-for", "10.0.0.7")]), Ok(()));
        assert_eq!(through(&[("x-forwarded-for", "10.0.0.7, 192.0.2.9")]), Ok(()));
        assert_eq!(through(&[("forwarded", "for=\"10.0.0.7:4711\";proto=https")]), Ok(()));
        // What stands to the left of an untrusted address is somebody's invention.
        assert_eq!(through(&[("x-forwarded-for", "10.0.0.7, 203.0.113.9")]), OUTSIDE);
        assert_eq!(through(&[("x-forwarded-for", "10.0.0.7"), ("x-forwarded-for", "203.0.113.9")]), OUTSIDE);
        assert_eq!(through(&[("x-forwarded-for", "10.0.0.7, unknown")]), OUTSIDE);
        // A header that the proxy does not know is passed on as it came.
        assert_eq!(through(&[("forwarded", "for=10.0.0.7"), ("x-forwarded-for", "203.0.113.9")]), OUTSIDE);
        // Of a proxy that writes this one alone, the other is the client's own.
        assert_eq!(through(&[("x-real-ip", "203.0.113.9"), ("x-forwarded-for", "10.0.0.7")]), OUTSIDE);
        assert_eq!(through(&[("x-real-ip", "10.0.0.7")]), Ok(()));
        // What the second of two proxies writes is the first.
        assert_eq!(through(&[("x-real-ip", "192.0.2.9"), ("x-forwarded-for", "10.0.0.7, 192.0.2.9")]), Ok(()));
        assert_eq!(through(&[("x-real-ip", "192.0.2.9")]), OUTSIDE);
        assert!(access.is_near([192, 0, 2, 1].into()) && access.is_near([10, 0, 0, 7].into()));
        assert!(!access.is_near([203, 0, 113, 9].into()));
        // The proxy's own request.
        assert_eq!(through(&[]), OUTSIDE);
    }
}
