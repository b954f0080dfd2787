//! The names of a metered function: its base name, and those of the families made from it.

use super::{TYPES, UNITLESS_TIME, charset, is_snake_case, not_base_unit, repeats_type, without_unit};
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

    /// The option of `#[metered]` that names the family.
    #[must_use]
    pub const fn option(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::Duration => "duration",
            Self::InProgress => "in_progress",
        }
    }

    /// What HELP says of the family, where the function does this.
    #[must_use]
    pub fn help(self, function: &str) -> String {
        let what = match self {
            Self::Calls => "Finished calls",
            Self::Duration => "Duration of calls in seconds",
            Self::InProgress => "Calls under way",
        };
        format!("{what}: {function}")
    }

    /// What the family is, in words.
    const fn kind(self) -> &'static str {
        match self {
            Self::Calls => "a counter",
            Self::Duration => "a histogram of durations",
            Self::InProgress => "a gauge",
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

/// Checks the base name of a metered function; all violations at once.
///
/// ```
/// # use observe_rules::metric::check_base;
/// assert!(check_base("rag_query").is_empty());
/// assert_eq!(check_base("cacheHitCount").len(), 1);
/// ```
#[must_use]
pub fn check_base(name: &str) -> Vec<Violation> {
    let help = fixed(name).map_or_else(
        || "name the operation: `name = \"rag_query\"`".to_owned(),
        |fixed| format!("write `name = \"{fixed}\"`; the families add their own endings to it"),
    );
    if let Some(violation) = charset(name, &help) {
        // The other rules read words, and a name that is not snake_case has none.
        return vec![violation];
    }
    let mut violations = words(name, &help);
    if let Some(suffix) = SUFFIXES.iter().find(|suffix| name.ends_with(**suffix)) {
        violations.push(Violation::new(Code::Obs0302, format!("base name `{name}` ends in `{suffix}`"), help));
    } else if let Some(word) = name.rsplit('_').next().filter(|word| UNITLESS_TIME.contains(word)) {
        violations.push(Violation::new(Code::Obs0304, without_unit(name, word), help));
    }
    violations
}

/// Checks a family's name that the user chose; all violations at once.
#[must_use]
pub fn check_family(family: Family, name: &str) -> Vec<Violation> {
    let ending = if family == Family::InProgress && !name.ends_with("_in_progress") && !has_suffix(name) {
        // A gauge may be called as it likes, and keeps its name where only the spelling is wrong.
        ""
    } else {
        family.suffix()
    };
    let help = fixed(name).map_or_else(
        || format!("name what is measured: `{} = \"rag_query{}\"`", family.option(), family.suffix()),
        |fixed| format!("write `{} = \"{fixed}{ending}\"`", family.option()),
    );
    if let Some(violation) = charset(name, &help) {
        return vec![violation];
    }
    let mut violations = words(name, &help);
    let ending = family.ending();
    if !name.ends_with(ending) {
        let message = format!("the name of {} ends in `{ending}`, and `{name}` does not", family.kind());
        violations.push(Violation::new(Code::Obs0307, message, help));
    } else if ending.is_empty()
        && let Some(suffix) = SUFFIXES.iter().find(|suffix| **suffix != "_in_progress" && name.ends_with(**suffix))
    {
        let message = format!("gauge `{name}` ends in `{suffix}`, which is the ending of another type");
        violations.push(Violation::new(Code::Obs0307, message, help));
    }
    violations
}

fn has_suffix(name: &str) -> bool {
    SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
}

/// The name with all that no base name may have taken out of it, so that it breaks no rule.
fn fixed(name: &str) -> Option<String> {
    let snake = case::snake(name);
    let mut rest = snake.as_str();
    while let Some(shorter) = SUFFIXES.iter().find_map(|suffix| rest.strip_suffix(suffix)) {
        rest = shorter;
    }
    let allowed =
        |word: &&str| unit::base_for(word).is_none() && !TYPES.contains(word) && !UNITLESS_TIME.contains(word);
    let mut words: Vec<&str> = rest.split('_').filter(allowed).collect();
    // What stood before a word that is gone may be an ending now.
    while words.len() > 1 && SUFFIXES.iter().any(|suffix| suffix[1..] == *words[words.len() - 1]) {
        words.pop();
    }
    Some(words.join("_")).filter(|fixed| is_snake_case(fixed))
}

/// Rules on single words: units and types.
fn words(name: &str, help: &str) -> Vec<Violation> {
    let mut violations = Vec::new();
    for word in name.split('_') {
        if let Some(base) = unit::base_for(word) {
            violations.push(Violation::new(Code::Obs0304, not_base_unit(name, word, base), help));
        } else if TYPES.contains(&word) {
            violations.push(Violation::new(Code::Obs0306, repeats_type(name, word), help));
        }
    }
    violations
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
        for name in
            ["rag_queries_total", "http_requests_total", "authentication_attempts_total", "document_uploads_total"]
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
    fn help_breaks_no_rule() {
        for (name, fixed) in [
            ("cacheHitCount", "cache_hit"),
            ("query_ms_counter_total", "query"),
            ("ai_request_time", "ai_request"),
            ("upload_count_time", "upload"),
            ("x_total_count", "x"),
        ] {
            let violations = check_base(name);
            let help = format!("write `name = \"{fixed}\"`");
            assert!(violations.iter().all(|violation| violation.to_string().contains(&help)), "{violations:?}");
            assert_eq!(check_base(fixed), [], "{fixed}");
        }
        for (family, name, fixed) in [
            (Family::Calls, "cache_hits", "cache_hits_total"),
            (Family::Calls, "answers_counter_total", "answers_total"),
            (Family::Duration, "wait_milliseconds", "wait_duration_seconds"),
            (Family::InProgress, "queries_total", "queries_in_progress"),
            (Family::InProgress, "activeConnections", "active_connections"),
        ] {
            let violations = check_family(family, name);
            let help = format!("write `{} = \"{fixed}\"`", family.option());
            assert!(!violations.is_empty(), "{name}");
            assert!(violations.iter().all(|violation| violation.to_string().ends_with(&help)), "{violations:?}");
            assert_eq!(check_family(family, fixed), [], "{fixed}");
        }
    }

    #[test]
    fn a_name_of_nothing_but_endings_has_help_of_its_own() {
        let violations = check_base("time");
        assert!(violations[0].to_string().contains("name = \"rag_query\""), "{violations:?}");
    }

    #[test]
    fn a_gauge_does_not_end_like_a_counter() {
        assert_eq!(codes(&check_family(Family::InProgress, "queries_total")), ["OBS0307"]);
    }
}
