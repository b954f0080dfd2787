//! What few spans have: a number here, by which it is told whose it is.

#[derive(Clone, Debug)]
pub(crate) struct Extra(pub(crate) u64);

impl Extra {
    pub(super) fn for_child(&self) -> Self {
        Self(self.0)
    }
}
