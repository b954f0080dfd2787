//! A structure that is put together before it is written: with tags, and with fields of others in it.

use super::hidden;
use super::tree::Tree;
use crate::redact::{MASK, is_sensitive};
use serde_core::Serialize;
use std::borrow::Cow;

/// The entries of a structure so far.
#[derive(Debug)]
pub struct Parts {
    is_human_readable: bool,
    entries: Vec<(Tree, Tree)>,
}

impl Parts {
    /// None yet; for a format that is read by people, or by machines only.
    #[must_use]
    pub fn new(is_human_readable: bool) -> Self {
        Self { is_human_readable, entries: Vec::new() }
    }

    /// A field under a name that the program says.
    pub fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) {
        self.entries.push((name.into(), Tree::of(value, self.is_human_readable)));
    }

    /// The fields of another structure among the own ones. What has none keeps the name.
    ///
    /// Keys of a map come from outside, so their names decide: a secret one hides its value.
    pub fn flatten<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) {
        let tree = Tree::of(value, self.is_human_readable);
        self.merge(name, tree, judged);
    }

    /// The content of a variant beside its tag: as a flattened field, and no name is judged.
    pub fn beside_tag<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) {
        let tree = Tree::of(value, self.is_human_readable);
        self.merge(name, tree, |entry| entry);
    }

    fn merge(&mut self, name: &'static str, tree: Tree, judge: fn((Tree, Tree)) -> (Tree, Tree)) {
        match tree {
            Tree::None | Tree::Unit => {}
            Tree::Some(tree) => self.merge(name, *tree, judge),
            Tree::Map(entries) => self.entries.extend(entries.into_iter().map(judge)),
            Tree::Struct(_, fields) => {
                self.entries.extend(fields.into_iter().map(|(name, value)| (name.into(), value)));
            }
            Tree::Variant(_, _, variant, value) => {
                self.entries.push((variant.into(), value.map_or(Tree::Unit, |value| *value)));
            }
            tree => self.entries.push((name.into(), tree)),
        }
    }

    /// The structure as a map, which is what `serde` makes of one with flattened fields.
    #[must_use]
    pub fn into_map(self) -> Tree {
        Tree::Map(self.entries)
    }

    /// The structure as a list without names.
    #[must_use]
    pub fn into_sequence(self) -> Tree {
        Tree::Sequence(self.entries.into_iter().map(|(_, value)| value).collect())
    }
}

impl From<&'static str> for Tree {
    fn from(name: &'static str) -> Self {
        Self::Text(Cow::Borrowed(name))
    }
}

fn judged((key, value): (Tree, Tree)) -> (Tree, Tree) {
    match &key {
        Tree::Text(name) if is_sensitive(name) => {
            hidden(1);
            (key, MASK.into())
        }
        _ => (key, value),
    }
}
