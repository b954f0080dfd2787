//! Metrics that are declared on their own: `#[metric]` on a static, one file a kind.
//!
//! Each kind is a thin type with the labels as a parameter, in front of a core without parameters, in
//! a static of its own. The core is what the registry knows, and is compiled once. The thin type
//! holds a reference to it, and is covariant in the labels: so a metric of `Capped<'static, 9>` can be
//! asked for the series of a text that lives shorter.

mod counter;
mod gauge;
mod histogram;
mod info;
pub(super) mod refused;
mod summary;
mod window;

pub use counter::{Counter, CounterCore, CounterSeries, CounterValue};
pub use gauge::{Gauge, GaugeCore, GaugeSeries};
pub use histogram::{Histogram, HistogramCore, HistogramSeries};
pub use info::{Info, InfoCore};
pub use summary::{Summary, SummaryCore, SummarySeries};

use super::label::{self, Interners, LabelInfo, LabelSet};
use super::model::{Descriptor, FamilyType, Labels as _};
use super::registry::{BUILT_IN, Declared, registry};
use super::series::LabelsOf;
use observe_rules::cardinality::Factor;
use observe_rules::convention::db;
use std::fmt;
use std::sync::OnceLock;

/// What the macro knows about a declared metric of any kind.
#[derive(Debug)]
pub struct MetricDefinition {
    /// Without the namespace.
    pub name: &'static str,
    /// What it says about itself, for HELP.
    pub help: &'static str,
    /// The base unit that the name ends in; empty where it has none.
    pub unit: &'static str,
    /// The labels, in order.
    pub labels: &'static [LabelInfo],
    /// Whether every series is shown from the first scrape, or only those that were touched.
    pub init_all: bool,
    /// The module that declares it.
    pub module: &'static str,
    /// The line of it.
    pub line: u32,
}

impl MetricDefinition {
    /// How many combinations of label values there are.
    const fn combinations(&self) -> usize {
        label::combinations(self.labels)
    }

    fn descriptor(&self, family_type: FamilyType) -> Descriptor {
        let descriptor = Descriptor::new(self.name, family_type, self.help).in_unit(self.unit);
        // An info has facts in place of labels, and so one combination.
        let descriptor = descriptor.at_most(self.combinations());
        let renamed = self.module == BUILT_IN && self.name == db::CONNECTIONS;
        Descriptor { in_namespace: renamed.then_some(db::CONNECTIONS_IN_NAMESPACE), ..descriptor }
    }

    fn labels_of<'a>(&'a self, interners: &'a Interners, combination: usize) -> LabelsOf<'a> {
        LabelsOf { labels: self.labels, interners, combination }
    }

    /// Whether a series is shown that nobody has touched: not one of a capped label's value that is
    /// not known yet, because all of those would have the same labels.
    fn shows_untouched(&self, interners: &Interners, combination: usize) -> bool {
        let mut is_known = self.init_all;
        let mut labels = self.labels.iter();
        if is_known {
            self.labels_of(interners, combination).each(&mut |_, value| {
                let is_capped = labels.next().is_some_and(LabelInfo::is_capped);
                is_known &= !(is_capped && value.is_empty());
            });
        }
        is_known
    }

    fn place(&self) -> (&'static str, u32) {
        (self.module, self.line)
    }

    /// All that two equal declarations have in common; `more` is what only this kind has.
    fn signature(&self, kind: &str, more: impl fmt::Debug) -> String {
        let labels: Vec<_> = self.labels.iter().map(LabelInfo::signature).collect();
        format!("{kind} {} {labels:?} {more:?}", self.name)
    }
}

/// The declaration that holds the numbers: of several that are equal it is the first.
struct First<M: 'static>(OnceLock<&'static M>);

impl<M: Declared> First<M> {
    const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// The one for this declaration, looked up once.
    #[inline]
    fn of(&self, metric: &'static M) -> &'static M {
        self.0.get_or_init(|| registry().first_of(metric))
    }
}

/// Labels as factors of the metric's series; `N` is how many there are.
#[must_use]
pub const fn factors<const N: usize>(labels: &[LabelInfo]) -> [Factor; N] {
    let mut factors = [Factor { label: "", type_name: "", cardinality: 1 }; N];
    let mut at = 0;
    while at < N && at < labels.len() {
        factors[at] = labels[at].factor();
        at += 1;
    }
    factors
}

/// The number of a combination; a set that is wrong about itself stays below its own number of them.
#[inline]
pub(super) fn index<L: LabelSet>(labels: &L, interners: &Interners) -> usize {
    labels.combination(interners, 0).min(const { L::COMBINATIONS.saturating_sub(1) })
}
