//! What a request asks for: its query and its Accept header.

use crate::percent;

/// The media type of the draft.
pub(super) const HEALTH_JSON: &str = "application/health+json";

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Question {
    /// Whether lines are wanted in place of JSON.
    pub(super) is_verbose: bool,
    /// The names of checks that are not wanted.
    pub(super) exclude: Vec<String>,
    pub(super) wants_health_json: bool,
}

impl Question {
    /// Reads what it knows of the two, and leaves the rest.
    pub(super) fn read(query: Option<&str>, accept: Option<&str>) -> Self {
        let mut question = Self { wants_health_json: accept.is_some_and(accepts_health_json), ..Self::default() };
        for pair in query.unwrap_or_default().split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match name {
                "verbose" => question.is_verbose = !matches!(value, "false" | "0"),
                "exclude" => question.exclude.extend(percent::decoded(value).filter(|name| !name.is_empty())),
                _ => {}
            }
        }
        question
    }
}

fn accepts_health_json(accept: &str) -> bool {
    accept.split(',').any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let is_it = parts.next().is_some_and(|media_type| media_type.eq_ignore_ascii_case(HEALTH_JSON));
        let is_refused = parts.any(|parameter| {
            let quality = parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q="));
            quality.is_some_and(|quality| quality.parse() == Ok(0.0))
        });
        is_it && !is_refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_may_leave_out_several() {
        let question = Question::read(Some("exclude=cache&verbose&exclude=led%67er&other=1"), None);
        assert_eq!(question.exclude, ["cache", "ledger"]);
        assert!(question.is_verbose && !question.wants_health_json);
        assert!(!Question::read(Some("verbose=false"), None).is_verbose);
        assert_eq!(Question::read(None, None), Question::default());
    }

    #[test]
    fn health_json_is_for_those_who_name_it() {
        let wants = |accept| Question::read(None, Some(accept)).wants_health_json;
        assert!(wants("application/health+json") && wants("text/html, application/Health+JSON;q=0.5"));
        assert!(!wants("*/*") && !wants("application/json") && !wants("application/health+json;q=0"));
    }
}
