//! What an alert and a recorded metric should have.

use super::asked::{finding, list, location};
use crate::check::Finding;
use crate::query::{Document, Known, Rule, Text, expr, labels_of};
use observe_rules::Code;
use promql_parser::parser::Expr;
use regex::Regex;
use std::collections::BTreeMap;
use std::time::Duration;

/// The range from which on an alert needs no `for`.
const LONG: Duration = Duration::from_mins(15);

pub(super) fn check(documents: &[Document], known: &Known<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for document in documents {
        for rule in &document.rules {
            if rule.is_alert {
                findings.extend(is_complete(document, rule));
                findings.extend(waits(document, rule, known));
                findings.extend(templates(document, rule, known));
            } else {
                findings.extend(is_named_as_usual(document, rule));
            }
        }
    }
    findings.extend(are_there_once(documents));
    findings
}

fn is_complete(document: &Document, rule: &Rule) -> Vec<Finding> {
    let name = &rule.name.value;
    let lacks = |code: Code, what: &str, help: &str| {
        finding(document, code, name, rule.name.span.clone(), format!("alert `{name}` has no {what}")).help(help)
    };
    let is_told = |names: &[&str]| names.iter().any(|name| rule.annotations.contains_key(*name));
    let mut findings = Vec::new();
    if !rule.labels.contains_key("severity") {
        findings.push(lacks(Code::Obs1062, "`severity`", "Alertmanager finds the way of an alert by its labels"));
    }
    if !is_told(&["summary", "description", "message"]) {
        findings.push(lacks(Code::Obs1063, "`summary`", "say in a line what is wrong for whom"));
    }
    if !is_told(&["runbook_url", "runbook"]) {
        findings.push(lacks(Code::Obs1064, "`runbook_url`", "link what to do, for whom it wakes"));
    }
    findings
}

/// That one bad evaluation pages nobody. What looks at a long time needs no `for`: it does not come and go.
fn waits(document: &Document, rule: &Rule, known: &Known<'_>) -> Option<Finding> {
    let expr = document.queries.get(rule.query).and_then(|query| query.expr.as_ref().ok())?;
    let is_long = |part: &&Expr| match part {
        Expr::MatrixSelector(matrix) => matrix.range >= LONG,
        Expr::Subquery(subquery) => subquery.range >= LONG,
        _ => false,
    };
    let selectors = expr::selectors(expr).into_iter().filter_map(expr::name_of);
    let recorded = selectors.flat_map(|name| known.rules(name)).filter_map(|query| query.expr.as_ref().ok());
    if rule.r#for.is_some() || recorded.chain([expr]).any(|expr| expr::walk(expr).iter().any(is_long)) {
        return None;
    }
    let name = &rule.name.value;
    let message = format!("alert `{name}` has no `for`");
    let help = "one bad evaluation pages somebody; `for: 5m` waits for several";
    Some(finding(document, Code::Obs1061, name, rule.name.span.clone(), message).help(help))
}

/// That the labels which a template shows are left in the expression's result.
fn templates(document: &Document, rule: &Rule, known: &Known<'_>) -> Vec<Finding> {
    let Some(Ok(expr)) = document.queries.get(rule.query).map(|query| &query.expr) else { return Vec::new() };
    let labels = labels_of(expr, known);
    let Ok(uses) = Regex::new(r#"(?:\$labels\.|\.Labels\.|index\s+\$labels\s+")([A-Za-z_][A-Za-z0-9_]*)"#) else {
        return Vec::new();
    };
    let check = |text: &Text| -> Vec<Finding> {
        let lost = uses
            .captures_iter(&text.value)
            .map(|found| found[1].to_owned())
            .filter(|name| name != "alertname" && !labels.can_have(name, known));
        let say = |name: String| {
            let message =
                format!("alert `{}` shows the label `{name}`, which its expression does not keep", rule.name.value);
            let subject = format!("{}.{name}", rule.name.value);
            let help = match labels.possible.len() {
                0 => "it keeps no labels".to_owned(),
                _ => format!("it keeps {}", list(labels.possible.iter().map(String::as_str))),
            };
            finding(document, Code::Obs1065, &subject, document.find(text, &name), message).help(help)
        };
        lost.map(say).collect()
    };
    rule.annotations.values().chain(rule.labels.values()).flat_map(check).collect()
}

fn is_named_as_usual(document: &Document, rule: &Rule) -> Option<Finding> {
    let name = &rule.name.value;
    if name.split(':').count() >= 3 {
        return None;
    }
    let message = format!("the recorded metric `{name}` is not named `level:metric:operations`");
    let help = "the first part says which labels are left, the last how it was made: `job:http_requests:rate5m`";
    Some(finding(document, Code::Obs1067, name, rule.name.span.clone(), message).help(help))
}

/// What tells rules apart: whether it alerts, its name, its labels.
type Key<'a> = (bool, &'a str, Vec<(&'a str, &'a str)>);

/// That no rule is there twice. The same rule in another file is its copy: a rule file and its resource in Kubernetes.
fn are_there_once(documents: &[Document]) -> Vec<Finding> {
    let mut first: BTreeMap<Key<'_>, (usize, &Rule)> = BTreeMap::new();
    let mut findings = Vec::new();
    for (at, document) in documents.iter().enumerate() {
        for rule in &document.rules {
            let labels = rule.labels.iter().map(|(name, text)| (name.as_str(), text.value.as_str())).collect();
            let key = (rule.is_alert, rule.name.value.as_str(), labels);
            let Some((other, before)) = first.get(&key) else {
                first.insert(key, (at, rule));
                continue;
            };
            let there = &documents[*other];
            let text = |document: &Document, rule: &Rule| {
                document.queries.get(rule.query).map(|query| query.text.value.trim().to_owned())
            };
            let is_same = text(document, rule) == text(there, before);
            // Several rules may record parts of one metric, such as the reads and the writes.
            if is_same && *other != at || !is_same && !rule.is_alert {
                continue;
            }
            let name = &rule.name.value;
            let message = format!("`{name}` is there twice with the same labels");
            let place = location(there, before.name.span.clone()).label("here first");
            findings.push(finding(document, Code::Obs1066, name, rule.name.span.clone(), message).at(place));
        }
    }
    findings
}
