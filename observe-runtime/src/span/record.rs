//! What may be recorded on a span: values whose type says that they are safe.

use super::data::AttributeValue;
use crate::metric::Label;
use std::borrow::Cow;
use std::fmt;

/// A type whose values may stand in a span's field as they are.
///
/// Implemented for booleans, numbers, [`Label`]s, `#[redact]` types, and references and options of
/// these. Text is none of them: it says how it is recorded, in the attribute.
///
/// ```
/// # use observe::{traced, redact};
/// # #[redact] struct Question { #[redact(clear)] id: u64, text: String }
/// #[traced(fields(top_k, question = q, note = scrub(note), mrn = hash(mrn)))]
/// fn answer(q: &Question, top_k: usize, note: &str, mrn: &str) {}
/// ```
#[diagnostic::on_unimplemented(
    message = "OBS0501: `{Self}` can't be recorded on a span as it is",
    label = "this value does not say how it is recorded",
    note = "text: write `hash(x)` for a pseudonym, `scrub(x)` to run detectors over it, `clear(x)` to show it",
    note = "a type of yours: put `#[redact]` on it, and mark the fields that may be seen"
)]
pub trait Record {
    /// The value, in one of the forms that a span can carry.
    fn value(&self) -> Value<'_>;
}

/// The fields of a structure, each under its own name.
#[diagnostic::on_unimplemented(
    message = "OBS0507: `{Self}` is recorded under the name of a person, and does not say what may be seen of one",
    label = "this may tell who it is",
    note = "a number or a text: write `patient = hash(patient)` for a pseudonym",
    note = "a type of yours: put `#[redact]` on it, and mark the fields that may be seen"
)]
pub trait Fields {
    /// Calls `visit` once a field, in order.
    fn visit(&self, visit: &mut dyn FnMut(&'static str, Value<'_>));
}

#[diagnostic::do_not_recommend]
impl<T: Fields + ?Sized> Fields for &T {
    fn visit(&self, visit: &mut dyn FnMut(&'static str, Value<'_>)) {
        (**self).visit(visit);
    }
}

/// Nobody has no fields.
#[diagnostic::do_not_recommend]
impl<T: Fields> Fields for Option<T> {
    fn visit(&self, visit: &mut dyn FnMut(&'static str, Value<'_>)) {
        if let Some(fields) = self {
            fields.visit(visit);
        }
    }
}

/// A value on its way onto a span.
#[non_exhaustive]
#[derive(Clone)]
pub enum Value<'a> {
    /// `true` or `false`.
    Bool(bool),
    /// A signed integer.
    I64(i64),
    /// An unsigned integer.
    U64(u64),
    /// A floating-point number.
    F64(f64),
    /// Text that has been made safe.
    Text(Cow<'a, str>),
    /// A structure: each of its fields becomes an attribute, `question.id`.
    Fields(&'a dyn Fields),
    /// Nothing, which leaves no attribute.
    Empty,
}

impl Value<'_> {
    /// The value as one attribute; `None` for nothing, and for a structure, which is several.
    pub(crate) fn into_attribute(self) -> Option<AttributeValue> {
        Some(match self {
            Self::Bool(value) => AttributeValue::Bool(value),
            Self::I64(value) => AttributeValue::I64(value),
            Self::U64(value) => AttributeValue::U64(value),
            Self::F64(value) => AttributeValue::F64(value),
            Self::Text(text) => AttributeValue::Text(Cow::Owned(text.into_owned())),
            Self::Fields(_) | Self::Empty => return None,
        })
    }
}

impl From<AttributeValue> for Value<'_> {
    fn from(value: AttributeValue) -> Self {
        match value {
            AttributeValue::Bool(value) => Self::Bool(value),
            AttributeValue::I64(value) => Self::I64(value),
            AttributeValue::U64(value) => Self::U64(value),
            AttributeValue::F64(value) => Self::F64(value),
            AttributeValue::Text(text) => Self::Text(text),
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => value.fmt(f),
            Self::I64(value) => value.fmt(f),
            Self::U64(value) => value.fmt(f),
            Self::F64(value) => value.fmt(f),
            Self::Text(value) => f.write_str(value),
            Self::Fields(fields) => {
                let mut map = f.debug_map();
                fields.visit(&mut |name, value| {
                    map.entry(&format_args!("{name}"), &value);
                });
                map.finish()
            }
            Self::Empty => Ok(()),
        }
    }
}

