//! The metrics that observe itself brings, said once: for the runtime, which shows them, and for tools, which read in
//! a binary only the names of the groups that it has.
//!
//! A group is what a program has together: whoever counts queries to databases has all families of [`DATABASE`]. A
//! metric that the program declares itself under one of these names takes the place of the built-in one, family by
//! family, see [`Family::key`].

mod http;
mod machine;
mod operations;
mod telemetry;

pub use http::{
    HTTP, HTTP_CLIENT_SEMANTIC, HTTP_SEMANTIC, MOST_CLIENT_REQUESTS, MOST_ENDINGS, MOST_ERRORS, MOST_PAIRS,
    MOST_ROUTES, SECONDS,
};
pub use machine::{MOST_DISKS, MOST_RUNTIMES, PROCESS, TOKIO};
pub use operations::{
    AUTHENTICATION, CACHE, CACHE_LOOKUPS, CIRCUIT_BREAKER, COST, DATABASE, DATABASE_POOL, EXTERNAL_API, INDEXING,
    MESSAGING, MODEL, RAG_QUERY, RATE_LIMIT, REDIS, REDIS_MEMORY, RPC, TOKENS, VECTOR_SEARCH, capacity,
};
pub use telemetry::{ALERTS, HEALTH, MERGED, METRICS_ENDPOINT, METRICS_EXPORT, MOST_CHECKS, OWN, SERVICE};

use crate::cardinality::Shape;
use crate::metric::Kind;

/// What the sections of the groups' records are called on Linux, Android and the BSDs: this, and the group's name.
pub const ELF_SECTIONS: &str = ".observe.";
/// The section of the groups' records on Apple's systems. On Windows they are among the others.
pub const MACH_O_SECTION: &str = "__observe_use";

/// The families that a program has together.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// What records call it: `database`.
    pub name: &'static str,
    /// Whose they are.
    pub scope: Scope,
    /// The families, in the order in which the runtime shows them.
    pub families: &'static [Family],
}

/// Whose metrics the families of a group are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Of requests, operations and clients.
    Service,
    /// Of the process and its machine.
    System,
    /// Of observe itself.
    Telemetry,
}

/// One family of series.
#[derive(Clone, Copy, Debug)]
pub struct Family {
    /// The name where the service has no namespace.
    pub name: &'static str,
    /// What TYPE says.
    pub kind: Kind,
    /// The base unit that the name ends in; empty where it has none.
    pub unit: &'static str,
    /// What HELP says.
    pub help: &'static str,
    /// The labels, in order; an outcome is among them.
    pub labels: &'static [Label],
    /// The bounds of a histogram, without `+Inf`.
    pub bounds: &'static [f64],
    /// The label that says how a call ended.
    pub outcome: Option<&'static str>,
    /// What becomes of the name where the service has a namespace.
    pub naming: Naming,
    /// How many combinations of label values there are at most, where that is less than their product.
    pub most: Option<usize>,
}

/// What becomes of a name where the service has a namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// The namespace goes before it.
    Prefixed,
    /// The namespace goes before this word in its place.
    Renamed(&'static str),
    /// It stays as it is.
    Absolute,
}

/// A label of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// Its name.
    pub name: &'static str,
    /// What it may be.
    pub values: Values,
}

/// The values of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// These, and no others.
    Known(&'static [&'static str]),
    /// These, and [`OTHER`] for any other.
    KnownOrOther(&'static [&'static str]),
    /// Texts that are known only while the program runs, and at most so many; what is beyond is among them.
    AtMost(usize),
}

/// The value that stands for all that a label has no room for.
pub const OTHER: &str = "other";

/// How a call may end.
pub const OUTCOMES: &[&str] = &["ok", "cancelled", "panicked", "error"];

impl Values {
    /// How many there are at most.
    #[must_use]
    pub const fn count(&self) -> usize {
        match self {
            Self::Known(words) => words.len(),
            Self::KnownOrOther(words) => words.len() + 1,
            Self::AtMost(most) => *most,
        }
    }

