//! Rules as Prometheus reads them.

use crate::error::{Error, Result};
use serde::Serialize;
use serde_saphyr::LitString;
use std::collections::BTreeMap;

/// The first line of each file.
const MADE: &str = "# Made by `cargo observe generate`: change the annotations or observe.toml, not this file.\n";

/// A file of rules.
#[derive(Debug, Default, Serialize)]
pub(super) struct RuleFile {
    pub(super) groups: Vec<Group>,
}

/// Rules that are evaluated one after the other.
#[derive(Debug, Serialize)]
pub(super) struct Group {
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) interval: Option<String>,
    pub(super) rules: Vec<Rule>,
}

/// Labels or annotations.
pub(super) type Pairs = BTreeMap<String, String>;

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Rule {
    Record {
        record: String,
        expr: LitString,
        labels: Pairs,
    },
    Alert {
        alert: String,
        expr: LitString,
        #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
        holds: Option<String>,
        labels: Pairs,
        annotations: Pairs,
    },
}

impl Rule {
    pub(super) fn record(name: &str, expr: impl Into<String>, labels: &Pairs) -> Self {
        Self::Record { record: name.to_owned(), expr: LitString(expr.into()), labels: labels.clone() }
    }
}

/// Labels or annotations of these.
pub(super) fn pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Pairs {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// A file of YAML, which says that it is generated.
pub(super) fn yaml(value: &impl Serialize) -> Result<String> {
    // A long text stays one line: folding it would hide it from a search.
    let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
    let text = serde_saphyr::to_string_with_options(value, options).map_err(|error| Error::new(error.to_string()))?;
    Ok(format!("{MADE}{text}"))
}
