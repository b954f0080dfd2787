//! Metrics that nothing emits, and endings that theirs are not.

use super::asked::{Asked, similar};
use crate::catalogue::Kind;
use crate::check::Finding;
use crate::query::{MARK, Part, Series, expr};
use observe_rules::Code;
use promql_parser::label::{METRIC_NAME, MatchOp};

const ENDINGS: [&str; 3] = ["_bucket", "_count", "_sum"];

pub(super) fn check(asked: &Asked<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for selector in expr::selectors(asked.expr) {
        match expr::name_of(selector) {
            Some(name) => findings.extend(name_is_known(asked, name)),
            None => findings.extend(expr::matchers(selector).filter_map(|matcher| {
                let is_pattern = matcher.name == METRIC_NAME && matches!(matcher.op, MatchOp::Re(_));
                let fits = || asked.known.names().iter().any(|name| matcher.is_match(name)) || matcher.is_match("up");
                if !is_pattern || asked.known.has_foreign() || matcher.value.contains(MARK) || fits() {
                    return None;
                }
                let message = format!("no metric has a name that `{}` matches", matcher.value);
                Some(asked.finding(Code::Obs1041, &matcher.value, message))
            })),
        }
    }
    findings
}

fn name_is_known(asked: &Asked<'_>, name: &str) -> Option<Finding> {
    let catalogue = asked.known.catalogue;
    match asked.known.series(name) {
        Series::Unknown => {}
        Series::Declared(metric, Part::Value) if metric.kind == Kind::Histogram => {}
        _ => return None,
    }
    let metric = |name: &str| catalogue.metrics.iter().find(|metric| metric.name == name);
    if metric(name).is_some_and(|metric| metric.kind == Kind::Histogram) {
        let message = format!("`{name}` is a histogram, and no series has its name alone");
        let help = format!("its series are `{name}_bucket`, `{name}_count` and `{name}_sum`");
        return Some(asked.finding(Code::Obs1042, name, message).help(help));
    }
    let whole = ENDINGS.iter().find_map(|ending| metric(name.strip_suffix(ending)?));
    if let Some(metric) = whole {
        let kind = format!("{:?}", metric.kind).to_lowercase();
        let message = format!("`{name}` is no series, because `{}` is a {kind}", metric.name);
        return Some(asked.finding(Code::Obs1042, name, message).help(format!("its series is `{}`", metric.name)));
    }
    let total = format!("{name}_total");
    if metric(&total).is_some() {
        let message = format!("`{name}` is a counter, whose series end in `_total`");
        return Some(asked.finding(Code::Obs1043, name, message).help(format!("write `{total}`")));
    }
    let names = asked.known.names();
    let by_bare = catalogue.metrics.iter().find(|metric| metric.bare_name == name).map(|metric| &metric.name);
    let help = match by_bare {
        Some(full) => format!("with the namespace of its service it is `{full}`"),
        None => similar(name, names.iter().map(String::as_str)),
    };
    let note = "what other programs emit is named by `foreign`, in `[check]` of observe.toml";
    Some(asked.finding(Code::Obs1041, name, format!("nothing emits or records `{name}`")).help(help).note(note))
}
