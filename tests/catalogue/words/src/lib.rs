//! The program names one constant of this library, and calls nothing of it.
#![forbid(unsafe_code)]

use observe::{Counter, Label, metered, metric};

pub const LIMIT: usize = 400;

#[derive(Label, Clone, Copy)]
pub enum Plan {
    Free,
    Paid,
}

/// Words that were counted.
#[metric(labels(plan))]
pub static WORDS_TOTAL: Counter<Plan>;

/// Looks a word up.
#[metered]
pub fn look_up() {}
