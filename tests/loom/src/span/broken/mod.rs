//! The same models on a basis that does too little, or in a wrong order: each has to fail.

use super::engine::models::hand_over::{self, Order};
use super::engine::models::slot;
use std::sync::atomic::Ordering::Relaxed;

/// Atomics that order nothing.
mod relaxed {
    mod basis;
    #[expect(dead_code, reason = "some models do not fail for this")]
    #[path = "../../engine/mod.rs"]
    pub(super) mod engine;
}

/// Additions that are not atomic.
mod torn {
    mod basis;
    #[expect(dead_code, reason = "some models do not fail for this")]
    #[path = "../../engine/mod.rs"]
    pub(super) mod engine;
}

/// A lock that orders nothing.
mod lock {
    mod basis;
    #[expect(dead_code, reason = "some models do not fail for this")]
    #[path = "../../engine/mod.rs"]
    pub(super) mod engine;
}

/// A thread that can't be woken.
mod asleep {
    mod basis;
    #[expect(dead_code, reason = "some models do not fail for this")]
    #[path = "../../engine/mod.rs"]
    pub(super) mod engine;
}

#[test]
#[should_panic(expected = "the words of span")]
fn words_that_do_not_come_before_their_publication_are_seen() {
    relaxed::engine::models::hand_over::open_block();
}

#[test]
#[should_panic(expected = "is missing")]
fn collecting_full_blocks_first_is_seen() {
    hand_over::full_block(Order::FullFirst);
}

#[test]
#[should_panic(expected = "is missing")]
fn collecting_full_blocks_first_while_a_thread_ends_is_seen() {
    hand_over::thread_end(Order::FullFirst);
}

#[test]
#[should_panic(expected = "Causality violation")]
fn a_queue_whose_lock_orders_nothing_is_seen() {
    lock::engine::models::hand_over::full_block(lock::engine::models::hand_over::Order::OpenFirst);
}

#[test]
#[should_panic(expected = "deadlock")]
fn a_reader_that_nobody_wakes_is_seen() {
    asleep::engine::models::hand_over::wake();
}

#[test]
#[should_panic(expected = "ends")]
fn handles_that_are_not_dropped_at_once_are_seen() {
    torn::engine::models::slot::last_handles();
}

#[test]
#[should_panic(expected = "what both said")]
fn handles_that_order_nothing_are_seen() {
    relaxed::engine::models::slot::last_handles();
}

#[test]
#[should_panic(expected = "what was recorded in time")]
fn recording_under_a_lock_that_orders_nothing_is_seen() {
    lock::engine::models::slot::record_and_end(lock::engine::models::slot::Flags::AfterHandles);
}

#[test]
#[should_panic(expected = "its flag")]
fn flags_that_are_read_before_the_handles_are_seen() {
    slot::record_and_end(slot::Flags::BeforeHandles);
}

#[test]
#[should_panic(expected = "the id of a span that is over")]
fn an_end_that_nobody_was_told_of_is_seen() {
    slot::stale_id(Relaxed);
}

#[test]
#[should_panic(expected = "of two spans")]
fn a_slot_whose_order_is_lost_is_copied_in_parts() {
    relaxed::engine::models::slot::copied();
}

#[test]
#[should_panic(expected = "was never said")]
fn words_that_do_not_come_after_their_length_is_gone_are_seen() {
    relaxed::engine::models::slot::said();
}

#[test]
#[should_panic(expected = "Causality violation")]
fn a_reference_that_comes_before_what_it_refers_to_is_seen() {
    relaxed::engine::models::slot::reference();
}
