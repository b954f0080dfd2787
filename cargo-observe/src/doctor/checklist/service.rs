//! What a running service answers.

use super::super::finding::Finding;
use crate::catalogue::Catalogue;
use crate::http::{self, Answer};
use crate::live_check::exposition::Exposition;
use serde_json::Value;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// The items, in order.
pub(super) const ITEMS: [&str; 6] =
    ["redaction tested", "/metrics answers", "/metrics restricted", "TYPE and HELP", "health in time", "health checks"];

/// Values that are personal, of nobody: numbers that are reserved for examples, or that test cards have.
pub(super) const PLANTED: [(&str, &str); 4] = [
    ("an e-mail address", "planted.person@example.com"),
    ("a social security number", "219-09-9999"),
    ("a card number", "4111 1111 1111 1111"),
    ("a phone number", "+1 202 555 0143"),
];
/// An address on no machine (RFC 5737).
const OUTSIDE: &str = "203.0.113.7";
/// Kubernetes gives up on readiness after a second; and on health nobody waits longer than this.
const READY_WITHIN: Duration = Duration::from_secs(1);
const HEALTH_WITHIN: Duration = Duration::from_secs(5);

/// A service by its address.
#[derive(Debug)]
pub(super) struct Service {
    url: String,
}

impl Service {
    pub(super) fn new(url: &str) -> Self {
        Self { url: url.trim_end_matches('/').to_owned() }
    }

    fn get(&self, path: &str, headers: &[(&str, &str)]) -> Result<Answer, String> {
        http::get(&format!("{}{path}", self.url), headers)
    }

    /// The same for who may read metrics where a token is asked for.
    fn metrics(&self) -> Result<Answer, String> {
        let token = std::env::var("OBSERVE_METRICS_TOKEN").map(|token| format!("Bearer {token}"));
        let headers: Vec<_> = token.iter().map(|token| ("authorization", token.as_str())).collect();
        self.get("/metrics", &headers)
    }

    /// Whether it answers at all.
    pub(super) fn is_alive(&self) -> bool {
        self.get("/health/live", &[]).is_ok_and(|answer| answer.status == 200)
    }

    pub(super) fn check(&self, catalogue: &Catalogue, paths: &[String]) -> Vec<Finding> {
        let planted = self.plant(paths);
        let scrape = self.metrics();
        vec![
            planted.map_or_else(|why| Finding::failed(ITEMS[0], why), |sent| self.redaction(sent)),
            answers(&scrape),
            self.restricted(),
            described(&scrape),
            self.in_time(),
            self.health_checks(catalogue),
        ]
    }

    /// Sends the planted values in every part of a request, to a path that nobody serves and to those that are named.
    /// How many requests were answered is returned.
    fn plant(&self, paths: &[String]) -> Result<usize, String> {
        let mut sent = 0;
        for path in ["/observe-doctor"].into_iter().chain(paths.iter().map(String::as_str)) {
            for (_, value) in PLANTED {
                let encoded = encoded(value);
                let separator = if path.contains('?') { '&' } else { '?' };
                let url = format!("{}{path}{separator}q={encoded}", self.url);
                let headers = [("user-agent", value), ("x-request-id", value), ("referer", value)];
                http::get(&url, &headers)?;
                let body = serde_json::json!({ "q": value }).to_string();
                http::post(&url, &[("content-type", "application/json")], body.as_bytes(), None)?;
                // In the path as well, where no route is.
                self.get(&format!("/observe-doctor/{encoded}"), &[])?;
                sent += 3;
            }
        }
        Ok(sent)
    }

