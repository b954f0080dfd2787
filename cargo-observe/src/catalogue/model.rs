//! The catalogue as data, and as the JSON that `docs/catalogue.schema.json` describes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The version of the JSON. A reader refuses another one.
pub(crate) const SCHEMA: u32 = 1;

/// What a workspace can emit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Catalogue {
    /// The version of this form: 1.
    pub(crate) schema: u32,
    /// What was read, by name.
    pub(crate) programs: Vec<Program>,
    /// All metrics, by name.
    pub(crate) metrics: Vec<Metric>,
    /// All spans, by name and place.
    pub(crate) spans: Vec<Span>,
    /// All redacted types, by name.
    pub(crate) redactions: Vec<Redaction>,
    /// Whatever is shown in clear, with its reason.
    pub(crate) exceptions: Vec<Exception>,
    /// All health checks, by name.
    pub(crate) health_checks: Vec<HealthCheck>,
}

/// A program, library or test binary whose records were read.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Program {
    /// The name of its file, without an ending.
    pub(crate) name: String,
    /// The service's name, where the program says it: what `service.name` and the job in Prometheus are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) service: Option<String>,
    /// What stands before the names of its metrics; the names in this catalogue have it already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) namespace: Option<String>,
}

/// One family of series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Metric {
    /// The name as a scrape shows it: a counter's ends in `_total`, a histogram's is without `_bucket`.
    pub(crate) name: String,
    /// The name without the service's namespace, by which rules and dashboards know it: `http_requests_total` of
    /// `chatvault_http_requests_total`.
    pub(crate) bare_name: String,
    pub(crate) kind: Kind,
    /// The base unit that the name ends in; empty where it has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) unit: String,
    pub(crate) help: String,
    /// The labels of the declaration, in order, with the outcome of an annotated function; without `le` and `quantile`.
    pub(crate) labels: Vec<Label>,
    /// How many series there are at most, those of all buckets counted.
    pub(crate) series: u64,
    /// How many it may have.
    pub(crate) max_series: u64,
    /// The upper bounds of a histogram, in its unit, without `+Inf`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) buckets: Vec<f64>,
    /// The quantiles of a summary.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) quantiles: Vec<f64>,
    /// The label that says how a call ended: `ok`, `error`, `cancelled`, `panicked`, or the kind of error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) outcome: Option<String>,
    /// What is promised of the calls: `success` stands on the counter of calls, `latency` on the histogram of durations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) objective: Option<Objective>,
    /// The base name of the annotated function's families: `rag_query` of `rag_query_total`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) base: Option<String>,
    pub(crate) scope: Scope,
    /// The programs that have it, by name.
    pub(crate) programs: Vec<String>,
    pub(crate) place: Place,
}

/// What TYPE says of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Counter,
    Gauge,
    Histogram,
    Summary,
    Info,
}

/// Whose metric it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Scope {
    /// The program's own: what its code declares.
    Business,
    /// Of requests, operations and clients: what observe counts of a service.
    Service,
    /// Of the process and its machine.
    System,
    /// Of observe itself.
    Telemetry,
}

/// A label of a metric.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Label {
    pub(crate) name: String,
    /// The values that it can have.
    pub(crate) values: Values,
}

/// The values of a label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Values {
    /// These and no others.
    Known(Vec<String>),
    /// So many at most, which are known only while the program runs: `Capped<N>`, route templates, types of others.
    AtMost(u64),
}

/// What is promised of calls.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Objective {
    /// The share of calls that end as `ok`, in percent: 99.9.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) success: Option<f64>,
    /// The share of calls that end within a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) latency: Option<Latency>,
}

/// The share of calls, in percent, that end within a time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Latency {
    /// The share: 99 of `objective(latency = 0.25, target = 99)`.
    pub(crate) target: f64,
    pub(crate) seconds: f64,
}

