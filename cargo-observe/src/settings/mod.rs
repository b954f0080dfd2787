//! `observe.toml`, as far as it concerns the tool.
//!
//! The macros read the same file and know the tables of privacy; a value is a string, an integer or a list of strings.

mod alerting;
mod stack;

use crate::error::{Error, Result};
use observe_rules::privacy::Names;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) use alerting::{Alertmanager, Slo};
pub(crate) use stack::Stack;

/// What a workspace decides.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Settings {
    /// Read by the macros, and checked there.
    privacy: toml::Table,
    pub(crate) metrics: Metrics,
    pub(crate) check: Check,
    pub(crate) diff: Diff,
    pub(crate) retention: Retention,
    /// What differs from the standard of an alert, by its name; for one service alone by `service/name`.
    pub(crate) alerts: BTreeMap<String, Alert>,
    pub(crate) slo: Slo,
    pub(crate) alertmanager: Alertmanager,
    pub(crate) generate: Generate,
    pub(crate) stack: Stack,
}

/// `[metrics]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Metrics {
    /// How many series the metrics of one program may have together.
    pub(crate) max_series: u64,
    /// How often Prometheus scrapes: `"15s"`. It says how short a window and a range can be.
    pub(crate) scrape_interval: String,
}

/// `[check]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Check {
    /// Rules, dashboards and files of queries that are checked, as patterns from the workspace's root.
    pub(crate) queries: Vec<String>,
    /// `error`, `warning` or `allow`, by code.
    pub(crate) levels: BTreeMap<String, String>,
    /// Why a finding is none, by code and subject: `"OBS1003 rag_query_total" = "the reason"`.
    pub(crate) exceptions: BTreeMap<String, String>,
    /// The metrics of other programs that queries may use, as patterns of whole names: `pg_.*`.
    pub(crate) foreign: Vec<String>,
    /// The labels that who scrapes sets, beside `job` and `instance`; the usual ones where none are named.
    pub(crate) target_labels: Vec<String>,
    /// Where the pages of the codes are published: what a report's links begin with. Without it there are no links.
    pub(crate) pages: String,
}

/// `[diff]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Diff {
    /// Where the catalogue is committed, from the workspace's root. A revision without it is built.
    pub(crate) catalogue: PathBuf,
}

/// `[retention]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_field_names, reason = "the keys of the file say their unit")]
pub(crate) struct Retention {
    /// How many days metrics are kept.
    pub(crate) metrics_days: u32,
    /// How many days logs are kept.
    pub(crate) logs_days: u32,
    /// How many days traces are kept.
    pub(crate) traces_days: u32,
}

/// `[alerts.HighErrorRate]`. What is not said is the standard's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Alert {
    /// `"5%"`, `"2s"`, `"24h"` or a number.
    pub(crate) threshold: Option<String>,
    /// Over which time it is measured: `"5m"`.
    pub(crate) window: Option<String>,
    /// For how long it has to hold: `"5m"`.
    pub(crate) r#for: Option<String>,
    /// `"critical"`, `"warning"` or `"info"`.
    pub(crate) severity: Option<String>,
    /// How many calls there have to be within the window, where the alert is about a share of calls.
    pub(crate) min_calls: Option<u64>,
    /// `"no"` leaves the rule out.
    pub(crate) enabled: Option<String>,
}

/// `[generate]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Generate {
    /// The folder for generated files, from the workspace's root.
    pub(crate) folder: PathBuf,
    /// Where runbooks are published: what `runbook_url` begins with.
    pub(crate) runbooks: String,
}

impl Default for Metrics {
    fn default() -> Self {
        Self { max_series: 100_000, scrape_interval: "15s".to_owned() }
    }
}

impl Default for Diff {
    fn default() -> Self {
        Self { catalogue: "docs/catalogue.json".into() }
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self { metrics_days: 90, logs_days: 90, traces_days: 90 }
    }
}

impl Default for Generate {
    fn default() -> Self {
        Self { folder: "observability".into(), runbooks: "runbooks".to_owned() }
    }
}

impl Settings {
    /// The settings of the workspace at this root; the standard ones where it has no file.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let file = root.join(observe_rules::policy::FILE);
        match fs::read_to_string(&file) {
            Ok(text) => toml::from_str(&text).map_err(|error| Error::of(&file, error)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(Error::of(&file, error)),
        }
    }

    /// The names that the workspace takes for sensitive, and for harmless.
    pub(crate) fn names(&self) -> Names {
        let sensitive = self.privacy.get("sensitive").and_then(toml::Value::as_array).into_iter().flatten();
        let harmless =
            self.privacy.get("harmless").and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::keys);
        Names::new(sensitive.filter_map(toml::Value::as_str), harmless)
    }
}
