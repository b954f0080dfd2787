//! Views of what the language and the standard library bring.

use super::{Redacted, View};
use serde_core::ser::{SerializeMap as _, SerializeSeq as _, SerializeTuple as _};
use serde_core::{Serialize, Serializer};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

macro_rules! as_they_are {
    ($($ty:ty),* $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl Redacted for $ty {
            #[inline]
            fn serialize_redacted<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                Serialize::serialize(self, serializer)
            }
        }
    )*};
}

as_they_are! {
    bool, char, str, String, (), i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, f32, f64,
    std::time::Duration, std::time::SystemTime,
}

macro_rules! through_deref {
    ($($ty:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Redacted + ?Sized> Redacted for $ty {
            #[inline]
            fn serialize_redacted<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                (**self).serialize_redacted(serializer)
            }
        }
    )*};
}

through_deref!(&T, &mut T, Box<T>, Rc<T>, Arc<T>);

#[diagnostic::do_not_recommend]
impl<T: Redacted + ToOwned + ?Sized> Redacted for Cow<'_, T> {
    fn serialize_redacted<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize_redacted(serializer)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Redacted> Redacted for Option<T> {
    fn serialize_redacted<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(value) => serializer.serialize_some(&View(value)),
            None => serializer.serialize_none(),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T: Redacted, E: Redacted> Redacted for Result<T, E> {
    fn serialize_redacted<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Ok(value) => serializer.serialize_newtype_variant("Result", 0, "Ok", &View(value)),
            Err(error) => serializer.serialize_newtype_variant("Result", 1, "Err", &View(error)),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> Redacted for PhantomData<T> {
    fn serialize_redacted<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Serialize::serialize(self, serializer)
    }
}

fn sequence<'a, T, I, S>(values: I, serializer: S) -> Result<S::Ok, S::Error>
where
    T: Redacted + 'a,
    I: ExactSizeIterator<Item = &'a T>,
    S: Serializer,
{
    let mut sequence = serializer.serialize_seq(Some(values.len()))?;
    for value in values {
        sequence.serialize_element(&View(value))?;
    }
    sequence.end()
}

macro_rules! sequences {
    ($($ty:ty $(, $hasher:ident)?;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Redacted $(, $hasher)?> Redacted for $ty {
            fn serialize_redacted<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                sequence(self.iter(), serializer)
            }
        }
    )*};
}

sequences! {
    [T];
    Vec<T>;
    VecDeque<T>;
    LinkedList<T>;
    BinaryHeap<T>;
    BTreeSet<T>;
    HashSet<T, H>, H;
}

/// As a tuple, which is what `serde` makes of an array.
#[diagnostic::do_not_recommend]
impl<T: Redacted, const N: usize> Redacted for [T; N] {
    fn serialize_redacted<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut tuple = serializer.serialize_tuple(N)?;
        for value in self {
            tuple.serialize_element(&View(value))?;
        }
        tuple.end()
    }
}

macro_rules! maps {
    ($($ty:ty $(, $hasher:ident)?;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<K: Redacted, V: Redacted $(, $hasher)?> Redacted for $ty {
            fn serialize_redacted<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(Some(self.len()))?;
                for (key, value) in self {
                    map.serialize_entry(&View(key), &View(value))?;
                }
                map.end()
            }
        }
    )*};
}

maps! {
    BTreeMap<K, V>;
    HashMap<K, V, H>, H;
}

macro_rules! tuples {
    ($($name:ident)*; $length:literal) => {
        #[diagnostic::do_not_recommend]
        #[allow(non_snake_case, reason = "a value is called after its type")]
        impl<$($name: Redacted),*> Redacted for ($($name,)*) {
            fn serialize_redacted<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let ($($name,)*) = self;
                let mut tuple = serializer.serialize_tuple($length)?;
                $(tuple.serialize_element(&View($name))?;)*
                tuple.end()
            }
        }
    };
}

tuples!(A; 1);
tuples!(A B; 2);
tuples!(A B C; 3);
tuples!(A B C D; 4);
