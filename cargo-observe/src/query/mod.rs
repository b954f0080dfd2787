//! PromQL in rules, dashboards and files of queries: what of the catalogue it uses.
//!
//! ```text
//! document   a file, its queries, rules and dashboard, and where each stands
//! rules      rule files of Prometheus, its resource in Kubernetes, tests of promtool
//! dashboard  dashboards of Grafana
//! text       files of queries, and fenced blocks of Markdown
//! variables  variables of Grafana, which PromQL does not know
//! expr       walking a parsed query
//! known      what a name stands for: a declared metric, a recorded one, another's
//! labels     which labels a query's result has
//! bounds     between which numbers a query's result lies
//! ```

mod bounds;
mod dashboard;
mod document;
pub(crate) mod expr;
mod known;
mod labels;
mod rules;
mod text;
mod variables;

pub(crate) use bounds::{bounds, is_share};
pub(crate) use dashboard::Dashboard;
pub(crate) use document::{Document, Query, Role, Rule, Text, read};
pub(crate) use known::{Known, Part, Series};
pub(crate) use labels::{Labels, labels_of};
pub(crate) use variables::{MARK, names as variables_in};

#[cfg(test)]
pub(crate) use document::parse;
