//! Checks that `#[health_check]` declares, gathered by the linker.

use super::Check;
use std::fmt;

/// A check as the attribute leaves it.
pub struct Declared {
    make: fn() -> Check,
}

impl Declared {
    /// `make` is called once, when the checks are first asked for.
    #[must_use]
    pub const fn new(make: fn() -> Check) -> Self {
        Self { make }
    }
}

impl fmt::Debug for Declared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Declared").finish_non_exhaustive()
    }
}

inventory::collect!(Declared);

/// All of them, in the order of their names: the linker has none.
pub(super) fn all() -> Vec<Check> {
    let mut checks: Vec<Check> = inventory::iter::<Declared>.into_iter().map(|declared| (declared.make)()).collect();
    checks.sort_by(|one, other| one.name.cmp(&other.name));
    checks
}
