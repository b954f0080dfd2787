//! A panel while it is made: what it shows, of which metrics, and how.

use super::find::Found;
use super::grafana::{
    self, Datasource, Defaults, FieldConfig, GridPos, Matcher, Override, Property, Step, Target, Thresholds,
    Transformation,
};
use super::units;
use crate::catalogue::Metric;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Trouble.
pub(crate) const RED: &str = "red";
/// Trouble to come.
pub(crate) const ORANGE: &str = "orange";
/// All is well.
pub(crate) const GREEN: &str = "green";
/// Neither good nor bad.
pub(crate) const BLUE: &str = "blue";

/// A panel, and of which metrics it is made.
#[derive(Clone, Debug)]
pub(crate) struct Panel {
    pub(crate) title: String,
    kind: &'static str,
    description: String,
    pub(crate) width: u32,
    pub(crate) height: u32,
    targets: Vec<Target>,
    defaults: Defaults,
    overrides: Vec<Override>,
    custom: Value,
    options: Value,
    transformations: Vec<Transformation>,
    /// The metrics that it is made of, by name.
    pub(crate) metrics: BTreeSet<String>,
    /// What the catalogue hasn't, where it would have been asked for.
    pub(crate) missing: Vec<String>,
}

/// One query of a panel.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    expr: String,
    legend: String,
    exemplars: bool,
}

/// A query and what its lines are called.
pub(crate) fn query(expr: impl Into<String>, legend: impl Into<String>) -> Query {
    Query { expr: expr.into(), legend: legend.into(), exemplars: false }
}

impl Query {
    /// The same with traces of single calls on it.
    pub(crate) fn with_exemplars(self) -> Self {
        Self { exemplars: true, ..self }
    }
}

impl Panel {
    fn new(kind: &'static str, title: impl Into<String>, width: u32, height: u32, options: Value) -> Self {
        Self {
            title: title.into(),
            kind,
            description: String::new(),
            width,
            height,
            targets: Vec::new(),
            defaults: Defaults { unit: Some(units::COUNT), ..Defaults::default() },
            overrides: Vec::new(),
            custom: Value::Null,
            options,
            transformations: Vec::new(),
            metrics: BTreeSet::new(),
            missing: Vec::new(),
        }
    }

    pub(crate) fn timeseries(title: impl Into<String>) -> Self {
        let options = json!({
            "legend": { "calcs": ["lastNotNull", "max"], "displayMode": "table", "placement": "bottom", "showLegend": true },
            "tooltip": { "mode": "multi", "sort": "desc" },
        });
        let mut panel = Self::new("timeseries", title, 12, 8, options);
        panel.defaults.color = Some(json!({ "mode": "palette-classic" }));
        // What is counted has no negative values; an axis that begins elsewhere exaggerates.
        panel.defaults.min = Some(0.0);
        panel.custom =
            json!({ "drawStyle": "line", "lineWidth": 1, "fillOpacity": 8, "showPoints": "auto", "spanNulls": false });
        panel
    }

    pub(crate) fn stat(title: impl Into<String>) -> Self {
        let options = json!({
            "colorMode": "value", "graphMode": "area", "justifyMode": "auto", "orientation": "auto",
            "percentChangeColorMode": "standard", "showPercentChange": false, "textMode": "auto", "wideLayout": true,
            "reduceOptions": { "calcs": ["lastNotNull"], "fields": "", "values": false },
        });
        let mut panel = Self::new("stat", title, 6, 5, options);
        panel.defaults.no_value = Some("no data");
        panel.steps(&[(BLUE, None)])
    }

    pub(crate) fn gauge(title: impl Into<String>) -> Self {
        let options = json!({
            "minVizHeight": 75, "minVizWidth": 75, "orientation": "auto", "showThresholdLabels": false,
            "showThresholdMarkers": true, "sizing": "auto",
            "reduceOptions": { "calcs": ["lastNotNull"], "fields": "", "values": false },
        });
        let mut panel = Self::new("gauge", title, 6, 5, options);
        panel.defaults.min = Some(0.0);
        panel.defaults.no_value = Some("no data");
        panel.steps(&[(BLUE, None)])
    }

