//! Labels with their types taken away, and the labels of several sets in one list.

use super::capped::{Interners, MAX_CAP};
use super::{Label, NamedLabels};
use observe_rules::cardinality::Factor;
use observe_rules::catalogue::{self, Domain, Reference};
use observe_rules::label_set;
use std::fmt;

/// A label of a metric: its name, and its type with the type taken away.
#[derive(Clone, Copy)]
pub struct LabelInfo {
    pub(crate) name: &'static str,
    pub(crate) type_name: &'static str,
    pub(crate) cardinality: usize,
    /// What the catalogue knows its values by.
    domain: &'static Domain,
    value_in: fn(usize, &Interners, usize) -> &'static str,
}

impl LabelInfo {
    /// The label `name` of type `L`, which the user wrote as `type_name`.
    ///
    /// # Panics
    ///
    /// With `OBS0108` where a capped label keeps no value, or too many: shown where this is called
    /// in a constant.
    #[must_use]
    #[track_caller]
    pub const fn of<L: Label>(name: &'static str, type_name: &'static str) -> Self {
        if let Some(cap) = L::CAP
            && (cap == 0 || cap > MAX_CAP)
        {
            label_set::refuse_cap(name, cap, MAX_CAP);
        }
        Self { name, type_name, cardinality: L::CARDINALITY, domain: L::DOMAIN, value_in: L::value_in }
    }

    /// How many values it has.
    #[must_use]
    #[inline]
    pub const fn cardinality(&self) -> usize {
        self.cardinality
    }

    /// Whether its values are known only at run time.
    pub(crate) const fn is_capped(&self) -> bool {
        self.domain.cap > 0
    }

    /// The label as a record of the metric refers to it.
    #[must_use]
    pub const fn reference(&self) -> Reference {
        self.domain.reference(self.cardinality)
    }

    /// The label as a factor of the metric's series.
    #[must_use]
    pub const fn factor(&self) -> Factor {
        Factor { label: self.name, type_name: self.type_name, cardinality: self.cardinality }
    }

    /// The text of a value of the label, which is the metric's label at `place`.
    pub(crate) fn text(&self, index: usize, interners: &Interners, place: usize) -> &'static str {
        (self.value_in)(index, interners, place)
    }

    /// What two declarations of the same label have in common: the name and all values.
    pub(crate) fn signature(&self) -> String {
        let nothing_met = Interners::new();
        let values: Vec<_> = (0..self.cardinality).map(|index| self.text(index, &nothing_met, 0)).collect();
        format!("{}={values:?}", self.name)
    }
}

impl fmt::Debug for LabelInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({} values)", self.name, self.type_name, self.cardinality)
    }
}

/// The combination of a value's index with the combination of those before it. The value is one of so
/// many: a label's, or a set's combination.
///
/// An index that a wrong implementation gives beyond them counts as the last of them.
#[inline]
#[must_use]
pub const fn combine(combination: usize, values: usize, index: usize) -> usize {
    let last = values.saturating_sub(1);
    combination * values + if index > last { last } else { index }
}

/// How many combinations of values these labels have.
#[must_use]
pub const fn combinations(labels: &[LabelInfo]) -> usize {
    let mut combinations: usize = 1;
    let mut at = 0;
    while at < labels.len() {
        combinations = combinations.saturating_mul(labels[at].cardinality);
        at += 1;
    }
    combinations
}

/// A set of these labels as a record refers to it.
#[must_use]
pub const fn set_reference(labels: &[LabelInfo]) -> Reference {
    let (mut id, mut at) = ([0; 16], 0);
    while at < labels.len() {
        id = catalogue::set_id(id, labels[at].name, labels[at].reference());
        at += 1;
    }
    Domain::new(id).reference(combinations(labels))
}

/// The labels of a set. A type that is none is one error here, where its constant would be two.
#[must_use]
pub const fn infos<S: NamedLabels>() -> &'static [LabelInfo] {
    S::INFOS
}

/// How many labels these groups have together.
#[must_use]
pub const fn count(groups: &[&[LabelInfo]]) -> usize {
    let (mut count, mut at) = (0, 0);
    while at < groups.len() {
        count += groups[at].len();
        at += 1;
    }
    count
}

