//! The OpenTelemetry Collector: the one gateway that services export to, and the second net of redaction.

use super::policy::Policy;
use super::service::Service;
use super::yaml::{yaml, yaml_about};
use crate::error::Result;
use serde_json::{Value, json};

pub(super) fn config(services: &[Service], policy: &Policy) -> Result<String> {
    yaml_about(ABOUT, &value(services, policy))
}

const ABOUT: &str = "The one gateway: services export here, and nowhere else. What is hidden in them already stays so, and what\n\
    comes from programs without observe is hidden here, as far as a name or a form tells it. A second net, not the first.";

pub(super) fn value(services: &[Service], policy: &Policy) -> Value {
    let scraped: Vec<String> = services
        .iter()
        .map(|service| format!("resource.attributes[\"service.name\"] == \"{}\"", service.name))
        .collect();
    let mut processors = json!({
        "memory_limiter": { "check_interval": "1s", "limit_percentage": 75, "spike_limit_percentage": 15 },
        "batch": { "timeout": "1s", "send_batch_size": 8192, "send_batch_max_size": 16384 },
        "redaction": redaction(policy),
        "transform/redaction": transform(policy),
    });
    let mut metrics = vec!["memory_limiter", "redaction"];
    if !scraped.is_empty() {
        // Prometheus asks these itself: what they send besides would be counted twice.
        processors["filter/scraped"] = json!({ "error_mode": "ignore", "metrics": { "metric": scraped } });
        metrics.push("filter/scraped");
    }
    metrics.push("batch");
    json!({
        "receivers": {
            "otlp": {
                "protocols": { "grpc": { "endpoint": "0.0.0.0:4317" }, "http": { "endpoint": "0.0.0.0:4318" } },
            },
            "zipkin": { "endpoint": "0.0.0.0:9411" },
        },
        "processors": processors,
        "exporters": {
            "otlp_grpc/jaeger": { "endpoint": "jaeger:4317", "tls": { "insecure": true }, "sending_queue": queue() },
            "prometheusremotewrite": { "endpoint": "http://prometheus:9090/api/v1/write" },
            "otlp_http/loki": { "endpoint": "http://loki:3100/otlp", "sending_queue": queue() },
        },
        "extensions": { "health_check": { "endpoint": "0.0.0.0:13133" } },
        "service": {
            "extensions": ["health_check"],
            "telemetry": telemetry(),
            "pipelines": {
                "traces": {
                    "receivers": ["otlp", "zipkin"],
                    "processors": ["memory_limiter", "redaction", "transform/redaction", "batch"],
                    "exporters": ["otlp_grpc/jaeger"],
                },
                "metrics": {
                    "receivers": ["otlp"],
                    "processors": metrics,
                    "exporters": ["prometheusremotewrite"],
                },
                "logs": {
                    "receivers": ["otlp"],
                    "processors": ["memory_limiter", "redaction", "batch"],
                    "exporters": ["otlp_http/loki"],
                },
            },
        },
    })
}

/// What is kept while the next one does not answer.
fn queue() -> Value {
    json!({ "enabled": true, "queue_size": 5000 })
}

/// What the Collector says of itself.
pub(super) fn telemetry() -> Value {
    let prometheus = json!({ "host": "0.0.0.0", "port": 8888 });
    json!({
        "logs": { "level": "info" },
        "metrics": { "level": "normal", "readers": [{ "pull": { "exporter": { "prometheus": prometheus } } }] },
    })
}

/// Attributes of resources, scopes, spans, events, metrics and log records, and the bodies of log records.
fn redaction(policy: &Policy) -> Value {
    let values: Vec<String> = policy.values.iter().map(|(_, form)| form.whole()).collect();
    json!({
        // Without it every attribute that is not listed would be removed.
        "allow_all_keys": true,
        "blocked_key_patterns": policy.keys,
        "blocked_values": values,
        "allowed_values": policy.masked,
        "ignored_keys": policy.harmless,
        // A card's number may be an integer.
        "redact_all_types": true,
        "summary": "info",
    })
}

/// Texts that are no attributes: names of spans and events, and why a span failed.
fn transform(policy: &Policy) -> Value {
    let statements = |field: &str| -> Vec<String> {
        policy
            .values
            .iter()
            .map(|(_, form)| format!("replace_pattern({field}, {}, \"****\")", quoted(&form.whole())))
            .collect()
    };
    let of_spans = [statements("span.name"), statements("span.status.message")].concat();
    json!({
        // What can't be searched is not sent on.
        "error_mode": "propagate",
        "trace_statements": [
            { "context": "span", "statements": of_spans },
            { "context": "spanevent", "statements": statements("spanevent.name") },
        ],
    })
}

/// A text in the Collector's language of transformations.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The other way for logs to come here: the Collector reads the files of containers itself. It is given beside the first
/// configuration, and in the place of Alloy.
pub(super) fn logs() -> Result<String> {
    let about = "In the place of Alloy: give it to the Collector as a second --config, mount /var/lib/docker/containers read-only,\n\
        and leave Alloy out. Lists are replaced and not joined, so the pipeline of logs is here as a whole.";
    yaml_about(about, &logs_value())
}

fn logs_value() -> Value {
    json!({
        "receivers": {
            "file_log": {
                "include": ["/var/lib/docker/containers/*/*-json.log"],
                "start_at": "end",
                "storage": "file_storage",
                "operators": [
                    { "type": "container", "format": "docker", "add_metadata_from_filepath": false },
                    // A line of a program with observe is JSON; another one stays the text that it is.
                    {
                        "type": "json_parser",
                        "if": "body matches \"^\\\\{\"",
                        "parse_from": "body",
                        "parse_to": "attributes",
                        "on_error": "send_quiet",
                        "severity": { "parse_from": "attributes.level" },
                        "trace": {
                            "trace_id": { "parse_from": "attributes.trace_id" },
                            "span_id": { "parse_from": "attributes.span_id" },
                        },
                    },
                    {
                        "type": "move",
                        "if": "attributes.message != nil",
                        "from": "attributes.message",
                        "to": "body",
                    },
                    {
                        "type": "move",
                        "if": "attributes.service != nil",
                        "from": "attributes.service",
                        "to": "resource[\"service.name\"]",
                    },
                ],
            },
        },
        "extensions": { "file_storage": { "directory": "/var/lib/otelcol", "create_directory": true } },
        "service": {
            "extensions": ["health_check", "file_storage"],
            "pipelines": {
                "logs": {
                    "receivers": ["otlp", "file_log"],
                    "processors": ["memory_limiter", "redaction", "batch"],
                    "exporters": ["otlp_http/loki"],
                },
            },
        },
    })
}

/// The same gateway in Kubernetes, where the parts have other addresses.
pub(super) fn for_kubernetes(services: &[Service], policy: &Policy) -> Result<String> {
    let mut value = value(services, policy);
    // The name that the Prometheus Operator gives to what it runs.
    value["exporters"]["prometheusremotewrite"]["endpoint"] = json!("http://prometheus-operated:9090/api/v1/write");
    yaml(&value)
}