    pub(crate) fn bars(title: impl Into<String>) -> Self {
        let options = json!({
            "displayMode": "basic", "maxVizHeight": 300, "minVizHeight": 16, "minVizWidth": 8, "namePlacement": "auto",
            "orientation": "horizontal", "showUnfilled": true, "sizing": "auto", "valueMode": "color",
            "legend": { "calcs": [], "displayMode": "list", "placement": "bottom", "showLegend": false },
            "reduceOptions": { "calcs": ["lastNotNull"], "fields": "", "values": false },
        });
        let mut panel = Self::new("bargauge", title, 12, 8, options);
        panel.defaults.min = Some(0.0);
        panel.steps(&[(BLUE, None)])
    }

    /// Rows of labels, and one column of values; it shows what is now.
    pub(crate) fn table(title: impl Into<String>) -> Self {
        let footer = json!({ "countRows": false, "fields": "", "reducer": ["sum"], "show": false });
        let options = json!({ "cellHeight": "sm", "footer": footer, "showHeader": true });
        let hidden =
            json!({ "excludeByName": { "Time": true, "__name__": true }, "indexByName": {}, "renameByName": {} });
        Self::new("table", title, 12, 8, options).transformed("organize", hidden)
    }

    /// How observations are spread over the buckets, in time.
    pub(crate) fn heatmap(title: impl Into<String>, unit: &str) -> Self {
        let options = json!({
            "calculate": false, "cellGap": 1,
            "color": { "exponent": 0.5, "fill": "dark-orange", "mode": "scheme", "reverse": false, "scale": "exponential", "scheme": "Oranges", "steps": 64 },
            "exemplars": { "color": "rgba(255,0,255,0.7)" },
            "filterValues": { "le": 1e-9 },
            "legend": { "show": true },
            "rowsFrame": { "layout": "auto" },
            "showValue": "never",
            "tooltip": { "mode": "single", "showColorScale": false, "yHistogram": false },
            "yAxis": { "axisPlacement": "left", "reverse": false, "unit": unit },
        });
        Self::new("heatmap", title, 12, 8, options)
    }

    /// States in time, one bar for each series.
    pub(crate) fn states(title: impl Into<String>, states: &[(f64, &str, &str)]) -> Self {
        let options = json!({
            "alignValue": "left", "mergeValues": true, "rowHeight": 0.9, "showValue": "auto",
            "legend": { "calcs": [], "displayMode": "list", "placement": "bottom", "showLegend": false },
            "tooltip": { "mode": "single", "sort": "none" },
        });
        let mut panel = Self::new("state-timeline", title, 12, 8, options).mapped(states);
        panel.custom = json!({ "fillOpacity": 80, "lineWidth": 0 });
        panel
    }

    /// Lines of logs; a field `trace_id` of them leads to the trace.
    pub(crate) fn logs(title: impl Into<String>, query: &str) -> Self {
        let options = json!({
            "dedupStrategy": "none", "enableLogDetails": true, "prettifyLogMessage": false, "showCommonLabels": false,
            "showLabels": false, "showTime": true, "sortOrder": "Descending", "wrapLogMessage": true,
        });
        let mut panel = Self::new("logs", title, 24, 10, options).linked_to_traces();
        panel.defaults.unit = None;
        panel.push_loki(query, "");
        panel
    }

    /// Lines of logs as rows.
    pub(crate) fn log_table(title: impl Into<String>, query: &str) -> Self {
        let mut panel = Self { transformations: Vec::new(), ..Self::table(title) }.size(24, 8);
        panel.push_loki(query, "");
        panel
    }

