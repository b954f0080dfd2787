//! Alertmanager: who is told of which alert, how several become one message, and which are held back by others.

mod receivers;

use super::promql::duration;
use super::rule::yaml;
use super::{ALERTMANAGER, HISTORY, SECRETS};
use crate::error::{Error, Result};
use crate::files::Files;
use crate::settings::{Alertmanager, Settings};
use receivers::{Receiver, receivers};
use serde::Serialize;
use std::collections::BTreeMap;

/// The configuration, as far as it is used here.
#[derive(Debug, Serialize)]
struct Config {
    global: Global,
    templates: Vec<&'static str>,
    route: Route,
    inhibit_rules: Vec<Inhibition>,
    receivers: Vec<Receiver>,
}

#[derive(Debug, Serialize)]
struct Global {
    /// When an alert that Prometheus no longer speaks of counts as over.
    resolve_timeout: &'static str,
    slack_api_url_file: String,
    pagerduty_url: String,
    #[serde(flatten)]
    smtp: BTreeMap<&'static str, String>,
}

#[derive(Debug, Default, Serialize)]
struct Route {
    receiver: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    matchers: Vec<&'static str>,
    /// Whether later routes are tried, too.
    #[serde(rename = "continue", skip_serializing_if = "std::ops::Not::not")]
    goes_on: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    group_by: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group_wait: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group_interval: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repeat_interval: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    routes: Vec<Route>,
}

#[derive(Debug, Serialize)]
struct Inhibition {
    source_matchers: Vec<&'static str>,
    target_matchers: Vec<&'static str>,
    equal: Vec<&'static str>,
}

/// What nobody may miss because something else is wrong, too.
const NEITHER: &str = "kind!~\"security|compliance\"";

pub(super) fn files(settings: &Settings) -> Result<Files> {
    let to = &settings.alertmanager;
    check(to)?;
    let config = Config {
        global: global(to),
        templates: vec!["templates/*.tmpl"],
        route: route(to),
        inhibit_rules: inhibitions(),
        receivers: receivers(to),
    };
    let mut files = Files::default();
    let text = yaml(&config)?;
    let (head, body) = text.split_once('\n').unwrap_or(("", &text));
    let head = format!(
        "{head}\n# Run Alertmanager with --data.retention={HISTORY}, and put each secret into a file of its own: {}.\n",
        secrets(to).join(", ")
    );
    files.add(format!("{ALERTMANAGER}/alertmanager.yml"), head + body);
    files.add(format!("{ALERTMANAGER}/templates/observe.tmpl"), include_str!("observe.tmpl"));
    Ok(files)
}

/// Refuses settings that Alertmanager would refuse at its start.
fn check(to: &Alertmanager) -> Result<()> {
    for (name, text) in [
        ("group_wait", &to.group_wait),
        ("group_interval", &to.group_interval),
        ("repeat_critical", &to.repeat_critical),
        ("repeat", &to.repeat),
    ] {
        duration(text, &format!("alertmanager.{name}"))?;
    }
    if !to.email_to.is_empty() && (to.smtp_smarthost.is_empty() || to.smtp_from.is_empty()) {
        let error = Error::new("alertmanager.email_to: nobody can be written to without a server and a sender");
        return Err(error.help("set `smtp_smarthost` and `smtp_from`, too"));
    }
    let has_others = !to.email_security_to.is_empty() || !to.email_compliance_to.is_empty();
    if to.email_to.is_empty() && has_others {
        return Err(Error::new("alertmanager.email_to: it is empty, and those for security or compliance are not"));
    }
    for url in [&to.webhook_url, &to.pagerduty_url].into_iter().filter(|url| !url.is_empty()) {
        if !url.starts_with("http://") && !url.starts_with("https://") {
            return Err(Error::new(format!("alertmanager: `{url}` is no address for HTTP")));
        }
    }
    Ok(())
}

/// The file of a secret.
fn secret(name: &str) -> String {
    format!("{SECRETS}/{name}")
}

/// The files that have to be there.
fn secrets(to: &Alertmanager) -> Vec<String> {
    let mut names = vec!["slack_url", "pagerduty_key"];
    names.extend((!to.smtp_username.is_empty()).then_some("smtp_password"));
    names.extend((to.webhook_token == "yes").then_some("webhook_token"));
    names.into_iter().map(secret).collect()
}

fn global(to: &Alertmanager) -> Global {
    let mut smtp = BTreeMap::new();
    if !to.email_to.is_empty() {
        smtp.insert("smtp_smarthost", to.smtp_smarthost.clone());
        smtp.insert("smtp_from", to.smtp_from.clone());
        if !to.smtp_username.is_empty() {
            smtp.insert("smtp_auth_username", to.smtp_username.clone());
            smtp.insert("smtp_auth_password_file", secret("smtp_password"));
        }
    }
    let slack_api_url_file = secret("slack_url");
    Global { resolve_timeout: "5m", slack_api_url_file, pagerduty_url: to.pagerduty_url.clone(), smtp }
}

/// By kind first, then by severity: what is both goes both ways.
fn route(to: &Alertmanager) -> Route {
    let by = |receiver, matcher, goes_on| Route { receiver, matchers: vec![matcher], goes_on, ..Route::default() };
    let critical = Route {
        repeat_interval: Some(to.repeat_critical.clone()),
        // `error` is what a program says that sends an alert of its own.
        ..by("critical", "severity=~\"critical|error\"", false)
    };
    Route {
        receiver: "warning",
        group_by: vec!["alertname", "service", "slo"],
        group_wait: Some(to.group_wait.clone()),
        group_interval: Some(to.group_interval.clone()),
        repeat_interval: Some(to.repeat.clone()),
        routes: vec![
            by("security", "kind=\"security\"", true),
            by("security", "alertname=\"security_breach\"", true),
            by("compliance", "kind=\"compliance\"", true),
            by("compliance", "alertname=\"data_integrity\"", true),
            critical,
            by("warning", "severity=~\"warning|info\"", false),
        ],
        ..Route::default()
    }
}

fn inhibitions() -> Vec<Inhibition> {
    vec![
        // A service that is down explains whatever else is wrong with it.
        Inhibition {
            source_matchers: vec!["alertname=\"ServiceDown\"", "service!=\"\""],
            target_matchers: vec!["alertname!=\"ServiceDown\"", NEITHER],
            equal: vec!["service"],
        },
        Inhibition {
            source_matchers: vec!["severity=\"critical\"", "service!=\"\"", "tier!=\"page\""],
            target_matchers: vec!["severity=\"warning\"", NEITHER],
            equal: vec!["service"],
        },
        // With a new service both windows see the same, so its page and its ticket fire together.
        Inhibition {
            source_matchers: vec!["tier=\"page\"", "slo!=\"\""],
            target_matchers: vec!["tier=\"ticket\""],
            equal: vec!["service", "slo"],
        },
    ]
}
