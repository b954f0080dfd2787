//! Prometheus: a job per service, discovery by file, the stack itself, rules, alerts.
//!
//! How long metrics are kept is a flag and no line of this file: its key in the file is new in Prometheus 3, and older
//! ones refuse to start with it.

use super::Model;
use super::service::Service;
use super::yaml::{yaml, yaml_about};
use crate::error::Result;
use serde_json::{Value, json};

/// Where the files of `tls/` are in every container.
pub(super) const CERTIFICATES: &str = "/etc/certificates";

/// The flags that go with the configuration.
pub(super) fn flags(model: &Model<'_>) -> Vec<String> {
    vec![
        "--config.file=/etc/prometheus/prometheus.yml".to_owned(),
        "--storage.tsdb.path=/prometheus".to_owned(),
        format!("--storage.tsdb.retention.time={}d", model.settings.retention.metrics_days),
        "--enable-feature=exemplar-storage".to_owned(),
        // What services send to the Collector, and are not asked for.
        "--web.enable-remote-write-receiver".to_owned(),
    ]
}

pub(super) fn config(model: &Model<'_>, services: &[Service]) -> Result<String> {
    yaml(&of(model, services.iter().map(|service| service_job(model, service)).collect(), false))
}

/// The same where the parts of the stack talk TLS. Services are asked as before.
pub(super) fn config_with_tls(model: &Model<'_>, services: &[Service]) -> Result<String> {
    yaml(&of(model, services.iter().map(|service| service_job(model, service)).collect(), true))
}

/// The same for services that Docker finds: containers with the labels `observe.service` and `observe.port`.
pub(super) fn config_for_docker(model: &Model<'_>) -> Result<String> {
    let label = |name: &str| format!("__meta_docker_container_label_observe_{name}");
    let job = asked(
        model,
        "docker",
        json!({
            "docker_sd_configs": [{ "host": "unix:///var/run/docker.sock" }],
            "relabel_configs": [
                { "source_labels": [label("service")], "regex": ".+", "action": "keep" },
                { "source_labels": [label("service")], "target_label": "job" },
                {
                    "source_labels": ["__meta_docker_network_ip", label("port")],
                    "separator": ":",
                    "regex": "(.+):(.+)",
                    "replacement": "${1}:${2}",
                    "target_label": "__address__",
                },
                { "source_labels": ["__meta_docker_container_name"], "regex": "/(.*)", "target_label": "container" },
            ],
        }),
    );
    let about = "Services are containers with the labels observe.service and observe.port. Needs the socket of Docker, which\n\
        is as much as root on the machine: mount it through a proxy that only lists containers.";
    yaml_about(about, &of(model, vec![job], false))
}

/// The same for a Prometheus in Kubernetes without an operator: pods with the annotation `observe/scrape: "true"`.
pub(super) fn config_for_kubernetes(model: &Model<'_>) -> Result<String> {
    let annotation = |name: &str| format!("__meta_kubernetes_pod_annotation_observe_{name}");
    let job = asked(
        model,
        "kubernetes",
        json!({
            "kubernetes_sd_configs": [{ "role": "pod" }],
            "relabel_configs": [
                { "source_labels": [annotation("scrape")], "regex": "true", "action": "keep" },
                {
                    "source_labels": ["__meta_kubernetes_pod_ip", annotation("port")],
                    "separator": ":",
                    "regex": "(.+):(.+)",
                    "replacement": "${1}:${2}",
                    "target_label": "__address__",
                },
                { "source_labels": ["__meta_kubernetes_pod_label_app_kubernetes_io_name"], "target_label": "job" },
                { "source_labels": ["__meta_kubernetes_namespace"], "target_label": "namespace" },
                { "source_labels": ["__meta_kubernetes_pod_name"], "target_label": "pod" },
            ],
        }),
    );
    let about = "Services are pods with the annotations observe/scrape: \"true\" and observe/port. Where the Prometheus Operator\n\
        runs, the ServiceMonitors in kubernetes/ do the same.";
    yaml_about(about, &of(model, vec![job], false))
}