    /// What a query counts of log lines.
    pub(crate) fn log_counts(title: impl Into<String>, query: &str, legend: &str) -> Self {
        let mut panel = Self::timeseries(title);
        panel.push_loki(query, legend);
        panel
    }

    pub(crate) fn text(title: impl Into<String>, markdown: &str) -> Self {
        let code = json!({ "language": "plaintext", "showLineNumbers": false, "showMiniMap": false });
        Self::new("text", title, 24, 3, json!({ "code": code, "content": markdown, "mode": "markdown" }))
    }

    pub(crate) fn describe(self, description: impl Into<String>) -> Self {
        Self { description: description.into(), ..self }
    }

    pub(crate) fn size(self, width: u32, height: u32) -> Self {
        Self { width, height, ..self }
    }

    pub(crate) fn unit(mut self, unit: &'static str) -> Self {
        self.defaults.unit = Some(unit);
        self
    }

    /// The scale goes up to this.
    pub(crate) fn max(mut self, max: f64) -> Self {
        self.defaults.max = Some(max);
        self
    }

    /// The scale begins where the values do: what is shown may be less than nothing.
    pub(crate) fn from_below(mut self) -> Self {
        self.defaults.min = None;
        self
    }

    /// Bad from this value on: a chart has a line there, a value turns red.
    pub(crate) fn bad_from(self, limit: f64) -> Self {
        let is_line = self.kind == "timeseries";
        let mut panel = self.steps(&[(GREEN, None), (RED, Some(limit))]);
        if is_line {
            panel.custom["thresholdsStyle"] = json!({ "mode": "line" });
        }
        panel
    }

    /// Bad below this value.
    pub(crate) fn bad_below(self, limit: f64) -> Self {
        let is_line = self.kind == "timeseries";
        let mut panel = self.steps(&[(RED, None), (GREEN, Some(limit))]);
        if is_line {
            panel.custom["thresholdsStyle"] = json!({ "mode": "line" });
        }
        panel
    }

