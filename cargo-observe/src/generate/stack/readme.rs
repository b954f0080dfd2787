//! What is said to whoever starts the stack.

use super::service::Service;
use super::written::Written;
use super::yaml::header;
use super::{Model, image};

/// With names in braces for what is known only now.
const TEXT: &str = include_str!("readme.md");

pub(super) fn text(model: &Model<'_>, services: &[Service], written: &Written) -> String {
    let stack = &model.settings.stack;
    let retention = &model.settings.retention;
    let port = |name: &str, inside: u16| stack.ports.get(name).copied().unwrap_or(inside);
    let address = |name: &str, inside: u16| format!("{}:{}", stack.bind, port(name, inside));
    let rows = services.iter().map(|service| format!("| `{}` | {} |\n", service.name, service.targets.join(", ")));
    let rows = rows.collect::<Vec<_>>().concat();
    let images = image::names().into_iter().map(|name| format!("| {name} | `{}` |\n", image::image(model, name)));
    let images = images.collect::<Vec<_>>().concat();
    let kept = stack.logs_days.iter().map(|(name, days)| format!("Logs of `{name}` are kept {days} days. "));
    let kept = kept.collect::<Vec<_>>().concat();
    let comment = header("<!--").trim_end().to_owned();
    let values = [
        ("alertmanager", address("alertmanager", 9093)),
        ("bind", stack.bind.clone()),
        ("boards", written.dashboards.len().to_string()),
        ("comment", comment),
        ("grafana", address("grafana", 3000)),
        ("grpc", address("otlp-grpc", 4317)),
        ("http", address("otlp-http", 4318)),
        ("images", images),
        ("jaeger", address("jaeger", 16686)),
        ("kept", kept),
        ("logs", retention.logs_days.to_string()),
        ("loki", address("loki", 3100)),
        ("metrics", retention.metrics_days.to_string()),
        ("prometheus", address("prometheus", 9090)),
        ("rows", rows),
        ("rules", written.rules.len().to_string()),
        ("traces", retention.traces_days.to_string()),
        ("zipkin", address("zipkin", 9411)),
    ];
    values.iter().fold(TEXT.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}
