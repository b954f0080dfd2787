//! What is said at the start: who runs, what is on, and where it can be seen.

use crate::config::{Destination, Settings};
#[cfg(feature = "metrics-endpoint")]
use crate::config::{Networks, Place};
#[cfg(feature = "metrics-endpoint")]
use std::net::SocketAddr;

/// Three lines: what is on and where it goes, where metrics are read, and how lines are written.
pub(crate) fn say(settings: &Settings, #[cfg(feature = "metrics-endpoint")] listens: Option<SocketAddr>) {
    say_what_is_on(settings);
    #[cfg(feature = "metrics-endpoint")]
    say_where_metrics_are(settings, listens);
    say_how_lines_are_written(settings);
}

fn say_what_is_on(settings: &Settings) {
    // What a signal is without any export, and with one.
    let shown = |alone: &str, destination: &Destination| match destination {
        Destination::Nowhere => alone.to_owned(),
        _ if !settings.enabled => format!("{alone}, not exported (OTEL_SDK_DISABLED)"),
        Destination::Console => format!("{alone}, and to the console"),
        Destination::Otlp(collector) => format!("{alone}, and otlp to {}", collector.shown()),
    };
    let traces = match &settings.traces {
        _ if !settings.traces_enabled => "off (OBSERVE_TRACES)".to_owned(),
        _ if !settings.enabled => "off (OTEL_SDK_DISABLED)".to_owned(),
        Destination::Nowhere => "kept for log lines, not exported".to_owned(),
        Destination::Console => "console".to_owned(),
        Destination::Otlp(collector) => format!("otlp to {}", collector.shown()),
    };
    // They are counted and can be scraped in any case, unless they are switched off.
    let metrics =
        if settings.metrics_enabled { shown("on", &settings.metrics) } else { "off (OBSERVE_METRICS)".to_owned() };
    // Lines are written in any case.
    let format = format!("{:?}", settings.log_format).to_lowercase();
    let written = match &settings.log_file {
        Some(path) => format!("{format}, and to {}", path.display()),
        None => format,
    };
    let logs = shown(&written, &settings.logs);
    #[cfg(feature = "health")]
    let health = Some(match crate::health::count() {
        0 => "no checks yet".to_owned(),
        1 => "1 check".to_owned(),
        count => format!("{count} checks"),
    });
    #[cfg(not(feature = "health"))]
    let health: Option<String> = None;
    #[cfg(feature = "alerts")]
    let alerts = Some(crate::alerts::destinations());
    #[cfg(not(feature = "alerts"))]
    let alerts: Option<String> = None;
    tracing::info!(
        target: "observe",
        version = settings.resource.get("service.version"),
        name_from = settings.name_from.unwrap_or("the program"),
        metrics,
        traces,
        logs,
        health,
        alerts,
        redaction = "on",
        pseudonyms = if settings.hash_key.is_some() { "keyed by OBSERVE_HASH_KEY" } else { "random key until restart" },
        "{} runs in {}",
        settings.resource.get("service.name"),
        settings.resource.get("deployment.environment.name"),
    );
}

#[cfg(feature = "metrics-endpoint")]
fn say_where_metrics_are(settings: &Settings, listens: Option<SocketAddr>) {
    let endpoint = &settings.endpoint;
    // Addresses would be hidden in a line, as those of people are.
    let allowed = if endpoint.allow == Networks::default() {
        "this machine and private networks".to_owned()
    } else if endpoint.allow.is_everyone() {
        "everyone".to_owned()
    } else {
        "those in OBSERVE_METRICS_ALLOW".to_owned()
    };
    let allowed = if endpoint.token.is_some() { format!("{allowed}, with the token") } else { allowed };
    match (&endpoint.place, listens) {
        (Place::Off, _) => tracing::info!(target: "observe", "/metrics is off (OBSERVE_METRICS_ENDPOINT)"),
        (Place::WithApp, _) => tracing::info!(
            target: "observe",
            allowed,
            "/metrics is answered by observe::axum::serve; a port of its own: OBSERVE_METRICS_ENDPOINT=:9090",
        ),
        (Place::Own(_), Some(address)) => {
            tracing::info!(target: "observe", allowed, "metrics are at http://{}/metrics", reachable(address));
        }
        // The warning has said it.
        (Place::Own(_), None) => {}
    }
}

/// An address that can be opened: what listens everywhere is reached on this machine.
#[cfg(feature = "metrics-endpoint")]
fn reachable(address: SocketAddr) -> SocketAddr {
    use std::net::{Ipv4Addr, Ipv6Addr};
    match address {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => (Ipv4Addr::LOCALHOST, v4.port()).into(),
        SocketAddr::V6(v6) if v6.ip().is_unspecified() => (Ipv6Addr::LOCALHOST, v6.port()).into(),
        address => address,
    }
}

fn say_how_lines_are_written(settings: &Settings) {
    let reason = if settings.log_format_is_chosen {
        "OBSERVE_LOG_FORMAT says so".to_owned()
    } else {
        format!("the environment is {}", settings.resource.get("deployment.environment.name"))
    };
    tracing::info!(
        target: "observe",
        filter = settings.log_filter.shown(),
        settings = settings.origin,
        "log lines are {}, as {reason}",
        format!("{:?}", settings.log_format).to_lowercase(),
    );
}