macro_rules! record {
    ($($variant:ident($wide:ty): $($ty:ty),*;)*) => {$($(
        #[diagnostic::do_not_recommend]
        impl Record for $ty {
            fn value(&self) -> Value<'_> {
                Value::$variant(<$wide>::from(*self))
            }
        }
    )*)*};
}

record! {
    Bool(bool): bool;
    I64(i64): i8, i16, i32, i64;
    U64(u64): u8, u16, u32, u64;
    F64(f64): f32, f64;
}

/// No value yet: one is recorded later, on the current span.
#[diagnostic::do_not_recommend]
impl Record for tracing::field::Empty {
    fn value(&self) -> Value<'_> {
        Value::Empty
    }
}

#[diagnostic::do_not_recommend]
impl Record for usize {
    fn value(&self) -> Value<'_> {
        Value::U64(*self as u64)
    }
}

#[diagnostic::do_not_recommend]
impl Record for isize {
    fn value(&self) -> Value<'_> {
        Value::I64(*self as i64)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Record + ?Sized> Record for &T {
    fn value(&self) -> Value<'_> {
        (**self).value()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Record + ?Sized> Record for &mut T {
    fn value(&self) -> Value<'_> {
        (**self).value()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Record + ?Sized> Record for Box<T> {
    fn value(&self) -> Value<'_> {
        (**self).value()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Record + ?Sized> Record for std::sync::Arc<T> {
    fn value(&self) -> Value<'_> {
        (**self).value()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Record> Record for Option<T> {
    fn value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Empty, Record::value)
    }
}

/// The text of a label, for the `Record` that its derive writes.
pub fn label_value<L: Label>(label: &L) -> Value<'_> {
    Value::from(L::value(label.index()))
}

/// One field of a span: its declared name and its value.
#[derive(Clone, Copy)]
pub struct Field<'a> {
    pub(crate) name: &'static str,
    pub(crate) value: &'a dyn Record,
}

impl fmt::Debug for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={:?}", self.name, self.value.value())
    }
}

/// Joins name and value; the trait object is what refuses a type that doesn't say how it is recorded.
pub fn field<'a>(name: &'static str, value: &'a dyn Record) -> Field<'a> {
    Field { name, value }
}

/// The same of somebody: what may be seen, the type says.
pub fn somebody<'a, T: Fields + Record>(name: &'static str, value: &'a T) -> Field<'a> {
    Field { name, value }
}

/// Calls `emit` with what a field becomes: one attribute, or for a structure one a field, with dotted
/// keys. `key` is the same afterwards as before.
pub(crate) fn flatten(key: &mut String, value: Value<'_>, emit: &mut dyn FnMut(&str, Value<'_>)) {
    match value {
        Value::Fields(fields) => fields.visit(&mut |name, value| {
            let length = key.len();
            key.push('.');
            key.push_str(name);
            flatten(key, value, emit);
            key.truncate(length);
        }),
        Value::Empty => {}
        value => emit(key, value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Inner;
    struct Outer(Inner);

    impl Fields for Inner {
        fn visit(&self, visit: &mut dyn FnMut(&'static str, Value<'_>)) {
            visit("id", Value::U64(7));
            visit("gone", Value::Empty);
        }
    }

    impl Fields for Outer {
        fn visit(&self, visit: &mut dyn FnMut(&'static str, Value<'_>)) {
            visit("inner", Value::Fields(&self.0));
            visit("on", Value::Bool(true));
        }
    }

    #[test]
    fn structures_become_dotted_keys() {
        let mut keys = Vec::new();
        flatten(&mut "q".to_owned(), Value::Fields(&Outer(Inner)), &mut |key, value| {
            keys.push(format!("{key}={value:?}"));
        });
        assert_eq!(keys, ["q.inner.id=7", "q.on=true"]);
    }

    #[test]
    fn none_leaves_no_attribute() {
        flatten(&mut "x".to_owned(), None::<u8>.value(), &mut |_, _| panic!("nothing to record"));
    }
}
