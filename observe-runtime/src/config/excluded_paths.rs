//! Paths of requests that get no spans, where whoever answers requests can ask for them.

use super::reader::Reader;
use std::sync::OnceLock;

/// What is left out where nobody says otherwise: what is asked for all day long, by machines.
const DEFAULT: [&str; 2] = ["/health", "/metrics"];

const NAME: &str = "OBSERVE_TRACES_EXCLUDE_PATHS";

static PATHS: OnceLock<Vec<String>> = OnceLock::new();

/// Whether requests for this path are left out of traces.
#[cfg(any(test, feature = "tower"))]
pub(crate) fn is_excluded(path: &str) -> bool {
    match PATHS.get() {
        Some(paths) => paths.iter().any(|prefix| is_below(path, prefix)),
        None => DEFAULT.iter().any(|prefix| is_below(path, prefix)),
    }
}

/// Sets the paths, for the rest of the process.
pub(crate) fn set(paths: &[String]) {
    // The second time nothing is set: telemetry is switched on once.
    let _ = PATHS.set(paths.to_vec());
}

/// The paths that the settings name; `none` for none.
pub(super) fn read(reader: &mut Reader<'_>) -> Vec<String> {
    let Some(words) = reader.list(NAME) else { return DEFAULT.map(str::to_owned).to_vec() };
    if words.iter().all(|word| word.eq_ignore_ascii_case("none")) {
        return Vec::new();
    }
    let (paths, refused): (Vec<_>, Vec<_>) = words.into_iter().partition(|word| word.starts_with('/'));
    for word in refused {
        reader.refuse(NAME, &word, "paths such as `/health` with commas between them, or `none`", "the other paths");
    }
    paths
}

/// Whether a path is this one or lies below it: `/health` has `/health/live` below it, and not `/healthy`.
#[cfg(any(test, feature = "tower"))]
fn is_below(path: &str, prefix: &str) -> bool {
    let prefix = prefix.trim_end_matches('/');
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
        assert!(
            is_below("/health", "/health") && is_below("/health/live", "/health") && is_below("/health/", "/health")
        );
        assert!(!is_below("/healthy", "/health") && !is_below("/", "/health") && !is_below("/api/health", "/health"));
        assert!(is_below("/internal/a", "/internal/") && is_below("/anything", "/"));
    }

    #[test]
    fn health_and_metrics_are_left_out_by_default() {
        assert!(is_excluded("/health/live") && is_excluded("/metrics"));
        assert!(!is_excluded("/ask") && !is_excluded("/metricsx"));
        assert_eq!(read("").0, DEFAULT);
    }

    #[test]
    fn others_take_their_place() {
        assert_eq!(read("/internal, /ping"), (vec!["/internal".to_owned(), "/ping".to_owned()], Vec::new()));
        assert_eq!(read("None"), (Vec::new(), Vec::new()));
        let (paths, said) = read("ping,/pong");
        assert_eq!(paths, ["/pong"]);
        assert!(said.len() == 1 && said[0].contains("=`ping` is not understood; accepted: paths such as"), "{said:?}");
    }
}
