//! What a scrape sees: sources with families, families with series, series with values.
//!
//! A *source* reads all its numbers at once, so that its families agree with each other; an
//! *encoder* is told of one family after the other, in the order of their names.

use crate::span::{SpanId, TraceId};
use observe_rules::families::{Family, Group, Naming};
use observe_rules::metric::Kind;
use std::borrow::Cow;
use std::time::SystemTime;

/// What TYPE says of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FamilyType {
    Counter,
    Gauge,
    Histogram,
    Summary,
    Info,
}

/// What HELP, TYPE and UNIT say of a family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Descriptor {
    /// With the suffix of its type (`_total`, `_info`), without the namespace.
    pub(crate) name: Cow<'static, str>,
    pub(crate) family_type: FamilyType,
    /// The base unit that the name ends in; empty where it has none.
    pub(crate) unit: &'static str,
    pub(crate) help: Cow<'static, str>,
    /// Whether the namespace goes before the name; not so for what observe says about itself.
    pub(crate) namespaced: bool,
    /// What the name is instead where the namespace goes before it.
    pub(crate) in_namespace: Option<&'static str>,
    /// What OTLP calls it, where that is not the name of the exposition.
    pub(crate) semantic: Option<&'static SemanticNames>,
    /// How many series there can be, one for each combination of label values, where its declaration says that.
    #[cfg_attr(not(feature = "dev-page"), allow(dead_code, reason = "for people to compare with what there is"))]
    pub(crate) most: Option<usize>,
}

/// The names that a family has in the OpenTelemetry semantic conventions. In the exposition it has those that the
/// conventions become there.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SemanticNames {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) attributes: &'static [SemanticAttribute],
    /// Whether it is a number that parts add to and take from.
    pub(crate) is_up_down: bool,
}

impl Descriptor {
    /// A family of the service, whose unit is what its name says.
    pub(crate) fn new(
        name: impl Into<Cow<'static, str>>,
        family_type: FamilyType,
        help: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            name: name.into(),
            family_type,
            unit: "",
            help: help.into(),
            namespaced: true,
            in_namespace: None,
            semantic: None,
            most: None,
        }
    }

    /// The families of a group that observe has built in, in order.
    pub(crate) fn all(group: &Group) -> Vec<Self> {
        group.families.iter().map(Self::of).collect()
    }

    /// A family that observe has built in.
    pub(crate) fn of(family: &Family) -> Self {
        let family_type = match family.kind {
            Kind::Counter => FamilyType::Counter,
            Kind::Gauge => FamilyType::Gauge,
            Kind::Histogram => FamilyType::Histogram,
            Kind::Summary => FamilyType::Summary,
            Kind::Info => FamilyType::Info,
        };
        let in_namespace = match family.naming {
            Naming::Renamed(name) => Some(name),
            Naming::Prefixed | Naming::Absolute => None,
        };
        let namespaced = family.naming != Naming::Absolute;
        let combinations = family.labels.iter().fold(1, |all: usize, label| all.saturating_mul(label.values.count()));
        let most = family.most.map_or(combinations, |most| most.min(combinations));
        let descriptor = Self::new(family.name, family_type, family.help).in_unit(family.unit).at_most(most);
        Self { namespaced, in_namespace, ..descriptor }
    }

    /// The unit, in a word that the name ends in.
    pub(crate) fn in_unit(self, unit: &'static str) -> Self {
        Self { unit, ..self }
    }

    /// With so many series, and no more.
    pub(crate) fn at_most(self, series: usize) -> Self {
        Self { most: Some(series), ..self }
    }

    /// The name that OpenMetrics gives to the family: two families can't have the same.
    pub(crate) fn key(&self) -> String {
        let suffix = match self.family_type {
            FamilyType::Counter => "_total",
            FamilyType::Info => "_info",
            FamilyType::Gauge | FamilyType::Histogram | FamilyType::Summary => "",
        };
        self.name.strip_suffix(suffix).unwrap_or(&self.name).to_owned()
    }

    /// The name as a scrape shows it, where the service has this namespace.
    pub(crate) fn full_name(&self, namespace: &str) -> String {
        let prefix = if self.namespaced { namespace } else { "" };
        if prefix.is_empty() {
            return self.name.to_string();
        }
        format!("{prefix}_{}", self.in_namespace.unwrap_or(&self.name))
    }

    /// A family of the semantic conventions.
    #[cfg(feature = "tower")]
    pub(crate) fn semantic(self, names: &'static SemanticNames) -> Self {
        Self { semantic: Some(names), ..self.absolute() }
    }

    /// A family of observe's own, whose name is complete.
    #[allow(dead_code, reason = "for families that are no group of ours, which are features")]
    pub(crate) fn absolute(self) -> Self {
        Self { namespaced: false, ..self }
    }
}

