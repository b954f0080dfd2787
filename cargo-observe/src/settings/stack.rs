//! `[stack]` of `observe.toml`: what is generated around a service.

use serde::Deserialize;
use std::collections::BTreeMap;

/// `[stack]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Stack {
    /// The port of a service that `services` says nothing about.
    pub(crate) service_port: u16,
    /// Where each service is found, as `host:port`; without an entry it is its name and `service_port`.
    pub(crate) services: BTreeMap<String, Vec<String>>,
    /// The file in Prometheus' container with the token that services want for `/metrics`; empty where they want none.
    pub(crate) metrics_token_file: String,
    /// For how many days the logs of a service are kept, where they are not kept as long as those of the others.
    pub(crate) logs_days: BTreeMap<String, u32>,
    /// Kinds of personal data that the Collector and the log shipper leave alone: `"ip"`.
    pub(crate) keep_kinds: Vec<String>,
    /// The address of this machine that ports are published at.
    pub(crate) bind: String,
    /// The port of this machine that a part is reached at: `grafana = 3000`.
    pub(crate) ports: BTreeMap<String, u16>,
    /// Another image of a part, with its version: `grafana = "registry.example/grafana:13.1.0"`.
    pub(crate) images: BTreeMap<String, String>,
    /// The namespace in Kubernetes.
    pub(crate) namespace: String,
    /// The image of each service, for its resources in Kubernetes.
    pub(crate) service_images: BTreeMap<String, String>,
    /// How many requests a second one copy of a service is to take before the autoscaler adds another.
    pub(crate) requests_per_replica: u32,
}

impl Default for Stack {
    fn default() -> Self {
        Self {
            service_port: 8080,
            services: BTreeMap::new(),
            metrics_token_file: String::new(),
            logs_days: BTreeMap::new(),
            keep_kinds: Vec::new(),
            bind: "127.0.0.1".to_owned(),
            ports: BTreeMap::new(),
            images: BTreeMap::new(),
            namespace: "observability".to_owned(),
            service_images: BTreeMap::new(),
            requests_per_replica: 50,
        }
    }
}
