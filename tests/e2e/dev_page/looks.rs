//! How it looks: wide and narrow, dark and light. The pictures are for whoever wants to see them.

use crate::browser::Browser;
use crate::page::TABS;
use crate::traffic;

#[test]
fn nothing_is_wider_than_a_telephone() {
    let Some(browser) = Browser::start() else { return };
    let service = traffic::start();
    let clinician = service.authorization("clinician");
    traffic::ask_well(&service, &clinician);
    traffic::ask_badly(&service, &clinician);
    browser.resize(390, 844);
    for tab in TABS {
        browser.open(&service.address, &format!("#/{tab}"));
        fits(&browser, tab);
    }
    browser.go("#/requests");
    browser.wait_for("requests", "all('request-row').length > 4");
    fits(&browser, "requests");
    browser.click_on("all('request-row').find((row) => row.innerText.includes('/ask')).querySelector('a')");
    browser.wait_for("spans", "all('waterfall-row').length > 0");
    fits(&browser, "a trace");
    browser.go("#/metrics/rag_query_duration_seconds");
    browser.wait_for("a series", "all('series-row').length > 0");
    fits(&browser, "a metric");
    browser.assert_content();
}

#[track_caller]
fn fits(browser: &Browser, place: &str) {
    let widths = browser.see("[document.documentElement.scrollWidth, document.body.scrollWidth, innerWidth]");
    assert!(widths[0].as_u64() <= Some(390) && widths[1].as_u64() <= Some(390), "{place}: {widths}");
    assert_eq!(widths[2], 390, "{place}");
}

#[test]
fn pictures_are_kept_of_every_size_and_theme() {
    let Some(browser) = Browser::start() else { return };
    let service = traffic::start();
    let clinician = service.authorization("clinician");
    for _ in 0..4 {
        traffic::ask_well(&service, &clinician);
        traffic::ask_badly(&service, &clinician);
    }
    browser.open(&service.address, "#/requests");
    browser.wait_for("requests", "all('request-row').length > 10");
    let asked = "all('request-row').find((row) => row.innerText.includes('/ask') && row.innerText.includes('200'))";
    let id = browser.see(&format!("{asked}.dataset.trace"));
    let trace = format!("#/trace/{}", id.as_str().unwrap());
    for theme in ["dark", "light"] {
        while browser.attribute("theme", "data-theme").as_deref() != Some(theme) {
            browser.click("theme");
        }
        for (width, height) in [(1280, 800), (390, 844)] {
            browser.resize(width, height);
            for (name, place, hook) in [
                ("requests", "#/requests", "request-row"),
                ("waterfall", &*trace, "waterfall-row"),
                ("metrics", "#/metrics", "metric-row"),
            ] {
                browser.go(place);
                browser.wait_for(name, &format!("all('{hook}').length > 3"));
                browser.picture(&format!("{name}-{width}-{theme}"));
            }
        }
    }
    browser.assert_content();
}
