//! Spans: slots that several threads have handles of, and blocks in which finished spans are handed over.

mod basis;
mod broken;
mod engine;

use engine::models::{hand_over, slot};
use std::sync::atomic::Ordering::Acquire;

#[test]
fn a_block_is_read_while_a_thread_appends() {
    hand_over::open_block();
}

#[test]
fn a_block_becomes_full_while_all_are_collected() {
    hand_over::full_block(hand_over::Order::OpenFirst);
}

#[test]
fn a_block_that_was_read_is_used_by_another_thread() {
    hand_over::spare_block();
}

#[test]
fn a_thread_ends_while_all_blocks_are_collected() {
    hand_over::thread_end(hand_over::Order::OpenFirst);
}

#[test]
fn what_has_no_room_is_counted() {
    hand_over::no_room();
}

#[test]
fn a_batch_wakes_the_reader() {
    hand_over::wake();
}

#[test]
fn two_threads_drop_the_last_two_handles() {
    slot::last_handles();
}

#[test]
fn one_thread_records_while_another_ends_the_span() {
    slot::record_and_end(slot::Flags::AfterHandles);
}

#[test]
fn an_id_means_no_later_span_of_its_slot() {
    slot::stale_id(Acquire);
}

#[test]
fn a_copy_is_of_one_span() {
    slot::copied();
}

#[test]
fn what_is_said_is_never_a_mix() {
    slot::said();
}

#[test]
fn a_reference_is_shared() {
    slot::reference();
}
