//! Who may see the page.
//!
//! Without a token, those who sit at this machine. Any page in their browser can send requests here too, so a
//! connection from the machine is not enough: the request has to name the machine as its host, which a name of somebody
//! else's that is made to point here does not (DNS rebinding), and must not come from another page.

use crate::metrics_endpoint::{Token, bearer, is_forwarded};
use http::header::{CONTENT_TYPE, COOKIE, HOST, ORIGIN};
use http::{HeaderMap, Uri};
use std::net::{IpAddr, SocketAddr};

const SITE: &str = "sec-fetch-site";

/// The rules of one page.
pub(super) struct Access {
    token: Option<Known>,
}

struct Known {
    token: Token,
    /// What a browser gets for it: it says nothing of the token, and is worth nothing after a restart.
    session: Token,
    session_text: String,
}

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It is not of this machine, and there is no token.
    Elsewhere,
    /// It is, and asks under a name that may be anybody's.
    Host,
    /// Another page sent it.
    Site,
    /// It would change something, and may be a form of another page.
    MediaType,
    /// The token is missing or wrong.
    Token,
}

impl Refusal {
    /// What is told to whoever asked.
    pub(super) const fn sentence(self) -> &'static str {
        match self {
            Self::Elsewhere => {
                "this page is shown on its own machine only, and not through a proxy; set OBSERVE_DEV_PAGE_TOKEN to \
                 see it from elsewhere"
            }
            Self::Host => {
                "ask for localhost, 127.0.0.1 or [::1]; set OBSERVE_DEV_PAGE_TOKEN to see this page under another name"
            }
            Self::Site => "this was sent by a page of another site",
            Self::MediaType => "send JSON, with `Content-Type: application/json`",
            Self::Token => "send the token of OBSERVE_DEV_PAGE_TOKEN, as `Authorization: Bearer …`",
        }
    }
}

impl Access {
    pub(super) fn new(token: Option<&str>) -> Self {
        let known = |token: &str| {
            let token = Token::new(token);
            let session_text = token.tag().to_owned();
            Known { session: Token::new(&session_text), token, session_text }
        };
        Self { token: token.map(known) }
    }

    /// Whether a request is answered. `changes` is one that does more than read.
    pub(super) fn check(
        &self,
        peer: Option<SocketAddr>,
        uri: &Uri,
        headers: &HeaderMap,
        changes: bool,
    ) -> Result<(), Refusal> {
        if self.token.is_none() {
            if !peer.is_some_and(|peer| peer.ip().to_canonical().is_loopback()) || is_forwarded(headers) {
                return Err(Refusal::Elsewhere);
            }
            if !host(uri, headers).is_some_and(is_this_machine) {
                return Err(Refusal::Host);
            }
        }
        if is_of_another_site(uri, headers, changes) {
            return Err(Refusal::Site);
        }
        // No form of another page can send JSON without asking first.
        if changes && !is_json(headers) {
            return Err(Refusal::MediaType);
        }
        match &self.token {
            Some(known) if !known.is_brought(uri, headers) => Err(Refusal::Token),
            _ => Ok(()),
        }
    }

    /// The cookie for who knows the token, as `name=value`.
    pub(super) fn log_in(&self, given: &str, uri: &Uri, headers: &HeaderMap) -> Option<String> {
        let known = self.token.as_ref()?;
        known.token.is(given).then(|| format!("{}={}", cookie_name(uri, headers), known.session_text))
    }
}

impl Known {
    fn is_brought(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        let own = cookie_name(uri, headers);
        bearer(headers).is_some_and(|given| self.token.is(given))
            || cookies(headers).any(|(name, value)| name == own && self.session.is(value))
    }
}

/// What a browser remembers under that the token was known. All ports of a host share its cookies, and each may be
/// another service's.
fn cookie_name(uri: &Uri, headers: &HeaderMap) -> String {
    let port = host(uri, headers).and_then(|host| host.rsplit_once(':')).map_or("", |(_, port)| port);
    let digits: String = port.chars().filter(char::is_ascii_digit).collect();
    format!("observe_dev_page_{digits}")
}

fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='))
}

/// The host that the request asks, with its port.
fn host<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> Option<&'a str> {
    // HTTP/2 has it in the address.
    uri.authority().map(http::uri::Authority::as_str).or_else(|| headers.get(HOST)?.to_str().ok())
}

fn is_this_machine(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let is_name = name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost");
    is_name || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Whether a page of another site caused the request, as browsers say it. Programs say neither.
fn is_of_another_site(uri: &Uri, headers: &HeaderMap, changes: bool) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    // A link from elsewhere to the page may be followed; nothing that it changes may be.
    let is_other = match text(SITE) {
        Some("same-origin" | "none") | None => false,
        Some(_) => changes || text("sec-fetch-mode") != Some("navigate"),
    };
    let origin = text(ORIGIN.as_str()).map(|origin| origin.split_once("://").map_or("", |(_, host)| host));
    let is_other_origin = origin.is_some_and(|origin| host(uri, headers) != Some(origin));
    is_other || is_other_origin
}

