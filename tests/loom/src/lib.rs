//! Models of how threads share and hand over numbers and spans: loom runs each in every order of its
//! threads, and lets every load see every value that the memory model allows.
//!
//! What runs is the product's own files, on atomics and locks that loom watches. `broken` runs the same
//! models on some that do too little, and there each has to fail: so they are known to see.

#![cfg(test)]
#![expect(clippy::duplicate_mod, reason = "each time on another basis")]

mod atomics;
#[path = "../../../observe-runtime/src/count.rs"]
mod count;
mod metric;
mod once_lock;
mod parking;
mod span;
mod unordered;

/// Runs a model in every order with at most three switches of threads that could have gone on.
fn model(run: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(move || {
        atomics::step();
        run();
    });
}
