//! A page that wants a token, in a browser.

use crate::browser::Browser;
use crate::program::Program;

const ENTER: &str = "\u{e007}";

#[test]
fn who_types_the_token_sees_the_page_until_the_service_forgets_it() {
    let Some(browser) = Browser::start() else { return };
    let token = ("OBSERVE_DEV_PAGE_TOKEN", "a token that nobody guesses");
    let program = Program::start(&[token]);
    let address = program.address.clone();
    program.get("/well");
    let page = format!("http://{address}/observe");
    browser.wait(browser.client().goto(&page)).unwrap();
    browser.wait_for_count("login", 1);
    browser.write("login-token", "another token");
    browser.click("login-send");
    browser.wait_for("the form again", "all('login').length === 1 && all('login-token')[0].value === ''");
    assert!(!browser.everything().contains("another token"));

    browser.write("login-token", &format!("{}{ENTER}", token.1));
    browser.wait_for("the page", "all('connection')[0]?.dataset.state === 'live'");
    browser.wait_for_count("request-row", 1);
    // Neither the page nor a script of it knows how it is let in.
    assert_eq!(browser.see("document.cookie"), "");
    assert!(!browser.everything().contains(token.1) && !browser.see("location.href").to_string().contains("token"));
    browser.open(&address, "#/logs");
    let complaints = browser.complaints();
    assert!(complaints.iter().all(|complaint| complaint.contains("status of 401")), "{complaints:#?}");

    // What lets a browser in is worth nothing after a restart, and the page says so.
    drop(program);
    let program = Program::start(&[token, ("DEV_PAGE_PROGRAM", &*address)]);
    assert_eq!(program.address, address);
    browser.wait_for("that the token is wanted again", "all('connection')[0].dataset.state === 'token'");
    browser.click("retry");
    browser.wait_for_count("login", 1);
}