    /// All of them, where they are known while the program is built.
    #[must_use]
    pub fn known(&self) -> Option<Vec<&'static str>> {
        match self {
            Self::Known(words) => Some(words.to_vec()),
            Self::KnownOrOther(words) => Some(words.iter().copied().chain([OTHER]).collect()),
            Self::AtMost(_) => None,
        }
    }
}

impl Family {
    const fn new(kind: Kind, name: &'static str, help: &'static str, labels: &'static [Label]) -> Self {
        let (naming, most) = (Naming::Prefixed, None);
        Self { name, kind, unit: "", help, labels, bounds: &[], outcome: None, naming, most }
    }

    const fn counter(name: &'static str, help: &'static str, labels: &'static [Label]) -> Self {
        Self::new(Kind::Counter, name, help, labels)
    }

    const fn gauge(name: &'static str, help: &'static str, labels: &'static [Label]) -> Self {
        Self::new(Kind::Gauge, name, help, labels)
    }

    /// A histogram in this unit.
    const fn histogram(
        name: &'static str,
        help: &'static str,
        labels: &'static [Label],
        (unit, bounds): (&'static str, &'static [f64]),
    ) -> Self {
        Self { unit, bounds, ..Self::new(Kind::Histogram, name, help, labels) }
    }

    const fn in_unit(self, unit: &'static str) -> Self {
        Self { unit, ..self }
    }

    const fn absolute(self) -> Self {
        Self { naming: Naming::Absolute, ..self }
    }

    const fn renamed(self, name: &'static str) -> Self {
        Self { naming: Naming::Renamed(name), ..self }
    }

    const fn at_most(self, combinations: usize) -> Self {
        Self { most: Some(combinations), ..self }
    }

    /// Its last label is how a call ended.
    const fn with_outcome(self) -> Self {
        let last = self.labels[self.labels.len() - 1].name;
        Self { outcome: Some(last), ..self }
    }

    /// The name as a scrape shows it, where the service has this namespace.
    ///
    /// ```
    /// # use observe_rules::families::{DATABASE_POOL, OWN, group};
    /// assert_eq!(DATABASE_POOL.families[0].name_in("care"), "care_db_connections_active");
    /// assert_eq!(DATABASE_POOL.families[0].name_in(""), "database_connections_active");
    /// assert!(OWN.families.iter().all(|family| family.name_in("care") == family.name));
    /// ```
    #[must_use]
    pub fn name_in(&self, namespace: &str) -> String {
        match self.naming {
            Naming::Prefixed if !namespace.is_empty() => format!("{namespace}_{}", self.name),
            Naming::Renamed(name) if !namespace.is_empty() => format!("{namespace}_{name}"),
            _ => self.name.to_owned(),
        }
    }

    /// What a family that a program declares must not have in common with this one, or it takes its place: the name
    /// in `OpenMetrics`, without the namespace.
    #[must_use]
    pub fn key(&self) -> &'static str {
        self.name.strip_suffix(self.kind.ending()).unwrap_or(self.name)
    }

    /// How many series there are at most.
    ///
    /// ```
    /// # use observe_rules::families::{HTTP, MOST_ENDINGS};
    /// let duration = &HTTP.families[1];
    /// assert_eq!(duration.series(), MOST_ENDINGS * (duration.bounds.len() + 3));
    /// ```
    #[must_use]
    pub fn series(&self) -> usize {
        let product: usize = self.labels.iter().map(|label| label.values.count()).product();
        let shape = match self.kind {
            Kind::Histogram => Shape::Histogram { bounds: self.bounds.len() },
            _ => Shape::Single,
        };
        self.most.map_or(product, |most| most.min(product)) * shape.series()
    }
}