/// A span that code can open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Span {
    /// Its name, or the template of it: `GET {http.route}`.
    pub(crate) name: String,
    /// `internal`, `server`, `client`, `producer` or `consumer`.
    pub(crate) kind: String,
    /// The preset of `#[traced]` that it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) preset: Option<String>,
    pub(crate) fields: Vec<Field>,
    /// The function, with its module.
    pub(crate) function: String,
    pub(crate) programs: Vec<String>,
    pub(crate) place: Place,
}

/// An attribute of a span.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Field {
    pub(crate) name: String,
    /// What is recorded of the value.
    pub(crate) how: How,
    /// Why it may be seen, where that was asked for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) reason: String,
}

/// How the value of a span's attribute is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum How {
    /// By its type, which knows what of it may be seen: a number, a label, a redacted type.
    Typed,
    /// Text that the compiler knows.
    Fixed,
    /// Text in which detectors hide what is personal.
    Scrubbed,
    /// A keyed hash.
    Hashed,
    /// As it is.
    Clear,
    /// By its `Debug`, whatever that shows.
    Unchecked,
}

/// A type that shows only what is marked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Redaction {
    /// The type with its module.
    pub(crate) name: String,
    pub(crate) fields: Vec<RedactedField>,
    pub(crate) programs: Vec<String>,
    pub(crate) place: Place,
}

/// A field of a redacted type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RedactedField {
    /// Its name; with the variant of an enum before it.
    pub(crate) name: String,
    pub(crate) policy: Policy,
    /// Why it may be seen, where that was asked for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) reason: String,
}

/// What is shown of a field, from the least to the most: a later one is weaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Policy {
    /// Not even its name.
    Skipped,
    /// The mask.
    Hidden,
    /// A keyed hash.
    Hashed,
    /// What its own type, redacted too, shows.
    Nested,
    /// The text with what detectors find hidden.
    Scrubbed,
    /// A few letters of it.
    Partial,
    /// What a function of the author's makes of it.
    Function,
    /// All of it.
    Clear,
}

/// Something that is shown in clear, or serialised raw.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exception {
    /// `clear field`, `clear span field`, `unchecked values`, `harmless name`, `raw serialize` or `field by function`.
    pub(crate) kind: String,
    pub(crate) name: String,
    /// Empty where none was asked for.
    pub(crate) reason: String,
    pub(crate) place: Place,
}

/// A check of the service's health.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HealthCheck {
    pub(crate) name: String,
    /// Whether the service is not ready while it fails.
    pub(crate) critical: bool,
    /// After how many milliseconds it counts as failed.
    pub(crate) timeout_ms: u64,
    pub(crate) programs: Vec<String>,
    pub(crate) place: Place,
}

/// Where something is declared.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Place {
    /// The module, which begins with the crate.
    pub(crate) module: String,
    /// The file, as the compiler was given it: from the workspace's root, for a crate of the workspace.
    pub(crate) file: String,
    /// Counted from 1; 0 for what has no place in the workspace.
    pub(crate) line: u32,
    pub(crate) column: u32,
}

impl Metric {
    /// The names of its series: those of a histogram are `_bucket`, `_count` and `_sum`.
    pub(crate) fn series_names(&self) -> Vec<String> {
        let with = |ending: &str| format!("{}{ending}", self.name);
        match self.kind {
            Kind::Counter | Kind::Gauge | Kind::Info => vec![self.name.clone()],
            Kind::Histogram => vec![with("_bucket"), with("_count"), with("_sum")],
            Kind::Summary => vec![self.name.clone(), with("_count"), with("_sum")],
        }
    }

    /// The label of this name.
    pub(crate) fn label(&self, name: &str) -> Option<&Label> {
        self.labels.iter().find(|label| label.name == name)
    }
}

impl Catalogue {
    /// The metric of this name.
    pub(crate) fn metric(&self, name: &str) -> Option<&Metric> {
        self.metrics.iter().find(|metric| metric.name == name)
    }
}
