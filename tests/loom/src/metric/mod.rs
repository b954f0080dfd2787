//! Numbers: pages, and blocks of them that go from thread to thread.

mod basis;
mod broken;
mod models;
#[expect(dead_code, reason = "what counts bytes is in no model")]
#[path = "../../../../observe-runtime/src/metric/pages.rs"]
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
