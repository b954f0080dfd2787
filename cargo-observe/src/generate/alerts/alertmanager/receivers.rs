//! The receivers: by severity and kind, each over the ways that are set up.

use super::secret;
use crate::settings::Alertmanager;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Debug, Serialize)]
pub(super) struct Receiver {
    name: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pagerduty_configs: Vec<PagerDuty>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    slack_configs: Vec<Slack>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    webhook_configs: Vec<Webhook>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    email_configs: Vec<Email>,
}

#[derive(Debug, Serialize)]
struct PagerDuty {
    send_resolved: bool,
    routing_key_file: String,
    description: &'static str,
    severity: &'static str,
    class: &'static str,
    component: &'static str,
    group: &'static str,
    details: BTreeMap<&'static str, &'static str>,
}

#[derive(Debug, Serialize)]
struct Slack {
    send_resolved: bool,
    channel: String,
    color: &'static str,
    title: &'static str,
    title_link: &'static str,
    text: &'static str,
    fallback: &'static str,
}

#[derive(Debug, Serialize)]
struct Webhook {
    send_resolved: bool,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    http_config: Option<Http>,
}

#[derive(Debug, Serialize)]
struct Http {
    authorization: Authorization,
}

#[derive(Debug, Serialize)]
struct Authorization {
    credentials_file: String,
}

#[derive(Debug, Serialize)]
struct Email {
    send_resolved: bool,
    to: String,
    headers: BTreeMap<&'static str, &'static str>,
    html: &'static str,
    text: &'static str,
}

/// The texts are in `templates/observe.tmpl`.
const TITLE: &str = "{{ template \"observe.title\" . }}";
const TEXT: &str = "{{ template \"observe.text\" . }}";

pub(super) fn receivers(to: &Alertmanager) -> Vec<Receiver> {
    let or_all = |own: &str| if own.is_empty() { to.slack_channel.clone() } else { own.to_owned() };
    let or_critical = |own: &[String]| if own.is_empty() { to.email_to.clone() } else { own.to_vec() };
    vec![
        Receiver {
            pagerduty_configs: vec![pagerduty()],
            ..receiver("critical", to, to.slack_channel.clone(), &to.email_to)
        },
        receiver("warning", to, to.slack_channel.clone(), &[]),
        receiver("security", to, or_all(&to.slack_security_channel), &or_critical(&to.email_security_to)),
        receiver("compliance", to, or_all(&to.slack_compliance_channel), &or_critical(&to.email_compliance_to)),
    ]
}

fn receiver(name: &'static str, to: &Alertmanager, channel: String, mail: &[String]) -> Receiver {
    let slack = Slack {
        send_resolved: true,
        channel,
        color: "{{ template \"observe.color\" . }}",
        title: TITLE,
        title_link: "{{ template \"observe.runbook\" . }}",
        text: TEXT,
        fallback: TITLE,
    };
    let webhook = (!to.webhook_url.is_empty()).then(|| Webhook {
        send_resolved: true,
        url: to.webhook_url.clone(),
        http_config: (to.webhook_token == "yes")
            .then(|| Http { authorization: Authorization { credentials_file: secret("webhook_token") } }),
    });
    let email = (!mail.is_empty()).then(|| Email {
        send_resolved: true,
        to: mail.join(", "),
        headers: BTreeMap::from([("Subject", TITLE)]),
        // Text alone: a mail about an alert needs no pictures.
        html: "",
        text: TEXT,
    });
    Receiver {
        name,
        pagerduty_configs: Vec::new(),
        slack_configs: vec![slack],
        webhook_configs: webhook.into_iter().collect(),
        email_configs: email.into_iter().collect(),
    }
}

fn pagerduty() -> PagerDuty {
    PagerDuty {
        send_resolved: true,
        routing_key_file: secret("pagerduty_key"),
        description: TITLE,
        severity: "{{ template \"observe.severity\" . }}",
        class: "{{ .CommonLabels.alertname }}",
        component: "{{ .CommonLabels.service }}",
        group: "{{ .CommonLabels.kind }}",
        details: BTreeMap::from([
            ("description", TEXT),
            ("runbook", "{{ template \"observe.runbook\" . }}"),
            ("firing", "{{ .Alerts.Firing | len }}"),
        ]),
    }
}
