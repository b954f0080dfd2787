//! Names of fields that were looked at before: a place in the code has the same ones each time.

use super::{NAMES, is_sensitive};
use std::cell::Cell;

/// Names that a thread remembers. One more takes the place of another.
const MOST: usize = 64;

/// What was found of a name, which is known by where it lies: it stays there, and does not change.
#[derive(Clone, Copy)]
struct Known {
    address: usize,
    length: usize,
    /// Whether the workspace's own names were known by then.
    with_own_names: bool,
    is_sensitive: bool,
}

thread_local! {
    static KNOWN: [Cell<Option<Known>>; MOST] = const { [const { Cell::new(None) }; MOST] };
}

/// [`is_sensitive`], remembered.
pub(super) fn is_sensitive_field(name: &'static str) -> bool {
    let (address, length) = (name.as_ptr().addr(), name.len());
    let with_own_names = NAMES.get().is_some();
    let known = KNOWN.try_with(|known| {
        let cell = &known[address % MOST];
        match cell.get() {
            Some(known) if (known.address, known.length, known.with_own_names) == (address, length, with_own_names) => {
                known.is_sensitive
            }
            _ => {
                let is_sensitive = is_sensitive(name);
                cell.set(Some(Known { address, length, with_own_names, is_sensitive }));
                is_sensitive
            }
        }
    });
    // At a thread's end.
    known.unwrap_or_else(|_| is_sensitive(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_remembered_for_what_it_is() {
        // Parts of one text begin at one place, and others lie where they take each other's.
        let text: &'static str =
            "patient_name password user_id question ssn email topic mrn birth_date count ".repeat(9).leak();
        let names = || (0..text.len()).flat_map(|from| [1, 3, 5, 8, 12].map(|length| text.get(from..from + length)));
        for name in names().chain(names()).flatten() {
            assert_eq!(is_sensitive_field(name), is_sensitive(name), "{name}");
        }
    }
}
