//! The call sites of spans. They repeat, so what is the same in all their spans is looked up once.

use super::writer::{ATTRIBUTES, NAME};
use crate::export::otlp::common::{AnyValue, EncodedText, put_attribute};
use crate::span::{Finished, code_attributes};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use tracing::Metadata;

/// The most call sites that are known. A program has as many as it has functions, unless it makes them
/// while it runs: then they are forgotten now and then.
const MOST: usize = 4096;

/// All call sites that spans have come from, and the present batch by scope.
#[derive(Default)]
pub(super) struct Sites {
    /// By the address of their metadata.
    places: HashMap<usize, usize, BuildHasherDefault<AddressHasher>>,
    known: Vec<CallSite>,
    scopes: Vec<Scope>,
    /// Whether spans say where their code is.
    says_code: bool,
}

/// What all spans of a call site have in common.
pub(super) struct CallSite {
    /// The place of its target among the scopes.
    scope: usize,
    pub(super) name: EncodedText,
    /// Attributes that say where the code is, as they go into every span; empty where that is not asked for.
    pub(super) code: Vec<u8>,
    fields: Vec<EncodedText>,
    no_field: EncodedText,
}

/// All call sites of one target.
struct Scope {
    target: &'static str,
    /// The spans of the present batch, in their order.
    spans: Vec<Place>,
}

/// A span's place in the batch, and that of its call site.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) span: usize,
    pub(super) site: usize,
}

impl Sites {
    pub(super) fn new(says_code: bool) -> Self {
        Self { says_code, ..Self::default() }
    }

    /// Sorts a batch by scope, in place of the one before.
    pub(super) fn sort(&mut self, spans: &[Finished<'_>]) {
        if self.known.len() > MOST {
            *self = Self::new(self.says_code);
        }
        for scope in &mut self.scopes {
            scope.spans.clear();
        }
        for (span, finished) in spans.iter().enumerate() {
            let site = self.place(finished.metadata);
            let scope = self.known.get(site).and_then(|site| self.scopes.get_mut(site.scope));
            if let Some(scope) = scope {
                scope.spans.push(Place { span, site });
            }
        }
    }

    /// The targets of the present batch, each with its spans.
    pub(super) fn by_scope(&self) -> impl Iterator<Item = (&'static str, &[Place])> {
        let used = self.scopes.iter().filter(|scope| !scope.spans.is_empty());
        used.map(|scope| (scope.target, scope.spans.as_slice()))
    }

    pub(super) fn get(&self, place: usize) -> Option<&CallSite> {
        self.known.get(place)
    }

    #[inline]
    fn place(&mut self, metadata: &'static Metadata<'static>) -> usize {
        let address = std::ptr::from_ref(metadata).addr();
        match self.places.get(&address) {
            Some(place) => *place,
            None => self.add(address, metadata),
        }
    }

    #[cold]
    fn add(&mut self, address: usize, metadata: &'static Metadata<'static>) -> usize {
        let target = metadata.target();
        let scope = self.scopes.iter().position(|scope| scope.target == target).unwrap_or_else(|| {
            self.scopes.push(Scope { target, spans: Vec::new() });
            self.scopes.len() - 1
        });
        let fields = metadata.fields().iter().map(|field| EncodedText::key(field.name())).collect();
        let name = EncodedText::new(NAME, metadata.name());
        let mut code = Vec::new();
        for (key, value) in self.says_code.then(|| code_attributes(metadata)).into_iter().flatten() {
            put_attribute(&mut code, ATTRIBUTES, &key, AnyValue::from(&value));
        }
        self.known.push(CallSite { scope, name, code, fields, no_field: EncodedText::key("") });
        let place = self.known.len() - 1;
        self.places.insert(address, place);
        place
    }
}

impl CallSite {
    /// The name of a field.
    #[inline]
    pub(super) fn field(&self, place: usize) -> &EncodedText {
        self.fields.get(place).unwrap_or(&self.no_field)
    }
}

/// Spreads addresses, which are multiples of a power of two; nobody chooses them to collide.
#[derive(Default)]
struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_usize(usize::from(*byte));
        }
    }

    #[inline]
    fn write_usize(&mut self, address: usize) {
        // 2^64 divided by the golden ratio; the upper half is mixed best, and the table wants it below too.
        let mixed = (self.0 ^ address as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ mixed >> 32;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
