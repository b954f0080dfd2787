//! Operations that services have in common: queries, requests to others, caches, models.

pub(crate) mod calls;
mod words;
