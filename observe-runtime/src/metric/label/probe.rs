//! How generated code asks a value for its index, whatever type it is of.

use super::{Interners, Label, LabelSet};

/// Asks a value for its index. A type that is no label answers 0, because its declaration has
/// already been refused, and one error is enough.
#[derive(Debug)]
pub struct Probe<'a, T: ?Sized>(pub &'a T);

/// A label.
pub trait ViaLabel {
    /// The value's index in the metric whose interners these are.
    fn index(&self, interners: &Interners, place: usize) -> usize;

    /// The same, and the value's text.
    fn index_and_text(&self, interners: &Interners, place: usize) -> (usize, &'static str);
}

/// A set of labels.
pub trait ViaSet {
    /// The set's combination in the metric whose interners these are.
    fn combination(&self, interners: &Interners, first: usize) -> usize;
}

/// Anything else.
pub trait ViaAny {
    /// Always 0.
    fn index(&self, interners: &Interners, place: usize) -> usize;

    /// Always 0 and nothing.
    fn index_and_text(&self, interners: &Interners, place: usize) -> (usize, &'static str);

    /// Always 0.
    fn combination(&self, interners: &Interners, first: usize) -> usize;
}

impl<L: Label + ?Sized> ViaLabel for &Probe<'_, L> {
    #[inline]
    fn index(&self, interners: &Interners, place: usize) -> usize {
        self.0.index_in(interners, place)
    }

    fn index_and_text(&self, interners: &Interners, place: usize) -> (usize, &'static str) {
        let index = self.0.index_in(interners, place);
        (index, L::value_in(index, interners, place))
    }
}

impl<S: LabelSet + ?Sized> ViaSet for &Probe<'_, S> {
    #[inline]
    fn combination(&self, interners: &Interners, first: usize) -> usize {
        self.0.combination(interners, first)
    }
}

impl<T: ?Sized> ViaAny for Probe<'_, T> {
    fn index(&self, _: &Interners, _: usize) -> usize {
        0
    }

    fn index_and_text(&self, _: &Interners, _: usize) -> (usize, &'static str) {
        (0, "")
    }

    fn combination(&self, _: &Interners, _: usize) -> usize {
        0
    }
}
