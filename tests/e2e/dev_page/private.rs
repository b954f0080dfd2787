//! What is personal is nowhere: not on the page, not in what the page is told.

use crate::browser::{Browser, until};
use crate::http::ask;
use crate::page::TABS;
use crate::traffic::{self, SECRETS};
use serde_json::Value;
use std::fmt::Write as _;

/// All that the service answers below the page, whoever asks.
const PATHS: [&str; 10] = [
    "state",
    "requests?after=0",
    "logs?after=0",
    "metrics",
    "health",
    "catalogue",
    "exporters",
    "map",
    "snapshot?signal=traces",
    "snapshot?signal=logs",
];

#[track_caller]
fn assert_private(place: &str, text: &str, password: &str) {
    for secret in SECRETS.iter().chain([&password]) {
        let encoded = secret.replace(' ', "%20");
        for form in [*secret, &encoded] {
            let at = text.find(form);
            assert!(at.is_none(), "{secret} in {place}: …{}…", around(text, at.unwrap_or_default()));
        }
    }
}

fn around(text: &str, at: usize) -> String {
    let letters: Vec<char> = text[..at].chars().rev().take(200).collect();
    letters.into_iter().rev().chain(text[at..].chars().take(200)).collect()
}

#[test]
fn nothing_personal_is_on_any_tab_or_in_any_answer() {
    let Some(browser) = Browser::start() else { return };
    let recorded = "url.path,url.query,user_agent.original";
    let service = traffic::start_with(&[("OBSERVE_HTTP_ATTRIBUTES", recorded), ("OBSERVE_LOG", "debug")]);
    let password = service.password();
    let clinician = service.authorization("clinician");
    traffic::ask_well(&service, &clinician);
    traffic::ask_badly(&service, &clinician);
    let requests = until("the requests", || {
        let answer = ask(&service.address, "GET /observe/api/requests?after=0", &[], "").json();
        let requests = answer["requests"].as_array().unwrap().clone();
        (requests.len() >= 6).then_some(requests)
    });

    let ids: Vec<&str> = requests.iter().map(|one| one["trace_id"].as_str().unwrap()).collect();
    for path in PATHS.map(ToOwned::to_owned).into_iter().chain(ids.iter().map(|id| format!("traces/{id}"))) {
        let answer = ask(&service.address, &format!("GET /observe/api/{path}"), &[], "");
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        assert_private(&path, &answer.body, &password);
    }
    // It was said, and hidden: not left out, or the test would be of nothing.
    let spans = ask(&service.address, "GET /observe/api/snapshot?signal=traces", &[], "").body;
    for hidden in ["[REDACTED:email]", "\"h:", "***0143", "\"[REDACTED]\""] {
        assert!(spans.contains(hidden), "{hidden}: {spans}");
    }

    browser.open(&service.address, "");
    for tab in TABS {
        browser.go(&format!("#/{tab}"));
        browser.wait_for("an answer", "all('view')[0].innerText.length > 20");
        browser.unfold_metrics();
        assert_private(tab, &browser.everything(), &password);
    }
    let mut chips = 0;
    for id in ids {
        browser.go_to_trace(id);
        for (row, page) in browser.everything_of_each("waterfall-row").iter().enumerate() {
            assert_private(&format!("span {row} of {id}"), page, &password);
            chips += page.matches("data-test=\"chip\"").count();
        }
    }
    assert!(chips > 5, "{chips}");
    browser.go("#/logs");
    browser.wait_for("lines", "all('log-row').length > 5");
    for (row, page) in browser.everything_of_each("log-row").iter().enumerate() {
        assert_private(&format!("log line {row}"), page, &password);
    }
    browser.assert_content();
}

#[test]
fn who_follows_is_told_nothing_personal() {
    let service = traffic::start();
    let clinician = service.authorization("clinician");
    let lines = crate::http::follow(&service.address, "signals=requests,logs&after_requests=0&after_logs=0");
    traffic::ask_well(&service, &clinician);
    traffic::ask_badly(&service, &clinician);
    let mut text = String::new();
    let is_last = |line: &Value| line["request"]["status"] == 404;
    for line in lines {
        writeln!(text, "{line}").unwrap();
        if is_last(&line) {
            break;
        }
    }
    assert!(text.contains("\"log\"") && text.contains("/ask"), "{text}");
    assert_private("follow", &text, &service.password());
}
