//! Dashboards of Grafana, as they are exported and provisioned.

use super::{Document, Query, Role, Text, variables};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};

/// What of a dashboard concerns the checks.
#[derive(Debug, Default)]
pub(crate) struct Dashboard {
    /// Its title; where it begins, for one without.
    pub(crate) title: Text,
    pub(crate) uid: Option<Text>,
    pub(crate) panels: Vec<Panel>,
    pub(crate) variables: Vec<Variable>,
    /// The variables that anything of it uses, by name.
    pub(crate) used: BTreeSet<String>,
    /// Whether it asks a source of data that it names outright.
    pub(crate) has_fixed_source: bool,
}

/// One panel.
#[derive(Debug)]
pub(crate) struct Panel {
    pub(crate) id: Option<Text>,
    pub(crate) kind: String,
    /// Its title, or where the panel is.
    pub(crate) title: Text,
    pub(crate) has_unit: bool,
    /// Whether dashboards share it: its title and unit stand where it is kept.
    pub(crate) is_shared: bool,
}

/// A variable of the dashboard.
#[derive(Debug)]
pub(crate) struct Variable {
    pub(crate) name: Text,
    pub(crate) kind: String,
}

type Raw<'a> = Option<&'a RawValue>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File<'a> {
    #[serde(borrow, default)]
    dashboard: Raw<'a>,
    #[serde(borrow, default)]
    title: Raw<'a>,
    #[serde(borrow, default)]
    uid: Raw<'a>,
    #[serde(borrow, default)]
    panels: Option<Vec<RawPanel<'a>>>,
    #[serde(borrow, default)]
    rows: Option<Vec<RawPanel<'a>>>,
    #[serde(borrow, default)]
    templating: Option<List<RawVariable<'a>>>,
    #[serde(borrow, default)]
    annotations: Option<List<RawTarget<'a>>>,
    #[serde(borrow, default, rename = "__inputs")]
    inputs: Raw<'a>,
}

#[derive(Deserialize)]
struct List<T> {
    #[serde(default = "Vec::new")]
    list: Vec<T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawPanel<'a> {
    #[serde(borrow, default)]
    id: Raw<'a>,
    #[serde(borrow, default)]
    title: Raw<'a>,
    #[serde(borrow, default, rename = "type")]
    kind: Raw<'a>,
    #[serde(borrow, default)]
    datasource: Raw<'a>,
    #[serde(borrow, default)]
    field_config: Raw<'a>,
    #[serde(borrow, default)]
    yaxes: Raw<'a>,
    #[serde(borrow, default, rename = "libraryPanel")]
    shared: Raw<'a>,
    #[serde(borrow, default)]
    targets: Option<Vec<RawTarget<'a>>>,
    #[serde(borrow, default)]
    panels: Option<Vec<RawPanel<'a>>>,
}

#[derive(Deserialize)]
struct RawTarget<'a> {
    #[serde(borrow, default)]
    datasource: Raw<'a>,
    #[serde(borrow, default)]
    expr: Raw<'a>,
    #[serde(default)]
    instant: Option<bool>,
}

#[derive(Deserialize)]
struct RawVariable<'a> {
    #[serde(borrow, default)]
    name: Raw<'a>,
    #[serde(borrow, default, rename = "type")]
    kind: Raw<'a>,
    #[serde(borrow, default)]
    datasource: Raw<'a>,
    #[serde(borrow, default)]
    query: Raw<'a>,
}

#[derive(Deserialize)]
struct RawQuery<'a> {
    #[serde(borrow, default)]
    query: Raw<'a>,
}

pub(super) fn parse(document: &mut Document) {
    let source = std::mem::take(&mut document.source);
    let problem = match serde_json::from_str::<Value>(&source) {
        // What is no dashboard has no queries of ours; what can't be a dashboard is no file for a check of queries.
        Ok(value) if is_dashboard(&value) || value.get("dashboard").is_some_and(is_dashboard) => {
            read(document, &source, &source).err()
        }
        Ok(_) => None,
        Err(error) => Some(error),
    };
    document.problem = problem.map(|error| {
        let before: usize = source.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
        let at = (before + error.column().saturating_sub(1)).min(source.len());
        let message = error.to_string();
        (at..at, message.split(" at line").next().unwrap_or_default().to_owned())
    });
    document.source = source;
}

fn is_dashboard(value: &Value) -> bool {
    value.get("panels").is_some_and(Value::is_array) || value.get("rows").is_some_and(Value::is_array)
}

