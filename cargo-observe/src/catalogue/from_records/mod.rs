//! The catalogue, made of records.
//!
//! ```text
//! built_in.rs the metrics that observe brings
//! labels.rs   the values of labels, which records refer to by id
//! metrics.rs  the metrics of one program
//! others.rs   spans, redacted types, health checks, and what is shown in clear
//! merge.rs    one catalogue of what several programs declare
//! ```

mod built_in;
mod labels;
mod merge;
mod metrics;
mod others;
#[cfg(test)]
mod tests;

use super::{Catalogue, Place, SCHEMA};
use crate::error::Result;
use crate::source::Program;
use labels::Labels;
use observe_rules::catalogue::{Kind, Record};

pub(crate) use merge::Conflict;

/// What these programs declare together, and where they contradict each other: of what is declared twice the first is kept.
///
/// # Errors
///
/// Where a record refers to one that is not there: a catalogue with a hole would be believed.
pub(crate) fn catalogue(programs: &[Program]) -> Result<(Catalogue, Vec<Conflict>)> {
    // A library's labels may be declared in another one.
    let labels = Labels::of(programs.iter().flat_map(|program| &program.records));
    let mut catalogue = Catalogue { schema: SCHEMA, ..Catalogue::default() };
    for program in programs {
        let service = program.records.iter().find(|record| record.kind == Kind::Service);
        let said = |key| service.and_then(|record| record.find(key)).filter(|text| !text.is_empty());
        let namespace = said("namespace");
        catalogue.programs.push(super::Program {
            name: program.name.clone(),
            service: said("name").map(str::to_owned),
            namespace: namespace.map(str::to_owned),
        });
        let declared = metrics::of(program, namespace, &labels)?;
        catalogue.metrics.extend(built_in::of(program, namespace, &declared)?);
        catalogue.metrics.extend(declared);
        others::add(program, &mut catalogue);
    }
    let conflicts = merge::merge(&mut catalogue);
    Ok((catalogue, conflicts))
}

/// Where the record was left.
fn place(record: &Record) -> Place {
    Place { module: record.module.clone(), file: record.file.clone(), line: record.line, column: record.column }
}

/// A place as people write it.
fn shown(place: &Place) -> String {
    format!("{}:{}", place.file, place.line)
}
