//! The labels of one metric together: none, one, a tuple of them, or a struct.

use super::{Label, LabelInfo};
use super::capped::Interners;

/// What a metric may be labelled with: `()`, a [`Label`], a tuple of labels, or a struct that derives
/// `LabelSet`.
///
/// Its combinations are numbered from 0: the number is the series' place in the metric's table.
pub trait LabelSet {
    /// How many labels there are.
    const LABELS: usize;

    /// How many combinations of values: the product of the labels' cardinalities.
    const COMBINATIONS: usize;

    /// Which of the combinations this one is. `first` is the place of the set's first label among the
    /// metric's labels; values known only at run time are looked up in `interners`.
    fn combination(&self, interners: &Interners, first: usize) -> usize;
}

/// A set whose labels have names of their own: a struct that derives `LabelSet`.
#[diagnostic::on_unimplemented(
    message = "OBS0107: the labels of a metric have names, and `{Self}` has none",
    label = "a type says which values there are, not what the label is called",
    note = "name them: `#[metric(labels(model))]`, one name for each type, in their order"
)]
pub trait NamedLabels: LabelSet {
    /// The labels, in order.
    const INFOS: &'static [LabelInfo];
}

#[diagnostic::do_not_recommend]
impl NamedLabels for () {
    const INFOS: &'static [LabelInfo] = &[];
}

impl LabelSet for () {
    const LABELS: usize = 0;
    const COMBINATIONS: usize = 1;

    #[inline]
    fn combination(&self, _: &Interners, _: usize) -> usize {
        0
    }
}

impl<L: Label> LabelSet for L {
    const LABELS: usize = 1;
    const COMBINATIONS: usize = L::CARDINALITY;

    #[inline]
    fn combination(&self, interners: &Interners, first: usize) -> usize {
        // An index that a wrong implementation gives beyond the label's values counts as the last.
        self.index_in(interners, first).min(L::CARDINALITY.saturating_sub(1))
    }
}

macro_rules! tuples {
    ($($($name:ident $at:tt),+;)+) => {
        $(impl<$($name: Label),+> LabelSet for ($($name,)+) {
            const LABELS: usize = 0 $(+ { let _: usize = $name::CARDINALITY; 1 })+;
            const COMBINATIONS: usize = 1_usize $(.saturating_mul($name::CARDINALITY))+;

            #[inline]
            fn combination(&self, interners: &Interners, first: usize) -> usize {
                let mut combination = 0;
                $(combination = combination * $name::CARDINALITY
                    + LabelSet::combination(&self.$at, interners, first + $at);)+
                combination
            }
        })+
    };
}

tuples! {
    A 0;
    A 0, B 1;
    A 0, B 1, C 2;
    A 0, B 1, C 2, D 3;
    A 0, B 1, C 2, D 3, E 4;
    A 0, B 1, C 2, D 3, E 4, F 5;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn combinations_are_numbered_in_the_order_of_the_labels() {
        type Set = (bool, Option<bool>);
        assert_eq!((Set::LABELS, Set::COMBINATIONS), (2, 6));
        let number = |set: Set| set.combination(&Interners::new(), 0);
        assert_eq!(number((false, Some(false))), 0);
        assert_eq!(number((false, None)), 2);
        assert_eq!(number((true, Some(true))), 4);
        assert_eq!(().combination(&Interners::new(), 0), 0);
        assert_eq!(true.combination(&Interners::new(), 0), 1);
    }
}
