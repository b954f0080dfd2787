//! The catalogue as a table.

use super::Catalogue;

pub(crate) fn table(_catalogue: &Catalogue) -> String {
    String::new()
}
