//! Grafana: where its data comes from, its dashboards, and its settings.

use super::prometheus::CERTIFICATES;
use super::written::Written;
use super::yaml::{yaml, yaml_about};
use crate::error::Result;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// The team that sees a folder: each role has one.
pub(super) fn team_of(folder: &str) -> &'static str {
    match folder {
        "clinicians" => "clinician",
        "administration" | "business" => "admin",
        _ => "ops",
    }
}

/// The dashboards by folder, which is the one that their file is in; those of operations are there in any case.
pub(super) fn by_folder(written: &Written) -> BTreeMap<String, Vec<&Path>> {
    let mut folders = BTreeMap::from([("operations".to_owned(), Vec::new())]);
    for (path, _) in &written.dashboards {
        let folder = path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned();
        folders.entry(folder).or_default().push(path.as_path());
    }
    folders
}

/// A word with a capital.
fn title(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

pub(super) fn datasources() -> Result<String> {
    yaml(&sources("http", &|_| {}))
}

pub(super) fn datasources_with_tls() -> Result<String> {
    let secure = |source: &mut Value| {
        source["jsonData"]["tlsAuth"] = json!(true);
        source["jsonData"]["tlsAuthWithCACert"] = json!(true);
        source["secureJsonData"] = json!({
            "tlsCACert": format!("$__file{{{CERTIFICATES}/ca.crt}}"),
            "tlsClientCert": format!("$__file{{{CERTIFICATES}/client.crt}}"),
            "tlsClientKey": format!("$__file{{{CERTIFICATES}/client.key}}"),
        });
    };
    yaml_about("Grafana reads the certificates when it starts.", &sources("https", &secure))
}

fn sources(scheme: &str, secure: &dyn Fn(&mut Value)) -> Value {
    let mut sources = [
        json!({
            "name": "Prometheus", "uid": "prometheus", "type": "prometheus", "access": "proxy", "isDefault": true,
            "url": format!("{scheme}://prometheus:9090"),
            "jsonData": {
                "httpMethod": "POST",
                "timeInterval": "15s",
                // From a point of a histogram to the trace that it stands for.
                "exemplarTraceIdDestinations": [{ "name": "trace_id", "datasourceUid": "jaeger" }],
            },
        }),
        json!({
            "name": "Loki", "uid": "loki", "type": "loki", "access": "proxy",
            "url": format!("{scheme}://loki:3100"),
            "jsonData": {
                // From a line to its trace: the id is beside the line, or in its text. A dollar is doubled, because Grafana
                // replaces variables here.
                "derivedFields": [
                    {
                        "name": "trace", "matcherType": "label", "matcherRegex": "trace_id",
                        "datasourceUid": "jaeger", "url": "$${__value.raw}", "urlDisplayLabel": "Open the trace",
                    },
                    {
                        "name": "trace_in_text", "matcherType": "regex",
                        "matcherRegex": "\"trace_id\":\\s*\"([0-9a-f]{32})\"",
                        "datasourceUid": "jaeger", "url": "$${__value.raw}", "urlDisplayLabel": "Open the trace",
                    },
                ],
            },
        }),
        json!({
            "name": "Jaeger", "uid": "jaeger", "type": "jaeger", "access": "proxy",
            "url": format!("{scheme}://jaeger:16686"),
            "jsonData": {
                // And back: from a span to the lines of its trace.
                "tracesToLogsV2": {
                    "datasourceUid": "loki",
                    "spanStartTimeShift": "-5m",
                    "spanEndTimeShift": "5m",
                    "tags": [{ "key": "service.name", "value": "service_name" }],
                    "filterByTraceID": false,
                    "customQuery": true,
                    "query": "{$${__tags}} | trace_id = \"$${__trace.traceId}\"",
                },
            },
        }),
        json!({
            "name": "Alertmanager", "uid": "alertmanager", "type": "alertmanager", "access": "proxy",
            "url": format!("{scheme}://alertmanager:9093"),
            "jsonData": { "implementation": "prometheus", "handleGrafanaManagedAlerts": false },
        }),
    ];
    for source in &mut sources {
        source["editable"] = json!(false);
        secure(source);
    }
    json!({ "apiVersion": 1, "prune": true, "datasources": sources })
}

/// A provider for each folder.
pub(super) fn providers(written: &Written) -> Result<String> {
    let provider = |folder: &String| {
        json!({
            "name": folder, "orgId": 1, "type": "file",
            "folder": title(folder), "folderUid": folder,
            "disableDeletion": true, "allowUiUpdates": false, "updateIntervalSeconds": 30,
            "options": { "path": format!("/etc/observe/dashboards/{folder}") },
        })
    };
    let providers: Vec<Value> = by_folder(written).keys().map(provider).collect();
    yaml(&json!({ "apiVersion": 1, "providers": providers }))
}

/// Its settings, by environment. Compose refuses to start without a password.
pub(super) fn environment() -> Value {
    json!({
        "GF_SECURITY_ADMIN_USER": "admin",
        "GF_SECURITY_ADMIN_PASSWORD": "${GRAFANA_ADMIN_PASSWORD:?set it in .env}",
        "GF_SERVER_ROOT_URL": "${GRAFANA_ROOT_URL:-http://localhost:3000}",
        "GF_AUTH_ANONYMOUS_ENABLED": "false",
        "GF_USERS_ALLOW_SIGN_UP": "false",
        "GF_USERS_ALLOW_ORG_CREATE": "false",
        "GF_DATAPROXY_LOGGING": "false",
        "GF_SECURITY_DISABLE_GRAVATAR": "true",
        "GF_SECURITY_COOKIE_SAMESITE": "strict",
        "GF_SNAPSHOTS_EXTERNAL_ENABLED": "false",
        "GF_ANALYTICS_REPORTING_ENABLED": "false",
        "GF_ANALYTICS_CHECK_FOR_UPDATES": "false",
        "GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES": "false",
    })
}
