//! Metrics, and from one of them to a trace.

use crate::browser::Browser;
use crate::traffic;

#[test]
fn a_metric_says_how_many_series_it_has_of_how_many_and_leads_to_a_trace() {
    let Some(browser) = Browser::start() else { return };
    let service = traffic::start();
    let clinician = service.authorization("clinician");
    traffic::ask_well(&service, &clinician);
    browser.open(&service.address, "#/metrics");
    browser.wait_for("metrics", "all('metric-row').length > 20");
    let family = "all('metric-row').find((row) => row.dataset.name === 'rag_query_duration_seconds')";
    browser.wait_for("the family", &format!("{family} !== undefined"));
    let words = browser.see(&format!("{family}.innerText"));
    let words = words.as_str().unwrap();
    // A topic has five values and a status four; one of each was seen.
    let series = words.split('\n').next_back().unwrap().trim();
    let (used, allowed) = series.split_once(" / ").unwrap_or_else(|| panic!("{words}"));
    assert_eq!(used, "1", "{words}");
    assert!(allowed.parse::<u32>().unwrap() > 1, "{words}");
    assert!(words.contains("histogram") && words.contains("seconds"), "{words}");

    browser.write("filter-text", "rag_query_duration");
    browser.wait_for_count("metric-row", 1);
    browser.click("metric-open");
    browser.wait_for_count("series-row", 1);
    assert!(browser.texts("series-row")[0].contains("infection"), "{:?}", browser.texts("series-row"));
    browser.wait_for("an exemplar", "all('exemplar').length > 0");
    let id = browser.attribute("exemplar", "data-trace").unwrap();
    browser.click("exemplar");
    browser.wait_for("its trace", &format!("location.hash.includes('{id}') && all('waterfall-row').length > 5"));
    assert!(browser.texts("waterfall-row")[0].contains("POST /ask"));
    browser.assert_content();
}
