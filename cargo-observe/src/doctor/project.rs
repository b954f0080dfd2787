//! The project: versions that must not be there twice, features that are missing, the compiler, `observe.toml`.

use super::finding::Finding;
use super::variables::Variables;
use crate::context::Context;
use cargo_metadata::{Metadata, MetadataCommand, Package};
use observe_rules::policy::{FILE, Policy};
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// Crates that hold something of which a process has one: two versions of such a crate don't know of each other.
const ONE: [(&str, &str); 6] = [
    ("observe-runtime", "each version counts and traces for itself"),
    ("tracing-core", "spans of one version are not seen by the other's subscriber"),
    ("opentelemetry", "the current context of one version is unknown to the other"),
    ("prometheus", "metrics of one version are not in the other's registry"),
    ("tokio", "tasks of one version don't run in the other's runtime"),
    ("log", "records of one version don't reach the other's logger"),
];

pub(super) fn check(context: &Context, variables: &Variables) -> Vec<Finding> {
    let mut findings = policy(context);
    let mut cargo = MetadataCommand::new();
    cargo.current_dir(&context.root).other_options(["--offline".to_owned()]);
    match cargo.exec() {
        Ok(metadata) => {
            findings.extend(versions(&metadata));
            findings.extend(features(&metadata, variables));
            findings.extend(compiler(&metadata));
        }
        Err(error) => {
            let first = error.to_string().lines().next().unwrap_or_default().to_owned();
            let what = format!("cargo can't read the workspace at {}: {first}", context.root.display());
            findings.push(Finding::skipped("project", what).help("run it where the service's Cargo.toml is"));
        }
    }
    findings
}

/// What the macros would say of the file.
fn policy(context: &Context) -> Vec<Finding> {
    let Ok(text) = std::fs::read_to_string(context.root.join(FILE)) else {
        return vec![Finding::ok(FILE, "there is none: limits and names are the standard ones")];
    };
    let (_, problems) = Policy::parse(&text);
    if problems.is_empty() {
        return vec![Finding::ok(FILE, "understood")];
    }
    problems.iter().map(|problem| Finding::failed(FILE, problem.to_string())).collect()
}

fn versions(metadata: &Metadata) -> Vec<Finding> {
    let mut found: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for package in &metadata.packages {
        found.entry(package.name.as_str()).or_default().insert(package.version.to_string());
    }
    let mut findings: Vec<_> = twice(&found);
    if findings.is_empty() {
        findings.push(Finding::ok("versions", "no crate that holds something global is there twice"));
    }
    findings
}

fn twice(found: &BTreeMap<&str, BTreeSet<String>>) -> Vec<Finding> {
    let several = ONE.iter().filter_map(|(name, why)| Some((name, why, found.get(name)?)));
    several
        .filter(|(_, _, versions)| versions.len() > 1)
        .map(|(name, why, versions)| {
            let versions: Vec<_> = versions.iter().map(String::as_str).collect();
            let what = format!("{name} is there as {}: {why}", versions.join(" and "));
            let help = format!("`cargo tree -i {name}@{}` says who wants it", versions.first().unwrap_or(&""));
            Finding::warning("versions", what).help(help)
        })
        .collect()
}

fn runtime(metadata: &Metadata) -> Option<&Package> {
    metadata.packages.iter().find(|package| package.name.as_str() == "observe-runtime")
}

/// What the environment asks for and the runtime isn't built with.
fn features(metadata: &Metadata, variables: &Variables) -> Vec<Finding> {
    let Some(runtime) = runtime(metadata) else {
        return vec![Finding::warning("features", "the workspace does not use observe").help("`cargo observe init`")];
    };
    let nodes = metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
    let built: Vec<_> = nodes.filter(|node| node.id == runtime.id).flat_map(|node| &node.features).collect();
    missing(&|feature| built.iter().any(|built| built.as_str() == feature), variables)
}