fn is_json(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|media| media.as_bytes().starts_with(b"application/json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: &str = "127.0.0.1:4711";

    fn check(access: &Access, peer: &str, given: &[(&'static str, &str)], changes: bool) -> Result<(), Refusal> {
        let mut headers = HeaderMap::new();
        for (name, value) in given {
            headers.append(*name, value.parse().unwrap());
        }
        access.check(peer.parse().ok(), &Uri::from_static("/observe"), &headers, changes)
    }

    #[test]
    fn without_a_token_only_this_machine_is_answered() {
        let access = Access::new(None);
        for host in ["localhost:8000", "LOCALHOST", "127.0.0.1:1", "[::1]:8000", "app.localhost"] {
            assert_eq!(check(&access, HERE, &[("host", host)], false), Ok(()), "{host}");
        }
        assert_eq!(check(&access, "[::1]:1", &[("host", "[::1]")], false), Ok(()));
        for peer in ["10.0.0.7:1", "203.0.113.9:1", "no address"] {
            assert_eq!(check(&access, peer, &[("host", "localhost")], false), Err(Refusal::Elsewhere), "{peer}");
        }
        for header in ["x-forwarded-for", "forwarded", "via"] {
            let given = [("host", "localhost"), (header, "127.0.0.1")];
            assert_eq!(check(&access, HERE, &given, false), Err(Refusal::Elsewhere), "{header}");
        }
    }

    #[test]
    fn a_name_that_is_made_to_point_here_is_refused() {
        let access = Access::new(None);
        for host in ["evil.example", "evil.example:8000", "localhost.evil.example", "0.0.0.0", "10.0.0.7", "", "[::]"] {
            assert_eq!(check(&access, HERE, &[("host", host)], false), Err(Refusal::Host), "{host}");
        }
        assert_eq!(check(&access, HERE, &[], false), Err(Refusal::Host));
    }

    #[test]
    fn other_pages_neither_read_nor_change() {
        let access = Access::new(None);
        let host = ("host", "localhost:8000");
        let own = [host, ("origin", "http://localhost:8000"), ("sec-fetch-site", "same-origin")];
        let json = ("content-type", "application/json");
        assert_eq!(check(&access, HERE, &[own[0], own[1], own[2], json], true), Ok(()));
        assert_eq!(check(&access, HERE, &[host, json], true), Ok(()), "a program");
        for other in ["http://evil.example", "http://localhost:9000", "null"] {
            for changes in [false, true] {
                let given = [host, ("origin", other), json];
                assert_eq!(check(&access, HERE, &given, changes), Err(Refusal::Site), "{other}");
            }
        }
        for media in ["text/plain", "application/x-www-form-urlencoded"] {
            let given = [host, ("content-type", media)];
            assert_eq!(check(&access, HERE, &given, true), Err(Refusal::MediaType), "{media}");
        }
        let from_elsewhere = [host, ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")];
        assert_eq!(check(&access, HERE, &from_elsewhere, false), Err(Refusal::Site));
        let link = [host, ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")];
        assert_eq!(check(&access, HERE, &link, false), Ok(()));
    }

    #[test]
    fn with_a_token_everybody_who_brings_it_is_answered() {
        let access = Access::new(Some("a token of some length"));
        let elsewhere = "203.0.113.9:1";
        let good = [("host", "app.example"), ("authorization", "Bearer a token of some length")];
        assert_eq!(check(&access, elsewhere, &good, false), Ok(()));
        assert_eq!(check(&access, HERE, &[("host", "localhost")], false), Err(Refusal::Token));
        for wrong in ["Bearer a token of some lengt", "Bearer", "Basic x"] {
            assert_eq!(check(&access, HERE, &[("authorization", wrong)], false), Err(Refusal::Token), "{wrong}");
        }
        let mut headers = HeaderMap::new();
        headers.insert(HOST, "app.example:8000".parse().unwrap());
        let uri = Uri::from_static("/observe");
        assert_eq!(access.log_in("another", &uri, &headers), None);
        let cookie = format!("a=b; {}", access.log_in("a token of some length", &uri, &headers).unwrap());
        let host = ("host", "app.example:8000");
        assert_eq!(check(&access, elsewhere, &[host, ("cookie", &cookie)], false), Ok(()));
        // Another service on the same machine.
        let next = [("host", "app.example:9000"), ("cookie", cookie.as_str())];
        assert_eq!(check(&access, elsewhere, &next, false), Err(Refusal::Token));
        assert!(!cookie.contains("some length"));
        let other = Access::new(Some("a token of some length"));
        assert_eq!(
            check(&other, elsewhere, &[host, ("cookie", &cookie)], false),
            Err(Refusal::Token),
            "after a restart"
        );
    }
}