/// The labels of all groups, in order; there are `N` of them.
#[must_use]
pub const fn concat<const N: usize>(groups: &[&[LabelInfo]]) -> [LabelInfo; N] {
    let mut all = [LabelInfo::of::<bool>("", ""); N];
    let (mut end, mut group) = (0, 0);
    while group < groups.len() {
        let mut at = 0;
        while at < groups[group].len() {
            all[end] = groups[group][at];
            end += 1;
            at += 1;
        }
        group += 1;
    }
    all
}

/// The factors of these labels, and one more behind them; there are `N` with it.
#[must_use]
pub const fn factors<const N: usize>(labels: &[LabelInfo], last: Factor) -> [Factor; N] {
    let mut all = [last; N];
    let mut at = 0;
    while at < labels.len() {
        all[at] = labels[at].factor();
        at += 1;
    }
    all
}

/// Refuses a label among `labels[first..end]` that has the name of an earlier one, or of the label that
/// says how a call ended; that is empty where there is none.
///
/// Meant for a `const` item, whose error shows the message. `owner` says whose labels these are.
///
/// # Panics
///
/// With `OBS0308` where two names are the same.
#[track_caller]
pub const fn assert_differ(owner: &str, labels: &[LabelInfo], first: usize, end: usize, outcome: &str) {
    let mut at = first;
    while at < end {
        let name = labels[at].name;
        if is_same(name, outcome) {
            label_set::refuse_name_of_outcome(owner, name);
        }
        let mut earlier = 0;
        while earlier < at {
            if is_same(name, labels[earlier].name) {
                label_set::refuse_same_name(owner, name);
            }
            earlier += 1;
        }
        at += 1;
    }
}

pub(in crate::metric) const fn is_same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut at = 0;
    while at < a.len() && at < b.len() && a[at] == b[at] {
        at += 1;
    }
    at == a.len() && at == b.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: LabelInfo = LabelInfo::of::<bool>("a", "bool");
    const B: LabelInfo = LabelInfo::of::<Option<bool>>("b", "Option<bool>");

    #[test]
    fn groups_are_joined_in_order() {
        const GROUPS: &[&[LabelInfo]] = &[&[A], &[], &[B, A]];
        const ALL: [LabelInfo; count(GROUPS)] = concat(GROUPS);
        assert_eq!(ALL.map(|label| label.name), ["a", "b", "a"]);
        assert_eq!(combinations(&ALL), 12);
        let last = Factor { label: "status", type_name: "Outcome", cardinality: 4 };
        assert_eq!(factors::<4>(&ALL, last).map(|factor| factor.cardinality), [2, 3, 2, 4]);
    }

    #[test]
    fn a_set_is_referred_to_by_its_labels() {
        assert_eq!(set_reference(&[A, B]).cardinality, 6);
        assert_eq!(set_reference(&[A, B]), set_reference(&[A, B]));
        assert_ne!(set_reference(&[A, B]).domain, set_reference(&[B, A]).domain);
        assert_eq!(set_reference(&[]), Domain::UNKNOWN.reference(1));
    }

    #[test]
    fn names_that_differ_pass() {
        assert_differ("M", &[A, B], 0, 2, "ab");
        // The first is not looked at: whoever declared it has checked it.
        assert_differ("M", &[A, A, B], 2, 3, "");
    }

    #[test]
    #[should_panic(expected = "OBS0308: label `a` is named twice in `M`")]
    fn an_equal_name_is_refused() {
        assert_differ("M", &[A, B, A], 1, 3, "");
    }

    #[test]
    #[should_panic(expected = "OBS0308: label `b` of `M` is the one that says how a call ended")]
    fn so_is_the_name_of_the_outcome() {
        assert_differ("M", &[A, B], 1, 2, "b");
    }

    #[test]
    #[should_panic(expected = "OBS0108: label `tenant` is to keep 1001 values, and may keep 1 to 1000")]
    fn a_cap_has_a_limit() {
        let _ = LabelInfo::of::<Option<super::super::Capped<1001>>>("tenant", "");
    }

    #[test]
    fn the_limit_itself_is_allowed() {
        assert_eq!(LabelInfo::of::<super::super::Capped<1000>>("tenant", "").cardinality, 1001);
    }
}
