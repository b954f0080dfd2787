//! Labels whose values are known only at run time.

/// The values that the labels of one metric have met at run time: for each label a list of its own.
#[derive(Debug, Default)]
pub struct Interners(());

impl Interners {
    /// No values yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(())
    }
}
