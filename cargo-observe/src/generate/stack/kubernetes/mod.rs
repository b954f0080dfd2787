//! The same for those who outgrow one machine: resources of Kubernetes, for a cluster with the Prometheus Operator and with
//! a Grafana that looks for dashboards by label.

mod gateway;
mod monitoring;
mod workload;

use super::Model;
use super::policy::Policy;
use super::service::Service;
use super::written::Written;
use super::yaml::documents;
use crate::error::Result;
use serde_json::{Value, json};

/// The files, by their names.
pub(super) fn files(
    model: &Model<'_>,
    services: &[Service],
    policy: &Policy,
    written: &Written,
) -> Result<Vec<(String, String)>> {
    let namespace = &model.settings.stack.namespace;
    let mut files = vec![
        ("namespace.yaml".to_owned(), documents(&[gateway::namespace(namespace)])?),
        ("collector.yaml".to_owned(), documents(&gateway::resources(model, services, policy)?)?),
        ("service-monitors.yaml".to_owned(), documents(&monitoring::service_monitors(model, services))?),
        ("prometheus-adapter.yaml".to_owned(), documents(&[monitoring::adapter(model, services)?])?),
    ];
    let optional = [
        ("prometheus-rules.yaml", monitoring::rules(namespace, written)),
        ("dashboards.yaml", monitoring::dashboards(namespace, written)),
    ];
    for (name, resources) in optional {
        if !resources.is_empty() {
            files.push((name.to_owned(), documents(&resources)?));
        }
    }
    for service in services {
        let name = format!("services/{}.yaml", service.resource_name());
        files.push((name, documents(&workload::resources(model, service))?));
    }
    Ok(files)
}

/// A resource's kind, name and labels.
fn resource(api: &str, kind: &str, name: &str, namespace: &str, spec: Value) -> Value {
    json!({
        "apiVersion": api,
        "kind": kind,
        "metadata": { "name": name, "namespace": namespace, "labels": labels(name) },
        "spec": spec,
    })
}

fn labels(name: &str) -> Value {
    json!({ "app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "observe" })
}

/// What no container of ours needs more than.
fn restricted() -> Value {
    json!({
        "allowPrivilegeEscalation": false,
        "readOnlyRootFilesystem": true,
        "runAsNonRoot": true,
        "capabilities": { "drop": ["ALL"] },
        "seccompProfile": { "type": "RuntimeDefault" },
    })
}
