//! What a dashboard should have.

use super::asked::{finding, location, similar};
use crate::check::Finding;
use crate::query::{Dashboard, Document, variables_in};
use observe_rules::Code;
use std::collections::BTreeMap;

/// The panels whose values have a unit.
const WITH_UNIT: [&str; 5] = ["timeseries", "stat", "gauge", "bargauge", "graph"];
/// The panels that need no title.
const WITHOUT_TITLE: [&str; 3] = ["row", "text", "news"];

pub(super) fn check(documents: &[Document]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut uids: BTreeMap<&str, &Document> = BTreeMap::new();
    for document in documents {
        let Some(dashboard) = &document.dashboard else { continue };
        findings.extend(source(document, dashboard));
        findings.extend(panels(document, dashboard));
        findings.extend(variables(document, dashboard));
        let Some(uid) = &dashboard.uid else { continue };
        let Some(other) = uids.insert(&uid.value, document) else { continue };
        let message = format!("two dashboards have the uid `{}`, and Grafana keeps one of them", uid.value);
        let before = other.dashboard.as_ref().and_then(|dashboard| dashboard.uid.as_ref());
        let place = before.map(|uid| location(other, uid.span.clone()).label("here first")).unwrap_or_default();
        findings.push(finding(document, Code::Obs1075, &uid.value, uid.span.clone(), message).at(place));
    }
    findings
}

fn source(document: &Document, dashboard: &Dashboard) -> Option<Finding> {
    let has_variable = dashboard.variables.iter().any(|variable| variable.kind == "datasource");
    if has_variable || !dashboard.has_fixed_source {
        return None;
    }
    let title = &dashboard.title;
    let message = "the dashboard names its source of data outright, and works in one Grafana only";
    let help = "declare a variable of type `datasource`, and ask `${datasource}`";
    let subject = subject(document, &title.value);
    Some(finding(document, Code::Obs1069, &subject, document.first_line(&title.span), message).help(help))
}

fn panels(document: &Document, dashboard: &Dashboard) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut ids: BTreeMap<&str, &str> = BTreeMap::new();
    let board = subject(document, &dashboard.title.value);
    for panel in &dashboard.panels {
        let place = document.first_line(&panel.title.span);
        let title = &panel.title.value;
        if !WITHOUT_TITLE.contains(&&*panel.kind) && title.trim().is_empty() && !panel.is_shared {
            let message = "a panel has no title";
            findings.push(finding(document, Code::Obs1070, &board, place.clone(), message));
        }
        if WITH_UNIT.contains(&&*panel.kind) && !panel.has_unit && !panel.is_shared {
            let message = format!("panel `{title}` does not say in which unit its values are");
            let help = "set `fieldConfig.defaults.unit`; `short` stands for a plain number";
            findings.push(finding(document, Code::Obs1071, &format!("{board}.{title}"), place, message).help(help));
        }
        let Some(id) = &panel.id else { continue };
        if let Some(other) = ids.insert(&id.value, title) {
            let message = format!("panels `{other}` and `{title}` have the same id {}", id.value);
            let subject = format!("{board}.{}", id.value);
            findings.push(finding(document, Code::Obs1074, &subject, id.span.clone(), message));
        }
    }
    findings
}

fn variables(document: &Document, dashboard: &Dashboard) -> Vec<Finding> {
    let declared: Vec<&str> = dashboard.variables.iter().map(|variable| variable.name.value.as_str()).collect();
    let mut findings = Vec::new();
    for query in &document.queries {
        for name in variables_in(&query.text.value).into_iter().filter(|name| !declared.contains(&name.as_str())) {
            let message = format!("no variable of the dashboard is named `{name}`");
            let subject = format!("{}.{name}", query.owner);
            let place = document.find(&query.text, &name);
            let finding = finding(document, Code::Obs1072, &subject, place, message);
            findings.push(finding.help(similar(&name, declared.iter().copied())));
        }
    }
    for variable in &dashboard.variables {
        // Filters are added to every query without being named.
        if variable.kind == "adhoc" || dashboard.used.contains(&variable.name.value) {
            continue;
        }
        let name = &variable.name.value;
        let message = format!("nothing uses the variable `{name}`");
        let subject = format!("{}.{name}", subject(document, &dashboard.title.value));
        findings.push(finding(document, Code::Obs1073, &subject, variable.name.span.clone(), message));
    }
    findings
}

/// What a dashboard is called: its title, or its file.
fn subject(document: &Document, title: &str) -> String {
    if title.is_empty() { document.file.clone() } else { title.to_owned() }
}
