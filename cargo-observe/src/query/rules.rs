//! Rule files of Prometheus, its `PrometheusRule` in Kubernetes, and tests of promtool: all of them YAML.

use super::{Document, Query, Role, Rule, Text};
use serde::Deserialize;
use serde_saphyr::Spanned;
use std::collections::BTreeMap;
use std::ops::Range;

/// What of a document concerns us; all else is passed over.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct File {
    kind: Option<String>,
    groups: Option<Vec<Group>>,
    spec: Option<Spec>,
    tests: Option<Vec<Test>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Spec {
    groups: Option<Vec<Group>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Group {
    rules: Option<Vec<Entry>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Entry {
    alert: Option<Spanned<String>>,
    record: Option<Spanned<String>>,
    expr: Option<Spanned<String>>,
    r#for: Option<String>,
    labels: Option<BTreeMap<String, Spanned<String>>>,
    annotations: Option<BTreeMap<String, Spanned<String>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Test {
    name: Option<String>,
    promql_expr_test: Option<Vec<ExprTest>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ExprTest {
    expr: Option<Spanned<String>>,
}

/// What says of a document which kind it is. `spec` and `tests` are words of many others, too.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Head {
    kind: Option<String>,
}

pub(super) fn parse(document: &mut Document) {
    // Resources of other kinds are none of ours, and may have another form.
    let heads: Vec<Head> = serde_saphyr::from_multiple(&document.source).unwrap_or_default();
    let is_ours = |kind: Option<&str>| kind.is_none_or(|kind| kind == "PrometheusRule");
    if !heads.is_empty() && !heads.iter().any(|head| is_ours(head.kind.as_deref())) {
        return;
    }
    let files: Vec<File> = match serde_saphyr::from_multiple(&document.source) {
        Ok(files) => files,
        Err(error) => {
            let location = error.location().and_then(|location| location.span().byte_offset());
            let at = location.and_then(|at| usize::try_from(at).ok()).unwrap_or(0).min(document.source.len());
            let message = error.without_snippet().to_string();
            document.problem = Some((at..at, message.lines().next().unwrap_or_default().to_owned()));
            return;
        }
    };
    for file in files.into_iter().filter(|file| is_ours(file.kind.as_deref())) {
        let groups = file.groups.into_iter().chain(file.spec.and_then(|spec| spec.groups)).flatten();
        groups.filter_map(|group| group.rules).flatten().for_each(|entry| add(document, entry));
        for test in file.tests.into_iter().flatten() {
            let owner = test.name.unwrap_or_default();
            for expr in test.promql_expr_test.into_iter().flatten().filter_map(|test| test.expr) {
                let text = text(document, expr);
                document.queries.push(Query::new(&*owner, Role::Other, text));
            }
        }
    }
}

fn add(document: &mut Document, entry: Entry) {
    let is_alert = entry.alert.is_some();
    let Some(name) = entry.alert.or(entry.record).map(|name| text(document, name)) else { return };
    let Some(expr) = entry.expr.map(|expr| text(document, expr)) else { return };
    let texts = |values: Option<BTreeMap<String, Spanned<String>>>| {
        values.into_iter().flatten().map(|(key, value)| (key, text(document, value))).collect()
    };
    let rule = Rule {
        query: document.queries.len(),
        is_alert,
        r#for: entry.r#for,
        labels: texts(entry.labels),
        annotations: texts(entry.annotations),
        name,
    };
    let asks = if is_alert { Role::Alert } else { Role::Record };
    document.queries.push(Query::new(&*rule.name.value, asks, expr));
    document.rules.push(rule);
}

fn text(document: &Document, value: Spanned<String>) -> Text {
    Text { span: span(&document.source, &value), value: value.value }
}

fn span<T>(source: &str, value: &Spanned<T>) -> Range<usize> {
    let span = value.defined.span();
    let part = |offset: Option<u64>| offset.and_then(|offset| usize::try_from(offset).ok());
    let start = part(span.byte_offset()).unwrap_or(0).min(source.len());
    let end = start.saturating_add(part(span.byte_len()).unwrap_or(0)).min(source.len());
    if source.is_char_boundary(start) && source.is_char_boundary(end) { start..end } else { 0..0 }
}
