//! The JSON of Grafana's dashboards, as far as ours have it. What a field is for, Grafana's own schema says.

use serde::Serialize;
use serde_json::Value;

/// The version of the form, that of Grafana 11.0. A later one brings it up to date by itself.
const SCHEMA: u32 = 39;

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Dashboard {
    pub(crate) uid: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) tags: Vec<String>,
    schema_version: u32,
    editable: bool,
    /// 1: what the pointer is on in one panel is marked in all of them.
    graph_tooltip: u32,
    refresh: &'static str,
    timezone: &'static str,
    time: Range,
    templating: Templating,
    links: Vec<DashboardLink>,
    pub(crate) panels: Vec<Panel>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Range {
    from: &'static str,
    to: &'static str,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Templating {
    list: Vec<Variable>,
}

impl Dashboard {
    pub(crate) fn new(uid: String, title: String, description: String, from: &'static str) -> Self {
        Self {
            uid,
            title,
            description,
            tags: Vec::new(),
            schema_version: SCHEMA,
            // What is changed by hand is lost when it is generated again.
            editable: false,
            graph_tooltip: 1,
            refresh: "30s",
            timezone: "browser",
            time: Range { from, to: "now" },
            templating: Templating { list: Vec::new() },
            links: vec![DashboardLink::to_all()],
            panels: Vec::new(),
        }
    }

    pub(crate) fn variables(&mut self, variables: Vec<Variable>) {
        self.templating.list = variables;
    }
}

/// A menu of all dashboards of ours.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct DashboardLink {
    r#type: &'static str,
    title: &'static str,
    tags: Vec<&'static str>,
    as_dropdown: bool,
    include_vars: bool,
    keep_time: bool,
    target_blank: bool,
    icon: &'static str,
    tooltip: &'static str,
    url: &'static str,
}

impl DashboardLink {
    fn to_all() -> Self {
        Self {
            r#type: "dashboards",
            title: "Dashboards",
            tags: vec![super::TAG],
            as_dropdown: true,
            include_vars: true,
            keep_time: true,
            target_blank: false,
            icon: "external link",
            tooltip: "",
            url: "",
        }
    }
}

/// What a reader of a dashboard can choose.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Variable {
    pub(crate) name: String,
    label: String,
    r#type: &'static str,
    hide: u32,
    skip_url_sync: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    datasource: Option<Datasource>,
    query: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sort: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    multi: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    include_all: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    all_value: Option<&'static str>,
    current: Choice,
    options: Vec<Choice>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
struct Choice {
    #[serde(skip_serializing_if = "Option::is_none")]
    selected: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
}

impl Choice {
    fn of(text: impl Into<Value>, value: impl Into<Value>) -> Self {
        Self { selected: Some(true), text: Some(text.into()), value: Some(value.into()) }
    }
}

impl Variable {
    fn new(name: &str, label: &str, r#type: &'static str, query: Value) -> Self {
        Self {
            name: name.to_owned(),
            label: label.to_owned(),
            r#type,
            hide: 0,
            skip_url_sync: false,
            datasource: None,
            query,
            refresh: None,
            sort: None,
            multi: None,
            include_all: None,
            all_value: None,
            current: Choice::default(),
            options: Vec::new(),
        }
    }

    /// Which of the data sources of a kind is asked.
    pub(crate) fn datasource(name: &str, label: &str, kind: &str) -> Self {
        Self {
            include_all: Some(false),
            multi: Some(false),
            refresh: Some(1),
            ..Self::new(name, label, "datasource", kind.into())
        }
    }

    /// The values of a label, some or all of them; at first those of `chosen`, all where it is empty.
    pub(crate) fn values(name: &str, label: &str, series: &str, chosen: &[String]) -> Self {
        let call = format!("label_values({series}, {name})");
        let current =
            if chosen.is_empty() { Choice::of("All", "$__all") } else { Choice::of(chosen.to_vec(), chosen.to_vec()) };
        Self {
            datasource: Some(Datasource::prometheus()),
            // With the range of time: what is gone can still be looked at.
            refresh: Some(2),
            sort: Some(1),
            multi: Some(true),
            include_all: Some(true),
            all_value: Some(".+"),
            current,
            ..Self::new(name, label, "query", serde_json::json!({ "query": call, "refId": name }))
        }
    }

    /// Some or all of the values that the catalogue knows.
    pub(crate) fn known(name: &str, values: &[String]) -> Self {
        // A comma parts values, and `:` a text from its value.
        let escaped: Vec<String> = values.iter().map(|value| value.replace(',', "\\,")).collect();
        Self {
            multi: Some(true),
            include_all: Some(true),
            all_value: Some(".*"),
            current: Choice::of("All", "$__all"),
            ..Self::new(name, name, "custom", escaped.join(",").into())
        }
    }

    /// A text that somebody types.
    pub(crate) fn text(name: &str, label: &str, value: &str) -> Self {
        Self { current: Choice::of(value, value), ..Self::new(name, label, "textbox", value.into()) }
    }
}

/// Which data source is asked: the one that the variable says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Datasource {
    r#type: &'static str,
    uid: &'static str,
}

impl Datasource {
    pub(crate) fn prometheus() -> Self {
        Self { r#type: "prometheus", uid: "${datasource}" }
    }

    pub(crate) fn loki() -> Self {
        Self { r#type: "loki", uid: "${loki}" }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Panel {
    pub(crate) id: u32,
    pub(crate) r#type: &'static str,
    pub(crate) title: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) datasource: Option<Datasource>,
    pub(crate) grid_pos: GridPos,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) targets: Vec<Target>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) field_config: Option<FieldConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) options: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) transformations: Vec<Transformation>,
    /// Of a row: whether its panels are hidden, and these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) collapsed: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) panels: Option<Vec<Self>>,
}

/// A place in a grid of 24 columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct GridPos {
    pub(crate) h: u32,
    pub(crate) w: u32,
    pub(crate) x: u32,
    pub(crate) y: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Target {
    pub(crate) ref_id: String,
    pub(crate) datasource: Datasource,
    pub(crate) expr: String,
    pub(crate) editor_mode: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) legend_format: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) format: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) instant: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) range: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) exemplar: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) query_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_lines: Option<u32>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct FieldConfig {
    pub(crate) defaults: Defaults,
    pub(crate) overrides: Vec<Override>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Defaults {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) unit: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) min: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) color: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) thresholds: Option<Thresholds>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) mappings: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) no_value: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) custom: Option<Value>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Thresholds {
    pub(crate) mode: &'static str,
    pub(crate) steps: Vec<Step>,
}

/// From this value on; from the lowest where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Step {
    pub(crate) color: &'static str,
    pub(crate) value: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Override {
    pub(crate) matcher: Matcher,
    pub(crate) properties: Vec<Property>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Matcher {
    pub(crate) id: &'static str,
    pub(crate) options: Value,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Property {
    pub(crate) id: &'static str,
    pub(crate) value: Value,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Transformation {
    pub(crate) id: &'static str,
    pub(crate) options: Value,
}