/// Reads a dashboard, which is a part of the source where it is wrapped as Grafana's API has it.
fn read(document: &mut Document, source: &str, json: &str) -> Result<(), serde_json::Error> {
    let file: File<'_> = serde_json::from_str(json)?;
    if let Some(inner) = file.dashboard {
        return read(document, source, inner.get());
    }
    let variables = file.templating.map(|templating| templating.list).unwrap_or_default();
    let sources = Sources::new(&variables, file.inputs);
    let text = |raw: Raw<'_>| text(source, raw);
    let begin = json.as_ptr().addr() - source.as_ptr().addr();
    let whole = Text { value: String::new(), span: begin..begin + json.len() };
    let mut dashboard = Dashboard {
        title: text(file.title).unwrap_or_else(|| whole.clone()),
        uid: text(file.uid),
        used: used(json),
        ..Dashboard::default()
    };
    let mut panels: Vec<RawPanel<'_>> = file.panels.into_iter().flatten().collect();
    panels.extend(file.rows.into_iter().flatten().filter_map(|row| row.panels).flatten());
    let mut at = 0;
    while let Some(panel) = panels.get_mut(at) {
        at += 1;
        let inner = panel.panels.take().unwrap_or_default();
        let panel = &panels[at - 1];
        let place = text(panel.title).or_else(|| text(panel.id)).or_else(|| text(panel.kind));
        let kind = text(panel.kind).unwrap_or_default().value;
        let title = match text(panel.title) {
            Some(title) => title,
            None => Text { value: String::new(), span: place.unwrap_or_else(|| whole.clone()).span },
        };
        for target in panel.targets.iter().flatten() {
            let data = target.datasource.or(panel.datasource);
            let Some(query) = text(target.expr).filter(|_| sources.is_prometheus(data)) else { continue };
            dashboard.has_fixed_source |= is_fixed(data);
            let is_graph = matches!(&*kind, "timeseries" | "graph") && target.instant != Some(true);
            let role = if is_graph { Role::Graph } else { Role::Panel };
            document.queries.push(Query::new(&*title.value, role, query));
        }
        dashboard.panels.push(Panel {
            id: text(panel.id),
            has_unit: has_unit(panel),
            is_shared: panel.shared.is_some(),
            kind,
            title,
        });
        panels.splice(at..at, inner);
    }
    for annotation in file.annotations.into_iter().flat_map(|annotations| annotations.list) {
        let query = text(annotation.expr).filter(|_| sources.is_prometheus(annotation.datasource));
        document.queries.extend(query.map(|query| Query::new(&*dashboard.title.value, Role::Other, query)));
    }
    for variable in &variables {
        let Some(name) = text(variable.name) else { continue };
        let kind = text(variable.kind).unwrap_or_default().value;
        if kind == "query" && sources.is_prometheus(variable.datasource) {
            let inner = variable.query.and_then(|raw| serde_json::from_str::<RawQuery<'_>>(raw.get()).ok());
            let query = text(variable.query).or_else(|| text(inner?.query));
            let promql = query.and_then(|query| Some(Text { value: promql(&query.value)?, ..query }));
            document.queries.extend(promql.map(|query| Query::new(&*name.value, Role::Variable, query)));
        }
        dashboard.variables.push(Variable { name, kind });
    }
    document.dashboard = Some(dashboard);
    Ok(())
}

/// A string or number of the source, and where it stands, without quotes.
fn text(source: &str, raw: Raw<'_>) -> Option<Text> {
    let raw = raw?.get();
    let start = raw.as_ptr().addr() - source.as_ptr().addr();
    match serde_json::from_str(raw) {
        Ok(Value::String(value)) => Some(Text { value, span: start + 1..start + raw.len() - 1 }),
        Ok(Value::Number(value)) => Some(Text { value: value.to_string(), span: start..start + raw.len() }),
        _ => None,
    }
}

/// The kinds of the sources of data that variables stand for.
struct Sources(BTreeMap<String, String>);

impl Sources {
    fn new(variables: &[RawVariable<'_>], inputs: Raw<'_>) -> Self {
        let plain = |raw: Raw<'_>| raw.and_then(|raw| serde_json::from_str::<String>(raw.get()).ok());
        let of_variables = variables.iter().filter(|variable| plain(variable.kind).as_deref() == Some("datasource"));
        let mut kinds: BTreeMap<String, String> =
            of_variables.filter_map(|variable| Some((plain(variable.name)?, plain(variable.query)?))).collect();
        let inputs = inputs.and_then(|raw| serde_json::from_str::<Vec<Value>>(raw.get()).ok()).unwrap_or_default();
        kinds.extend(inputs.iter().filter_map(|input| {
            let part = |name: &str| input.get(name).and_then(Value::as_str).map(str::to_owned);
            Some((part("name")?, part("pluginId")?))
        }));
        Self(kinds)
    }

    /// Whether a source is asked in PromQL. One of which nothing is known is taken for Prometheus.
    fn is_prometheus(&self, data: Raw<'_>) -> bool {
        let value: Value = data.and_then(|data| serde_json::from_str(data.get()).ok()).unwrap_or_default();
        let kind = value.get("type").and_then(Value::as_str);
        let name = value.as_str().or_else(|| value.get("uid").and_then(Value::as_str)).unwrap_or_default();
        let of_variable = variables::names(name).first().and_then(|name| self.0.get(name)).map(String::as_str);
        kind.or(of_variable).is_none_or(|kind| kind == "prometheus")
    }
}

/// Whether a source of data is named outright, so that the dashboard works in one Grafana only.
fn is_fixed(data: Raw<'_>) -> bool {
    let value: Value = data.and_then(|data| serde_json::from_str(data.get()).ok()).unwrap_or_default();
    let name = value.as_str().or_else(|| value.get("uid").and_then(Value::as_str));
    name.is_some_and(|name| !name.is_empty() && !name.starts_with("--") && variables::names(name).is_empty())
}

/// Whether anything of a panel says in which unit its values are.
fn has_unit(panel: &RawPanel<'_>) -> bool {
    let said =
        |raw: Raw<'_>, words: [&str; 2]| raw.is_some_and(|raw| words.iter().any(|word| raw.get().contains(word)));
    said(panel.field_config, ["\"unit\":", "\"unit\""]) || said(panel.yaxes, ["\"format\":", "\"format\""])
}

/// Every name that is used as a variable, in queries, titles and links, and for what is repeated.
fn used(json: &str) -> BTreeSet<String> {
    fn collect(value: &Value, used: &mut BTreeSet<String>) {
        match value {
            Value::String(text) => used.extend(variables::names(&text.replace(['"', '\'', '`'], " "))),
            Value::Array(values) => values.iter().for_each(|value| collect(value, used)),
            Value::Object(values) => {
                used.extend(values.get("repeat").and_then(Value::as_str).map(str::to_owned));
                values.values().for_each(|value| collect(value, used));
            }
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    collect(&serde_json::from_str(json).unwrap_or_default(), &mut found);
    found
}

/// What a variable asks for, as PromQL: `label_values(metric, label)` is what `count by (label) (metric)` groups by.
fn promql(query: &str) -> Option<String> {
    let inside = |name: &str| query.trim().strip_prefix(name)?.trim_start().strip_prefix('(')?.strip_suffix(')');
    if let Some(arguments) = inside("label_values") {
        let (selector, label) = arguments.rsplit_once(',')?;
        return Some(format!("count by ({}) ({selector})", label.trim()));
    }
    inside("query_result").map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use crate::query::parse;

    fn queries(json: &str) -> Vec<String> {
        parse("a.json", json.to_owned()).queries.into_iter().map(|query| query.text.value).collect()
    }

    #[test]
    fn panels_are_found_in_rows() {
        let json =
            r#"{"panels": [{"type": "row", "panels": [{"targets": [{"expr": "a"}]}]}, {"targets": [{"expr": "b"}]}]}"#;
        assert_eq!(queries(json), ["a", "b"]);
    }

    #[test]
    fn a_query_of_logs_is_none_of_metrics() {
        let by_kind =
            r#"{"panels": [{"datasource": {"type": "loki"}, "targets": [{"expr": "{job=\"a\"} |= \"b\""}]}]}"#;
        assert!(queries(by_kind).is_empty());
        let by_variable = r#"{"templating": {"list": [{"name": "logs", "type": "datasource", "query": "loki"}]},
            "panels": [{"datasource": "$logs", "targets": [{"expr": "{}"}]}]}"#;
        assert!(queries(by_variable).is_empty());
    }

    #[test]
    fn a_dashboard_is_found_in_what_the_api_returns() {
        assert_eq!(queries(r#"{"dashboard": {"panels": [{"targets": [{"expr": "a"}]}]}}"#), ["a"]);
    }

    #[test]
    fn the_values_of_a_label_are_asked_for_as_a_grouping() {
        let json = r#"{"panels": [], "templating": {"list":
            [{"name": "a", "type": "query", "query": {"query": "label_values(up{job=\"x\"}, instance)"}}]}}"#;
        assert_eq!(queries(json), ["count by (instance) (up{job=\"x\"})"]);
    }

    #[test]
    fn a_word_is_found_where_the_file_has_it() {
        let json = "{\"panels\": [{\"targets\": [{\"expr\": \"rate(a_total{b=\\\"c\\\"}[5m])\"}]}]}";
        let document = parse("a.json", json.to_owned());
        let span = document.find(&document.queries[0].text, "a_total");
        assert_eq!(&document.source[span], "a_total");
    }
}