fn missing(has: &dyn Fn(&str) -> bool, variables: &Variables) -> Vec<Finding> {
    let endpoints = ["", "TRACES_", "METRICS_", "LOGS_"].map(|signal| format!("OTEL_EXPORTER_OTLP_{signal}ENDPOINT"));
    let exports = endpoints.iter().any(|name| variables.get(name).is_some());
    let protocols = ["", "TRACES_", "METRICS_", "LOGS_"].map(|signal| format!("OTEL_EXPORTER_OTLP_{signal}PROTOCOL"));
    let speaks_grpc = protocols.iter().any(|name| variables.get(name) == Some("grpc"));
    let alerts =
        ["OBSERVE_PAGERDUTY_KEY", "OBSERVE_SLACK_WEBHOOK", "OBSERVE_ALERTMANAGER_URL", "OBSERVE_ALERT_WEBHOOK"];
    let alerts = alerts.iter().any(|name| variables.get(name).is_some());
    let listens = variables.get("OBSERVE_METRICS_ENDPOINT").is_some_and(|value| value.contains(':'));
    let wanted = [
        (exports, "otlp", "an endpoint is set"),
        (speaks_grpc, "otlp-grpc", "gRPC is asked for"),
        (alerts, "alerts", "a channel for alerts is set"),
        (listens, "metrics-endpoint", "metrics are to have an address of their own"),
    ];
    let mut findings: Vec<_> = wanted
        .into_iter()
        .filter(|(is_asked, feature, _)| *is_asked && !has(feature))
        .map(|(_, feature, why)| {
            let what = format!("{why}, and observe-runtime is built without `{feature}`");
            Finding::failed("features", what).help(format!("add the feature `{feature}` to observe-runtime"))
        })
        .collect();
    if findings.is_empty() && has("axum") && !has("otlp") {
        let what = "`axum` without `otlp`: requests are counted and traced, and traces can't leave the process";
        findings.push(Finding::warning("features", what).help("add the feature `otlp` to observe-runtime"));
    }
    if findings.is_empty() {
        findings.push(Finding::ok("features", "what the environment asks for is built in"));
    }
    findings
}

fn compiler(metadata: &Metadata) -> Option<Finding> {
    let wanted = runtime(metadata)?.rust_version.as_ref()?;
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").current_dir(&metadata.workspace_root).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let there = text.split_whitespace().nth(1)?;
    let numbers = |version: &str| {
        let mut parts = version.split(['.', '-']).map(|part| part.parse::<u64>().unwrap_or(0));
        (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
    };
    Some(if numbers(there) < (wanted.major, wanted.minor) {
        Finding::failed("rustc", format!("{there} is older than {wanted}")).help("`rustup update`")
    } else {
        Finding::ok("rustc", format!("{there}, and {wanted} is asked for"))
    })
}

#[cfg(test)]
mod tests {
    use super::super::finding::State;
    use super::*;

    #[test]
    fn a_crate_that_is_there_twice_is_named_with_who_to_ask() {
        let of = |versions: &[&str]| versions.iter().map(|version| (*version).to_owned()).collect::<BTreeSet<_>>();
        let found = BTreeMap::from([("tracing-core", of(&["0.1.36", "0.2.0"])), ("syn", of(&["1.0.0", "2.0.0"]))]);
        let findings = twice(&found);
        assert_eq!(findings.len(), 1);
        assert!(findings[0].what.starts_with("tracing-core is there as 0.1.36 and 0.2.0"), "{findings:?}");
        assert!(findings[0].help.as_deref().is_some_and(|help| help.contains("cargo tree -i tracing-core@0.1.36")));
    }

    #[test]
    fn a_feature_that_the_environment_needs_is_named() {
        let variables: Variables = [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4317"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ("OBSERVE_SLACK_WEBHOOK", "https://slack"),
        ]
        .into_iter()
        .collect();
        let findings = missing(&|feature| feature == "otlp", &variables);
        let helps: Vec<_> = findings.iter().filter_map(|finding| finding.help.as_deref()).collect();
        assert_eq!(
            helps,
            ["add the feature `otlp-grpc` to observe-runtime", "add the feature `alerts` to observe-runtime"]
        );
        assert_eq!(missing(&|_| true, &variables)[0].state, State::Ok);
        assert_eq!(missing(&|feature| feature == "axum", &Variables::default())[0].state, State::Warning);
    }
}
