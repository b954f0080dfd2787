//! What of the catalogue came, and what came that is not in it. Its memory is bounded by the catalogue, whatever arrives.

use super::exposition::Exposition;
use super::finding::{Finding, Findings, Kind};
use super::names::{self, Names};
use crate::catalogue::Kind::{Counter, Histogram, Summary};
use crate::catalogue::{self, Catalogue, Values};
use observe_rules::privacy;
use observe_rules::span::RESERVED_FIELDS;
use std::collections::BTreeSet;

/// What attributes begin with that any span can have, besides those of generated code: where its code is, who ran it.
const OF_ANY_SPAN_BEGIN: [&str; 3] = ["code.", "thread.", "exception."];
/// What spans of requests and queries have, which observe's layers and clients open: no annotation declares them.
const OF_LAYERS: [&str; 2] = ["http.request.method", "db.system.name"];
/// What a scraper or a collector adds.
const OF_ANY_SERIES: [&str; 4] = ["job", "instance", "le", "quantile"];
/// How many characters of a value are kept, to tell values apart.
const KEPT: usize = 128;

/// What of the catalogue came.
#[derive(Debug)]
pub(crate) struct Tracker {
    pub(super) catalogue: Catalogue,
    names: Names,
    pub(super) metrics: Vec<SeenMetric>,
    pub(super) spans: Vec<SeenSpan>,
    pub(super) findings: Findings,
    /// Whether spans could have come.
    pub(super) expects_spans: bool,
    /// How much was received: scrapes and requests.
    pub(super) received: u64,
}

/// What of one metric came.
#[derive(Debug, Default)]
pub(super) struct SeenMetric {
    pub(super) came: bool,
    /// Whether a series of it was shown, be it at zero.
    pub(super) was_shown: bool,
    /// In the order of the metric's labels.
    pub(super) labels: Vec<BTreeSet<String>>,
}

/// What of one span came.
#[derive(Debug, Default)]
pub(super) struct SeenSpan {
    pub(super) came: bool,
    /// In the order of its fields.
    pub(super) fields: Vec<bool>,
}

impl Tracker {
    pub(crate) fn new(catalogue: Catalogue, expects_spans: bool) -> Self {
        let labels = |metric: &catalogue::Metric| vec![BTreeSet::new(); metric.labels.len()];
        let metrics =
            catalogue.metrics.iter().map(|metric| SeenMetric { labels: labels(metric), ..SeenMetric::default() });
        let fields = |span: &catalogue::Span| vec![false; span.fields.len()];
        let spans = catalogue.spans.iter().map(|span| SeenSpan { came: false, fields: fields(span) });
        Self {
            metrics: metrics.collect(),
            spans: spans.collect(),
            names: Names::of(&catalogue),
            catalogue,
            findings: Findings::default(),
            expects_spans,
            received: 0,
        }
    }

    fn find(&mut self, kind: Kind, subject: &str, name: &str, what: &str) {
        self.findings.add(Finding::new(kind, subject, name, what));
    }

    /// Something from this place could not be read.
    pub(crate) fn malformed(&mut self, place: &str, why: &str) {
        self.find(Kind::Malformed, place, "", why);
    }

    /// What a scrape of this place answered.
    pub(crate) fn exposition(&mut self, place: &str, exposition: &Exposition) {
        self.received += 1;
        for line in &exposition.malformed {
            self.malformed(place, &format!("line {line} is no sample"));
        }
        for (name, family) in &exposition.families {
            match self.names.of_metric(name) {
                Some(index) => {
                    self.check_type(index, family.kind);
                    self.check_unit(index, family.unit.as_deref().unwrap_or_default());
                }
                // What a collector says of whom it asked.
                None if name == "target_info" => {}
                None => self.find(Kind::UnknownMetric, name, "", ""),
            }
        }
        for sample in &exposition.samples {
            let family = exposition.family_of(&sample.name);
            let index = self.names.of_series(&sample.name).or_else(|| self.names.of_metric(family));
            match index {
                Some(index) => {
                    let labels = sample.labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
                    self.series(index, sample.value == 0.0, labels);
                }
                // Said above, where the family is declared.
                None if exposition.families.contains_key(family) || family == "target_info" => {}
                None => self.find(Kind::UnknownMetric, family, "", ""),
            }
        }
    }

    /// A metric as OTLP has it: the place in the catalogue for its series, where there is one.
    pub(super) fn otlp_metric(&mut self, name: &str, unit: &str, kind: Option<catalogue::Kind>) -> Option<usize> {
        let index = self.names.of_otlp(name, unit, kind);
        match index {
            Some(index) => {
                self.check_type(index, kind);
                self.check_unit(index, names::unit_word(unit));
            }
            None => self.find(Kind::UnknownMetric, name, "", ""),
        }
        index
    }

