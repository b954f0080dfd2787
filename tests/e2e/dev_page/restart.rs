//! A service that goes away and comes back while somebody looks.

use crate::browser::Browser;
use crate::program::Program;

#[test]
fn the_page_recovers_when_the_service_is_started_again() {
    let Some(browser) = Browser::start() else { return };
    let program = Program::start(&[]);
    let address = program.address.clone();
    for _ in 0..3 {
        program.get("/well");
    }
    browser.open(&address, "#/requests");
    browser.wait_for_count("request-row", 3);
    browser.assert_content();
    drop(program);
    browser.wait_for("that it is lost", "all('connection')[0].dataset.state === 'lost'");
    assert!(browser.texts("connection")[0].contains("does not answer"));

    let program = Program::start(&[("DEV_PAGE_PROGRAM", &*address)]);
    assert_eq!(program.address, address);
    browser.wait_for("that it is back", "all('connection')[0].dataset.state === 'live'");
    program.get("/fails/anew");
    // Numbers begin again: what is shown is of the new run, and only of it.
    browser.wait_for("the new run's request", "all('request-row').some((row) => row.innerText.includes('anew'))");
    browser.wait_for_count("request-row", 1);
    let complaints = browser.complaints();
    assert!(complaints.iter().all(|complaint| complaint.contains("net::ERR_")), "{complaints:#?}");
}
