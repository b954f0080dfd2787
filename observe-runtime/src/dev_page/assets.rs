//! The page itself: HTML, style and script as one text without anything from elsewhere.

use super::body::Body;
use http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use http::{Response, StatusCode};
use std::sync::LazyLock;

const PAGE: &str = include_str!("page/page.html");
const LOGIN: &str = include_str!("page/login.html");
/// Without what only its authors read.
static STYLE: LazyLock<String> = LazyLock::new(|| lean(include_str!("page/page.css")));

/// One script of all files, of which each may use what those before it define.
static SCRIPT: LazyLock<String> = LazyLock::new(|| lean(SOURCES));

const SOURCES: &str = concat!(
    include_str!("page/dom.js"),
    include_str!("page/format.js"),
    include_str!("page/hidden.js"),
    include_str!("page/api.js"),
    include_str!("page/poll.js"),
    include_str!("page/route.js"),
    include_str!("page/rows.js"),
    include_str!("page/feed.js"),
    include_str!("page/toolbar.js"),
    include_str!("page/requests.js"),
    include_str!("page/otlp.js"),
    include_str!("page/timeline.js"),
    include_str!("page/waterfall.js"),
    include_str!("page/detail.js"),
    include_str!("page/copy.js"),
    include_str!("page/trace.js"),
    include_str!("page/chart.js"),
    include_str!("page/metrics.js"),
    include_str!("page/series.js"),
    include_str!("page/level.js"),
    include_str!("page/logs.js"),
    include_str!("page/health.js"),
    include_str!("page/catalogue.js"),
    include_str!("page/exporters.js"),
    include_str!("page/map.js"),
    include_str!("page/header.js"),
    include_str!("page/keys.js"),
    include_str!("page/main.js"),
);

/// The page.
pub(super) fn page() -> Response<Body> {
    html(StatusCode::OK, PAGE)
}

/// The form that asks for the token.
pub(super) fn login() -> Response<Body> {
    html(StatusCode::UNAUTHORIZED, LOGIN)
}

/// Fills a template. Only what bears the nonce of this one answer runs, whatever stands in the data.
fn html(status: StatusCode, template: &str) -> Response<Body> {
    let nonce = nonce();
    let text = template.replace("{{style}}", &STYLE).replace("{{script}}", &SCRIPT).replace("{{nonce}}", &nonce);
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; \
         img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'"
    );
    let mut response = super::answer::answer(status, "text/html; charset=utf-8", text);
    if let Ok(policy) = HeaderValue::try_from(policy) {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// The lines without their indentation and without comments, which have lines to themselves here; no text goes on over
/// the end of its line.
fn lean(source: &str) -> String {
    let is_comment = |line: &str| ["//", "/*", "* ", "*/"].iter().any(|begin| line.starts_with(begin));
    let mut lean = String::with_capacity(source.len());
    for line in source.lines().map(str::trim_start).filter(|line| !line.is_empty() && !is_comment(line)) {
        lean.push_str(line);
        lean.push('\n');
    }
    lean
}

/// A text that nobody can guess.
fn nonce() -> String {
    let mut bytes = [0; 16];
    if getrandom::fill(&mut bytes).is_err() {
        // No entropy from the system: the standard library's seeds still differ between processes.
        bytes.fill_with(|| fastrand::u8(..));
    }
    format!("{:032x}", u128::from_be_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_loses_comments_and_nothing_else() {
        let source = "// why\n/**\n * What.\n */\nfunction f() {\n  return 2; // two\n}\n\n/* one line */\n";
        assert_eq!(lean(source), "function f() {\nreturn 2; // two\n}\n");
        // What the rule takes for granted: a comment on several lines begins and goes on as these do, and no text
        // between backticks goes over a line.
        let mut is_within = false;
        for (number, line) in SOURCES.lines().enumerate() {
            let line = line.trim_start();
            if is_within {
                assert!(line.starts_with("* ") || line.starts_with("*/"), "{number}: {line}");
                is_within = !line.contains("*/");
            } else {
                is_within = line.starts_with("/*") && !line.contains("*/");
                assert!(
                    !line.starts_with("* ") && (is_within || !line.contains("/*") || line.contains("*/")),
                    "{number}: {line}"
                );
                assert!(line.matches('`').count() % 2 == 0 || line.starts_with("//"), "{number}: {line}");
            }
        }
    }

    #[test]
    fn the_page_is_no_larger_than_it_may_be() {
        let page = PAGE.len() + STYLE.len() + SCRIPT.len();
        assert!(page <= 150_000, "{page}");
    }
}
