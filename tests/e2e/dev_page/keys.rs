//! The page without a mouse.

use crate::browser::Browser;
use crate::page::TABS;
use crate::program::Program;

const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";

/// The number of the list's row that is chosen, from 0.
const CHOSEN: &str = "all('request-row').findIndex((row) => row.getAttribute('aria-selected') === 'true')";

#[test]
fn keys_choose_open_search_and_lead_back() {
    let Some(browser) = Browser::start() else { return };
    let program = Program::start(&[]);
    for path in ["/fails/one", "/fails/two", "/fails/three"] {
        program.get(path);
    }
    browser.open(&program.address, "#/requests");
    browser.wait_for_count("request-row", 3);
    for (keys, row) in [("j", 0), ("j", 1), ("j", 2), ("j", 2), ("k", 1)] {
        browser.press(keys);
        browser.wait_for(&format!("row {row} after {keys}"), &format!("{CHOSEN} === {row}"));
    }
    let id = browser.see("all('request-row')[1].dataset.trace");
    browser.press(ENTER);
    browser.wait_for("the trace", &format!("location.hash.includes({id}) && all('waterfall-row').length === 1"));
    browser.press(ESCAPE);
    browser.wait_for_count("request-row", 3);

    // In a field, letters are letters.
    browser.press("/");
    browser.wait_for("the focus in the search", "document.activeElement === all('filter-text')[0]");
    browser.press("one j");
    browser.wait_for_count("request-row", 0);
    assert_eq!(browser.see("all('filter-text')[0].value"), "one j");
    browser.press(ESCAPE);
    browser.wait_for_count("request-row", 3);
    assert_eq!(browser.see("document.activeElement === all('filter-text')[0]"), false);

    for (index, tab) in TABS.iter().enumerate() {
        browser.press(&(index + 1).to_string());
        browser.wait_for(tab, &format!("all('view').length === 1 && all('view')[0].dataset.view === '{tab}'"));
        assert_eq!(browser.attribute(&format!("tab-{tab}"), "aria-selected").as_deref(), Some("true"));
    }
    browser.press("1");
    browser.press("p");
    browser.wait_for("a pause", "all('pause')[0].getAttribute('aria-pressed') === 'true'");
    browser.press("?");
    browser.wait_for_count("help-dialog", 1);
    browser.press(ESCAPE);
    browser.wait_for_count("help-dialog", 0);
    browser.assert_content();
}

#[test]
fn the_theme_is_chosen_and_kept() {
    let Some(browser) = Browser::start() else { return };
    let program = Program::start(&[]);
    browser.open(&program.address, "#/requests");
    let color = || browser.see("getComputedStyle(document.body).backgroundColor");
    let mut seen = Vec::new();
    for theme in ["dark", "light"] {
        browser.click("theme");
        browser.wait_for(theme, &format!("all('theme')[0].dataset.theme === '{theme}'"));
        let before = color();
        browser.open(&program.address, "");
        assert_eq!(browser.attribute("theme", "data-theme").as_deref(), Some(theme));
        assert_eq!(color(), before, "{theme} is not kept");
        seen.push(before);
    }
    assert_ne!(seen[0], seen[1]);
    browser.click("theme");
    browser.wait_for("auto", "all('theme')[0].dataset.theme === 'auto'");
    browser.assert_content();
}
