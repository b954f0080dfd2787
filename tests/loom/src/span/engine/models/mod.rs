//! The models.

pub(crate) mod hand_over;
pub(crate) mod slot;
