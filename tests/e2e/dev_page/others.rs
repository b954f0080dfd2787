//! Health, catalogue, exporters and the map of calls.

use crate::browser::Browser;
use crate::program::Program;
use crate::traffic;
use std::net::TcpListener;

#[test]
fn health_says_which_component_is_how_and_why() {
    let Some(browser) = Browser::start() else { return };
    let program = Program::start(&[]);
    browser.open(&program.address, "#/health");
    browser.wait_for("the component", "all('health-row').some((row) => row.dataset.name === 'cupboard')");
    let row = "all('health-row').find((row) => row.dataset.name === 'cupboard')";
    browser.wait_for("its status", &format!("{row}.dataset.status === 'degraded'"));
    let words = browser.see(&format!("{row}.innerText"));
    assert!(words.as_str().unwrap().contains("it is half empty"), "{words}");
    browser.assert_content();
}

#[test]
fn the_map_says_who_calls_and_what_is_called() {
    let Some(browser) = Browser::start() else { return };
    let service = traffic::start();
    let clinician = service.authorization("clinician");
    traffic::ask_well(&service, &clinician);
    browser.open(&service.address, "#/map");
    browser.wait_for("who calls", "all('map-edge').some((edge) => edge.dataset.to === 'voiceassist')");
    browser.wait_for("what is called", "all('map-edge').some((edge) => edge.dataset.from === 'voiceassist')");
    browser.assert_content();
}

#[test]
fn the_catalogue_says_what_this_run_has_not_seen() {
    let Some(browser) = Browser::start() else { return };
    let service = traffic::start();
    browser.open(&service.address, "#/catalogue");
    let row = "all('catalogue-row').find((row) => row.dataset.name === 'answer question')";
    browser.wait_for("the span that nobody asked for", &format!("{row}?.dataset.seen === 'false'"));
    let words = browser.see(&format!("{row}.innerText"));
    assert!(words.as_str().unwrap().contains(".rs:"), "no place in the code: {words}");
    let clinician = service.authorization("clinician");
    traffic::ask_well(&service, &clinician);
    browser.wait_for("the span that was seen", &format!("{row}?.dataset.seen === 'true'"));
    let kinds = browser.fetch("catalogue");
    for kind in ["metric", "family", "meter", "span", "label", "redaction"] {
        assert!(kinds["records"].as_array().unwrap().iter().any(|record| record["kind"] == kind), "{kind}");
    }
    browser.assert_content();
}

#[test]
fn exporters_say_where_data_go_and_that_a_collector_is_gone() {
    let Some(browser) = Browser::start() else { return };
    // A port that nobody listens on any more.
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let endpoint = format!("http://{gone}");
    let program = Program::start(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &*endpoint), ("OTEL_BSP_SCHEDULE_DELAY", "100")]);
    program.get("/well");
    browser.open(&program.address, "#/exporters");
    let spans = "all('exporter-row').find((row) => row.dataset.signal === 'spans')";
    browser.wait_for("where spans go", &format!("{spans}?.innerText.includes('{gone}')"));
    browser.wait_for("a failure", &format!("{spans}?.dataset.failing === 'true'"));
    let words = browser.see(&format!("{spans}.innerText"));
    assert!(words.as_str().unwrap().to_lowercase().contains("last failure"), "no reason: {words}");
    browser.assert_content();
}
