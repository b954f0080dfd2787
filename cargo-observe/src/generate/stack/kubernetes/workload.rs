//! A service: its probes, its autoscaler, who may read its metrics.

use super::{labels, monitoring, resource, restricted};
use crate::generate::stack::Model;
use crate::generate::stack::service::Service;
use serde_json::{Value, json};

pub(super) fn resources(model: &Model<'_>, service: &Service) -> Vec<Value> {
    let namespace = &model.settings.stack.namespace;
    let name = service.resource_name();
    let port = service.port(model.settings.stack.service_port);
    let selector = json!({ "app.kubernetes.io/name": name });
    let ports = json!([{ "name": "http", "port": port, "targetPort": "http" }]);
    let mut all = vec![
        deployment(model, service, &name, port),
        resource("v1", "Service", &name, namespace, json!({ "selector": selector, "ports": ports })),
        resource(
            "policy/v1",
            "PodDisruptionBudget",
            &name,
            namespace,
            json!({
                "minAvailable": 1,
                "selector": { "matchLabels": selector },
            }),
        ),
        network_policy(namespace, &name, &selector),
    ];
    all.extend(autoscaler(model, service, &name));
    all
}

/// `/metrics` is answered on the port of requests, so a policy of the network can't tell the two apart: it says who reaches
/// the pod at all, and the service itself says who may read its metrics.
fn network_policy(namespace: &str, name: &str, selector: &Value) -> Value {
    let from = |label: &str, value: &str| json!({ "podSelector": { "matchLabels": { label: value } }, "namespaceSelector": {} });
    resource(
        "networking.k8s.io/v1",
        "NetworkPolicy",
        name,
        namespace,
        json!({
            "podSelector": { "matchLabels": selector },
            "policyTypes": ["Ingress"],
            "ingress": [
                { "from": [from("app.kubernetes.io/name", "prometheus")], "ports": [{ "port": "http", "protocol": "TCP" }] },
                // Pods of its own namespace, and the ingress controller's.
                {
                    "from": [
                        { "podSelector": {} },
                        { "namespaceSelector": { "matchLabels": { "kubernetes.io/metadata.name": "ingress-nginx" } } },
                    ],
                    "ports": [{ "port": "http", "protocol": "TCP" }],
                },
            ],
        }),
    )
}

fn deployment(model: &Model<'_>, service: &Service, name: &str, port: u16) -> Value {
    let stack = &model.settings.stack;
    let variable = |name: &str, value: &str| json!({ "name": name, "value": value });
    let of_pod = |name: &str, path: &str| json!({ "name": name, "valueFrom": { "fieldRef": { "fieldPath": path } } });
    let container = json!({
        "name": "service",
        "image": stack.service_images.get(&service.name).cloned().unwrap_or_else(|| format!("{name}:latest")),
        "ports": [{ "name": "http", "containerPort": port }],
        "env": [
            variable("OTEL_EXPORTER_OTLP_ENDPOINT", &format!("http://observe-collector.{}.svc:4318", stack.namespace)),
            // Prometheus asks for these.
            variable("OTEL_METRICS_EXPORTER", "none"),
            variable("OBSERVE_ENVIRONMENT", "production"),
            of_pod("POD_NAME", "metadata.name"),
            variable("OTEL_RESOURCE_ATTRIBUTES", "service.instance.id=$(POD_NAME),k8s.pod.name=$(POD_NAME)"),
        ],
        // Migrations and models may take five minutes; until then the other two are not asked.
        "startupProbe": {
            "httpGet": { "path": "/health/startup", "port": "http" },
            "periodSeconds": 5, "timeoutSeconds": 2, "failureThreshold": 60,
        },
        "livenessProbe": {
            "httpGet": { "path": "/health/live", "port": "http" },
            "periodSeconds": 10, "timeoutSeconds": 2, "failureThreshold": 3,
        },
        "readinessProbe": {
            "httpGet": { "path": "/health/ready", "port": "http" },
            "periodSeconds": readiness_period(model, service), "timeoutSeconds": 2, "failureThreshold": 2,
        },
        "resources": { "requests": { "cpu": "100m", "memory": "128Mi" }, "limits": { "memory": "512Mi" } },
        "securityContext": restricted(),
    });
    resource(
        "apps/v1",
        "Deployment",
        name,
        &stack.namespace,
        json!({
            "selector": { "matchLabels": { "app.kubernetes.io/name": name } },
            "template": {
                "metadata": {
                    "labels": labels(name),
                    "annotations": { "observe/scrape": "true", "observe/port": port.to_string() },
                },
                "spec": {
                    "automountServiceAccountToken": false,
                    // Longer than what a service takes to drain: 5 s until nobody sends, 20 s for requests, 3 s for telemetry.
                    "terminationGracePeriodSeconds": 35,
                    "containers": [container],
                },
            },
        }),
    )
}

/// Longer than any check may take: a check is never asked while it is still being answered.
fn readiness_period(model: &Model<'_>, service: &Service) -> u64 {
    let checks = model.catalogue.health_checks.iter();
    let its = checks.filter(|check| check.programs.iter().any(|program| service.programs.contains(program)));
    let longest = its.map(|check| check.timeout_ms.div_ceil(1000)).max().unwrap_or_default();
    (longest + 1).max(5)
}

/// By the service's own requests. Where it counts none there is nothing to scale by.
fn autoscaler(model: &Model<'_>, service: &Service, name: &str) -> Option<Value> {
    let (_, metric) = monitoring::scaled_by(model, service)?;
    let stack = &model.settings.stack;
    let wanted = json!({ "type": "AverageValue", "averageValue": stack.requests_per_replica.to_string() });
    Some(resource(
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        name,
        &stack.namespace,
        json!({
            "scaleTargetRef": { "apiVersion": "apps/v1", "kind": "Deployment", "name": name },
            "minReplicas": 2,
            "maxReplicas": 10,
            "metrics": [{ "type": "Pods", "pods": { "metric": { "name": metric }, "target": wanted } }],
            "behavior": { "scaleDown": { "stabilizationWindowSeconds": 300 } },
        }),
    ))
}
