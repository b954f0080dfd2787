//! Under which names what the catalogue declares arrives: those of a scrape, and those of OTLP.

use crate::catalogue::{Catalogue, Kind, Metric};
use regex::Regex;
use std::collections::HashMap;

/// Units as OpenTelemetry writes them (UCUM), with the words that metric names have for them.
const UNITS: [(&str, &str); 12] = [
    ("s", "seconds"),
    ("By", "bytes"),
    ("1", "ratio"),
    ("Cel", "celsius"),
    ("K", "kelvin"),
    ("m", "meters"),
    ("g", "grams"),
    ("J", "joules"),
    ("V", "volts"),
    ("A", "amperes"),
    ("By/s", "bytes_per_second"),
    ("m/s", "meters_per_second"),
];

/// The word that stands for a unit in a name; nothing for one in braces, which is a remark.
pub(super) fn unit_word(unit: &str) -> &str {
    if unit.starts_with('{') {
        return "";
    }
    UNITS.iter().find(|(sign, _)| *sign == unit).map_or(unit, |(_, word)| word)
}

/// A name of OTLP with the letters that Prometheus allows.
pub(super) fn plain(name: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() || c == '_' || c == ':' { c } else { '_' };
    name.chars().map(letter).collect()
}

/// Where in the catalogue a name is.
#[derive(Debug)]
pub(super) struct Names {
    /// Metrics by the names of their series.
    series: HashMap<String, usize>,
    /// Metrics by their own names.
    metrics: HashMap<String, usize>,
    spans: HashMap<String, Vec<usize>>,
    /// Spans whose names have something in braces.
    templates: Vec<(Regex, usize)>,
}

impl Names {
    pub(super) fn of(catalogue: &Catalogue) -> Self {
        let numbered = || catalogue.metrics.iter().enumerate();
        let series = numbered().flat_map(|(index, metric)| metric.series_names().into_iter().map(move |n| (n, index)));
        let metrics = numbered().map(|(index, metric)| (metric.name.clone(), index));
        let mut spans: HashMap<String, Vec<usize>> = HashMap::new();
        let mut templates = Vec::new();
        for (index, span) in catalogue.spans.iter().enumerate() {
            spans.entry(span.name.clone()).or_default().push(index);
            templates.extend(template(&span.name).map(|pattern| (pattern, index)));
        }
        Self { series: series.collect(), metrics: metrics.collect(), spans, templates }
    }

    /// The metric that a series of a scrape belongs to.
    pub(super) fn of_series(&self, name: &str) -> Option<usize> {
        self.series.get(name).copied()
    }

    /// The metric of this name.
    pub(super) fn of_metric(&self, name: &str) -> Option<usize> {
        self.metrics.get(name).copied()
    }

    /// The metric that an OTLP name means: as it is, or with what an exposition puts behind it (OpenTelemetry
    /// specification, "Prometheus and OpenMetrics Compatibility").
    pub(super) fn of_otlp(&self, name: &str, unit: &str, kind: Option<Kind>) -> Option<usize> {
        let plain = plain(name);
        let word = unit_word(unit);
        let with_unit = if word.is_empty() { plain.clone() } else { format!("{plain}_{word}") };
        let found = [&plain, &with_unit].into_iter().find_map(|name| self.of_metric(name));
        let counted = || [&plain, &with_unit].into_iter().find_map(|name| self.of_metric(&format!("{name}_total")));
        found.or_else(|| (kind == Some(Kind::Counter)).then(counted).flatten())
    }

    /// The spans that have this name, or a template of it.
    pub(super) fn of_span(&self, name: &str) -> Vec<usize> {
        match self.spans.get(name) {
            Some(spans) => spans.clone(),
            None => self.templates.iter().filter(|(pattern, _)| pattern.is_match(name)).map(|(_, at)| *at).collect(),
        }
    }
}

/// `GET {http.route}` as a pattern; nothing for a name without braces.
fn template(name: &str) -> Option<Regex> {
    let mut pattern = String::from("^");
    let mut rest = name;
    while let Some((before, behind)) = rest.split_once('{') {
        let (_, after) = behind.split_once('}')?;
        pattern += &regex::escape(before);
        pattern += ".+";
        rest = after;
    }
    (pattern != "^").then(|| Regex::new(&(pattern + &regex::escape(rest) + "$")).ok()).flatten()
}

/// What is wrong with the type that a metric came with. An info is a gauge where there is no word for it, and a sum that
/// may fall is a gauge.
pub(super) fn wrong_type(metric: &Metric, came: Kind) -> Option<String> {
    let is_same = metric.kind == came || (metric.kind == Kind::Info && came == Kind::Gauge);
    (!is_same).then(|| format!("came as a {}, and is declared as a {}", word(came), word(metric.kind)))
}

/// A kind as a word.
pub(super) fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Counter => "counter",
        Kind::Gauge => "gauge",
        Kind::Histogram => "histogram",
        Kind::Summary => "summary",
        Kind::Info => "info",
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::catalogue;
    use super::*;

    #[test]
    fn a_counter_arrives_with_and_without_its_ending() {
        let names = Names::of(&catalogue());
        let counter = Some(Kind::Counter);
        let index = names.of_metric("visits_total");
        assert!(index.is_some());
        assert_eq!(names.of_otlp("visits_total", "", counter), index);
        assert_eq!(names.of_otlp("visits", "{visit}", counter), index);
        assert_eq!(names.of_otlp("visits", "", Some(Kind::Gauge)), None);
    }

    #[test]
    fn a_semantic_name_gets_its_unit() {
        let names = Names::of(&catalogue());
        let index = names.of_metric("http_server_request_duration_seconds");
        assert!(index.is_some());
        assert_eq!(names.of_otlp("http.server.request.duration", "s", Some(Kind::Histogram)), index);
        assert_eq!(names.of_series("http_server_request_duration_seconds_bucket"), index);
    }

    #[test]
    fn a_template_stands_for_all_its_names() {
        let pattern = template("GET {http.route} (v1)").unwrap();
        assert!(pattern.is_match("GET /users/{id} (v1)") && !pattern.is_match("POST /users (v1)"));
        assert!(template("plain").is_none());
    }

    #[test]
    fn an_info_may_come_as_a_gauge_and_a_counter_may_not() {
        let catalogue = catalogue();
        assert_eq!(wrong_type(catalogue.metric("build_info").unwrap(), Kind::Gauge), None);
        let said = wrong_type(catalogue.metric("visits_total").unwrap(), Kind::Gauge);
        assert_eq!(said.as_deref(), Some("came as a gauge, and is declared as a counter"));
    }
}
