//! A trace that is larger than any page.

use crate::browser::Browser;
use crate::program::Program;

/// More rows than this in the page at once, and it would stand still.
const MOST_ROWS: usize = 150;

#[test]
fn a_trace_of_ten_thousand_spans_opens_and_scrolls() {
    let Some(browser) = Browser::start() else { return };
    let program = Program::start(&[("OBSERVE_DEV_PAGE_MEMORY", "64MiB"), ("OTEL_BSP_MAX_QUEUE_SIZE", "20000")]);
    program.get("/many/10000");
    browser.open(&program.address, "#/requests");
    browser.wait_for_count("request-row", 1);
    browser.click_on("all('request-row')[0].querySelector('a')");
    browser.wait_for("the spans", "all('waterfall-row').length > 10");
    // The request itself, and 10,000 below it.
    let rows = "Number(all('waterfall')[0].getAttribute('aria-rowcount'))";
    browser.wait_for("all spans", &format!("{rows} === 10_001"));
    let mut seen = std::collections::HashSet::new();
    for part in 0..=20 {
        let script = "const list = document.querySelector('[data-test=waterfall]'); \
            list.scrollTop = (list.scrollHeight - list.clientHeight) * arguments[0] / 20;";
        browser.run(script, vec![part.into()]);
        let place = "Math.round(20 * all('waterfall')[0].scrollTop / (all('waterfall')[0].scrollHeight - all('waterfall')[0].clientHeight))";
        browser.wait_for("the place", &format!("{place} === {part}"));
        browser.wait_for("rows in sight", "(() => { const box = all('waterfall')[0].getBoundingClientRect(); \
            const found = document.elementFromPoint(box.left + 60, box.bottom - 20); return found?.closest('[data-test=waterfall-row]') !== null; })()");
        let count = browser.count("waterfall-row");
        assert!((10..MOST_ROWS).contains(&count), "{count} rows are in the page");
        let ids: Vec<String> =
            serde_json::from_value(browser.see("all('waterfall-row').map((row) => row.dataset.span)")).unwrap();
        seen.extend(ids);
    }
    assert!(seen.len() > 20 * 10, "{} spans were seen", seen.len());
    let last = browser.see("Math.max(...all('waterfall-row').map((row) => Number(row.getAttribute('aria-rowindex'))))");
    assert_eq!(last, 10_001);
    browser.assert_content();

    // A key that is held down is pressed thirty times in a second; a browser takes no more than 200 new addresses in ten.
    browser.run(
        "for (let i = 0; i < 250; i += 1) document.dispatchEvent(new KeyboardEvent('keydown', { key: 'j' }))",
        Vec::new(),
    );
    let chosen = "all('waterfall-row').find((row) => row.getAttribute('aria-selected') === 'true')";
    browser.wait_for("the chosen row", &format!("{chosen}?.getAttribute('aria-rowindex') === '251'"));
    browser.wait_for("its address", &format!("location.hash.includes({chosen}.dataset.span)"));
    browser.assert_content();
}
