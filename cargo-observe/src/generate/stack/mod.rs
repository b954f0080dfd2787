//! The configuration of the stack around a service: Compose for one machine, Kubernetes for those who outgrow it.
//!
//! One file here makes one thing, as a value that is written as YAML. All of it lies in the folder `stack`; rules, the
//! Alertmanager's configuration and dashboards are made by their own parts, and mounted from where those put them.

mod alloy;
mod collector;
mod compose;
mod grafana;
mod image;
mod jaeger;
mod kubernetes;
mod loki;
mod policy;
mod prometheus;
mod readme;
mod service;
mod tls;
mod values;
mod written;
mod yaml;

use super::Model;
use crate::error::{Error, Result};
use crate::files::Files;
use service::services;
use written::Written;

/// The folder of all that is made here.
const FOLDER: &str = "stack";

pub(crate) fn files(model: &Model<'_>) -> Result<Files> {
    check(model)?;
    let services = services(model);
    let policy = policy::policy(model)?;
    let written = Written::by_other_parts(model)?;
    let mut files = Files::default();
    let mut add = |path: &str, text: String| files.add(format!("{FOLDER}/{path}"), text);
    add("prometheus/prometheus.yml", prometheus::config(model, &services)?);
    add("prometheus/prometheus.docker.yml", prometheus::config_for_docker(model)?);
    add("prometheus/prometheus.kubernetes.yml", prometheus::config_for_kubernetes(model)?);
    add("prometheus/targets/none.yml", prometheus::targets()?);
    add("collector/config.yaml", collector::config(&services, &policy)?);
    add("collector/logs.yaml", collector::logs()?);
    add("jaeger/config.yaml", jaeger::config(model)?);
    add("jaeger/ui.json", jaeger::ui());
    add("loki/config.yaml", loki::config(model)?);
    add("alloy/config.alloy", alloy::config(&policy));
    add("grafana/datasources.yaml", grafana::datasources()?);
    add("grafana/dashboards.yaml", grafana::providers(&written)?);
    add("compose.yaml", compose::file(model, &written)?);
    add(".env.example", compose::environment().to_owned());
    add("compose.tls.yaml", tls::overlay(model, &written)?);
    add("tls/certificates.sh", tls::certificates());
    add("tls/web.yml", tls::web()?);
    add("tls/client.yml", tls::client()?);
    add("tls/prometheus.yml", prometheus::config_with_tls(model, &services)?);
    add("tls/collector.yaml", tls::collector()?);
    add("tls/jaeger.yaml", tls::jaeger()?);
    add("tls/config.alloy", alloy::config_with_tls(&policy));
    add("tls/datasources.yaml", grafana::datasources_with_tls()?);
    add("tls/roles.sh", tls::roles(&written));
    for (name, text) in kubernetes::files(model, &services, &policy, &written)? {
        add(&format!("kubernetes/{name}"), text);
    }
    add("README.md", readme::text(model, &services, &written));
    Ok(files)
}

/// What the settings may not say.
fn check(model: &Model<'_>) -> Result<()> {
    let stack = &model.settings.stack;
    let known = |what: &str, name: &str, all: &[&str]| {
        if all.contains(&name) {
            return Ok(());
        }
        let nearest = observe_rules::suggest::nearest(name, all.iter().copied());
        let help = nearest.map_or_else(|| all.join(", "), |nearest| format!("a similar one is `{nearest}`"));
        Err(Error::new(format!("observe.toml: `{name}` in `stack.{what}` is not known")).help(help))
    };
    stack.images.keys().try_for_each(|name| known("images", name, &image::names()))?;
    stack.ports.keys().try_for_each(|name| known("ports", name, compose::PORTS_OF))?;
    stack.keep_kinds.iter().try_for_each(|kind| known("keep_kinds", kind, &values::kinds()))?;
    let retention = &model.settings.retention;
    let days = [retention.metrics_days, retention.logs_days, retention.traces_days];
    if days.contains(&0) || stack.logs_days.values().any(|days| *days == 0) {
        return Err(Error::new("observe.toml: a retention of 0 days keeps nothing").help("say 1 or more"));
    }
    Ok(())
}
