//! Figures of the page that have a limit. They are printed, and a limit that is not kept fails nothing here: what they
//! are depends on the machine.

use crate::browser::Browser;
use crate::http::ask;
use crate::program::Program;
use crate::say;

/// The page with all that it needs, in bytes.
const BYTES: usize = 150_000;
/// Until something of it is seen, in milliseconds.
const FIRST_PAINT: f64 = 300.0;

#[test]
fn the_page_is_small_and_soon_there() {
    let Some(browser) = Browser::start() else { return };
    let program = Program::start(&[]);
    let bytes = ask(&program.address, "GET /observe", &[], "").body.len();
    bar("page-bytes", &format!("{}KB", bytes.div_ceil(1000)), &format!("{}KB", BYTES / 1000), bytes <= BYTES);

    // Until what comes pushes out what was there.
    crate::browser::until("full buffers", || {
        for _ in 0..20 {
            program.get("/many/300");
        }
        let state = ask(&program.address, "GET /observe/api/state", &[], "").json();
        (state["spans"]["first"].as_u64() > Some(1)).then_some(())
    });
    // The soonest of some: other tests are at work beside this one, and the first page of a browser pays for more than
    // itself.
    let paint = "performance.getEntriesByType('paint').find((one) => one.name === 'first-contentful-paint')?.startTime";
    let paints = (0..5).map(|_| {
        browser.open(&program.address, "#/requests");
        browser.wait_for("rows", "all('request-row').length > 5");
        browser.wait_for("a paint", paint).as_f64().unwrap()
    });
    let soonest = paints.fold(f64::INFINITY, f64::min);
    bar("first-paint", &format!("{soonest:.0}ms"), &format!("{FIRST_PAINT:.0}ms"), soonest <= FIRST_PAINT);
    browser.assert_content();
}

fn bar(name: &str, measured: &str, limit: &str, is_kept: bool) {
    let verdict = if is_kept { "ok" } else { "short" };
    say(&format!("bar dev-page/{name} measured {measured} limit {limit} {verdict}"));
}
