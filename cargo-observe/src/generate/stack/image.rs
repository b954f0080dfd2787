//! The images of the stack, each with its version.

use super::Model;

/// What each part runs, in the order of the parts' names.
const IMAGES: &[(&str, &str)] = &[
    ("alertmanager", "prom/alertmanager:v0.33.1"),
    ("alloy", "grafana/alloy:v1.17.1"),
    ("collector", "otel/opentelemetry-collector-contrib:0.158.0"),
    ("grafana", "grafana/grafana:13.1.0"),
    ("jaeger", "jaegertracing/jaeger:2.19.0"),
    ("loki", "grafana/loki:3.7.7"),
    ("postgres-exporter", "prometheuscommunity/postgres-exporter:v0.18.1"),
    ("prometheus", "prom/prometheus:v3.5.3"),
    ("redis-exporter", "oliver006/redis_exporter:v1.74.0"),
    ("setup", "busybox:1.37.0-musl"),
];

pub(super) fn names() -> Vec<&'static str> {
    IMAGES.iter().map(|(name, _)| *name).collect()
}

/// The image of a part: the settings go before the list.
pub(super) fn image(model: &Model<'_>, name: &str) -> String {
    let own = model.settings.stack.images.get(name).map(String::as_str);
    let known = IMAGES.iter().find(|(known, _)| *known == name).map(|(_, image)| *image);
    own.or(known).unwrap_or(name).to_owned()
}
