//! The lines of the log, and how much the service says.

use crate::browser::Browser;
use crate::program::Program;

#[test]
fn the_level_is_changed_while_the_service_runs() {
    let Some(browser) = Browser::start() else { return };
    let program = Program::start(&[]);
    let is_debug = "all('log-row').some((row) => row.innerText.includes('what only a debug line says'))";
    browser.open(&program.address, "#/logs");
    program.get("/well");
    browser.wait_for("the lines of a request", "all('log-row').length >= 2");
    assert_eq!(browser.see(is_debug), false);
    assert_eq!(browser.texts("log-level-now"), ["info"]);

    browser.write("log-level-input", "info,e2e_dev_page=debug");
    browser.click("log-level-apply");
    browser.wait_for("the new level", "all('log-level-now')[0].innerText === 'info,e2e_dev_page=debug'");
    program.get("/well");
    browser.wait_for("the debug line", is_debug);

    // What is no filter is refused with a sentence, and changes nothing.
    browser.write("log-level-input", "e2e_dev_page=loud");
    browser.click("log-level-apply");
    browser.wait_for("a sentence", "all('log-level-answer')[0].innerText.includes('loud')");
    assert_eq!(browser.texts("log-level-now"), ["info,e2e_dev_page=debug"]);
    browser.click_on("all('log-level-quick').find((one) => one.dataset.level === 'warn')");
    browser.wait_for("the quick level", "all('log-level-now')[0].innerText === 'warn'");
    // The browser itself notes that something was refused, and nothing else.
    let complaints = browser.complaints();
    assert!(complaints.iter().all(|complaint| complaint.contains("status of 400")), "{complaints:#?}");
}

#[test]
fn lines_are_filtered_by_level_by_target_and_by_words_and_lead_to_their_trace() {
    let Some(browser) = Browser::start() else { return };
    let program = Program::start(&[]);
    program.get("/well");
    program.get("/tells/a%20bed%20was%20lost");
    browser.open(&program.address, "#/logs");
    browser.wait_for("all lines", "all('log-row').length >= 6");
    browser.run(
        "const one = document.querySelector('[data-test=filter-level]'); one.value = 'warn'; one.dispatchEvent(new Event('change'))",
        Vec::new(),
    );
    browser.wait_for("fewer lines", "all('log-row').length > 1 && all('log-row').length < 6");
    let levels = browser.see("[...new Set(all('log-row').map((row) => row.dataset.level))].sort()");
    assert_eq!(levels, serde_json::json!(["error", "warn"]));
    browser.write("filter-text", "it failed");
    browser.wait_for(
        "the line",
        "all('log-row').length > 0 && all('log-row').every((row) => row.innerText.includes('it failed'))",
    );
    browser.go("#/logs?target=nobody_at_all");
    browser.wait_for_count("log-row", 0);
    browser.go("#/logs?target=e2e_dev_page&level=error");
    browser.wait_for("lines of ours", "all('log-row').length > 0");
    let id = browser.see("all('log-row')[0].dataset.trace");
    browser.click_on("all('log-row')[0].querySelector('a')");
    browser.wait_for("its trace", &format!("location.hash.includes({id}) && all('waterfall-row').length > 0"));
    browser.assert_content();
}