/// A label, and the attribute that it is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SemanticAttribute {
    pub(crate) label: &'static str,
    pub(crate) name: &'static str,
    /// Whether its values are numbers, where they can be read as such.
    pub(crate) is_number: bool,
}

/// Something that has series to show.
pub(crate) trait Source: Send + Sync {
    /// Its families. Asked once; all of them are described in every scrape, with series or without.
    fn families(&self) -> Vec<Descriptor>;

    /// Adds its numbers, all in one reading, to those of other sources.
    fn read(&self, numbers: &mut Vec<u64>);

    /// Shows the series of one of its families, out of the numbers that it has read before.
    fn show(&self, family: usize, numbers: &[u64], encoder: &mut dyn Encoder);
}

/// Turns families into one format.
pub(crate) trait Encoder {
    /// A scrape begins. With another generation than before, ids mean other families.
    fn begin(&mut self, generation: u64);

    /// The values that follow belong to the family of this full name. `id` is the same for the same
    /// family in every scrape; a family that has none may have other labels each time.
    fn family(&mut self, id: Option<usize>, name: &str, descriptor: &Descriptor);

    /// The value of a counter or a gauge, or the 1 of an info.
    fn number(&mut self, series: Series<'_>, value: Number);

    fn histogram(&mut self, series: Series<'_>, histogram: &HistogramValue<'_>);

    fn summary(&mut self, series: Series<'_>, summary: &SummaryValue<'_>);
}

/// Which series of a family a value belongs to.
#[derive(Clone, Copy)]
pub(crate) struct Series<'a> {
    /// Its place among the family's series. The same index has the same labels in every scrape, so
    /// that an encoder may keep what it made of them, and all series with one have the same bounds or
    /// quantiles; `None` where that is not so.
    pub(crate) index: Option<usize>,
    pub(crate) labels: &'a dyn Labels,
}

/// The labels of a series, asked for only where they are not known from an earlier scrape.
pub(crate) trait Labels {
    /// Calls `see` with the name and the value of each, in order.
    fn each(&self, see: &mut dyn FnMut(&str, &str));
}

impl<const N: usize> Labels for [(&str, &str); N] {
    fn each(&self, see: &mut dyn FnMut(&str, &str)) {
        for (name, value) in self {
            see(name, value);
        }
    }
}

/// A number as it was counted, so that no encoder rounds it before it must.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number {
    Unsigned(u64),
    Float(f64),
}

/// One histogram.
pub(crate) struct HistogramValue<'a> {
    /// The finite bounds.
    pub(crate) bounds: &'a [f64],
    /// Counts of each bucket alone, not cumulated; one more than bounds, for what is beyond them.
    pub(crate) buckets: &'a [u64],
    pub(crate) sum: f64,
    /// The latest example of a bucket.
    pub(crate) exemplar: &'a dyn Fn(usize) -> Option<Exemplar>,
}

/// A call that was counted, and the span that tells its story.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Exemplar {
    pub(crate) trace_id: TraceId,
    pub(crate) span_id: SpanId,
    pub(crate) value: f64,
    pub(crate) time: SystemTime,
}

/// One summary.
pub(crate) struct SummaryValue<'a> {
    /// Each quantile between 0 and 1, and its value; NaN where the window is empty.
    pub(crate) quantiles: &'a [(f64, f64)],
    pub(crate) sum: f64,
    pub(crate) count: u64,
}
