//! How many values were hidden, by kind: a look at `/metrics` tells what would have leaked.

use super::scrub::{self, Kind};
use crate::count::Count;

/// Hidden by a type's policy, or by a name that promises personal data.
pub(crate) static FIELD: Count = Count::new();
/// Replaced by a pseudonym.
pub(crate) static PSEUDONYM: Count = Count::new();
/// Shown in part.
pub(crate) static PARTIAL: Count = Count::new();

static FOUND: [Count; Kind::ALL.len()] = [const { Count::new() }; Kind::ALL.len()];

/// Counts a value of this kind that was found in free text.
pub(super) fn found(kind: Kind) {
    match FOUND.get(kind.place()) {
        Some(count) => count.add(1),
        None => {
            let custom = scrub::all_custom().into_iter().find(|(name, _)| *name == kind.name());
            if let Some((_, count)) = custom {
                count.add(1);
            }
        }
    }
}

/// All counts, by the value of the `kind` label.
pub(crate) fn all() -> impl Iterator<Item = (&'static str, u64)> {
    let found = Kind::ALL.iter().zip(&FOUND).map(|(kind, count)| match kind {
        Kind::Field => (kind.name(), count.load() + FIELD.load()),
        _ => (kind.name(), count.load()),
    });
    let custom = scrub::all_custom().into_iter().map(|(name, count)| (name, count.load()));
    found.chain(custom).chain([("pseudonym", PSEUDONYM.load()), ("partial", PARTIAL.load())])
}
