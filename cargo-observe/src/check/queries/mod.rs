//! The checks of PromQL in rules, dashboards and files of queries.
//!
//! ```text
//! asked       one query, and what is found in it
//! names       metrics that nothing emits, and their endings
//! labels      labels and values that a metric has not, and those that are summed away
//! functions   what fits a counter, a gauge, a histogram
//! numbers     thresholds, guards and ranges
//! rules       what an alert and a recorded metric should have
//! dashboards  what a dashboard should have
//! ```

mod asked;
mod dashboards;
mod functions;
mod labels;
mod names;
mod numbers;
mod rules;

use super::{Finding, Group, Level, Workspace};
use crate::catalogue::Catalogue;
use crate::error::{Error, Result};
use crate::query::{self, Document, Known};
use crate::settings::Settings;
use asked::Asked;
use observe_rules::Code;
use promql_parser::util::parse_duration;
use std::time::Duration;

use Level::{Error as E, Warning as W};

/// The codes from OBS1040 on.
pub(super) const GROUP: Group = Group {
    name: "queries",
    rules: &[
        (Code::Obs1040, E),
        (Code::Obs1041, E),
        (Code::Obs1042, E),
        (Code::Obs1043, E),
        (Code::Obs1044, E),
        (Code::Obs1045, E),
        (Code::Obs1046, E),
        (Code::Obs1047, E),
        (Code::Obs1048, W),
        (Code::Obs1049, E),
        (Code::Obs1050, E),
        (Code::Obs1051, E),
        (Code::Obs1052, E),
        (Code::Obs1053, E),
        (Code::Obs1054, E),
        (Code::Obs1055, E),
        (Code::Obs1056, E),
        (Code::Obs1057, W),
        (Code::Obs1058, W),
        (Code::Obs1059, E),
        (Code::Obs1060, E),
        (Code::Obs1061, W),
        (Code::Obs1062, W),
        (Code::Obs1063, W),
        (Code::Obs1064, W),
        (Code::Obs1065, E),
        (Code::Obs1066, E),
        (Code::Obs1067, W),
        (Code::Obs1068, E),
        (Code::Obs1069, W),
        (Code::Obs1070, W),
        (Code::Obs1071, W),
        (Code::Obs1072, E),
        (Code::Obs1073, W),
        (Code::Obs1074, E),
        (Code::Obs1075, E),
        (Code::Obs1076, E),
    ],
    check,
};

fn check(workspace: &Workspace<'_>) -> Result<Vec<Finding>> {
    let documents = query::read(workspace.root, workspace.queries)?;
    find(&documents, workspace.catalogue, workspace.settings)
}

/// Everything that is found in documents which are used together.
pub(crate) fn find(documents: &[Document], catalogue: &Catalogue, settings: &Settings) -> Result<Vec<Finding>> {
    let known = Known::new(catalogue, documents, &settings.check)?;
    let written = &settings.metrics.scrape_interval;
    let scrape_interval = parse_duration(written).map_err(|_| {
        Error::new(format!("`{written}` is no time, in `metrics.scrape_interval` of observe.toml"))
            .help("times look like `15s`")
    })?;
    let mut findings = Vec::new();
    for document in documents {
        findings.extend(document.problem.as_ref().map(|(span, problem)| {
            let message = format!("`{}` can't be read: {problem}", document.file);
            asked::finding(document, Code::Obs1076, &document.file, span.clone(), message)
        }));
        for query in &document.queries {
            findings.extend(of_query(document, query, &known, scrape_interval));
        }
    }
    findings.extend(rules::check(documents, &known));
    findings.extend(dashboards::check(documents));
    // One thing that is wrong twice in a query is said once.
    let mut said = Vec::new();
    findings.retain(|finding| {
        let key = (finding.code, finding.locations.clone(), finding.message.clone());
        let is_new = !said.contains(&key);
        said.push(key);
        is_new
    });
    Ok(findings)
}

fn of_query(document: &Document, query: &query::Query, known: &Known<'_>, scrape_interval: Duration) -> Vec<Finding> {
    match &query.expr {
        Ok(expr) => {
            let asked = Asked { document, query, expr, known, scrape_interval };
            [names::check, labels::check, functions::check, numbers::check]
                .iter()
                .flat_map(|check| check(&asked))
                .collect()
        }
        Err(problem) if problem == query::expr::INVALID => Vec::new(),
        Err(problem) => {
            let span = document.first_line(&query.text.span);
            let message = format!("this is no PromQL: {}", problem.lines().next().unwrap_or_default());
            vec![asked::finding(document, Code::Obs1040, &query.owner, span, message)]
        }
    }
}

#[cfg(test)]
mod tests;