/// No service: what lies beside it, in files of the same form, is asked too.
pub(super) fn targets() -> Result<String> {
    let about = "Services that come and go: put files of this form beside this one, Prometheus reads them without a restart.\n\
        - targets: [\"new-service:8080\"]\n  labels: { job: new-service }";
    yaml_about(about, &json!([]))
}

fn of(model: &Model<'_>, services: Vec<Value>, is_tls: bool) -> Value {
    let interval = &model.settings.metrics.scrape_interval;
    let mut jobs = services;
    jobs.push(asked(
        model,
        "files",
        json!({
            "file_sd_configs": [{ "files": ["/etc/prometheus/targets/*.yml"], "refresh_interval": "1m" }],
        }),
    ));
    jobs.extend(EXPORTERS.iter().map(exporter_job));
    jobs.extend(PARTS.iter().map(|part| part_job(*part, is_tls)));
    let mut manager = json!({ "static_configs": [{ "targets": ["alertmanager:9093"] }] });
    if is_tls {
        secure(&mut manager);
    }
    json!({
        "global": { "scrape_interval": interval, "scrape_timeout": "10s", "evaluation_interval": interval },
        "storage": { "exemplars": { "max_exemplars": 100_000 }, "tsdb": { "out_of_order_time_window": "10m" } },
        "rule_files": ["/etc/prometheus/rules/*.yml"],
        "alerting": { "alertmanagers": [manager] },
        "scrape_configs": jobs,
    })
}

fn service_job(model: &Model<'_>, service: &Service) -> Value {
    asked(model, &service.name, json!({ "static_configs": [{ "targets": service.targets }] }))
}

/// A job that asks services: with a limit for a service whose series grow without end, and the token where they want one.
fn asked(model: &Model<'_>, name: &str, mut job: Value) -> Value {
    job["job_name"] = json!(name);
    job["metrics_path"] = json!("/metrics");
    job["sample_limit"] = json!(model.settings.metrics.max_series);
    let token = &model.settings.stack.metrics_token_file;
    if !token.is_empty() {
        job["authorization"] = json!({ "type": "Bearer", "credentials_file": token });
    }
    job
}

/// Exporters that somebody may start, and their ports. They are found by their names: one that is not there is no target,
/// and not one that is down.
const EXPORTERS: &[(&str, &str, u16)] =
    &[("postgres", "postgres-exporter", 9187), ("redis", "redis-exporter", 9121), ("qdrant", "qdrant", 6333)];

fn exporter_job((name, host, port): &(&str, &str, u16)) -> Value {
    json!({
        "job_name": name,
        "dns_sd_configs": [{ "names": [host], "type": "A", "port": port, "refresh_interval": "1m" }],
    })
}

/// The parts of the stack, their addresses, and whether they talk TLS where the stack does.
const PARTS: &[(&str, &str, bool)] = &[
    ("prometheus", "localhost:9090", true),
    ("alertmanager", "alertmanager:9093", true),
    ("collector", "collector:8888", false),
    ("jaeger", "jaeger:8888", false),
    ("loki", "loki:3100", true),
    ("grafana", "grafana:3000", true),
    ("alloy", "alloy:12345", false),
];

fn part_job((name, target, talks_tls): (&str, &str, bool), is_tls: bool) -> Value {
    let mut job = json!({ "job_name": name, "static_configs": [{ "targets": [target] }] });
    if is_tls && talks_tls {
        secure(&mut job);
    }
    job
}

/// Says who is trusted, and who asks.
fn secure(client: &mut Value) {
    client["scheme"] = json!("https");
    client["tls_config"] = json!({
        "ca_file": format!("{CERTIFICATES}/ca.crt"),
        "cert_file": format!("{CERTIFICATES}/client.crt"),
        "key_file": format!("{CERTIFICATES}/client.key"),
    });
}
