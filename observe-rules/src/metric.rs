//! Names of metrics.
//!
//! `#[metered(name = "rag_query")]` makes three families out of one base name; each family can be
//! renamed, and then its full name has rules of its own. Sources: the Prometheus naming guide,
//! `OpenMetrics` 1.0 (suffixes), promlint.

use crate::{Code, Violation, case, unit};

/// One of the families that a metered function has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// The counter of finished calls.
    Calls,
    /// The histogram of how long they took.
    Duration,
    /// The gauge of calls that have begun and not ended.
    InProgress,
}

impl Family {
    /// What the family adds to the base name.
    #[must_use]
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Calls => "_total",
            Self::Duration => "_duration_seconds",
            Self::InProgress => "_in_progress",
        }
    }

    /// How the family's name ends when the user chooses it.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Calls => "_total",
            Self::Duration => "_seconds",
            Self::InProgress => "",
        }
    }
}

/// Endings that a family adds by itself, or that the exposition formats keep for their own lines.
const SUFFIXES: &[&str] = &[
    "_duration_seconds",
    "_duration",
    "_seconds",
    "_in_progress",
    "_total",
    "_count",
    "_sum",
    "_bucket",
    "_created",
    "_info",
    "_gcount",
    "_gsum",
];

/// Words for time that name no unit.
const UNITLESS_TIME: &[&str] = &["time", "latency", "elapsed"];

const TYPES: &[&str] = &["counter", "gauge", "histogram", "summary", "metric"];

/// Checks the base name of a metered function; all violations at once.
///
/// ```
/// # use observe_rules::metric::check_base;
/// assert!(check_base("rag_query").is_empty());
/// assert_eq!(check_base("cacheHitCount").len(), 1);
/// ```
#[must_use]
pub fn check_base(name: &str) -> Vec<Violation> {
    if let Some(violation) = charset(name) {
        // The other rules read words, and a name that is not snake_case has none.
        return vec![violation];
    }
    let mut violations = words(name, "name the operation, its unit is added: `<name>_duration_seconds`");
    if let Some(suffix) = SUFFIXES.iter().find(|suffix| name.ends_with(**suffix)) {
        let base = name.strip_suffix(suffix).unwrap_or(name);
        let fix = if base.is_empty() { "name the operation, such as `rag_query`" } else { "" };
        let help = if fix.is_empty() {
            format!("write `{base}`; `{base}_total`, `{base}_duration_seconds` and `{base}_in_progress` are made from it")
        } else {
            fix.to_owned()
        };
        violations.push(Violation::new(Code::Obs0302, format!("`{name}` ends in `{suffix}`"), help));
    } else if let Some(word) = name.rsplit('_').next().filter(|word| UNITLESS_TIME.contains(word)) {
        let base = name.strip_suffix(word).unwrap_or(name).trim_end_matches('_');
        violations.push(Violation::new(
            Code::Obs0304,
            format!("`{name}` says `{word}`, which has no unit"),
            format!("write `{base}`; its histogram is called `{base}_duration_seconds`"),
        ));
    }
    violations
}

/// Checks a family's name that the user chose; all violations at once.
#[must_use]
pub fn check_family(family: Family, name: &str) -> Vec<Violation> {
    if let Some(violation) = charset(name) {
        return vec![violation];
    }
    let ending = family.ending();
    let mut violations = words(name, "use the base unit: `_seconds`, `_bytes`");
    if !name.ends_with(ending) {
        violations.push(Violation::new(
            Code::Obs0307,
            format!("`{name}` does not end in `{ending}`"),
            format!("write `{}{ending}`", without_suffix(name)),
        ));
    } else if ending.is_empty()
        && let Some(suffix) = SUFFIXES.iter().find(|suffix| **suffix != "_in_progress" && name.ends_with(**suffix))
    {
        violations.push(Violation::new(
            Code::Obs0307,
            format!("gauge `{name}` ends in `{suffix}`, which other types use"),
            format!("write `{}_in_progress`", without_suffix(name)),
        ));
    }
    violations
}

