//! A type's own `Serialize` inside a view: a foreign struct that holds a `#[redact]` type calls the
//! type's own `Serialize`, which knows nothing of the view that is being made around it.

use crate::redact::form::HIDDEN;
use serde_core::{Serialize, Serializer};
use std::cell::Cell;

thread_local! {
    /// Whether a view is made of a value that says itself how it is serialised.
    static IN_VIEW: Cell<bool> = const { Cell::new(false) };
}

/// Puts back what was there before, also where a `Serialize` panics.
struct Restore(bool);

impl Drop for Restore {
    fn drop(&mut self) {
        IN_VIEW.set(self.0);
    }
}

/// Runs the `Serialize` of a foreign value: hidden fields of `#[redact]` types in it are masked.
pub(super) fn in_view<T>(serialize: impl FnOnce() -> T) -> T {
    let _restore = Restore(IN_VIEW.replace(true));
    serialize()
}

/// `serialize_with` of a hidden field in the type's own `Serialize`: the value, except in a view.
///
/// # Errors
///
/// Those of the value and of the serializer.
pub fn serialize_raw<T: Serialize + ?Sized, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    if IN_VIEW.get() { HIDDEN.serialize(serializer) } else { value.serialize(serializer) }
}
