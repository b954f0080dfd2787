//! The stack for one machine, as a Compose file.
//!
//! Some of the images have no shell and no program that could ask for health. So a container that runs once puts a static
//! busybox into a volume, which all others have: each health check is a real request, whatever is in the image. It gives the
//! volumes to the users of the images as well, which don't run as root.

use super::grafana::{self, by_folder};
use super::image::image;
use super::written::Written;
use super::yaml::yaml_about;
use super::{Model, prometheus};
use crate::error::Result;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};

/// The parts that a port of the machine leads to, which the settings may change.
pub(super) const PORTS_OF: &[&str] =
    &["alertmanager", "grafana", "jaeger", "loki", "otlp-grpc", "otlp-http", "prometheus", "zipkin"];

/// The program that health checks are made with, in every container.
const PROBE: &str = "/probe/busybox";

pub(super) fn file(model: &Model<'_>, written: &Written) -> Result<String> {
    let mut services = Map::new();
    services.insert("setup".to_owned(), setup(model));
    for part in [prometheus_service, alertmanager, collector, jaeger, loki, alloy, grafana_service] {
        let (name, service) = part(model, written);
        services.insert(name.to_owned(), service);
    }
    services.extend(exporters(model));
    let volumes: Map<String, Value> = VOLUMES.iter().map(|(name, ..)| ((*name).to_owned(), json!({}))).collect();
    yaml_about(
        ABOUT,
        &json!({
            "name": "observability",
            "services": services,
            "networks": {
                // Between the parts of the stack; it leads nowhere else.
                "telemetry": { "internal": true },
                // Services join this one: they find the Collector in it, and Prometheus finds them.
                "services": { "name": "observe-services" },
                // For ports of this machine, and for alerts on their way out.
                "edge": {},
            },
            "volumes": volumes,
        }),
    )
}

const ABOUT: &str = "docker compose up --detach --wait; the README beside says what is where.\n\
    No service needs any of this to start or to be healthy.";

/// The volumes, where `setup` has them, and whose they are: the users of the images.
const VOLUMES: &[(&str, &str, &str)] = &[
    ("probe", "/probe", "0:0"),
    ("prometheus", "/volumes/prometheus", "65534:65534"),
    ("alertmanager", "/volumes/alertmanager", "65534:65534"),
    ("jaeger", "/volumes/jaeger", "10001:10001"),
    ("loki", "/volumes/loki", "10001:10001"),
    ("grafana", "/volumes/grafana", "472:0"),
    ("alloy", "/volumes/alloy", "0:0"),
];

/// Runs once, as root, without a network.
fn setup(model: &Model<'_>) -> Value {
    let owners = VOLUMES.iter().filter(|(name, ..)| *name != "probe");
    let chown: Vec<String> = owners.map(|(_, place, owner)| format!("chown -R {owner} {place}")).collect();
    let script = format!("cp /bin/busybox /probe/busybox && chmod 0755 /probe/busybox && {}", chown.join(" && "));
    let volumes: Vec<String> = VOLUMES.iter().map(|(name, place, _)| format!("{name}:{place}")).collect();
    json!({
        "image": image(model, "setup"),
        "command": ["sh", "-c", script],
        "volumes": volumes,
        "network_mode": "none",
        "restart": "no",
        "read_only": true,
        "cap_drop": ["ALL"],
        "cap_add": ["CHOWN", "DAC_OVERRIDE", "FOWNER"],
        "security_opt": ["no-new-privileges:true"],
        // It has ended when the others start: that is its health.
        "healthcheck": { "disable": true },
    })
}

/// What all parts have in common.
fn part(model: &Model<'_>, name: &str, health: &str, memory: &str, cpus: &str) -> Value {
    json!({
        "image": image(model, name),
        "restart": "unless-stopped",
        "depends_on": { "setup": { "condition": "service_completed_successfully" } },
        "healthcheck": asks(health),
        "networks": ["telemetry"],
        "volumes": ["probe:/probe:ro"],
        "read_only": true,
        "tmpfs": ["/tmp"],
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
        "deploy": { "resources": { "limits": { "memory": memory, "cpus": cpus } } },
        "logging": { "driver": "json-file", "options": { "max-size": "10m", "max-file": "3" } },
    })
}

/// A health check that asks this URL from inside.
pub(super) fn asks(url: &str) -> Value {
    json!({
        "test": ["CMD", PROBE, "wget", "-q", "-T", "4", "-O", "/dev/null", "--no-check-certificate", url],
        "interval": "15s",
        "timeout": "5s",
        "retries": 5,
        "start_period": "30s",
    })
}

