//! The list of requests, and the waterfall of one.

use crate::browser::Browser;
use crate::program::Program;
use crate::traffic;

#[test]
fn a_request_leads_to_its_spans() {
    let Some(browser) = Browser::start() else { return };
    let service = traffic::start();
    let clinician = service.authorization("clinician");
    browser.open(&service.address, "");
    traffic::ask_well(&service, &clinician);
    browser.wait_for("the request", "all('request-row').some((row) => row.innerText.includes('/ask'))");
    browser.click_on("all('request-row').find((row) => row.innerText.includes('/ask')).querySelector('a')");
    browser.wait_for("its spans", "all('waterfall-row').length > 5");
    let names = browser.texts("waterfall-row").join("\n");
    for name in ["POST /ask", "answer question", "search_notes", "full-text search", "select vectors", "compose_answer"]
    {
        assert!(names.contains(name), "{name}: {names}");
    }
    let address = browser.see("location.hash");
    let id = address.as_str().unwrap().split('/').nth(2).unwrap().to_owned();

    // A span says what it has, with the caller's words hidden.
    browser.click_on("all('waterfall-row').find((row) => row.innerText.includes('answer question'))");
    browser
        .wait_for("the span's attributes", "all('attribute-row').some((row) => row.dataset.key === 'question.topic')");
    browser.wait_for("chips", "all('chip').length > 3");
    let kinds = browser.see("[...new Set(all('chip').map((chip) => chip.dataset.kind))].sort()");
    assert_eq!(kinds, serde_json::json!(["hidden", "masked", "pseudonym"]));
    assert!(browser.texts("chip").iter().any(|chip| chip.contains("email")), "{:?}", browser.texts("chip"));

    // Its lines, and back.
    browser.click("trace-logs");
    browser.wait_for("the lines of the trace", "all('log-row').length >= 3");
    let others = browser.see(&format!("all('log-row').filter((row) => row.dataset.trace !== '{id}').length"));
    assert_eq!(others, 0);
    browser.assert_content();
}

#[test]
fn a_request_that_runs_is_there_before_it_ends() {
    let Some(browser) = Browser::start() else { return };
    let program = Program::start(&[]);
    browser.open(&program.address, "#/requests");
    browser.wait_for_count("empty", 1);
    let address = program.address.clone();
    // Nobody waits for its end: the program is killed before.
    std::thread::spawn(move || std::panic::catch_unwind(|| crate::http::ask(&address, "GET /slow", &[], "")));
    browser.wait_for("the request that runs", "all('request-row')[0]?.dataset.running === 'true'");
    browser.click_on("all('request-row')[0].querySelector('a')");
    browser.wait_for("a span that is open", "all('waterfall-row')[0]?.dataset.open === 'true'");
    browser.assert_content();
}

#[test]
fn requests_are_filtered_by_failure_by_time_by_route_and_by_words() {
    let Some(browser) = Browser::start() else { return };
    let program = Program::start(&[]);
    for path in ["/well", "/well", "/many/50", "/fails/no%20such%20bed", "/fails/quite%20full"] {
        program.get(path);
    }
    browser.open(&program.address, "#/requests");
    browser.wait_for_count("request-row", 5);
    browser.click("filter-errors");
    browser.wait_for_count("request-row", 2);
    assert!(browser.texts("request-row").iter().all(|row| row.contains("500")), "{:?}", browser.texts("request-row"));
    browser.write("filter-text", "no such");
    browser.wait_for_count("request-row", 1);
    assert!(browser.texts("request-row")[0].contains("no such bed"));
    // What is filtered is part of the address: it can be sent to somebody.
    assert!(browser.see("location.hash").as_str().unwrap().contains("errors=1"));
    browser.click("filter-errors");
    browser.write("filter-text", "");
    browser.press("x\u{8}");
    browser.wait_for_count("request-row", 5);
    browser.write("filter-route", "/many");
    browser.wait_for_count("request-row", 1);
    browser.go("#/requests?slow=100000");
    browser.wait_for_count("request-row", 0);
    browser.wait_for_count("empty", 1);
    browser.go("#/requests");
    browser.wait_for_count("request-row", 5);
    browser.assert_content();
}

#[test]
fn a_list_that_is_paused_stands_still_and_then_catches_up() {
    let Some(browser) = Browser::start() else { return };
    let program = Program::start(&[]);
    program.get("/well");
    browser.open(&program.address, "#/requests");
    browser.wait_for_count("request-row", 1);
    browser.click("pause");
    program.get("/many/3");
    browser.wait_for("how many came meanwhile", "all('status')[0].innerText.includes('1 new')");
    assert_eq!(browser.count("request-row"), 1);
    browser.click("pause");
    browser.wait_for_count("request-row", 2);
    assert!(browser.texts("request-row")[0].contains("/many"), "the newest is not on top");

    // To forget is asked of the service, not of the page alone.
    browser.click("clear");
    browser.wait_for_count("request-row", 0);
    assert!(browser.fetch("requests?after=0")["requests"].as_array().unwrap().is_empty());
    program.get("/well");
    browser.wait_for_count("request-row", 1);
    browser.assert_content();
}
