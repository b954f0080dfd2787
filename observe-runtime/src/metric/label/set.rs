//! The labels of one metric together: none, one, a tuple of them, or a struct.

use super::{Interners, Label, LabelInfo};

/// What a metric may be labelled with: `()`, a [`Label`], a tuple of labels, or a struct that derives
/// `LabelSet`.
///
/// Its combinations are numbered from 0: the number is the series' place in the metric's table.
///
/// ```
/// use observe::{Label, LabelSet};
///
/// #[derive(Label)]
/// enum Plan { Free, Paid }
///
/// #[derive(LabelSet)]
/// struct Caller { plan: Plan, internal: bool }
///
/// assert_eq!((Caller::LABELS, Caller::COMBINATIONS), (2, 4));
/// # let _ = (Caller { plan: Plan::Free, internal: false }, Plan::Paid);
/// ```
#[diagnostic::on_unimplemented(
    message = "OBS0101: `{Self}` is no set of bounded labels",
    label = "nobody knows how many combinations of values this type has",
    note = "it may be a type that derives `observe::Label`, a tuple of them, or a struct that derives `observe::LabelSet`",
    note = "bool, enums and options of them are bounded; text and numbers are not: map them to an enum"
)]
pub trait LabelSet {
    /// How many labels there are.
    const LABELS: usize;

    /// How many combinations of values: the product of the labels' cardinalities.
    const COMBINATIONS: usize;

    /// Which of the combinations this one is. `first` is the place of the set's first label among the
    /// metric's labels; values known only at run time are looked up in `interners`.
    fn combination(&self, interners: &Interners, first: usize) -> usize;
}

/// A set whose labels have names: a struct that derives [`LabelSet`]. Nobody writes it by hand.
#[diagnostic::on_unimplemented(
    message = "OBS0107: the labels of `{Self}` have no names",
    label = "a type says which values there are, and not what the label is called",
    note = "derive it on a struct, whose fields are the labels: `#[derive(observe::LabelSet)]`",
    note = "in `#[metric]`, name the labels of `Counter<Model>` or `Counter<(Model, bool)>`: `labels(model, cached)`",
    note = "a type that is one label stands without `..` in `labels(…)`, and without `flatten` in a set"
)]
pub trait NamedLabels: LabelSet {
    /// The labels, in order.
    #[doc(hidden)]
    const INFOS: &'static [LabelInfo];
}

#[diagnostic::do_not_recommend]
impl NamedLabels for () {
    const INFOS: &'static [LabelInfo] = &[];
}

#[diagnostic::do_not_recommend]
impl LabelSet for () {
    const LABELS: usize = 0;
    const COMBINATIONS: usize = 1;

    #[inline]
    fn combination(&self, _: &Interners, _: usize) -> usize {
        0
    }
}

#[diagnostic::do_not_recommend]
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
        $(#[diagnostic::do_not_recommend]
        impl<$($name: Label),+> LabelSet for ($($name,)+) {
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
