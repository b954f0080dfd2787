//! Jaeger, with its traces on disk.

use super::Model;
use super::collector::telemetry;
use super::yaml::yaml;
use crate::error::Result;
use serde_json::json;

pub(super) fn config(model: &Model<'_>) -> Result<String> {
    let hours = u64::from(model.settings.retention.traces_days) * 24;
    yaml(&json!({
        "receivers": {
            "otlp": {
                "protocols": { "grpc": { "endpoint": "0.0.0.0:4317" }, "http": { "endpoint": "0.0.0.0:4318" } },
            },
        },
        "processors": { "batch": {} },
        "exporters": { "jaeger_storage_exporter": { "trace_storage": "disk" } },
        "extensions": {
            "healthcheckv2": { "use_v2": true, "http": { "endpoint": "0.0.0.0:13133" } },
            "jaeger_query": {
                "storage": { "traces": "disk" },
                "ui": { "config_file": "/etc/jaeger/ui.json" },
                "http": { "endpoint": "0.0.0.0:16686" },
                "grpc": { "endpoint": "0.0.0.0:16685" },
            },
            "jaeger_storage": {
                "backends": {
                    "disk": {
                        "badger": {
                            "directories": { "keys": "/badger/keys", "values": "/badger/values" },
                            "ephemeral": false,
                            "ttl": { "spans": format!("{hours}h") },
                        },
                    },
                },
            },
        },
        "service": {
            "extensions": ["healthcheckv2", "jaeger_storage", "jaeger_query"],
            "telemetry": telemetry(),
            "pipelines": {
                "traces": {
                    "receivers": ["otlp"],
                    "processors": ["batch"],
                    "exporters": ["jaeger_storage_exporter"],
                },
            },
        },
    }))
}

/// What its pages show: no dependencies, which Badger computes from all traces at once, and nothing of Jaeger's own.
pub(super) fn ui() -> String {
    format!("{:#}\n", json!({ "dependencies": { "menuEnabled": false } }))
}
