//! The catalogue as a markdown.

use super::Catalogue;

pub(crate) fn markdown(_catalogue: &Catalogue) -> String {
    String::new()
}