/// Adds to a list of a service.
fn push(service: &mut Value, key: &str, more: impl IntoIterator<Item = String>) {
    if !service[key].is_array() {
        service[key] = json!([]);
    }
    if let Some(list) = service[key].as_array_mut() {
        list.extend(more.into_iter().map(Value::String));
    }
}

/// A port of this machine, reached from it alone unless the settings say otherwise.
fn port(model: &Model<'_>, name: &str, inside: u16) -> String {
    let stack = &model.settings.stack;
    let outside = stack.ports.get(name).copied().unwrap_or(inside);
    let bind = if stack.bind.contains(':') { format!("[{}]", stack.bind) } else { stack.bind.clone() };
    format!("{bind}:{outside}:{inside}")
}

/// A file that another part made, from this folder.
fn mounted(path: &Path, place: &str) -> String {
    format!("../{}:{place}:ro", path.display())
}

fn prometheus_service(model: &Model<'_>, written: &Written) -> (&'static str, Value) {
    let mut service = part(model, "prometheus", "http://127.0.0.1:9090/-/ready", "2g", "1.0");
    service["command"] = json!(prometheus::flags(model));
    push(
        &mut service,
        "volumes",
        [
            "./prometheus/prometheus.yml:/etc/prometheus/prometheus.yml:ro".to_owned(),
            "./prometheus/targets:/etc/prometheus/targets:ro".to_owned(),
            "prometheus:/prometheus".to_owned(),
        ],
    );
    // One by one: tests of rules may lie beside them, and are none.
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let rules = written.rules.iter().map(|(path, _)| mounted(path, &format!("/etc/prometheus/rules/{}", name(path))));
    push(&mut service, "volumes", rules);
    push(&mut service, "networks", ["services", "edge"].map(str::to_owned));
    push(&mut service, "ports", [port(model, "prometheus", 9090)]);
    ("prometheus", service)
}

fn alertmanager(model: &Model<'_>, written: &Written) -> (&'static str, Value) {
    let mut service = part(model, "alertmanager", "http://127.0.0.1:9093/-/ready", "256m", "0.5");
    service["command"] = json!(alertmanager_flags(written));
    push(
        &mut service,
        "volumes",
        [
            "${ALERTMANAGER_SECRETS:-./secrets}:/etc/alertmanager/secrets:ro".to_owned(),
            "alertmanager:/alertmanager".to_owned(),
        ],
    );
    // One by one, so that the secrets can be put beside them.
    let place = |path: &PathBuf| {
        let name = path.strip_prefix(&written.alertmanager.0).unwrap_or(path);
        mounted(path, &format!("/etc/alertmanager/{}", name.display()))
    };
    let files: Vec<String> = written.beside_alertmanager.iter().map(place).collect();
    push(&mut service, "volumes", files);
    push(&mut service, "networks", ["edge".to_owned()]);
    push(&mut service, "ports", [port(model, "alertmanager", 9093)]);
    ("alertmanager", service)
}

/// The flags of the Alertmanager.
pub(super) fn alertmanager_flags(written: &Written) -> Vec<String> {
    vec![
        format!("--config.file=/etc/alertmanager/{}", written.alertmanager.1),
        "--storage.path=/alertmanager".to_owned(),
        // Five days of history.
        "--data.retention=120h".to_owned(),
        // One of them, and no cluster.
        "--cluster.listen-address=".to_owned(),
    ]
}

fn collector(model: &Model<'_>, _written: &Written) -> (&'static str, Value) {
    let mut service = part(model, "collector", "http://127.0.0.1:13133/", "512m", "1.0");
    service["command"] = json!(["--config=/etc/otelcol/config.yaml"]);
    push(&mut service, "volumes", ["./collector/config.yaml:/etc/otelcol/config.yaml:ro".to_owned()]);
    push(&mut service, "networks", ["services", "edge"].map(str::to_owned));
    let ports = [("otlp-grpc", 4317), ("otlp-http", 4318), ("zipkin", 9411)];
    push(&mut service, "ports", ports.map(|(name, inside)| port(model, name, inside)));
    ("collector", service)
}

fn jaeger(model: &Model<'_>, _written: &Written) -> (&'static str, Value) {
    let mut service = part(model, "jaeger", "http://127.0.0.1:13133/status", "1g", "1.0");
    service["command"] = json!(["--config=/etc/jaeger/config.yaml"]);
    push(
        &mut service,
        "volumes",
        [
            "./jaeger/config.yaml:/etc/jaeger/config.yaml:ro".to_owned(),
            "./jaeger/ui.json:/etc/jaeger/ui.json:ro".to_owned(),
            "jaeger:/badger".to_owned(),
        ],
    );
    push(&mut service, "networks", ["edge".to_owned()]);
    push(&mut service, "ports", [port(model, "jaeger", 16686)]);
    ("jaeger", service)
}

