//! Loki: one process, files, an index by label, and an end for logs.

use super::Model;
use super::yaml::yaml;
use crate::error::Result;
use serde_json::{Value, json};

pub(super) fn config(model: &Model<'_>) -> Result<String> {
    let hours = |days: u32| format!("{}h", u64::from(days) * 24);
    let of_service = |(service, days): (&String, &u32)| json!({ "selector": format!("{{service_name={}}}", json!(service)), "priority": 1, "period": hours(*days) });
    let streams: Vec<Value> = model.settings.stack.logs_days.iter().map(of_service).collect();
    yaml(&json!({
        "auth_enabled": false,
        "server": { "http_listen_port": 3100, "grpc_listen_address": "127.0.0.1", "log_level": "warn" },
        "common": {
            "instance_addr": "127.0.0.1",
            "path_prefix": "/loki",
            "replication_factor": 1,
            "ring": { "kvstore": { "store": "inmemory" } },
            "storage": { "filesystem": { "chunks_directory": "/loki/chunks", "rules_directory": "/loki/rules" } },
        },
        "schema_config": {
            "configs": [{
                "from": "2024-01-01",
                "store": "tsdb",
                "object_store": "filesystem",
                "schema": "v13",
                "index": { "prefix": "index_", "period": "24h" },
            }],
        },
        // Without these three logs are kept for ever.
        "compactor": {
            "working_directory": "/loki/compactor",
            "retention_enabled": true,
            "delete_request_store": "filesystem",
        },
        "limits_config": {
            "retention_period": hours(model.settings.retention.logs_days),
            "retention_stream": streams,
            // Ids of traces and requests are beside a line and not in the index.
            "allow_structured_metadata": true,
            "volume_enabled": true,
            "reject_old_samples": true,
            "reject_old_samples_max_age": "168h",
            "max_label_names_per_series": 15,
        },
        "analytics": { "reporting_enabled": false },
    }))
}
