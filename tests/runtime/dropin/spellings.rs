//! What a search for `#[tracing::instrument` and a replacement by `#[traced` leave behind.
