//! What a record says, in words: texts by key, and nothing where nothing was said.

use super::labels::{self, Label, Labels, Values};
use super::{Scrape, names};
use observe_rules::bucket::PRESETS;
use observe_rules::catalogue::{Kind, Record};
use observe_rules::families::{Family, Group, OUTCOMES};
use serde_json::{Map, Value};

/// What the thing is called; of a type it is the type.
pub(super) fn name(record: &Record) -> &str {
    record.find("name").unwrap_or_else(|| record.text("type"))
}

/// What a record says beside its name and its place. Of a group of families see [`of_family`].
pub(super) fn of(record: &Record, labels: &Labels<'_>, scrape: &Scrape<'_>) -> Map<String, Value> {
    let text = |key: &str| record.text(key).to_owned();
    let shown = |key: &'static str| (key, text(key));
    texts(match record.kind {
        Kind::Metric => metric(record, labels),
        Kind::Meter => meter(record, labels, scrape),
        Kind::Label => {
            let values: Vec<String> = record.all("value").map(str::to_owned).collect();
            vec![("count", values.len().to_string()), ("values", Values::Known(values).text())]
        }
        Kind::LabelSet => {
            let labels = labels.named_in(record).0;
            vec![("labels", labels::text(&labels)), ("combinations", combinations(&labels, 1).to_string())]
        }
        Kind::Span => {
            vec![shown("kind"), shown("preset"), shown("function"), shown("level"), ("fields", fields(record, "how"))]
        }
        Kind::Redaction => vec![("fields", fields(record, "policy"))],
        Kind::HealthCheck => vec![shown("critical"), ("timeout", format!("{} ms", text("timeout_ms")))],
        Kind::Service => vec![shown("namespace")],
        // Its name says of what it is, as `Question.id`.
        kind => vec![("exception", kind.name().to_owned()), shown("reason"), shown("place")],
    })
}

/// A family that observe brings.
pub(super) fn of_family(group: &Group, family: &Family) -> Map<String, Value> {
    let labels: Vec<Label> = family.labels.iter().map(label).collect();
    let product = combinations(&labels, 1);
    let most = family.most.map_or(product, |most| product.min(most as u64));
    texts(vec![
        ("group", group.name.to_owned()),
        ("type", family.kind.name().to_owned()),
        ("unit", family.unit.to_owned()),
        ("help", family.help.to_owned()),
        ("labels", labels::text(&labels)),
        ("series", at_most(most)),
        ("buckets", numbers(family.bounds)),
    ])
}

fn label(label: &observe_rules::families::Label) -> Label {
    let values = match label.values.known() {
        Some(values) => Values::Known(values.into_iter().map(str::to_owned).collect()),
        None => Values::AtMost(label.values.count() as u64),
    };
    Label { name: label.name.to_owned(), values }
}

fn metric(record: &Record, labels: &Labels<'_>) -> Vec<(&'static str, String)> {
    let labels = labels.named_in(record).0;
    let facts: Vec<&str> = record.all("fact").collect();
    let values = match record.text("type") {
        "histogram" => ("buckets", bounds(record)),
        _ => ("quantiles", numbers(&record.list)),
    };
    vec![
        ("type", record.text("type").to_owned()),
        ("unit", record.text("unit").to_owned()),
        ("help", record.text("help").to_owned()),
        ("labels", labels::text(&labels)),
        ("facts", facts.join(", ")),
        ("series", at_most(combinations(&labels, 1))),
        values,
    ]
}

fn meter(record: &Record, labels: &Labels<'_>, scrape: &Scrape<'_>) -> Vec<(&'static str, String)> {
    let (mut labels, error) = labels.named_in(record);
    // An error is a way to end each: only those that end so have one.
    let endings = OUTCOMES.len() as u64 + error.as_ref().map_or(0, |error| error.values.count().saturating_sub(1));
    let series = at_most(combinations(&labels, endings));
    let outcomes = OUTCOMES.iter().map(|outcome| (*outcome).to_owned()).collect();
    let outcome = record.find("outcome").unwrap_or("status").to_owned();
    labels.push(Label { name: outcome, values: Values::Known(outcomes) });
    labels.extend(error.map(|error| Label { values: error.values.or_none(), ..error }));
    let families: Vec<String> = names(record).iter().map(|name| scrape.full_name(name)).collect();
    let buckets = if record.find("duration") == Some("") { String::new() } else { bounds(record) };
    vec![
        ("help", record.text("help").to_owned()),
        ("families", families.join(", ")),
        ("labels", labels::text(&labels)),
        ("series", series),
        ("buckets", buckets),
        ("objective", objective(record)),
    ]
}

/// `99.9 % ok; 99 % within 0.25 s`.
fn objective(record: &Record) -> String {
    let success = record.number("success").map(|success| format!("{success} % ok"));
    let latency = record.number("latency").zip(record.number("target"));
    let latency = latency.map(|(seconds, target)| format!("{target} % within {seconds} s"));
    success.into_iter().chain(latency).collect::<Vec<_>>().join("; ")
}

/// Each field with how it is shown, and the reason where one was given: `id (clear: a number of ours); text (hidden)`.
fn fields(record: &Record, how: &str) -> String {
    let field = |group: &[(String, String)]| {
        let text = |key: &str| group.iter().find(|(known, _)| known == key).map_or("", |(_, value)| value.as_str());
        let reason = if text("reason").is_empty() { String::new() } else { format!(": {}", text("reason")) };
        format!("{} ({}{reason})", text("field"), text(how))
    };
    record.groups("field").map(field).collect::<Vec<_>>().join("; ")
}

/// How many combinations of values these labels have, times others that are no label.
fn combinations(labels: &[Label], others: u64) -> u64 {
    labels.iter().fold(others, |all, label| all.saturating_mul(label.values.count()))
}

fn at_most(series: u64) -> String {
    format!("at most {series}")
}

/// The bounds of a histogram, which may be those of a preset.
fn bounds(record: &Record) -> String {
    if !record.list.is_empty() {
        return numbers(&record.list);
    }
    let preset = record.find("buckets").unwrap_or("api");
    let bounds = PRESETS.iter().find(|(name, _)| *name == preset).map_or(&[][..], |(_, bounds)| bounds);
    format!("{preset}: {}", numbers(bounds))
}

fn numbers(numbers: &[f64]) -> String {
    numbers.iter().map(f64::to_string).collect::<Vec<_>>().join(", ")
}

/// Those that say something.
fn texts(texts: Vec<(&'static str, String)>) -> Map<String, Value> {
    let said = texts.into_iter().filter(|(_, text)| !text.is_empty());
    said.map(|(key, text)| (key.to_owned(), text.into())).collect()
}
