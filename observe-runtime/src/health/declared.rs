//! Checks that `#[health_check]` declares, gathered by the linker.

use super::Check;
use std::fmt;

/// A check as the attribute leaves it.
pub struct Declared {
    make: fn() -> Check,
    /// The module and the line that it stands in.
    place: (&'static str, u32),
}

impl Declared {
    /// `make` is called once, when the checks are first asked for.
    #[must_use]
    pub const fn new(make: fn() -> Check, module: &'static str, line: u32) -> Self {
        Self { make, place: (module, line) }
    }
}

impl fmt::Debug for Declared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Declared").field("place", &self.place).finish_non_exhaustive()
    }
}

inventory::collect!(Declared);

/// All of them, in the order of their names and their places: the linker has none, and of two with one name it must
/// always be the same that keeps it.
pub(super) fn all() -> Vec<Check> {
    let declared = inventory::iter::<Declared>.into_iter();
    let mut checks: Vec<(Check, (&str, u32))> = declared.map(|one| ((one.make)(), one.place)).collect();
    checks.sort_by(|(one, place), (other, elsewhere)| (&one.name, place).cmp(&(&other.name, elsewhere)));
    // They belong to no runtime, but to the program: in tests, the first one to ask may have ended long ago.
    checks.into_iter().map(|(check, _)| Check { runtime: None, ..check }).collect()
}
