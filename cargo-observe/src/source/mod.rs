//! Where a catalogue comes from.

mod binary;
mod build;

use crate::catalogue::{self, Catalogue};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::terminal;
use observe_rules::catalogue::{Kind, Record};
use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;

pub(crate) use build::BuildArgs;

/// Where a command reads what a workspace declares. Without any of these the workspace is built.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Source {
    /// Read this program, library or object file, in place of building the workspace
    #[arg(long, value_name = "FILE", help_heading = "Source")]
    pub(crate) from_binary: Vec<PathBuf>,
    /// Read a catalogue that `cargo observe catalog --format json` wrote
    #[arg(long, value_name = "FILE", conflicts_with = "from_binary", help_heading = "Source")]
    pub(crate) catalogue: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) build: BuildArgs,
}

/// The records of one program, and what it is called.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) name: String,
    /// Whether it is the library of a crate, which programs may have a part of.
    pub(crate) is_library: bool,
    pub(crate) records: Vec<Record>,
}

impl Source {
    /// The catalogue, with what was declared twice and differently.
    pub(crate) fn catalogue_and_conflicts(&self, context: &Context) -> Result<(Catalogue, Vec<catalogue::Conflict>)> {
        match &self.catalogue {
            Some(file) => {
                let text = fs::read_to_string(file).map_err(|error| Error::of(file, error))?;
                Ok((catalogue::read(&text).map_err(|error| Error::of(file, error))?, Vec::new()))
            }
            None => catalogue::catalogue(&self.programs(context)?),
        }
    }

    /// The catalogue. What was declared twice and differently is warned of.
    pub(crate) fn catalogue(&self, context: &Context) -> Result<Catalogue> {
        let (catalogue, conflicts) = self.catalogue_and_conflicts(context)?;
        for conflict in conflicts {
            terminal::warn(&conflict.to_string());
        }
        Ok(catalogue)
    }

    /// The records of the programs, built where none is given.
    pub(crate) fn programs(&self, context: &Context) -> Result<Vec<Program>> {
        let files = if self.from_binary.is_empty() { self.build.artifacts(context)? } else { self.from_binary.clone() };
        let is_given = !self.from_binary.is_empty();
        let mut programs = binary::programs(&files, is_given)?;
        if !is_given {
            leave_libraries_what_is_theirs(&mut programs);
        }
        Ok(programs)
    }
}

/// What a program has of a library is the program's; a library of which every record is in programs is not listed.
fn leave_libraries_what_is_theirs(programs: &mut Vec<Program>) {
    // By what they show: a record may hold numbers that have no order and no hash.
    let shown = |record: &Record| format!("{record:?}");
    let of_programs: HashSet<String> = programs
        .iter()
        .filter(|program| !program.is_library)
        .flat_map(|program| program.records.iter().map(shown))
        .collect();
    for library in programs.iter_mut().filter(|program| program.is_library) {
        library.records.retain(|record| !of_programs.contains(&shown(record)));
    }
    let is_said = |record: &Record| record.kind != Kind::Runtime;
    programs.retain(|program| !program.is_library || program.records.iter().any(is_said));
}
