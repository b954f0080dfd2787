//! The records of programs, libraries and object files.

use super::{Program, name_of};
use crate::error::{Error, Result};
use object::{Object as _, ObjectKind, ObjectSection as _};
use observe_rules::catalogue::{COFF_SECTION, ELF_SECTION, Endian, MACH_O_SECTION, Record, read};
use observe_rules::families;
use std::fs;
use std::path::{Path, PathBuf};

/// The records of each file.
///
/// A file without a record is an error where the user names it; of those that were built, some may not use observe, and it
/// is one where none does.
pub(crate) fn programs(files: &[PathBuf], is_given: bool) -> Result<Vec<Program>> {
    let mut programs = Vec::new();
    for file in files {
        let records = records(file)?;
        if !records.is_empty() {
            programs.push(Program { name: name_of(file), records });
        } else if is_given {
            return Err(no_records(&file.display().to_string()));
        }
    }
    if programs.is_empty() {
        return Err(no_records("what was built"));
    }
    Ok(programs)
}

/// A report that is empty for another reason than that there is nothing to say would be believed.
fn no_records(what: &str) -> Error {
    Error::new(format!("{what} has no records, not even the one of the runtime")).help(format!(
        "it does not use observe, or the linker or a tool behind it has removed the section `{ELF_SECTION}`"
    ))
}

/// Whether this section is one of ours. Records of groups of metrics say that a group is used only where the linker has left
/// out the others.
fn has_records(section: &str, is_linked: bool) -> bool {
    let is_group = section.starts_with(families::ELF_SECTIONS) || section == families::MACH_O_SECTION;
    matches!(section, ELF_SECTION | MACH_O_SECTION | COFF_SECTION) || (is_linked && is_group)
}

fn records(file: &Path) -> Result<Vec<Record>> {
    let bytes = fs::read(file).map_err(|error| Error::of(file, error))?;
    let program = object::File::parse(&*bytes).map_err(|error| Error::of(file, format!("no program: {error}")))?;
    let endian = if program.is_little_endian() { Endian::Little } else { Endian::Big };
    let mut records = Vec::new();
    let is_linked = program.kind() != ObjectKind::Relocatable;
    for section in program.sections() {
        // A section is read by its name: one that can't be read has none of ours.
        if section.name().is_ok_and(|name| has_records(name, is_linked)) {
            let data = section.data().map_err(|error| Error::of(file, error))?;
            records.extend(read(data, endian).map_err(|error| Error::of(file, error))?);
        }
    }
    Ok(records)
}
