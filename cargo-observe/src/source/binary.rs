//! The records of programs, libraries and object files.

use super::Program;
use crate::error::{Error, Result};
use object::read::archive::ArchiveFile;
use object::{FileKind, Object as _, ObjectKind, ObjectSection as _, ReadCache, ReadRef};
use observe_rules::catalogue::{COFF_SECTION, ELF_SECTION, Endian, MACH_O_SECTION, Record, read};
use observe_rules::families;
use std::fs::File;
use std::path::{Path, PathBuf};

/// The section in which the runtime gathers metrics: where it is, the runtime is.
const METRICS_SECTION: &str = "observe_metrics";

/// What a file has of ours.
#[derive(Default)]
struct Found {
    records: Vec<Record>,
    has_runtime: bool,
    /// A member of a library is code that is still to be compiled, as LTO leaves it.
    has_bitcode: bool,
}

/// The records of each file.
///
/// A file without a record is an error where the user names it; of those that were built, some may not use observe, and it
/// is one where none does. One that has the runtime and no record is one in any case.
pub(crate) fn programs(files: &[PathBuf], is_given: bool) -> Result<Vec<Program>> {
    let mut programs = Vec::new();
    for file in files {
        let found = records(file)?;
        if !found.records.is_empty() {
            let is_library = file.extension().is_some_and(|ending| ending == "rlib");
            programs.push(Program { name: name(file), is_library, records: found.records });
        } else if is_given || found.has_runtime {
            return Err(no_records(&file.display().to_string(), &found));
        }
    }
    if programs.is_empty() {
        return Err(no_records("what was built", &Found::default()));
    }
    Ok(programs)
}

/// A report that is empty for another reason than that there is nothing to say would be believed.
fn no_records(what: &str, found: &Found) -> Error {
    let (fact, help) = if found.has_runtime {
        (
            format!("{what} is linked with the runtime of observe, and has no records"),
            format!(
                "a tool behind the linker has removed the section `{ELF_SECTION}`: read the file before that, or keep it (`strip` does)"
            ),
        )
    } else if found.has_bitcode {
        (
            format!("{what} holds bitcode, in which no record can be read"),
            "it was built for LTO: read the program, or a test binary (`cargo test --no-run`)".to_owned(),
        )
    } else {
        (
            format!("{what} has no records, not even the one of the runtime"),
            format!(
                "it does not use observe, or the linker or a tool behind it has removed the section `{ELF_SECTION}`"
            ),
        )
    };
    Error::new(fact).help(help)
}

/// The name of a program: that of its file, without what cargo puts before and behind it.
fn name(file: &Path) -> String {
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    let is_library = file.extension().is_some_and(|ending| ending == "rlib" || ending == "a" || ending == "so");
    let name = if is_library { name.strip_prefix("lib").unwrap_or(&name) } else { &name };
    // A test binary has a hash of 16 digits, and so has a library of others.
    match name.rsplit_once('-') {
        Some((before, hash)) if hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => before,
        _ => name,
    }
    .to_owned()
}

/// Reads no more of the file than its tables and our sections: it may be large.
fn records(file: &Path) -> Result<Found> {
    let bytes = ReadCache::new(File::open(file).map_err(|error| Error::of(file, error))?);
    let mut found = Found::default();
    let no_program = |error| Error::of(file, format!("no program: {error}"));
    if FileKind::parse(&bytes).map_err(no_program)? != FileKind::Archive {
        add(file, &object::File::parse(&bytes).map_err(no_program)?, &mut found)?;
        return Ok(found);
    }
    let library = ArchiveFile::parse(&bytes).map_err(no_program)?;
    for member in library.members() {
        let member = member.map_err(no_program)?;
        let data = member.data(&bytes).map_err(no_program)?;
        // The compiler's notes about the library are a member too.
        match object::File::parse(data) {
            Ok(object) => add(file, &object, &mut found)?,
            Err(_) => found.has_bitcode |= data.starts_with(b"BC\xC0\xDE"),
        }
    }
    Ok(found)
}

fn add<'a, R: ReadRef<'a>>(file: &Path, object: &object::File<'a, R>, found: &mut Found) -> Result<()> {
    let endian = if object.is_little_endian() { Endian::Little } else { Endian::Big };
    let is_linked = object.kind() != ObjectKind::Relocatable;
    for section in object.sections() {
        // A section is read by its name: one that can't be read has none of ours.
        let Ok(name) = section.name() else { continue };
        found.has_runtime |= name == METRICS_SECTION;
        found.has_bitcode |= name == ".llvmbc";
        if has_records(name, is_linked) {
            let data = section.data().map_err(|error| Error::of(file, error))?;
            let records = read(data, endian).map_err(|error| Error::of(file, format!("section `{name}`: {error}")))?;
            found.records.extend(records);
        }
    }
    Ok(())
}

/// Whether this section is one of ours. Records of groups of metrics say that a group is used only where the linker has left
/// out the others.
fn has_records(section: &str, is_linked: bool) -> bool {
    let is_group = section.starts_with(families::ELF_SECTIONS) || section == families::MACH_O_SECTION;
    matches!(section, ELF_SECTION | MACH_O_SECTION | COFF_SECTION) || (is_linked && is_group)
}
