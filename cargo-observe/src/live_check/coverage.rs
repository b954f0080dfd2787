//! How much of the catalogue came, and what of it never did.

use super::tracker::Tracker;
use crate::catalogue::{Place, Values};
use serde::Serialize;

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) came: usize,
    pub(super) all: usize,
}

/// Something of the catalogue that never came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Missing {
    /// `metric`, `label`, `value`, `span` or `attribute`.
    pub(super) kind: &'static str,
    /// The metric or the span.
    pub(super) subject: String,
    /// The label or attribute, where it is one's.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<String>,
    /// Whether it was shown, and nothing was counted.
    pub(super) stayed_at_zero: bool,
    pub(super) place: Place,
}

/// What came, by what it is.
#[derive(Debug, Default)]
pub(super) struct Coverage {
    pub(super) metrics: Share,
    pub(super) labels: Share,
    /// Of labels whose values are known.
    pub(super) values: Share,
    /// `None` where no spans could come: a scrape has none.
    pub(super) spans: Option<Share>,
    pub(super) attributes: Option<Share>,
    /// Of what never came at all, and not of its parts.
    pub(super) missing: Vec<Missing>,
}

impl Share {
    fn add(&mut self, came: bool) {
        self.came += usize::from(came);
        self.all += 1;
    }

    /// In percent; all of nothing is everything.
    #[expect(clippy::cast_precision_loss, reason = "nobody declares so many")]
    pub(super) fn percent(self) -> f64 {
        if self.all == 0 { 100.0 } else { self.came as f64 / self.all as f64 * 100.0 }
    }
}

impl Coverage {
    pub(super) fn of(tracker: &Tracker) -> Self {
        let mut coverage = Self::default();
        coverage.metrics_of(tracker);
        if tracker.expects_spans {
            coverage.spans_of(tracker);
        }
        coverage
    }

    fn metrics_of(&mut self, tracker: &Tracker) {
        for (metric, seen) in tracker.catalogue.metrics.iter().zip(&tracker.metrics) {
            let missing = |kind, name: &str, value: Option<&String>| Missing {
                kind,
                subject: metric.name.clone(),
                name: name.to_owned(),
                value: value.cloned(),
                stayed_at_zero: !seen.came && seen.was_shown,
                place: metric.place.clone(),
            };
            self.metrics.add(seen.came);
            if !seen.came {
                self.missing.push(missing("metric", "", None));
            }
            for (label, values) in metric.labels.iter().zip(&seen.labels) {
                let came = !values.is_empty();
                self.labels.add(came);
                if seen.came && !came {
                    self.missing.push(missing("label", &label.name, None));
                }
                let Values::Known(known) = &label.values else { continue };
                for value in known {
                    self.values.add(values.contains(value));
                    if came && !values.contains(value) {
                        self.missing.push(missing("value", &label.name, Some(value)));
                    }
                }
            }
        }
    }

    fn spans_of(&mut self, tracker: &Tracker) {
        let (mut spans, mut attributes) = (Share::default(), Share::default());
        for (span, seen) in tracker.catalogue.spans.iter().zip(&tracker.spans) {
            let missing = |kind, name: &str| Missing {
                kind,
                subject: span.name.clone(),
                name: name.to_owned(),
                value: None,
                stayed_at_zero: false,
                place: span.place.clone(),
            };
            spans.add(seen.came);
            if !seen.came {
                self.missing.push(missing("span", ""));
            }
            for (field, came) in span.fields.iter().zip(&seen.fields) {
                attributes.add(*came);
                if seen.came && !came {
                    self.missing.push(missing("attribute", &field.name));
                }
            }
        }
        self.spans = Some(spans);
        self.attributes = Some(attributes);
    }

    /// Each share with its name, in the order of reports.
    pub(super) fn shares(&self) -> impl Iterator<Item = (&'static str, Share)> {
        let of_metrics = [("metrics", self.metrics), ("labels", self.labels), ("values", self.values)];
        let of_spans = [("spans", self.spans), ("attributes", self.attributes)];
        of_metrics.into_iter().chain(of_spans.into_iter().filter_map(|(name, share)| Some((name, share?))))
    }

    /// The least percentage of the signals: metrics, and spans where they could come.
    pub(super) fn least(&self) -> f64 {
        self.spans.map_or(100.0, Share::percent).min(self.metrics.percent())
    }

    /// Whether every metric, label, value, span and attribute came.
    pub(super) fn is_complete(&self) -> bool {
        self.shares().all(|(_, share)| share.came == share.all)
    }
}

impl Missing {
    /// The sentence for people.
    pub(super) fn sentence(&self) -> String {
        let Self { kind, subject, name, value, .. } = self;
        match (*kind, value) {
            ("label" | "attribute", _) => format!("{kind} `{name}` of `{subject}` never came"),
            (_, Some(value)) => format!("`{subject}` never came with {name}=\"{value}\""),
            _ if self.stayed_at_zero => format!("{kind} `{subject}` stayed at zero"),
            _ => format!("{kind} `{subject}` never came"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::catalogue;
    use super::super::exposition::Exposition;
    use super::*;

    #[test]
    fn what_never_came_is_named_once_and_not_by_its_parts() {
        let coverage = Coverage::of(&Tracker::new(catalogue(), true));
        let said: Vec<_> = coverage.missing.iter().map(Missing::sentence).collect();
        assert_eq!(
            said,
            [
                "metric `build_info` never came",
                "metric `http_server_request_duration_seconds` never came",
                "metric `visits_total` never came",
                "span `GET {http.route}` never came",
                "span `look_up` never came",
            ]
        );
        assert_eq!((coverage.least(), coverage.is_complete()), (0.0, false));
    }

    #[test]
    fn labels_values_and_attributes_that_never_came_are_named() {
        let mut tracker = Tracker::new(catalogue(), true);
        tracker.exposition("here", &Exposition::read("visits_total{status=\"ok\"} 1"));
        tracker.span("look_up", "internal", [].into_iter());
        let coverage = Coverage::of(&tracker);
        let said: Vec<_> = coverage.missing.iter().map(Missing::sentence).collect();
        assert!(said.contains(&"`visits_total` never came with status=\"error\"".to_owned()), "{said:?}");
        assert!(said.contains(&"label `page` of `visits_total` never came".to_owned()), "{said:?}");
        assert!(said.contains(&"attribute `top_k` of `look_up` never came".to_owned()), "{said:?}");
        assert_eq!(coverage.values, Share { came: 1, all: 2 });
    }

    #[test]
    fn a_count_that_stayed_at_zero_is_told_from_one_that_never_came() {
        let mut tracker = Tracker::new(catalogue(), false);
        tracker.exposition("here", &Exposition::read("visits_total{status=\"ok\"} 0"));
        let coverage = Coverage::of(&tracker);
        assert_eq!(coverage.missing[2].sentence(), "metric `visits_total` stayed at zero");
        assert_eq!(coverage.metrics.came, 0);
    }

    #[test]
    fn a_scrape_is_not_blamed_for_spans() {
        let coverage = Coverage::of(&Tracker::new(catalogue(), false));
        assert_eq!(coverage.shares().map(|(name, _)| name).collect::<Vec<_>>(), ["metrics", "labels", "values"]);
    }

    #[test]
    fn all_of_an_empty_catalogue_has_come() {
        assert!((Share::default().percent() - 100.0).abs() < f64::EPSILON);
    }
}
