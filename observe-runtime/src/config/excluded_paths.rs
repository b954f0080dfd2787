//! Paths of requests that get no spans, where whoever answers requests can ask for them.

use super::reader::Reader;
use std::sync::OnceLock;

/// What is left out where nobody says otherwise: what is asked for all day long, by machines, and the page that shows
/// what was recorded.
const DEFAULT: [&str; 3] = ["/metrics", "/health.*", "/observe"];

const NAME: &str = "OBSERVE_TRACES_EXCLUDE_PATHS";

static PATHS: OnceLock<Vec<String>> = OnceLock::new();

/// Whether requests for this path are left out of traces.
#[cfg(any(test, feature = "tower"))]
pub(crate) fn is_excluded(path: &str) -> bool {
    match PATHS.get() {
        Some(paths) => paths.iter().any(|pattern| matches(path, pattern)),
        None => DEFAULT.iter().any(|pattern| matches(path, pattern)),
    }
}

/// Sets the paths, for the rest of the process.
pub(crate) fn set(paths: &[String]) {
    // The second time nothing is set: telemetry is switched on once.
    let _ = PATHS.set(paths.to_vec());
}

/// The paths that the settings name; `none` for none, and an empty variable too: whoever empties the list means it.
pub(super) fn read(reader: &mut Reader<'_>) -> Vec<String> {
    let Some(words) = reader.list(NAME) else {
        let is_emptied = reader.variables.is_empty_in_environment(NAME);
        return if is_emptied { Vec::new() } else { DEFAULT.map(str::to_owned).to_vec() };
    };
    if words.iter().all(|word| word.eq_ignore_ascii_case("none")) {
        return Vec::new();
    }
    let (paths, refused): (Vec<_>, Vec<_>) = words.into_iter().partition(|word| word.starts_with('/'));
    for word in refused {
        let accepted = "paths such as `/health` or `/health.*` with commas between them, or `none`";
        reader.refuse(NAME, &word, accepted, "the other paths");
    }
    paths
}

/// Whether a path is this one or lies below it: `/health` has `/health/live` below it, and not `/healthz`. With `.*` at
/// its end, a pattern is any path that begins so.
#[cfg(any(test, feature = "tower"))]
fn matches(path: &str, pattern: &str) -> bool {
    if let Some(prefix) = pattern.strip_suffix(".*") {
        return path.starts_with(prefix);
    }
    let prefix = pattern.trim_end_matches('/');
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> (Vec<String>, Vec<String>) {
        let variables = [(NAME, value)].iter().collect();
        let mut reader = Reader::new(&variables);
        let paths = super::read(&mut reader);
        (paths, reader.into_warnings())
    }

    #[test]
    fn a_prefix_ends_where_a_segment_does() {
        assert!(matches("/health", "/health") && matches("/health/live", "/health") && matches("/health/", "/health"));
        assert!(!matches("/healthz", "/health") && !matches("/", "/health") && !matches("/api/health", "/health"));
        assert!(matches("/internal/a", "/internal/") && matches("/anything", "/"));
    }

    #[test]
    fn a_pattern_matches_whatever_begins_like_it() {
        assert!(matches("/healthz", "/health.*") && matches("/health", "/health.*") && matches("/x", ".*"));
        assert!(!matches("/api/health", "/health.*"));
    }

    #[test]
    fn health_metrics_and_our_page_are_left_out_by_default() {
        assert!(["/health", "/health/live", "/healthz", "/metrics", "/observe/live"].into_iter().all(is_excluded));
        assert!(!["/ask", "/metricsx", "/observer"].into_iter().any(is_excluded));
        assert_eq!(super::read(&mut Reader::new(&[].iter().collect())), DEFAULT);
    }

    #[test]
    fn others_take_their_place() {
        assert_eq!(read("/internal, /ping"), (vec!["/internal".to_owned(), "/ping".to_owned()], Vec::new()));
        let (paths, said) = read("ping,/pong");
        assert_eq!(paths, ["/pong"]);
        assert!(said.len() == 1 && said[0].contains("=`ping` is not understood; accepted: paths such as"), "{said:?}");
    }

    #[test]
    fn an_empty_list_leaves_nothing_out() {
        for empty in ["None", "", "  "] {
            assert_eq!(read(empty), (Vec::new(), Vec::new()), "{empty:?}");
        }
    }
}
