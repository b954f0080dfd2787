//! Blocks, and their queue.

mod basis;
mod batch;
#[allow(clippy::pedantic, reason = "belongs to the product")]
#[path = "../../../../../../observe-runtime/src/span/hand_over/block.rs"]
mod block;
#[expect(dead_code, reason = "closing the queue is in no model")]
#[allow(clippy::pedantic, reason = "belongs to the product")]
#[path = "../../../../../../observe-runtime/src/span/hand_over/queue.rs"]
mod queue;
#[expect(dead_code, reason = "a model has one queue")]
#[allow(clippy::pedantic, reason = "belongs to the product")]
#[path = "../../../../../../observe-runtime/src/span/hand_over/writer.rs"]
mod writer;

pub(super) use batch::Batch;
pub(super) use queue::{Capacity, Queue};
pub(super) use writer::Writer;
