//! Types whose values the compiler can count.

mod capped;
mod http;
mod info;
mod probe;
mod set;

#[cfg(feature = "tower")]
pub(crate) use capped::Values;
pub use capped::{Capped, Interners};
pub use http::{HttpMethod, HttpStatus, HttpStatusClass};
pub(super) use info::is_same;
pub use info::{LabelInfo, assert_differ, combinations, combine, concat, count, factors, infos, set_reference};
pub use probe::{Probe, ViaAny, ViaLabel, ViaSet};
pub use set::{LabelSet, NamedLabels};

use observe_rules::catalogue::Domain;
use std::rc::Rc;
use std::sync::Arc;

/// A type with a known number of values, each with a text: what a metric may be labelled with.
///
/// Derive it on an enum without data. `bool`, `Option<L>`, references to labels and labels in a `Box`,
/// an `Arc` or an `Rc` are labels too. For text that is known only at run time there is
/// [`Capped`](crate::Capped).
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
    note = "bool, enums and options of them are bounded; text and numbers are not: map them to an enum",
    note = "text that nobody can list is `Capped<64>`; the labels of a set stand behind `..`, or `#[label(flatten)]`"
)]
pub trait Label {
    /// How many values the type has.
    const CARDINALITY: usize;

    /// How many values it keeps, where they are known only at run time.
    #[doc(hidden)]
    const CAP: Option<usize> = None;

    /// What the catalogue knows the values by. Of a type that is a label by hand it knows how many there are.
    #[doc(hidden)]
    const DOMAIN: &'static Domain = &Domain::UNKNOWN;

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
    const DOMAIN: &'static Domain = &Domain::BOOL;

    fn index(&self) -> usize {
        usize::from(*self)
    }

    fn value(index: usize) -> &'static str {
        ["false", "true"].get(index).copied().unwrap_or_default()
    }
}

macro_rules! pointers {
    ($($pointer:ty),+) => {$(
        #[diagnostic::do_not_recommend]
        impl<L: Label + ?Sized> Label for $pointer {
            const CARDINALITY: usize = L::CARDINALITY;
            const CAP: Option<usize> = L::CAP;
            const DOMAIN: &'static Domain = L::DOMAIN;

            #[inline]
            fn index(&self) -> usize {
                (**self).index()
            }

            fn value(index: usize) -> &'static str {
                L::value(index)
            }

            #[inline]
            fn index_in(&self, interners: &Interners, place: usize) -> usize {
                (**self).index_in(interners, place)
            }

            fn value_in(index: usize, interners: &Interners, place: usize) -> &'static str {
                L::value_in(index, interners, place)
            }
        }
    )+};
}

pointers!(&L, Box<L>, Arc<L>, Rc<L>);

const NONE: &str = "none";

/// `None` comes last, as `none`. A value that is called `none` itself is the same: one series, not
/// two with equal labels.
#[diagnostic::do_not_recommend]
impl<L: Label> Label for Option<L> {
    const CARDINALITY: usize = L::CARDINALITY + 1;
    const CAP: Option<usize> = L::CAP;
    const DOMAIN: &'static Domain = &L::DOMAIN.or_none();

    fn index(&self) -> usize {
        let index = self.as_ref().map_or(L::CARDINALITY, Label::index);
        if L::value(index) == NONE { L::CARDINALITY } else { index }
    }

    fn value(index: usize) -> &'static str {
        if index == L::CARDINALITY { NONE } else { L::value(index) }
    }

    fn index_in(&self, interners: &Interners, place: usize) -> usize {
        let index = self.as_ref().map_or(L::CARDINALITY, |label| label.index_in(interners, place));
        if L::value_in(index, interners, place) == NONE { L::CARDINALITY } else { index }
    }

    fn value_in(index: usize, interners: &Interners, place: usize) -> &'static str {
        if index == L::CARDINALITY { NONE } else { L::value_in(index, interners, place) }
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
        assert_eq!(Some(Some(true)).index(), 1);
        assert_eq!(None::<Option<bool>>.index(), 3);
    }

    /// Two series with equal labels are an exposition that is refused.
    #[test]
    fn there_is_one_none() {
        assert_eq!(Some(None::<bool>).index(), 3);
        let interners = Interners::new();
        for value in [Some(Capped::<4>::new("none")), None] {
            assert_eq!(value.index_in(&interners, 0), 5);
        }
    }

    #[test]
    fn a_pointer_to_a_label_is_the_label() {
        fn all<L: Label>(label: L) -> (usize, usize, &'static str) {
            let index = label.index_in(&Interners::new(), 0);
            (L::CARDINALITY, index, L::value(index))
        }
        assert_eq!(
            [all::<&bool>(&true), all(Box::new(true)), all(Arc::new(true)), all(Rc::new(true))],
            [(2, 1, "true"); 4]
        );
        assert_eq!(Box::<Capped<3>>::CAP, Some(3));
    }

    #[test]
    fn the_catalogue_knows_the_values_of_our_own_types() {
        use observe_rules::catalogue::known_values;
        fn values<L: Label>() -> Vec<&'static str> {
            (0..L::CARDINALITY).map(L::value).collect()
        }
        assert_eq!(known_values(bool::DOMAIN.id).unwrap(), values::<bool>());
        assert_eq!(known_values(HttpMethod::DOMAIN.id).unwrap(), values::<HttpMethod>());
        assert_eq!(known_values(HttpStatusClass::DOMAIN.id).unwrap(), values::<HttpStatusClass>());
        assert_eq!(known_values(HttpStatus::DOMAIN.id).unwrap(), values::<HttpStatus>());
        assert_eq!(Option::<&bool>::DOMAIN, &Domain::BOOL.or_none());
        assert_eq!(Option::<Capped<7>>::DOMAIN, &Domain { none: 1, ..Domain::capped(7) });
    }

    #[test]
    fn an_index_that_is_none_has_no_text() {
        assert_eq!(bool::value(2), "");
    }
}
