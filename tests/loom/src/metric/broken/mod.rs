//! The same models on a basis that does too little: each has to fail.

mod basis;
#[expect(dead_code, reason = "some models fail for the same reason as others")]
#[path = "../models.rs"]
mod models;
#[expect(dead_code, reason = "what counts bytes is in no model")]
#[path = "../../../../../observe-runtime/src/metric/pages.rs"]
mod pages;

#[test]
#[should_panic(expected = "Causality violation")]
fn a_lock_that_orders_nothing_is_seen() {
    models::hand_over();
}

#[test]
#[should_panic(expected = "at the end")]
fn an_addition_that_is_not_atomic_is_seen() {
    models::shared();
}

#[test]
#[should_panic(expected = "at the end")]
fn a_fence_that_orders_nothing_is_seen() {
    models::switch_off();
}