/// Checks the namespace that goes before every name; it is known only at run time.
///
/// # Errors
///
/// `OBS0301` where the namespace is not one `snake_case` word or more.
pub fn check_namespace(namespace: &str) -> Result<(), Violation> {
    charset(namespace).map_or(Ok(()), Err)
}

fn without_suffix(name: &str) -> &str {
    SUFFIXES.iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(name)
}

fn charset(name: &str) -> Option<Violation> {
    if is_snake_case(name) {
        return None;
    }
    let fixed = case::snake(name);
    let help = if is_snake_case(&fixed) {
        format!("write `{fixed}`")
    } else {
        "use lower-case ASCII letters, digits and single underscores, a letter first".to_owned()
    };
    Some(Violation::new(Code::Obs0301, format!("metric name `{name}` is not snake_case"), help))
}

/// Rules on single words: units and types.
fn words(name: &str, unit_help: &str) -> Vec<Violation> {
    let mut violations = Vec::new();
    for word in name.split('_') {
        if let Some(base) = unit::base_for(word) {
            violations.push(Violation::new(
                Code::Obs0304,
                format!("`{name}` counts in `{word}`, and metrics count in base units (`{base}`)"),
                unit_help,
            ));
        } else if TYPES.contains(&word) {
            let fixed = name.replace(&format!("_{word}"), "");
            violations.push(Violation::new(
                Code::Obs0306,
                format!("`{name}` repeats its type `{word}`"),
                format!("write `{fixed}`; TYPE says what it is"),
            ));
        }
    }
    violations
}

pub(crate) fn is_snake_case(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        && !name.contains("__")
        && !name.ends_with('_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(violations: &[Violation]) -> Vec<&'static str> {
        violations.iter().map(|violation| violation.code().id()).collect()
    }

    #[test]
    fn names_of_the_requirements_pass() {
        for name in ["rag_query", "vector_search", "database_query", "ai_request", "model_load", "payments", "answer"] {
            assert_eq!(check_base(name), [], "{name}");
        }
        for name in ["rag_queries_total", "http_requests_total", "authentication_attempts_total", "document_uploads_total"]
        {
            assert_eq!(check_family(Family::Calls, name), [], "{name}");
        }
        for name in ["rag_query_duration_seconds", "ai_request_duration_seconds", "redis_operation_duration_seconds"] {
            assert_eq!(check_family(Family::Duration, name), [], "{name}");
        }
        for name in ["http_requests_in_progress", "active_connections"] {
            assert_eq!(check_family(Family::InProgress, name), [], "{name}");
        }
    }

    #[test]
    fn names_that_the_requirements_refuse_are_refused() {
        assert_eq!(codes(&check_base("cacheHitCount")), ["OBS0301"]);
        assert_eq!(codes(&check_family(Family::Calls, "cache_hits")), ["OBS0307"]);
        assert_eq!(codes(&check_base("ai_request_time")), ["OBS0304"]);
    }

    #[test]
    fn charset_is_ascii_snake_case() {
        for name in ["", "_x", "x_", "x__y", "Ünicode", "9lives", "a-b", "a b", "a:b"] {
            assert_eq!(codes(&check_base(name)), ["OBS0301"], "{name:?}");
        }
    }

    #[test]
    fn every_cause_is_reported() {
        assert_eq!(codes(&check_base("query_ms_counter_total")), ["OBS0304", "OBS0306", "OBS0302"]);
    }

    #[test]
    fn a_suffix_alone_has_help_of_its_own() {
        let violations = check_base("x_total");
        assert!(violations[0].to_string().contains("write `x`"), "{violations:?}");
    }

    #[test]
    fn a_gauge_does_not_end_like_a_counter() {
        assert_eq!(codes(&check_family(Family::InProgress, "queries_total")), ["OBS0307"]);
    }
}