    fn redaction(&self, sent: usize) -> Finding {
        let places = ["/metrics", "/health", "/health/ready", "/observe"];
        let mut read = Vec::new();
        let mut leaks = Vec::new();
        for place in places {
            let answer = if place == "/metrics" { self.metrics() } else { self.get(place, &[]) };
            // A refusal shows nothing, and proves nothing.
            let Some(answer) = answer.ok().filter(|answer| matches!(answer.status, 200 | 503)) else { continue };
            read.push(place);
            let text = answer.text();
            let found = PLANTED.iter().filter(|(_, value)| shows(&text, value));
            leaks.extend(found.map(|(what, _)| format!("{what} in {place}")));
        }
        let (item, asked) = (ITEMS[0], format!("{sent} requests with planted values"));
        if !read.contains(&"/metrics") {
            return Finding::failed(item, format!("{asked}, and /metrics can't be read after them"))
                .help("set OBSERVE_METRICS_TOKEN here to what the service has, or ask from a network that may read");
        }
        if leaks.is_empty() {
            Finding::ok(item, format!("{asked}, and none of them is in {}", read.join(", ")))
        } else {
            Finding::failed(item, format!("{asked}, and there is {}", leaks.join(", ")))
                .help("labels are of `Label` types and of nothing else; give checks of health no values of users")
        }
    }

    /// Somebody from outside gets none: what a proxy says of its client counts, unless the proxy is trusted.
    fn restricted(&self) -> Finding {
        let item = ITEMS[2];
        match self.get("/metrics", &[("x-forwarded-for", OUTSIDE)]) {
            Ok(answer) if matches!(answer.status, 401 | 403) => {
                Finding::ok(item, format!("a request from outside is answered {}", answer.status))
            }
            Ok(answer) if answer.status == 404 => Finding::ok(item, "the app's port has no /metrics"),
            Ok(answer) => Finding::failed(item, format!("a request from outside is answered {}", answer.status))
                .help("set OBSERVE_METRICS_ALLOW to the scraper's network, or OBSERVE_METRICS_TOKEN"),
            Err(why) => Finding::failed(item, why),
        }
    }

    fn in_time(&self) -> Finding {
        let item = ITEMS[4];
        let mut seen = Vec::new();
        for (path, within) in [("/health/ready", READY_WITHIN), ("/health", HEALTH_WITHIN)] {
            let begun = Instant::now();
            if let Err(why) = self.get(path, &[]) {
                return Finding::failed(item, format!("{path}: {why}"));
            }
            let took = begun.elapsed();
            if took > within {
                let what = format!("{path} took {} ms, and has {} ms", took.as_millis(), within.as_millis());
                return Finding::failed(item, what).help("OBSERVE_HEALTH_READY_BUDGET and OBSERVE_HEALTH_BUDGET");
            }
            seen.push(format!("{path} within {} ms", within.as_millis()));
        }
        Finding::ok(item, seen.join(", "))
    }

    /// Every check is there with its status, and passes or warns.
    fn health_checks(&self, catalogue: &Catalogue) -> Finding {
        let item = ITEMS[5];
        let answer = match self.get("/health/ready", &[]) {
            Ok(answer) => answer,
            Err(why) => return Finding::failed(item, why),
        };
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let Some(checks) = body["checks"].as_object() else {
            let what = format!("/health/ready answered {} without checks", answer.status);
            return Finding::failed(item, what);
        };
        let status = |name: &String| checks[name]["status"].as_str().unwrap_or_default();
        let bad = |name: &&String| !matches!(status(name), "pass" | "warn");
        let bad: Vec<_> =
            checks.keys().filter(bad).map(|name| format!("checks.{name}.status is {}", status(name))).collect();
        let asked = catalogue.health_checks.iter().filter(|_| catalogue.programs.len() == 1);
        let missing: Vec<_> =
            asked.filter(|check| !checks.contains_key(&check.name)).map(|check| check.name.as_str()).collect();
        if checks.is_empty() {
            Finding::failed(item, "/health/ready has no checks: it says ready whatever happens")
                .help("`#[health_check]`, or `observe::health::register`")
        } else if !bad.is_empty() {
            Finding::failed(item, bad.join(", "))
        } else if !missing.is_empty() {
            Finding::failed(item, format!("declared, and not there: {}", missing.join(", ")))
        } else {
            let all: Vec<_> = checks.keys().map(|name| format!("checks.{name}.status is {}", status(name))).collect();
            Finding::ok(item, all.join(", "))
        }
    }
}

