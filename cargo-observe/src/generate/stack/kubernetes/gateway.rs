//! The namespace, and the Collector as the gateway of the cluster.

use super::{labels, resource, restricted};
use crate::error::Result;
use crate::generate::stack::policy::Policy;
use crate::generate::stack::service::Service;
use crate::generate::stack::{Model, collector, image};
use serde_json::{Value, json};

const NAME: &str = "observe-collector";

pub(super) fn namespace(name: &str) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": name,
            "labels": {
                "app.kubernetes.io/part-of": "observe",
                "pod-security.kubernetes.io/enforce": "restricted",
            },
        },
    })
}

pub(super) fn resources(model: &Model<'_>, services: &[Service], policy: &Policy) -> Result<Vec<Value>> {
    let namespace = &model.settings.stack.namespace;
    let config = json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": { "name": NAME, "namespace": namespace, "labels": labels(NAME) },
        "data": { "config.yaml": collector::for_kubernetes(services, policy)? },
    });
    let selector = json!({ "app.kubernetes.io/name": NAME });
    let ports: Vec<Value> =
        PORTS.iter().map(|(name, port)| json!({ "name": name, "port": port, "targetPort": name })).collect();
    let service = resource("v1", "Service", NAME, namespace, json!({ "selector": selector, "ports": ports }));
    let budget = json!({ "minAvailable": 1, "selector": { "matchLabels": selector } });
    let budget = resource("policy/v1", "PodDisruptionBudget", NAME, namespace, budget);
    // The gateway takes from every namespace what it has a port for, and nothing else.
    let taken: Vec<Value> = PORTS.iter().map(|(name, _)| json!({ "port": name, "protocol": "TCP" })).collect();
    let network = json!({
        "podSelector": { "matchLabels": selector },
        "policyTypes": ["Ingress"],
        "ingress": [{ "from": [{ "namespaceSelector": {} }], "ports": taken }],
    });
    let network = resource("networking.k8s.io/v1", "NetworkPolicy", NAME, namespace, network);
    Ok(vec![config, deployment(model), service, budget, network])
}

const PORTS: &[(&str, u16)] = &[("otlp-grpc", 4317), ("otlp-http", 4318), ("zipkin", 9411), ("metrics", 8888)];

fn deployment(model: &Model<'_>) -> Value {
    let ports: Vec<Value> = PORTS
        .iter()
        .chain(&[("health", 13133)])
        .map(|(name, port)| json!({ "name": name, "containerPort": port }))
        .collect();
    let health = json!({ "path": "/", "port": "health" });
    let container = json!({
        "name": "collector",
        "image": image::image(model, "collector"),
        "args": ["--config=/etc/otelcol/config.yaml"],
        "ports": ports,
        "readinessProbe": { "httpGet": health, "periodSeconds": 10, "timeoutSeconds": 2 },
        "livenessProbe": { "httpGet": health, "periodSeconds": 15, "timeoutSeconds": 5, "failureThreshold": 4 },
        // The limit of memory is what memory_limiter takes its percentages of.
        "resources": { "requests": { "cpu": "200m", "memory": "256Mi" }, "limits": { "memory": "512Mi" } },
        "securityContext": restricted(),
        "volumeMounts": [{ "name": "config", "mountPath": "/etc/otelcol", "readOnly": true }],
    });
    let spread = json!({
        "maxSkew": 1,
        "topologyKey": "kubernetes.io/hostname",
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": { "matchLabels": { "app.kubernetes.io/name": NAME } },
    });
    resource(
        "apps/v1",
        "Deployment",
        NAME,
        &model.settings.stack.namespace,
        json!({
            "replicas": 2,
            "selector": { "matchLabels": { "app.kubernetes.io/name": NAME } },
            "template": {
                "metadata": { "labels": labels(NAME) },
                "spec": {
                    "automountServiceAccountToken": false,
                    "topologySpreadConstraints": [spread],
                    "containers": [container],
                    "volumes": [{ "name": "config", "configMap": { "name": NAME } }],
                },
            },
        }),
    )
}
