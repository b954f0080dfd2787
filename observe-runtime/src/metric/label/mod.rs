//! Types whose values the compiler can count.

mod capped;
mod set;

pub use capped::Interners;
pub use set::{LabelSet, NamedLabels};

use observe_rules::cardinality::Factor;
use std::fmt;

/// A type with a known number of values, each with a text: what a metric may be labelled with.
///
/// Derive it on an enum without data. `bool`, `Option<L>` and references to labels are labels too.
///
/// ```
/// use observe::Label;
///
/// #[derive(Label)]
/// enum Model { Gpt4, #[label(rename = "claude-3")] Claude }
///
/// assert_eq!(Model::CARDINALITY, 2);
/// assert_eq!(Model::value(Model::Claude.index()), "claude-3");
/// assert_eq!(Option::<Model>::CARDINALITY, 3);
/// ```
#[diagnostic::on_unimplemented(
    message = "OBS0101: `{Self}` is not a bounded label type",
    label = "nobody knows how many values this type has",
    note = "derive it on an enum without data: `#[derive(observe::Label)] enum Model {{ Gpt4, Claude }}`",
    note = "bool, enums and options of them are bounded; text and numbers are not: map them to an enum"
)]
pub trait Label {
    /// How many values the type has.
    const CARDINALITY: usize;

    /// Which of the values this one is, below [`Self::CARDINALITY`].
    fn index(&self) -> usize;

    /// The text of a value; empty for an index that is none.
    fn value(index: usize) -> &'static str;

    /// The index in one metric, whose label this is at a place of its own. Only a label whose values
    /// are not known before differs from [`Self::index`].
    #[doc(hidden)]
    #[inline]
    fn index_in(&self, _interners: &Interners, _place: usize) -> usize {
        self.index()
    }

    /// The text of a value in one metric; see [`Self::index_in`].
    #[doc(hidden)]
    fn value_in(index: usize, _interners: &Interners, _place: usize) -> &'static str {
        Self::value(index)
    }
}

#[diagnostic::do_not_recommend]
impl Label for bool {
    const CARDINALITY: usize = 2;

    fn index(&self) -> usize {
        usize::from(*self)
    }

    fn value(index: usize) -> &'static str {
        ["false", "true"].get(index).copied().unwrap_or_default()
    }
}

#[diagnostic::do_not_recommend]
impl<L: Label + ?Sized> Label for &L {
    const CARDINALITY: usize = L::CARDINALITY;

    fn index(&self) -> usize {
        (**self).index()
    }

    fn value(index: usize) -> &'static str {
        L::value(index)
    }

    fn index_in(&self, interners: &Interners, place: usize) -> usize {
        (**self).index_in(interners, place)
    }

    fn value_in(index: usize, interners: &Interners, place: usize) -> &'static str {
        L::value_in(index, interners, place)
    }
}

/// `None` comes last, as `none`.
#[diagnostic::do_not_recommend]
impl<L: Label> Label for Option<L> {
    const CARDINALITY: usize = L::CARDINALITY + 1;

    fn index(&self) -> usize {
        self.as_ref().map_or(L::CARDINALITY, Label::index)
    }

    fn value(index: usize) -> &'static str {
        if index == L::CARDINALITY { "none" } else { L::value(index) }
    }

    fn index_in(&self, interners: &Interners, place: usize) -> usize {
        self.as_ref().map_or(L::CARDINALITY, |label| label.index_in(interners, place))
    }

    fn value_in(index: usize, interners: &Interners, place: usize) -> &'static str {
        if index == L::CARDINALITY { "none" } else { L::value_in(index, interners, place) }
    }
}

/// A label of a metric: its name, and its type with the type taken away.
#[derive(Clone, Copy)]
pub struct LabelInfo {
    pub(crate) name: &'static str,
    type_name: &'static str,
    pub(crate) cardinality: usize,
    value: fn(usize) -> &'static str,
    value_in: fn(usize, &Interners, usize) -> &'static str,
}

impl LabelInfo {
    /// The label `name` of type `L`, which the user wrote as `type_name`.
    #[must_use]
    pub const fn of<L: Label>(name: &'static str, type_name: &'static str) -> Self {
        Self { name, type_name, cardinality: L::CARDINALITY, value: L::value, value_in: L::value_in }
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
        let values: Vec<_> = (0..self.cardinality).map(self.value).collect();
        format!("{}={values:?}", self.name)
    }
}

impl fmt::Debug for LabelInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({} values)", self.name, self.type_name, self.cardinality)
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

/// The combination of a label's value with those before it.
///
/// An index that a wrong implementation gives beyond the label's values counts as the last of them.
#[inline]
#[must_use]
pub const fn combine(combination: usize, label: &LabelInfo, index: usize) -> usize {
    let last = label.cardinality.saturating_sub(1);
    combination * label.cardinality + if index > last { last } else { index }
}

/// Asks a value for its index. A type that is no label answers 0, because its declaration has
/// already been refused, and one error is enough.
#[derive(Debug)]
pub struct Probe<'a, T: ?Sized>(pub &'a T);

/// A label.
pub trait ViaLabel {
    /// The value's index in the metric whose interners these are.
    fn index(&self, interners: &Interners, place: usize) -> usize;
}

/// Anything else.
pub trait ViaAny {
    /// Always 0.
    fn index(&self, interners: &Interners, place: usize) -> usize;
}

impl<L: Label + ?Sized> ViaLabel for &Probe<'_, L> {
    #[inline]
    fn index(&self, interners: &Interners, place: usize) -> usize {
        self.0.index_in(interners, place)
    }
}

impl<T: ?Sized> ViaAny for Probe<'_, T> {
    fn index(&self, _: &Interners, _: usize) -> usize {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_count_one_more() {
        type L = Option<Option<bool>>;
        assert_eq!(L::CARDINALITY, 4);
        let values: Vec<_> = (0..L::CARDINALITY).map(L::value).collect();
        assert_eq!(values, ["false", "true", "none", "none"]);
        assert_eq!(Some(None::<bool>).index(), 2);
        assert_eq!(None::<Option<bool>>.index(), 3);
    }

    #[test]
    fn an_index_that_is_none_has_no_text() {
        assert_eq!(bool::value(2), "");
    }
}
