//! Slots.

mod basis;
mod extra;
#[allow(clippy::pedantic, reason = "belongs to the product")]
#[path = "../../../../../../observe-runtime/src/span/open/said.rs"]
pub(super) mod said;
#[expect(dead_code, reason = "what one thread does alone is in no model")]
#[allow(clippy::pedantic, reason = "belongs to the product")]
#[path = "../../../../../../observe-runtime/src/span/open/slot.rs"]
pub(super) mod slot;
#[allow(clippy::pedantic, reason = "belongs to the product")]
#[path = "../../../../../../observe-runtime/src/span/open/static_ref.rs"]
mod static_ref;

pub(super) use basis::Metadata;
pub(super) use static_ref::StaticRef;