/// Every byte percent-encoded.
fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        let _ = write!(encoded, "%{byte:02X}");
        encoded
    })
}

/// Whether a text has a value, with what is between its digits or without.
pub(super) fn shows(text: &str, value: &str) -> bool {
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    text.contains(value) || (digits.len() >= 9 && text.contains(&digits))
}

fn answers(scrape: &Result<Answer, String>) -> Finding {
    let item = ITEMS[1];
    match scrape {
        Ok(answer) if answer.status != 200 => Finding::failed(item, format!("answered {}", answer.status))
            .help("set OBSERVE_METRICS_TOKEN here to what the service has, or ask from a network that may read"),
        Ok(answer) => {
            let kind = answer.header("content-type").unwrap_or("no content type");
            let has_requests = answer.text().contains("http_requests_total");
            if !kind.starts_with("text/plain") {
                Finding::failed(item, format!("200 with {kind}, and text/plain is expected"))
            } else if !has_requests {
                Finding::failed(item, "http_requests_total is not there").help("`.layer(observe::axum::layer())`")
            } else {
                Finding::ok(item, format!("200, {kind}, with http_requests_total"))
            }
        }
        Err(why) => Finding::failed(item, why.clone()),
    }
}

/// Every family says what it is.
fn described(scrape: &Result<Answer, String>) -> Finding {
    let item = ITEMS[3];
    let text = match scrape {
        Ok(answer) if answer.status == 200 => answer.text(),
        _ => return Finding::failed(item, "/metrics can't be read"),
    };
    let exposition = Exposition::read(&text);
    let names = exposition.samples.iter().map(|sample| exposition.family_of(&sample.name));
    let bare: std::collections::BTreeSet<_> = names
        .filter(|name| !exposition.families.get(*name).is_some_and(|family| family.has_type && family.has_help))
        .collect();
    if !exposition.malformed.is_empty() {
        Finding::failed(item, format!("line {} is no sample", exposition.malformed[0]))
    } else if bare.is_empty() {
        Finding::ok(item, format!("all {} families have both", exposition.families.len()))
    } else {
        let bare: Vec<_> = bare.into_iter().collect();
        Finding::failed(item, format!("missing for {}", bare.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::finding::State;
    use super::*;

    fn scrape(body: &str) -> Answer {
        let headers = vec![("content-type".to_owned(), "text/plain; version=0.0.4".to_owned())];
        Answer { status: 200, headers, body: body.as_bytes().to_vec() }
    }

    #[test]
    fn a_value_is_found_in_whatever_form() {
        assert!(shows("a=\"219099999\"", "219-09-9999") && shows("x planted.person@example.com", PLANTED[0].1));
        assert!(!shows("[REDACTED:ssn] 21909", "219-09-9999"));
    }

    #[test]
    fn a_family_without_help_fails() {
        let good = "# HELP a Help\n# TYPE a histogram\na_bucket{le=\"1\"} 1\na_sum 1\na_count 1\n";
        assert_eq!(described(&Ok(scrape(good))).state, State::Ok);
        let bad = described(&Ok(scrape("# TYPE a counter\na 1\nb 1\n")));
        assert_eq!((bad.state, bad.what.as_str()), (State::Failed, "missing for a, b"));
    }

    #[test]
    fn metrics_without_requests_fail() {
        assert_eq!(answers(&Ok(scrape("http_requests_total 1\n"))).state, State::Ok);
        assert_eq!(answers(&Ok(scrape("up 1\n"))).state, State::Failed);
        assert_eq!(answers(&Err("refused".to_owned())).state, State::Failed);
    }
}
