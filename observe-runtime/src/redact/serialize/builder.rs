//! Trees of values that have parts.

use super::tree::{Tree, TreeSerializer};
use serde_core::Serialize;
use serde_core::ser::{
    Error as _, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};

/// The variant around the parts, if there is one.
pub(super) type Wrap = Option<(&'static str, u32, &'static str)>;

fn wrapped(wrap: Wrap, tree: Tree) -> Tree {
    match wrap {
        Some((name, at, variant)) => Tree::Variant(name, at, variant, Some(Box::new(tree))),
        None => tree,
    }
}

/// A list, a tuple, a tuple struct or a tuple variant.
#[derive(Debug)]
pub struct SequenceBuilder {
    pub(super) serializer: TreeSerializer,
    pub(super) wrap: Wrap,
    pub(super) values: Vec<Tree>,
}

macro_rules! sequence {
    ($($trait:ident: $method:ident;)*) => {$(
        impl $trait for SequenceBuilder {
            type Ok = Tree;
            type Error = serde_json::Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> serde_json::Result<()> {
                self.values.push(value.serialize(self.serializer)?);
                Ok(())
            }

            fn end(self) -> serde_json::Result<Tree> {
                Ok(wrapped(self.wrap, Tree::Sequence(self.values)))
            }
        }
    )*};
}

sequence! {
    SerializeSeq: serialize_element;
    SerializeTuple: serialize_element;
    SerializeTupleStruct: serialize_field;
    SerializeTupleVariant: serialize_field;
}

/// A map.
#[derive(Debug)]
pub struct MapBuilder {
    pub(super) serializer: TreeSerializer,
    pub(super) key: Option<Tree>,
    pub(super) entries: Vec<(Tree, Tree)>,
}

impl SerializeMap for MapBuilder {
    type Ok = Tree;
    type Error = serde_json::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> serde_json::Result<()> {
        self.key = Some(key.serialize(self.serializer)?);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> serde_json::Result<()> {
        let key = self.key.take().ok_or_else(|| serde_json::Error::custom("a map's value came before its key"))?;
        self.entries.push((key, value.serialize(self.serializer)?));
        Ok(())
    }

    fn end(self) -> serde_json::Result<Tree> {
        Ok(Tree::Map(self.entries))
    }
}

/// A struct, or a variant with named fields.
#[derive(Debug)]
pub struct StructBuilder {
    pub(super) serializer: TreeSerializer,
    pub(super) wrap: Wrap,
    pub(super) name: &'static str,
    pub(super) fields: Vec<(&'static str, Tree)>,
}

macro_rules! structure {
    ($($trait:ident)*) => {$(
        impl $trait for StructBuilder {
            type Ok = Tree;
            type Error = serde_json::Error;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> serde_json::Result<()> {
                self.fields.push((name, value.serialize(self.serializer)?));
                Ok(())
            }

            fn end(self) -> serde_json::Result<Tree> {
                Ok(wrapped(self.wrap, Tree::Struct(self.name, self.fields)))
            }
        }
    )*};
}

structure!(SerializeStruct SerializeStructVariant);
