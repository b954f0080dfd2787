//! The hardened variant: TLS between the parts and to them, and folders of Grafana by role.

use super::Model;
use super::compose::{alertmanager_flags, asks};
use super::grafana::{by_folder, team_of};
use super::prometheus::{self, CERTIFICATES};
use super::written::Written;
use super::yaml::{header, yaml, yaml_about};
use crate::error::Result;
use serde_json::{Value, json};

const ABOUT: &str = "Over compose.yaml: docker compose --file compose.yaml --file compose.tls.yaml up --detach --wait\n\
    First `sh tls/certificates.sh`, or certificates of your own authority under the same names.";

pub(super) fn overlay(model: &Model<'_>, written: &Written) -> Result<String> {
    let with = |mut flags: Vec<String>, flag: &str| {
        flags.push(flag.to_owned());
        flags
    };
    let client = "./tls/client.yml:/etc/client.yml:ro";
    let web = "./tls/web.yml:/etc/web.yml:ro";
    let certificates = format!("./tls/certificates:{CERTIFICATES}:ro");
    yaml_about(
        ABOUT,
        &json!({
            "services": {
                "prometheus": {
                    "command": with(prometheus::flags(model), "--web.config.file=/etc/web.yml"),
                    "volumes": [&certificates, web, client, "./tls/prometheus.yml:/etc/prometheus/prometheus.yml:ro"],
                    // Who asks has to show a certificate, and in these two images only their own tools can.
                    "healthcheck": { "test": [
                        "CMD", "promtool", "check", "ready", "--url=https://localhost:9090",
                        "--http.config.file=/etc/client.yml",
                    ] },
                },
                "alertmanager": {
                    "command": with(alertmanager_flags(written), "--web.config.file=/etc/web.yml"),
                    "volumes": [&certificates, web, client],
                    "healthcheck": { "test": [
                        "CMD", "amtool", "--alertmanager.url=https://localhost:9093",
                        "--http.config.file=/etc/client.yml", "config", "show",
                    ] },
                },
                "collector": {
                    "command": ["--config=/etc/otelcol/config.yaml", "--config=/etc/otelcol/tls.yaml"],
                    "volumes": [&certificates, "./tls/collector.yaml:/etc/otelcol/tls.yaml:ro"],
                },
                "jaeger": {
                    "command": ["--config=/etc/jaeger/config.yaml", "--config=/etc/jaeger/tls.yaml"],
                    "volumes": [&certificates, "./tls/jaeger.yaml:/etc/jaeger/tls.yaml:ro"],
                },
                "loki": {
                    "command": [
                        "-config.file=/etc/loki/config.yaml",
                        format!("-server.http-tls-cert-path={CERTIFICATES}/server.crt"),
                        format!("-server.http-tls-key-path={CERTIFICATES}/server.key"),
                    ],
                    "volumes": [&certificates],
                    "healthcheck": asks("https://127.0.0.1:3100/ready"),
                },
                "alloy": { "volumes": [&certificates, "./tls/config.alloy:/etc/alloy/config.alloy:ro"] },
                "grafana": {
                    "environment": {
                        "GF_SERVER_PROTOCOL": "https",
                        "GF_SERVER_CERT_FILE": format!("{CERTIFICATES}/server.crt"),
                        "GF_SERVER_CERT_KEY": format!("{CERTIFICATES}/server.key"),
                        "GF_SERVER_ROOT_URL": "${GRAFANA_ROOT_URL:-https://localhost:3000}",
                        "GF_SECURITY_COOKIE_SECURE": "true",
                        "GF_SECURITY_STRICT_TRANSPORT_SECURITY": "true",
                        "GF_USERS_VIEWERS_CAN_EDIT": "false",
                        "GF_USERS_AUTO_ASSIGN_ORG_ROLE": "Viewer",
                    },
                    "volumes": [
                        &certificates,
                        "./tls/datasources.yaml:/etc/grafana/provisioning/datasources/datasources.yaml:ro",
                    ],
                    "healthcheck": asks("https://127.0.0.1:3000/api/health"),
                },
            },
        }),
    )
}

/// Of Prometheus and the Alertmanager: who asks shows a certificate of the same authority.
pub(super) fn web() -> Result<String> {
    yaml(&json!({
        "tls_server_config": {
            "cert_file": format!("{CERTIFICATES}/server.crt"),
            "key_file": format!("{CERTIFICATES}/server.key"),
            "client_ca_file": format!("{CERTIFICATES}/ca.crt"),
            "client_auth_type": "RequireAndVerifyClientCert",
            "min_version": "TLS12",
        },
    }))
}

/// What their own tools show.
pub(super) fn client() -> Result<String> {
    yaml(&json!({ "tls_config": client_of("ca_file", "cert_file", "key_file") }))
}

/// Over the Collector's configuration: it is asked by TLS, and asks the others by it.
pub(super) fn collector() -> Result<String> {
    yaml(&json!({
        "receivers": {
            "otlp": { "protocols": { "grpc": { "tls": server() }, "http": { "tls": server() } } },
            "zipkin": { "tls": server() },
        },
        "exporters": {
            "otlp_grpc/jaeger": { "tls": { "insecure": false, "ca_file": format!("{CERTIFICATES}/ca.crt") } },
            "otlp_http/loki": {
                "endpoint": "https://loki:3100/otlp",
                "tls": { "ca_file": format!("{CERTIFICATES}/ca.crt") },
            },
            "prometheusremotewrite": {
                "endpoint": "https://prometheus:9090/api/v1/write",
                "tls": client_of("ca_file", "cert_file", "key_file"),
            },
        },
    }))
}

/// Over Jaeger's configuration.
pub(super) fn jaeger() -> Result<String> {
    yaml(&json!({
        "receivers": { "otlp": { "protocols": { "grpc": { "tls": server() }, "http": { "tls": server() } } } },
        "extensions": { "jaeger_query": { "http": { "tls": server() }, "grpc": { "tls": server() } } },
    }))
}

fn server() -> Value {
    json!({
        "cert_file": format!("{CERTIFICATES}/server.crt"),
        "key_file": format!("{CERTIFICATES}/server.key"),
        "min_version": "1.2",
    })
}

fn client_of(authority: &str, certificate: &str, key: &str) -> Value {
    json!({
        authority: format!("{CERTIFICATES}/ca.crt"),
        certificate: format!("{CERTIFICATES}/client.crt"),
        key: format!("{CERTIFICATES}/client.key"),
    })
}

/// Makes an authority, a certificate for the parts of the stack and one for those who ask them.
pub(super) fn certificates() -> String {
    format!("#!/bin/sh\n{}{CERTIFICATES_SH}", header("#"))
}

const CERTIFICATES_SH: &str = include_str!("scripts/certificates.sh");

/// Makes a team for each role, and gives each folder to its team alone.
pub(super) fn roles(written: &Written) -> String {
    let allow = |folder: &String| format!("allow {folder} {}\n", team_of(folder));
    let folders: Vec<String> = by_folder(written).keys().map(allow).collect();
    format!("#!/bin/sh\n{}{ROLES_SH}\n{}", header("#"), folders.concat())
}

const ROLES_SH: &str = include_str!("scripts/roles.sh");
