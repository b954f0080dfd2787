//! A value in pieces, for shapes that can't be written in one go: flattened fields and tags.

use super::builder::{MapBuilder, SequenceBuilder, StructBuilder, Wrap};
use crate::redact::MASK;
use serde_core::ser::{SerializeMap as _, SerializeStruct as _};
use serde_core::{Serialize, Serializer};
use std::borrow::Cow;

/// What a value serialises to. Shapes that every format writes alike are one variant.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// `()`, and structs without fields.
    Unit,
    /// No value.
    None,
    /// A value that might be missing.
    Some(Box<Self>),
    /// `true` or `false`.
    Bool(bool),
    /// A signed integer.
    Signed(i128),
    /// An unsigned integer.
    Unsigned(u128),
    /// A number of single precision, which has other digits than one of double precision.
    F32(f32),
    /// A number of double precision.
    F64(f64),
    /// One character.
    Char(char),
    /// Text.
    Text(Cow<'static, str>),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Lists, tuples and tuple structs.
    Sequence(Vec<Self>),
    /// A map.
    Map(Vec<(Self, Self)>),
    /// A struct with named fields.
    Struct(&'static str, Vec<(&'static str, Self)>),
    /// A variant: the enum's name, the variant's number and name, and what it carries.
    Variant(&'static str, u32, &'static str, Option<Box<Self>>),
}

impl Tree {
    /// The tree of a value; the mask where it can't be serialised, so that nothing else is lost.
    pub fn of<T: Serialize + ?Sized>(value: &T, is_human_readable: bool) -> Self {
        Self::or_mask(value.serialize(TreeSerializer::new(is_human_readable)))
    }

    /// What a function of the user's made, or the mask.
    #[must_use]
    pub fn or_mask(tree: serde_json::Result<Self>) -> Self {
        tree.unwrap_or(Self::Text(Cow::Borrowed(MASK)))
    }
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Unit => serializer.serialize_unit(),
            Self::None => serializer.serialize_none(),
            Self::Some(value) => serializer.serialize_some(value),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Signed(value) => match i64::try_from(*value) {
                Ok(value) => serializer.serialize_i64(value),
                Err(_) => serializer.serialize_i128(*value),
            },
            Self::Unsigned(value) => match u64::try_from(*value) {
                Ok(value) => serializer.serialize_u64(value),
                Err(_) => serializer.serialize_u128(*value),
            },
            Self::F32(value) => serializer.serialize_f32(*value),
            Self::F64(value) => serializer.serialize_f64(*value),
            Self::Char(value) => serializer.serialize_char(*value),
            Self::Text(value) => serializer.serialize_str(value),
            Self::Bytes(value) => serializer.serialize_bytes(value),
            Self::Sequence(values) => serializer.collect_seq(values),
            Self::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
            Self::Struct(name, fields) => {
                let mut structure = serializer.serialize_struct(name, fields.len())?;
                for (name, value) in fields {
                    structure.serialize_field(name, value)?;
                }
                structure.end()
            }
            Self::Variant(name, at, variant, None) => serializer.serialize_unit_variant(name, *at, variant),
            Self::Variant(name, at, variant, Some(value)) => {
                serializer.serialize_newtype_variant(name, *at, variant, value)
            }
        }
    }
}

/// Makes a [`Tree`].
#[derive(Clone, Copy, Debug)]
pub struct TreeSerializer {
    pub(super) is_human_readable: bool,
}

impl TreeSerializer {
    /// For a format that is read by people, or by machines only.
    #[must_use]
    pub fn new(is_human_readable: bool) -> Self {
        Self { is_human_readable }
    }

    fn sequence(self, wrap: Wrap) -> SequenceBuilder {
        SequenceBuilder { serializer: self, wrap, values: Vec::new() }
    }

    fn structure(self, name: &'static str, wrap: Wrap) -> StructBuilder {
        StructBuilder { serializer: self, wrap, name, fields: Vec::new() }
    }
}

macro_rules! leaves {
    ($($method:ident($ty:ty) => $tree:expr;)*) => {$(
        fn $method(self, value: $ty) -> serde_json::Result<Tree> {
            Ok($tree(value.into()))
        }
    )*};
}

impl Serializer for TreeSerializer {
    type Ok = Tree;
    type Error = serde_json::Error;
    type SerializeSeq = SequenceBuilder;
    type SerializeTuple = SequenceBuilder;
    type SerializeTupleStruct = SequenceBuilder;
    type SerializeTupleVariant = SequenceBuilder;
    type SerializeMap = MapBuilder;
    type SerializeStruct = StructBuilder;
    type SerializeStructVariant = StructBuilder;

    leaves! {
        serialize_bool(bool) => Tree::Bool;
        serialize_i8(i8) => Tree::Signed;
        serialize_i16(i16) => Tree::Signed;
        serialize_i32(i32) => Tree::Signed;
        serialize_i64(i64) => Tree::Signed;
        serialize_i128(i128) => Tree::Signed;
        serialize_u8(u8) => Tree::Unsigned;
        serialize_u16(u16) => Tree::Unsigned;
        serialize_u32(u32) => Tree::Unsigned;
        serialize_u64(u64) => Tree::Unsigned;
        serialize_u128(u128) => Tree::Unsigned;
        serialize_f32(f32) => Tree::F32;
        serialize_f64(f64) => Tree::F64;
        serialize_char(char) => Tree::Char;
        serialize_bytes(&[u8]) => Tree::Bytes;
    }

    fn serialize_str(self, value: &str) -> serde_json::Result<Tree> {
        Ok(Tree::Text(Cow::Owned(value.to_owned())))
    }

    fn serialize_none(self) -> serde_json::Result<Tree> {
        Ok(Tree::None)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> serde_json::Result<Tree> {
        Ok(Tree::Some(Box::new(value.serialize(self)?)))
    }

    fn serialize_unit(self) -> serde_json::Result<Tree> {
        Ok(Tree::Unit)
    }

    fn serialize_unit_struct(self, _: &'static str) -> serde_json::Result<Tree> {
        Ok(Tree::Unit)
    }

    fn serialize_unit_variant(self, name: &'static str, at: u32, variant: &'static str) -> serde_json::Result<Tree> {
        Ok(Tree::Variant(name, at, variant, None))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> serde_json::Result<Tree> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        at: u32,
        variant: &'static str,
        value: &T,
    ) -> serde_json::Result<Tree> {
        Ok(Tree::Variant(name, at, variant, Some(Box::new(value.serialize(self)?))))
    }

    fn serialize_seq(self, _: Option<usize>) -> serde_json::Result<SequenceBuilder> {
        Ok(self.sequence(None))
    }

    fn serialize_tuple(self, _: usize) -> serde_json::Result<SequenceBuilder> {
        Ok(self.sequence(None))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> serde_json::Result<SequenceBuilder> {
        Ok(self.sequence(None))
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        at: u32,
        variant: &'static str,
        _: usize,
    ) -> serde_json::Result<SequenceBuilder> {
        Ok(self.sequence(Some((name, at, variant))))
    }

    fn serialize_map(self, _: Option<usize>) -> serde_json::Result<MapBuilder> {
        Ok(MapBuilder { serializer: self, key: None, entries: Vec::new() })
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> serde_json::Result<StructBuilder> {
        Ok(self.structure(name, None))
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        at: u32,
        variant: &'static str,
        _: usize,
    ) -> serde_json::Result<StructBuilder> {
        Ok(self.structure(variant, Some((name, at, variant))))
    }

    fn is_human_readable(&self) -> bool {
        self.is_human_readable
    }
}