const fn known(name: &'static str, words: &'static [&'static str]) -> Label {
    Label { name, values: Values::Known(words) }
}

const fn known_or_other(name: &'static str, words: &'static [&'static str]) -> Label {
    Label { name, values: Values::KnownOrOther(words) }
}

const fn at_most(name: &'static str, most: usize) -> Label {
    Label { name, values: Values::AtMost(most) }
}

/// All groups.
pub static GROUPS: [&Group; 30] = [
    &HTTP,
    &HTTP_SEMANTIC,
    &HTTP_CLIENT_SEMANTIC,
    &DATABASE,
    &DATABASE_POOL,
    &REDIS,
    &REDIS_MEMORY,
    &CACHE,
    &CACHE_LOOKUPS,
    &EXTERNAL_API,
    &MODEL,
    &TOKENS,
    &COST,
    &RAG_QUERY,
    &VECTOR_SEARCH,
    &INDEXING,
    &MESSAGING,
    &RPC,
    &AUTHENTICATION,
    &RATE_LIMIT,
    &CIRCUIT_BREAKER,
    &HEALTH,
    &ALERTS,
    &PROCESS,
    &TOKIO,
    &SERVICE,
    &OWN,
    &METRICS_ENDPOINT,
    &METRICS_EXPORT,
    &MERGED,
];

/// The group of this name.
///
/// ```
/// # use observe_rules::families::group;
/// assert_eq!(group("messaging").unwrap().families[0].name, "messaging_operation_duration_seconds");
/// assert!(group("mesaging").is_none());
/// ```
#[must_use]
pub fn group(name: &str) -> Option<&'static Group> {
    GROUPS.into_iter().find(|group| group.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::{check_help, exposed_names};
    use crate::privacy::Names;
    use crate::{bucket, cardinality, label};
    use std::collections::{BTreeMap, BTreeSet};

    fn all() -> impl Iterator<Item = (&'static Group, &'static Family)> {
        GROUPS.into_iter().flat_map(|group| group.families.iter().map(move |family| (group, family)))
    }

    #[test]
    fn no_two_families_take_the_same_name() {
        for namespace in ["", "care"] {
            let mut taken = BTreeMap::new();
            for (_, family) in all() {
                for name in exposed_names(family.kind, &family.name_in(namespace)) {
                    assert_eq!(taken.insert(name.clone(), family.name), None, "{name}");
                }
            }
        }
    }

    #[test]
    fn no_two_groups_have_one_name() {
        let names: BTreeSet<_> = GROUPS.iter().map(|group| group.name).collect();
        assert_eq!(names.len(), GROUPS.len());
        assert!(GROUPS.iter().all(|known| group(known.name).is_some_and(|found| std::ptr::eq(found, *known))));
    }

    #[test]
    fn names_and_helps_and_labels_are_in_order() {
        for (_, family) in all() {
            let Family { name, kind, unit, help, labels, bounds, .. } = *family;
            assert!(check_help(help).is_ok() && !help.is_empty(), "{name}");
            assert!(name.ends_with(kind.ending()) || kind.ending().is_empty(), "{name}");
            let base = name.strip_suffix("_total").unwrap_or(name);
            assert!(unit.is_empty() || base.ends_with(&format!("_{unit}")), "{name} in {unit}");
            assert_eq!(kind == Kind::Histogram, !bounds.is_empty(), "{name}");
            if kind == Kind::Histogram {
                bucket::assert_valid_in(name, unit, bounds);
            }
            for label in labels {
                assert!(
                    label::check_name(label.name, &Names::default()).is_empty() && label.values.count() > 0,
                    "{} of {name}",
                    label.name
                );
            }
            if let Some(outcome) = family.outcome {
                assert_eq!(labels.last().map(|label| label.name), Some(outcome), "{name}");
            }
        }
    }

    /// What nobody asked for must not fill a Prometheus.
    #[test]
    fn what_an_operation_counts_is_bounded() {
        for (_, family) in all() {
            assert!(family.series() <= 4 * cardinality::DEFAULT_MAX_SERIES, "{} has {}", family.name, family.series());
        }
    }

    #[test]
    fn words_are_followed_by_what_stands_for_all_others() {
        assert_eq!(Values::KnownOrOther(&["get", "set"]).known(), Some(vec!["get", "set", OTHER]));
        assert_eq!(Values::AtMost(7).known(), None);
        assert_eq!([Values::Known(OUTCOMES), Values::KnownOrOther(OUTCOMES)].map(|values| values.count()), [4, 5]);
    }
}