fn loki(model: &Model<'_>, _written: &Written) -> (&'static str, Value) {
    let mut service = part(model, "loki", "http://127.0.0.1:3100/ready", "1g", "1.0");
    service["command"] = json!(["-config.file=/etc/loki/config.yaml"]);
    push(&mut service, "volumes", ["./loki/config.yaml:/etc/loki/config.yaml:ro".to_owned(), "loki:/loki".to_owned()]);
    push(&mut service, "networks", ["edge".to_owned()]);
    push(&mut service, "ports", [port(model, "loki", 3100)]);
    // Its first minute is spent on joining itself.
    service["healthcheck"]["start_period"] = json!("90s");
    ("loki", service)
}

fn alloy(model: &Model<'_>, _written: &Written) -> (&'static str, Value) {
    let mut service = part(model, "alloy", "http://127.0.0.1:12345/-/ready", "512m", "0.5");
    service["command"] = json!([
        "run",
        "--server.http.listen-addr=0.0.0.0:12345",
        "--storage.path=/var/lib/alloy",
        "--disable-reporting",
        "/etc/alloy/config.alloy",
    ]);
    // The socket belongs to root on most machines, and whoever may read it may do anything there.
    service["user"] = json!("0:0");
    push(
        &mut service,
        "volumes",
        [
            "./alloy/config.alloy:/etc/alloy/config.alloy:ro".to_owned(),
            "/var/run/docker.sock:/var/run/docker.sock:ro".to_owned(),
            "alloy:/var/lib/alloy".to_owned(),
        ],
    );
    ("alloy", service)
}

fn grafana_service(model: &Model<'_>, written: &Written) -> (&'static str, Value) {
    let mut service = part(model, "grafana", "http://127.0.0.1:3000/api/health", "512m", "1.0");
    service["environment"] = grafana::environment();
    push(
        &mut service,
        "volumes",
        [
            "./grafana/datasources.yaml:/etc/grafana/provisioning/datasources/datasources.yaml:ro".to_owned(),
            "./grafana/dashboards.yaml:/etc/grafana/provisioning/dashboards/dashboards.yaml:ro".to_owned(),
            "grafana:/var/lib/grafana".to_owned(),
        ],
    );
    for (folder, paths) in by_folder(written) {
        let place = |path: &Path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            format!("/etc/observe/dashboards/{folder}/{name}")
        };
        push(&mut service, "volumes", paths.into_iter().map(|path| mounted(path, &place(path))));
    }
    push(&mut service, "networks", ["edge".to_owned()]);
    push(&mut service, "ports", [port(model, "grafana", 3000)]);
    ("grafana", service)
}

/// Those that somebody may want: `docker compose --profile postgres up`.
fn exporters(model: &Model<'_>) -> Map<String, Value> {
    let mut postgres = part(model, "postgres-exporter", "http://127.0.0.1:9187/", "128m", "0.25");
    postgres["environment"] = json!({
        "DATA_SOURCE_URI": "${POSTGRES_URI:-postgres:5432/postgres?sslmode=disable}",
        "DATA_SOURCE_USER": "${POSTGRES_USER:-postgres_exporter}",
        "DATA_SOURCE_PASS": "${POSTGRES_PASSWORD:-}",
    });
    let mut redis = part(model, "redis-exporter", "http://127.0.0.1:9121/health", "128m", "0.25");
    redis["environment"] = json!({
        "REDIS_ADDR": "${REDIS_ADDR:-redis://redis:6379}",
        "REDIS_PASSWORD": "${REDIS_PASSWORD:-}",
    });
    let mut exporters = Map::new();
    for (name, profile, mut service) in
        [("postgres-exporter", "postgres", postgres), ("redis-exporter", "redis", redis)]
    {
        service["profiles"] = json!([profile]);
        push(&mut service, "networks", ["services".to_owned()]);
        exporters.insert(name.to_owned(), service);
    }
    exporters
}

/// What may be set, and has to be.
pub(super) fn environment() -> &'static str {
    ENVIRONMENT
}

const ENVIRONMENT: &str = "\
# Copy it to .env, which belongs into no repository.

# Who administers Grafana. Nothing starts without it.
GRAFANA_ADMIN_PASSWORD=

# Where people open Grafana. Links in alerts begin with it.
GRAFANA_ROOT_URL=http://localhost:3000

# The folder with the secrets of the Alertmanager's receivers, a file each.
ALERTMANAGER_SECRETS=./secrets

# docker compose --profile postgres --profile redis up
POSTGRES_URI=postgres:5432/postgres?sslmode=disable
POSTGRES_USER=postgres_exporter
POSTGRES_PASSWORD=
REDIS_ADDR=redis://redis:6379
REDIS_PASSWORD=
";
