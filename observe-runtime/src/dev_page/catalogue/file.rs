//! The records of this program, as the compiler and the linker left them in its file.

use object::{Object as _, ObjectSection as _, ReadCache};
use observe_rules::catalogue::{COFF_SECTION, ELF_SECTION, Endian, Kind, MACH_O_SECTION, Record, read};
use observe_rules::families;
use std::env;
use std::fs::File;
use std::io::{self, Read, Seek};

/// All records of this program; an error is a sentence that says why there are none.
pub(super) fn records() -> Result<Vec<Record>, String> {
    let file = program().map_err(|error| format!("the file of the program can't be read: {error}"))?;
    records_in(file)
}

/// The file of this program. On Linux it is the one that runs, also where another one has taken its place, or none.
fn program() -> io::Result<File> {
    if cfg!(any(target_os = "linux", target_os = "android"))
        && let Ok(file) = File::open("/proc/self/exe")
    {
        return Ok(file);
    }
    File::open(env::current_exe()?)
}

/// Reads no more of the file than its tables and our sections: it may be large.
fn records_in(file: impl Read + Seek) -> Result<Vec<Record>, String> {
    let bytes = ReadCache::new(file);
    let no_program = |error| format!("the file of the program is of no form that can be read here: {error}");
    let object = object::File::parse(&bytes).map_err(no_program)?;
    let endian = if object.is_little_endian() { Endian::Little } else { Endian::Big };
    let mut records = Vec::new();
    for section in object.sections() {
        // A section is read by its name: one that can't be read has none of ours.
        let Some(name) = section.name().ok().filter(|name| has_records(name)) else { continue };
        let data = section.data().map_err(no_program)?;
        // This program's own records have one version, and are whole.
        let replaced = |error| {
            format!(
                "the file of the program is not that of the one which runs; start it again (section `{name}`: {error})"
            )
        };
        records.extend(read(data, endian).map_err(replaced)?);
    }
    // Those of groups have sections of their own, and stay where the others are taken away.
    if records.iter().all(|record: &Record| record.kind != Kind::Runtime) {
        return Err(format!(
            "the file of the program has not even the record of observe itself: a tool behind the linker has removed the section `{ELF_SECTION}` (`strip` keeps it)"
        ));
    }
    Ok(records)
}

/// Whether this section is one of ours. In those of groups are the families that observe brings.
fn has_records(section: &str) -> bool {
    let is_group = section.starts_with(families::ELF_SECTIONS) || section == families::MACH_O_SECTION;
    is_group || matches!(section, ELF_SECTION | MACH_O_SECTION | COFF_SECTION)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    /// A program of one section.
    fn program_with(section: &str, data: &[u8]) -> Cursor<Vec<u8>> {
        let names = format!("\0{section}\0.shstrtab\0");
        let headers = (64 + data.len() + names.len()).next_multiple_of(8);
        // 64 bits, little-endian; an executable of x86-64, without segments.
        let mut file = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0\x01\0\0\0".to_vec();
        file.extend([0, 0, headers as u64].map(u64::to_le_bytes).concat());
        file.extend(0_u32.to_le_bytes());
        file.extend([64_u16, 0, 0, 64, 3, 2].map(u16::to_le_bytes).concat());
        file.extend(data);
        file.extend(names.bytes());
        file.resize(headers, 0);
        let mut header = |name: u32, kind: u32, at: usize, len: usize| {
            file.extend([name, kind].map(u32::to_le_bytes).concat());
            file.extend([0, 0, at as u64, len as u64, 0, 1, 0].map(u64::to_le_bytes).concat());
        };
        header(0, 0, 0, 0);
        header(1, 1, 64, data.len());
        header(2 + u32::try_from(section.len()).unwrap(), 3, 64 + data.len(), names.len());
        Cursor::new(file)
    }

    #[test]
    fn a_file_that_is_no_program_is_said_to_be_none() {
        let error = records_in(Cursor::new(b"#!/bin/sh\n".to_vec())).unwrap_err();
        assert!(error.contains("of no form that can be read"), "{error}");
    }

    #[test]
    fn a_program_without_records_says_what_took_them() {
        let error = records_in(program_with(".text", b"code")).unwrap_err();
        assert!(error.contains("removed the section `.note.observe`"), "{error}");
        let error = records_in(program_with(ELF_SECTION, &[])).unwrap_err();
        assert!(error.contains("not even the record of observe itself"), "{error}");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn groups_whose_records_are_all_that_is_left_are_no_catalogue() {
        const GROUP: &str = ".observe.own";
        let bytes = ReadCache::new(program().unwrap());
        let own = object::File::parse(&bytes).unwrap();
        let group = own.section_by_name(GROUP).unwrap().data().unwrap();
        let error = records_in(program_with(GROUP, group)).unwrap_err();
        assert!(error.contains("removed the section `.note.observe`"), "{error}");
    }

    #[test]
    fn records_that_are_not_ours_are_those_of_another_program() {
        let error = records_in(program_with(ELF_SECTION, b"something else")).unwrap_err();
        let expected = "start it again (section `.note.observe`: the records are damaged from byte 0 on)";
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn the_records_of_this_program_are_read() {
        let records = records().unwrap();
        assert!(records.iter().any(|record| record.kind == Kind::Runtime));
    }

    /// The child takes its own file away, as who installs another release does, and reads it then.
    #[test]
    #[cfg(target_os = "linux")]
    fn a_program_whose_file_was_replaced_is_read_all_the_same() {
        const CHILD: &str = "OBSERVE_TEST_FILE_TO_REMOVE";
        const NAME: &str = "dev_page::catalogue::file::tests::a_program_whose_file_was_replaced_is_read_all_the_same";
        if let Some(own) = env::var_os(CHILD) {
            std::fs::remove_file(&own).unwrap();
            assert!(env::current_exe().unwrap().to_string_lossy().ends_with(" (deleted)"));
            assert!(!records().unwrap().is_empty());
            return;
        }
        let own = env::current_exe().unwrap();
        let link = own.with_extension(format!("link-{}", std::process::id()));
        std::fs::hard_link(&own, &link).unwrap();
        let child = std::process::Command::new(&link).args(["--exact", NAME]).env(CHILD, &link).output().unwrap();
        let out = String::from_utf8_lossy(&child.stdout);
        assert!(child.status.success() && out.contains("1 passed") && !link.exists(), "{out}");
    }
}