    fn check_type(&mut self, index: usize, kind: Option<catalogue::Kind>) {
        let metric = &self.catalogue.metrics[index];
        if let Some(what) = kind.and_then(|kind| names::wrong_type(metric, kind)) {
            let name = metric.name.clone();
            self.find(Kind::WrongType, &name, "", &what);
        }
    }

    /// Who says no unit contradicts nothing.
    fn check_unit(&mut self, index: usize, unit: &str) {
        let metric = &self.catalogue.metrics[index];
        if !unit.is_empty() && !metric.unit.is_empty() && metric.unit != unit {
            let what = format!("came in {unit}, and is declared in {}", metric.unit);
            let name = metric.name.clone();
            self.find(Kind::WrongUnit, &name, "", &what);
        }
    }

    /// One series of a metric. Counts that are zero are prepared, and nothing has been counted yet: they don't come.
    pub(super) fn series<'a>(&mut self, index: usize, is_zero: bool, labels: impl Iterator<Item = (&'a str, &'a str)>) {
        let metric = &self.catalogue.metrics[index];
        let seen = &mut self.metrics[index];
        let counts = matches!(metric.kind, Counter | Histogram | Summary);
        let comes = !(counts && is_zero);
        seen.was_shown = true;
        seen.came |= comes;
        for (name, value) in labels {
            let Some(at) = metric.labels.iter().position(|label| label.name == name) else {
                let is_known = OF_ANY_SERIES.contains(&name) || name.starts_with("otel_scope_");
                if !is_known {
                    self.findings.add(Finding::new(Kind::UnknownLabel, &metric.name, name, ""));
                    if privacy::is_sensitive(name) {
                        self.findings.add(Finding::new(Kind::SensitiveName, &metric.name, name, "metric"));
                    }
                }
                continue;
            };
            let values = &mut seen.labels[at];
            match &metric.labels[at].values {
                // An empty label is none, for Prometheus.
                _ if value.is_empty() => {}
                Values::Known(known) if known.iter().any(|one| one == value) => {
                    if comes && !values.contains(value) {
                        values.insert(value.to_owned());
                    }
                }
                Values::Known(_) => {
                    self.findings.add(Finding::new(Kind::UnknownValue, &metric.name, name, value));
                }
                Values::AtMost(_) if !comes => {}
                Values::AtMost(most) => {
                    let value: String = value.chars().take(KEPT).collect();
                    if u64::try_from(values.len()).unwrap_or(u64::MAX) < *most {
                        values.insert(value);
                    } else if !values.contains(&value) {
                        let what = format!("{most}, which is what it is declared with");
                        self.findings.add(Finding::new(Kind::TooManyValues, &metric.name, name, &what));
                    }
                }
            }
        }
    }

    /// A span that has ended.
    pub(super) fn span<'a>(&mut self, name: &str, kind: &str, attributes: impl Iterator<Item = &'a str> + Clone) {
        let declared = self.names.of_span(name);
        let mut of_layer = attributes.clone().filter(|attribute| OF_LAYERS.contains(attribute));
        if declared.is_empty() && matches!(kind, "server" | "client") && of_layer.next().is_some() {
            return;
        }
        if declared.is_empty() {
            self.find(Kind::UnknownSpan, name, "", "");
        }
        for &index in &declared {
            self.spans[index].came = true;
        }
        let has_kind = |index: &usize| self.catalogue.spans[*index].kind == kind;
        if let (false, Some(first)) = (declared.iter().any(has_kind), declared.first()) {
            let what = format!("came as {kind}, and is declared as {}", self.catalogue.spans[*first].kind);
            self.find(Kind::WrongKindOfSpan, name, "", &what);
        }
        for attribute in attributes {
            let mut is_known = false;
            for &index in &declared {
                let fields = &self.catalogue.spans[index].fields;
                // A type with fields has a key for each of them: `request.ward` of `request`.
                let is_it = |name: &str| {
                    attribute.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                };
                if let Some(at) = fields.iter().position(|field| is_it(&field.name)) {
                    self.spans[index].fields[at] = true;
                    is_known = true;
                }
            }
            let is_of_any = RESERVED_FIELDS.contains(&attribute)
                || OF_ANY_SPAN_BEGIN.iter().any(|beginning| attribute.starts_with(beginning));
            if !is_known && !is_of_any {
                // Of a span that nobody declared, no attribute is declared either.
                if !declared.is_empty() {
                    self.find(Kind::UnknownAttribute, name, attribute, "");
                }
                if privacy::is_sensitive(attribute) {
                    self.find(Kind::SensitiveName, name, attribute, "span");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::catalogue;
    use super::*;

    fn after(exposition: &str) -> Tracker {
        let mut tracker = Tracker::new(catalogue(), false);
        tracker.exposition("here", &Exposition::read(exposition));
        tracker
    }

    fn sentences(tracker: &Tracker) -> Vec<String> {
        tracker.findings.iter().map(|(finding, _)| finding.sentence()).collect()
    }

    #[test]
    fn what_is_declared_is_no_finding() {
        let tracker = after(
            "# TYPE visits_total counter\nvisits_total{status=\"ok\",page=\"/\"} 1\n# TYPE build_info gauge\nbuild_info 1\n\
             # TYPE http_server_request_duration_seconds histogram\n\
             http_server_request_duration_seconds_bucket{le=\"+Inf\"} 1\n",
        );
        assert_eq!(sentences(&tracker), [""; 0]);
        assert!(tracker.metrics.iter().all(|metric| metric.came));
    }

    #[test]
    fn what_is_not_declared_is_named_by_metric_label_and_value() {
        let tracker = after(
            "# TYPE lost_total counter\nlost_total 1\nbare 1\n\
             visits_total{status=\"maybe\",colour=\"red\"} 1\n# TYPE visits_total gauge\n",
        );
        assert_eq!(
            sentences(&tracker),
            [
                "metric `bare` is not in the catalogue",
                "metric `lost_total` is not in the catalogue",
                "metric `visits_total` came as a gauge, and is declared as a counter",
                "metric `visits_total` has the label `colour`, which is not in the catalogue",
                "metric `visits_total` has status=\"maybe\", which is not among the values of that label",
            ]
        );
    }

    #[test]
    fn an_open_label_has_as_many_values_as_it_says_and_no_more_are_kept() {
        let lines: Vec<_> = (0..9).map(|page| format!("visits_total{{page=\"{page}\"}} 1")).collect();
        let tracker = after(&lines.join("\n"));
        assert_eq!(tracker.metrics[2].labels[1].len(), 2);
        assert_eq!(
            sentences(&tracker),
            ["metric `visits_total`: label `page` has more values than 2, which is what it is declared with"]
        );
    }

    #[test]
    fn a_family_without_a_series_has_not_come() {
        assert!(!after("# TYPE visits_total counter\n").metrics[2].came);
    }

    #[test]
    fn a_count_of_zero_is_shown_and_has_not_come() {
        let tracker = after("visits_total{status=\"ok\",page=\"/\"} 0\nbuild_info 0\n");
        assert!(tracker.metrics[2].was_shown && !tracker.metrics[2].came);
        assert!(tracker.metrics[2].labels.iter().all(BTreeSet::is_empty));
        assert!(tracker.metrics[0].came);
    }

    #[test]
    fn spans_are_known_by_name_kind_and_attributes() {
        let mut tracker = Tracker::new(catalogue(), true);
        tracker.span("look_up", "internal", ["top_k", "error.type", "code.function.name"].into_iter());
        tracker.span("GET /users/{id}", "server", [].into_iter());
        assert_eq!(sentences(&tracker), [""; 0]);
        assert!(tracker.spans.iter().all(|span| span.came) && tracker.spans[1].fields[0]);
        tracker.span("look_up", "internal", ["top_k.ward"].into_iter());
        tracker.span("PUT /users", "server", ["http.request.method", "client.address"].into_iter());
        assert_eq!(sentences(&tracker), [""; 0]);
        tracker.span("look_up", "client", ["patient_name"].into_iter());
        tracker.span("stranger", "internal", ["x"].into_iter());
        assert_eq!(
            sentences(&tracker),
            [
                "span `stranger` is not in the catalogue",
                "span `look_up` came as client, and is declared as internal",
                "span `look_up` has the attribute `patient_name`, which is not in the catalogue",
                "span `look_up` has `patient_name`, whose name promises personal data",
            ]
        );
    }

    #[test]
    fn a_unit_that_is_another_one_is_named() {
        let mut tracker = Tracker::new(catalogue(), true);
        let kind = Some(Histogram);
        assert!(tracker.otlp_metric("http_server_request_duration_seconds", "By", kind).is_some());
        assert_eq!(
            sentences(&tracker),
            ["metric `http_server_request_duration_seconds` came in bytes, and is declared in seconds"]
        );
    }
}
