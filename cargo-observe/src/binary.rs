//! The records of one program.

use object::{Object as _, ObjectSection as _};
use observe_rules::catalogue::{COFF_SECTION, ELF_SECTION, Endian, MACH_O_SECTION, Record, read};
use std::fs;
use std::path::Path;

/// All records, the runtime's own among them.
///
/// No record is an error: a report that is empty for another reason than that there is nothing to say would
/// be believed.
pub(crate) fn records(file: &Path) -> Result<Vec<Record>, String> {
    let shown = file.display();
    let bytes = fs::read(file).map_err(|error| format!("{shown}: {error}"))?;
    let program = object::File::parse(&*bytes).map_err(|error| format!("{shown} is no program: {error}"))?;
    let endian = if program.is_little_endian() { Endian::Little } else { Endian::Big };
    let mut records = Vec::new();
    for section in program.sections() {
        // A section is read by its name: one that can't be read has none of ours.
        if matches!(section.name(), Ok(ELF_SECTION | MACH_O_SECTION | COFF_SECTION)) {
            let data = section.data().map_err(|error| format!("{shown}: {error}"))?;
            records.extend(read(data, endian).map_err(|error| format!("{shown}: {error}"))?);
        }
    }
    if records.is_empty() {
        return Err(format!(
            "{shown} has no records, not even the one of the runtime: it does not use observe, or the linker or a tool behind it has removed the section `{ELF_SECTION}`"
        ));
    }
    Ok(records)
}
