//! Models of how threads share and hand over their numbers: loom runs each in every order of its
//! threads, and lets every load see every value that the memory model allows.
//!
//! What runs is the product's own `pages.rs`, on the atomics and locks of [`basis`]. `broken` runs the
//! same models on some that do too little, and there each has to fail: so they are known to see.

#![cfg(test)]
#![expect(clippy::duplicate_mod, reason = "each time on another basis")]

mod basis;
mod broken;
mod models;
mod once_lock;
#[expect(dead_code, reason = "what counts bytes is in no model")]
#[path = "../../../observe-runtime/src/metric/pages.rs"]
mod pages;

#[test]
fn a_block_goes_from_thread_to_thread_while_a_scrape_reads() {
    models::hand_over();
}

#[test]
fn a_page_is_taken_while_a_scrape_reads() {
    models::claim();
}

#[test]
fn a_thread_without_a_block_shares() {
    models::refusal();
}

#[test]
fn two_threads_add_to_shared_cells() {
    models::shared();
}

#[test]
fn metrics_are_switched_off_while_a_table_opens() {
    models::switch_off();
}
