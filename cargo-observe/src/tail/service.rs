//! A service with a page of its own: where it is, what it is asked, and what its refusals mean.

use super::lines::Lines;
use crate::error::{Error, Result};
use crate::http;
use crate::terminal::harmless;
use serde_json::Value;
use std::io::Read;
use std::time::Duration;

/// So long nothing may come of a service that says something every five seconds.
const SILENCE: Duration = Duration::from_secs(15);

/// The largest answer but for lines that go on.
const LARGEST: u64 = 64 << 20;

/// Where it is, and what it is asked for each time.
#[derive(Debug)]
pub(super) struct Service {
    /// Without the page's path and without a slash at the end.
    pub(super) url: String,
    token: Option<String>,
    filters: Vec<(&'static str, String)>,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum NoAnswer {
    /// There may be one later.
    NotNow(String),
    /// There will be none.
    Never(Error),
}

type Answer<T> = Result<T, NoAnswer>;

/// What a service says of itself.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct State {
    pub(super) name: String,
    /// When it started: another one with another time.
    pub(super) started: f64,
    pub(super) requests: Kept,
    pub(super) logs: Kept,
}

/// The numbers of what is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) first: u64,
    /// The one that comes next.
    pub(super) next: u64,
}

impl Service {
    pub(super) fn new(url: &str, token: Option<String>, filters: Vec<(&'static str, String)>) -> Result<Self> {
        let token = token.map(|token| token.trim().to_owned()).filter(|token| !token.is_empty());
        if token.as_deref().is_some_and(|token| !token.bytes().all(|byte| matches!(byte, b' '..=b'~'))) {
            return Err(Error::new("the token has characters that no header may have"));
        }
        Ok(Self { url: base(url)?, token, filters })
    }

    pub(super) fn state(&self) -> Answer<State> {
        let state = self.json("state", &[])?;
        let kept = |of: &Value| Some(Kept { first: of["first"].as_u64()?, next: of["next"].as_u64()? });
        let read = || {
            Some(State {
                name: harmless(state["service"].as_str()?).into_owned(),
                started: state["started"].as_f64()?,
                requests: kept(&state["spans"])?,
                logs: kept(&state["logs"])?,
            })
        };
        read().ok_or_else(|| NoAnswer::Never(self.stranger()))
    }

    /// The last of what is kept: `requests` or `logs`.
    pub(super) fn past(&self, what: &str, most: usize) -> Answer<Vec<Value>> {
        let mut query = vec![("after", "0".to_owned()), ("limit", most.to_string())];
        query.extend(self.filters.iter().cloned());
        match self.json(what, &query)?[what].take() {
            Value::Array(past) => Ok(past),
            _ => Err(NoAnswer::Never(self.stranger())),
        }
    }

    /// What comes from these numbers on.
    pub(super) fn follow(&self, requests: u64, logs: Option<u64>) -> Answer<Lines<impl Read + use<>>> {
        let mut query = self.filters.clone();
        query.push(("signals", if logs.is_some() { "requests,logs" } else { "requests" }.to_owned()));
        query.push(("after_requests", requests.to_string()));
        query.extend(logs.map(|logs| ("after_logs", logs.to_string())));
        self.open("follow", &query).map(Lines::new)
    }

    fn json(&self, path: &str, query: &[(&str, String)]) -> Answer<Value> {
        let mut body = Vec::new();
        let read = self.open(path, query)?.take(LARGEST).read_to_end(&mut body);
        read.map_err(|error| NoAnswer::NotNow(error.to_string()))?;
        serde_json::from_slice(&body).map_err(|_| NoAnswer::Never(self.stranger()))
    }

    fn open(&self, path: &str, query: &[(&str, String)]) -> Answer<impl Read + use<>> {
        let authorization = self.token.as_ref().map(|token| format!("Bearer {token}"));
        let headers: Vec<_> = authorization.iter().map(|text| ("authorization", text.as_str())).collect();
        let url = format!("{}/observe/api/{path}", self.url);
        match http::open(&url, query, &headers, SILENCE) {
            Ok((200, body)) => Ok(body),
            Ok((status, body)) => Err(self.refusal(status, body)),
            Err(error) => Err(NoAnswer::NotNow(error)),
        }
    }

    /// What a status means, with what the service says.
    fn refusal(&self, status: u16, body: impl Read) -> NoAnswer {
        let mut text = Vec::new();
        // Without it, the status says enough.
        let _ = body.take(4096).read_to_end(&mut text);
        let said: Option<Value> = serde_json::from_slice(&text).ok();
        let said = said.as_ref().and_then(|said| said["error"].as_str()).map(|said| format!(": {}", harmless(said)));
        let (url, said) = (&self.url, said.unwrap_or_default());
        let error = match status {
            401 if self.token.is_some() => Error::new(format!("{url} does not know this token"))
                .help("give the one that the service was started with, in OBSERVE_DEV_PAGE_TOKEN or by --token"),
            401 => Error::new(format!("{url} wants a token"))
                .help("set OBSERVE_DEV_PAGE_TOKEN here to what it is at the service"),
            403 => Error::new(format!("{url} shows itself to its own machine only{said}")).help(
                "run this there, for http://127.0.0.1 or localhost; or set OBSERVE_DEV_PAGE_TOKEN there and here",
            ),
            404 => Error::new(format!("{url} has no page at /observe")).help(
                "build the service with the feature `dev-page` of observe-runtime; a release build shows itself with \
                 OBSERVE_DEV_PAGE=on",
            ),
            500.. => return NoAnswer::NotNow(format!("answered {status}{said}")),
            _ => Error::new(format!("{url} answered {status}{said}")),
        };
        NoAnswer::Never(error)
    }

    fn stranger(&self) -> Error {
        Error::new(format!("what answers at {} is no service that shows itself", self.url))
            .help("name the address of one with the feature `dev-page` of observe-runtime")
    }
}

/// The address that paths are put behind: also of the page itself, as it is copied out of a browser.
fn base(url: &str) -> Result<String> {
    let url = if url.contains("://") { url.to_owned() } else { format!("http://{url}") };
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let base = url[..end].trim_end_matches('/');
    let base = base.strip_suffix("/observe").unwrap_or(base).trim_end_matches('/');
    let (scheme, rest) = base.split_once("://").unwrap_or_default();
    let authority = rest.split('/').next().unwrap_or_default();
    if authority.contains('@') {
        return Err(Error::new("the address holds credentials, which are not sent").help("a token is given by --token"));
    }
    if !matches!(scheme, "http" | "https") || authority.is_empty() || base.contains(|letter: char| letter.is_control())
    {
        return Err(Error::new(format!("`{}` is no address of a service", harmless(&url)))
            .help("name one such as http://127.0.0.1:8000"));
    }
    Ok(base.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_be_short_or_that_of_the_page() {
        for url in ["shop:8000", "http://shop:8000/", "http://shop:8000/observe/", "http://shop:8000/observe#/requests"]
        {
            assert_eq!(base(url).unwrap(), "http://shop:8000", "{url}");
        }
        assert_eq!(base("https://shop/behind/observe?a=/observe").unwrap(), "https://shop/behind");
    }

    #[test]
    fn what_is_no_address_is_told_so_and_credentials_are_not_repeated() {
        for url in ["", "ftp://shop", "http://", "http://a\u{1b}[1m"] {
            assert!(base(url).unwrap_err().message.contains("is no address"), "{url}");
        }
        let error = base("http://jane:hunter2@shop").unwrap_err();
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }

    #[test]
    fn a_token_that_is_no_headers_value_is_not_sent() {
        let service = |token: &str| Service::new("shop", Some(token.to_owned()), Vec::new());
        assert!(service("a\nb").is_err() && service("ä").is_err());
        assert_eq!(service(" a b\n").unwrap().token.as_deref(), Some("a b"));
        assert_eq!(service("").unwrap().token, None);
    }
}
