//! The telemetry view of a value: what `serde` sees of it is what `Debug` would show.

mod builder;
mod parts;
mod probe;
mod raw;
mod tree;
mod values;

pub use parts::Parts;
pub use probe::{Probe, ViaDebug, ViaNothing, ViaSerialize, ViaView};
pub use raw::serialize_raw;
pub use tree::{Tree, TreeSerializer};

use super::form::{self, Hidden, Shown};
use super::{MASK, counters};
use serde_core::{Serialize, Serializer};
use std::fmt;

/// A type that has a view for telemetry: each field in the form that `#[redact]` gives it.
///
/// `#[redact]` implements it. So do numbers, text and `bool` as they are, and options, boxes,
/// sequences, tuples and maps of what implements it.
#[diagnostic::on_unimplemented(
    message = "OBS0512: `{Self}` has no view for telemetry",
    label = "nothing says what of this may be seen",
    note = "put `#[redact]` on the type, and mark the fields that may be seen"
)]
pub trait Redacted {
    /// Serialises what may be seen.
    ///
    /// # Errors
    ///
    /// Those of the serializer, as for any [`Serialize`].
    fn serialize_redacted<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

/// The view of a value for telemetry, see [`view`].
#[derive(Clone, Copy)]
pub struct View<'a, T: ?Sized>(&'a T);

/// The view of a value: it implements [`Serialize`], and shows each field as `#[redact]` says.
///
/// The type's own `Serialize`, if it has one, is not touched: it feeds interfaces and databases.
/// The view has the shape that it gives, with the same `serde` attributes (`rename`, `flatten`,
/// `tag`, …), and with masks in place of what is hidden. A mask is text, whatever type it stands
/// for: formats that don't say what follows, such as bincode, can write it but not read it back.
///
/// ```
/// # use observe::redact;
/// #[redact]
/// struct Patient {
///     #[redact(clear)]
///     ward: u8,
///     name: String,
/// }
///
/// let patient = Patient { ward: 3, name: "Jane Roe".into() };
/// let view = observe::view(&patient);
/// assert_eq!(serde_json::to_string(&view)?, r#"{"ward":3,"name":"[REDACTED]"}"#);
/// assert_eq!(view.to_json()["ward"], 3);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn view<T: Redacted + ?Sized>(value: &T) -> View<'_, T> {
    View(value)
}

impl<T: Redacted + ?Sized> View<'_, T> {
    /// The view as a JSON value; the mask where it has no form in JSON, as a map whose keys are lists.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_else(|_| MASK.into())
    }
}

impl<T: Redacted + ?Sized> Serialize for View<'_, T> {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize_redacted(serializer)
    }
}

/// As JSON.
impl<T: Redacted + ?Sized> fmt::Debug for View<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_json())
    }
}

/// The mask, where [`hidden`] has counted it.
pub const MASKED: &str = MASK;

/// Counts this many hidden values at once.
#[inline]
pub fn hidden(values: usize) {
    counters::FIELD.add(values);
}

impl Serialize for Hidden {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        hidden(1);
        serializer.serialize_str(MASK)
    }
}

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            form::Parts::Text(text) => serializer.serialize_str(text),
            form::Parts::List(items) => serializer.collect_seq(items),
            form::Parts::Map(entries) => serializer.collect_map(entries.iter().map(|(key, value)| (key, value))),
        }
    }
}
