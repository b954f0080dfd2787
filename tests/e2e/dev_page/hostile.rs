//! Somebody sends the service what would harm whoever looks at it: it is text, and stays text.

use crate::browser::{Browser, until};
use crate::http::ask;
use crate::page::TABS;
use crate::program::Program;
use std::fmt::Write as _;

/// Each would leave a mark, or turn what is read round.
const HOSTILE: [&str; 8] = [
    "<script>window.harmed = 1</script>",
    "<img src=x onerror=\"window.harmed = 2\">",
    "</script><script>window.harmed = 3</script>",
    "</style></title><svg onload=\"window.harmed = 4\">",
    "javascript:window.harmed=5",
    "\" onfocus=\"window.harmed = 6\" autofocus x=\"",
    "' onmouseover='alert(7)' {{constructor.constructor('window.harmed = 7')()}} ${window.harmed=7}",
    "left \u{202e}thgir\u{2066} middle\u{2069}\u{200b}\u{0}end",
];

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        write!(encoded, "%{byte:02X}").unwrap();
        encoded
    })
}

/// Sends every text along every way into the program.
fn attack(program: &Program) {
    for text in HOSTILE {
        let encoded = encoded(text);
        let line: String = text.chars().filter(char::is_ascii).filter(|letter| !letter.is_ascii_control()).collect();
        let headers = [
            ("user-agent", &*line),
            ("x-note", &*line),
            ("x-request-id", &*line),
            ("tracestate", &*line),
            ("baggage", &*line),
            ("referer", &*line),
        ];
        let status = ask(&program.address, &format!("GET /tells/{encoded}?q={encoded}"), &headers, "").status;
        assert_eq!(status, 500, "{text}");
        // A path of nobody.
        assert_eq!(ask(&program.address, &format!("GET /{encoded}"), &headers, "").status, 404, "{text}");
    }
    // A method that there is not.
    assert_eq!(ask(&program.address, "ONERROR /well", &[], "").status, 405);
}

/// Whatever came in is harmless so far.
#[track_caller]
fn assert_unharmed(browser: &Browser, place: &str) {
    assert_eq!(browser.see("window.harmed"), serde_json::Value::Null, "{place}");
    let complaints = browser.complaints();
    assert!(complaints.is_empty(), "{place}: {complaints:#?}");
    // Elements that only markup of theirs could have made, and attributes that would be code.
    let made = browser.see(
        "[...document.querySelectorAll('*')].filter((node) => (node.tagName === 'SCRIPT' && !node.nonce) \
         || ['IMG', 'IFRAME', 'OBJECT', 'EMBED', 'BASE'].includes(node.tagName) \
         || [...node.attributes].some(({ name, value }) => name.startsWith('on') || /^\\s*javascript:/i.test(value) && \
         ['href', 'src', 'action', 'formaction', 'xlink:href'].includes(name))).map((node) => node.outerHTML)",
    );
    assert_eq!(made, serde_json::json!([]), "{place}");
}

#[test]
fn what_comes_in_is_text_on_every_tab() {
    let Some(browser) = Browser::start() else { return };
    let program = Program::start(&[
        (
            "OBSERVE_HTTP_ATTRIBUTES",
            "url.path,url.query,user_agent.original,http.request.method_original,server.address",
        ),
        ("OBSERVE_HTTP_HEADERS", "x-note,referer,baggage"),
        ("OTEL_SERVICE_NAME", "<img src=x onerror=alert(8)>"),
        ("OTEL_RESOURCE_ATTRIBUTES", "service.version=<script>window.harmed=9</script>,owner=%22%3E%3Cscript%3E"),
    ]);
    attack(&program);
    browser.open(&program.address, "#/requests");
    browser.wait_for(
        "the failures",
        &format!("all('request-row').filter((row) => row.dataset.failed).length >= {}", HOSTILE.len()),
    );
    assert!(browser.words().contains("<img src=x onerror=alert(8)>"), "the service's name is not shown");
    let seen = browser.texts("request-row").join("\n");
    for text in &HOSTILE[..7] {
        assert!(seen.contains(text), "{text} is not shown: {seen}");
    }
    assert!(seen.contains("U+202E") && !seen.contains('\u{202e}'), "what turns text round is not shown: {seen}");
    for tab in TABS {
        browser.go(&format!("#/{tab}"));
        browser.unfold_metrics();
        assert_unharmed(&browser, tab);
    }

    // Each trace, each of its spans, and each line, with all that is said of them.
    let requests = browser.fetch("requests?after=0");
    let mut shown = String::new();
    for request in requests["requests"].as_array().unwrap() {
        let id = request["trace_id"].as_str().unwrap();
        browser.go_to_trace(id);
        shown += &browser.everything_of_each("waterfall-row").concat();
        assert_unharmed(&browser, id);
    }
    browser.go("#/logs");
    browser.wait_for("the lines", "all('log-row').length > 8");
    shown += &browser.everything_of_each("log-row").concat();
    assert_unharmed(&browser, "the lines");
    for text in &HOSTILE[..7] {
        // As words: in markup they are written otherwise.
        assert!(shown.contains(text), "{text} is shown neither with a span nor with a line");
    }
    browser.go("#/metrics/told_total");
    browser.wait_for("labels", "all('series-row').some((row) => row.innerText.includes('<script>window.harmed = 1'))");
    assert_unharmed(&browser, "the labels");
}

#[test]
fn an_address_that_somebody_made_up_does_no_harm() {
    let Some(browser) = Browser::start() else { return };
    let program = Program::start(&[]);
    program.get("/well");
    for text in HOSTILE {
        let text = encoded(text);
        browser.open(&program.address, &format!("#/{text}"));
        for place in ["#/trace/", "#/metrics/", "#/requests?text=", "#/logs?trace=", "#/logs?level=", "#/trace/x/"] {
            browser.go(&format!("{place}{text}"));
            assert_unharmed(&browser, place);
        }
        // The same where the page begins with it.
        browser.wait(browser.client().refresh()).unwrap();
        browser.wait_for("a view", "all('view').length === 1");
        assert_unharmed(&browser, "anew");
    }
}

#[test]
fn the_browser_would_refuse_a_script_that_came_in_all_the_same() {
    let Some(browser) = Browser::start() else { return };
    let program = Program::start(&[]);
    browser.open(&program.address, "#/requests");
    browser.assert_content();
    // As a page with a mistake in it would do.
    for mistake in [
        "one.setAttribute('onerror', 'window.harmed = 1'); one.src = 'data:,x'",
        "document.createElement('script').textContent = 'window.harmed = 2'",
        "document.body.innerHTML = '<svg onload=\"window.harmed = 3\">'",
        "const link = document.createElement('a'); link.href = 'javascript:window.harmed=4'; one.after(link); link.click()",
        "setTimeout(() => eval('window.harmed = 5'))",
        "one.src = 'http://127.0.0.1:9/x'",
        "one.setAttribute('style', 'color: red')",
    ] {
        let script = format!("const one = new Image(); document.body.append(one); try {{ {mistake} }} catch {{}}");
        browser.run(&script, Vec::new());
        let complaint = until(mistake, || browser.complaints().pop());
        let is_refusal =
            ["Content Security Policy", "requires 'Trusted", "EvalError"].iter().any(|word| complaint.contains(word));
        assert!(is_refusal, "{mistake}: {complaint}");
        assert_eq!(browser.see("window.harmed"), serde_json::Value::Null, "{mistake}");
    }
}
