//! Finished spans on their way from the threads that ended them to the one that exports them.
//!
//! A thread writes into a block of its own, without a lock. A block that is full is queued, and the
//! thread takes another; what a block has before it is full can be read at any time.

mod basis;
mod batch;
mod block;
mod queue;
mod writer;

pub(crate) use batch::{Batch, Owned};
pub(crate) use queue::{Capacity, Held, Queue};
pub(crate) use writer::Writer;