    fn steps(mut self, steps: &[(&'static str, Option<f64>)]) -> Self {
        let steps = steps.iter().map(|&(color, value)| Step { color, value }).collect();
        self.defaults.thresholds = Some(Thresholds { mode: "absolute", steps });
        if self.kind != "timeseries" {
            self.defaults.color = Some(json!({ "mode": "thresholds" }));
        }
        self
    }

    /// What values mean, and in which colour.
    pub(crate) fn mapped(mut self, states: &[(f64, &str, &str)]) -> Self {
        let options: serde_json::Map<String, Value> = states
            .iter()
            .enumerate()
            .map(|(index, (value, text, color))| {
                (value.to_string(), json!({ "color": color, "index": index, "text": text }))
            })
            .collect();
        self.defaults.mappings = vec![json!({ "type": "value", "options": options })];
        self.defaults.color = Some(json!({ "mode": "thresholds" }));
        self
    }

    /// Lines on top of each other, as parts of a whole.
    pub(crate) fn stacked(mut self) -> Self {
        self.custom["stacking"] = json!({ "group": "A", "mode": "normal" });
        self.custom["fillOpacity"] = json!(30);
        self
    }

    /// Lines whose names match are red: what failed.
    pub(crate) fn red(mut self, names: &str) -> Self {
        self.overrides.push(Override {
            matcher: Matcher { id: "byRegexp", options: names.into() },
            properties: vec![Property { id: "color", value: json!({ "fixedColor": RED, "mode": "fixed" }) }],
        });
        self
    }

    /// All lines are red.
    pub(crate) fn all_red(mut self) -> Self {
        // Several lines have to be told apart: shades of one colour.
        self.defaults.color = Some(json!({ "fixedColor": RED, "mode": "shades" }));
        self
    }

    pub(crate) fn transformed(mut self, id: &'static str, options: Value) -> Self {
        self.transformations.push(Transformation { id, options });
        self
    }

    /// The field `trace_id` leads to its trace.
    pub(crate) fn linked_to_traces(mut self) -> Self {
        let link = json!([{ "title": "Trace", "url": super::TRACE_URL, "targetBlank": true }]);
        self.overrides.push(Override {
            matcher: Matcher { id: "byName", options: "trace_id".into() },
            properties: vec![Property { id: "links", value: link }],
        });
        self
    }

    /// One query for each metric that was found; what was not is missing.
    pub(crate) fn each(mut self, found: &Found<'_>, expression: impl Fn(&Metric) -> Option<Query>) -> Self {
        self.missing.extend(found.missing());
        for metric in &found.metrics {
            let Some(query) = expression(metric) else {
                self.missing.push(format!("`{}` hasn't the labels for it", metric.name));
                continue;
            };
            self.metrics.insert(metric.name.clone());
            if self.description.is_empty() {
                self.description = format!("{} (`{}`)", metric.help, metric.name);
            }
            self.push(query);
        }
        self
    }

    /// A query that no metric of the catalogue is needed for.
    pub(crate) fn plain(mut self, query: Query) -> Self {
        self.push(query);
        self
    }

    fn push(&mut self, query: Query) {
        let (format, is_now) = match self.kind {
            "heatmap" => (Some("heatmap"), false),
            "table" => (Some("table"), true),
            "bargauge" => (Some("time_series"), true),
            _ => (Some("time_series"), false),
        };
        let target = Target {
            ref_id: self.next_id(),
            datasource: Datasource::prometheus(),
            expr: query.expr,
            editor_mode: "code",
            // Grafana groups buckets by their name.
            legend_format: if self.kind == "heatmap" { "{{le}}".to_owned() } else { query.legend },
            format,
            instant: Some(is_now),
            range: Some(!is_now),
            exemplar: Some(query.exemplars),
            query_type: None,
            max_lines: None,
        };
        self.targets.push(target);
    }

    fn push_loki(&mut self, query: &str, legend: &str) {
        let target = Target {
            ref_id: self.next_id(),
            datasource: Datasource::loki(),
            expr: query.to_owned(),
            editor_mode: "code",
            legend_format: legend.to_owned(),
            format: None,
            instant: None,
            range: None,
            exemplar: None,
            query_type: Some("range"),
            max_lines: (self.kind == "logs").then_some(500),
        };
        self.targets.push(target);
    }

    /// `A` to `Z`, then `A1` and on.
    fn next_id(&self) -> String {
        let count = self.targets.len();
        let letter = char::from(b'A' + u8::try_from(count % 26).unwrap_or_default());
        if count < 26 { letter.to_string() } else { format!("{letter}{}", count / 26) }
    }

    /// Whether there is anything to see.
    pub(crate) fn shows(&self) -> bool {
        self.kind == "text" || !self.targets.is_empty()
    }

    /// Whether it shows more than a text or lines of logs, which every service has.
    pub(crate) fn is_of_metrics(&self) -> bool {
        !self.metrics.is_empty()
    }

    /// Whether some data source of this kind is asked.
    pub(crate) fn asks(&self, datasource: &Datasource) -> bool {
        self.targets.iter().any(|target| target.datasource == *datasource)
    }

    /// The panel at its place.
    pub(crate) fn placed(self, id: u32, x: u32, y: u32) -> grafana::Panel {
        let datasource = self.targets.first().map(|target| target.datasource.clone());
        let mut defaults = self.defaults;
        if !self.custom.is_null() {
            defaults.custom = Some(self.custom);
        }
        let is_text = self.kind == "text";
        grafana::Panel {
            id,
            r#type: self.kind,
            title: self.title,
            description: self.description,
            datasource,
            grid_pos: GridPos { h: self.height, w: self.width, x, y },
            targets: self.targets,
            field_config: (!is_text).then_some(FieldConfig { defaults, overrides: self.overrides }),
            options: Some(self.options),
            transformations: self.transformations,
            collapsed: None,
            panels: None,
        }
    }
}
