//! The product's files, on the basis of who declares this module.

mod hand_over;
mod layout;
pub(crate) mod models;
mod open;

use super::basis;
