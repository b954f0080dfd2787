//! What an annotation adds to a program: the whole of a release build, and the code of one that is
//! not optimised.

use super::Bench;
use super::figures::float;
use super::generate::FUNCTIONS;
use super::programs::{Profile, Program, build};
use super::say;
use super::table::Grid;
use object::{Object as _, ObjectSection as _, SectionFlags, elf};
use std::fs;
use std::path::Path;

/// The program to subtract, and the one to measure.
const RELEASE: [Program; 2] =
    [Program { variant: "bare", annotated: FUNCTIONS }, Program { variant: "traced_metered", annotated: FUNCTIONS }];

/// What half of the annotations bring along, as instances of generic functions, is in both.
const DEBUG: [Program; 2] =
    [Program { variant: "traced", annotated: FUNCTIONS / 2 }, Program { variant: "traced", annotated: FUNCTIONS }];

/// KiB of a stripped release build for each function, or `None` if building took too long.
pub(super) fn release(bench: &Bench) -> Result<Option<f64>, String> {
    let Some(built) = build(bench, Profile::Release, &RELEASE)? else { return Ok(None) };
    let size = |program: &Path| fs::metadata(program).map(|file| file.len());
    let sizes = built.iter().map(|program| size(program)).collect::<Result<Vec<u64>, _>>();
    let sizes = sizes.map_err(|error| format!("what was built is gone: {error}"))?;
    let kibibytes = (float(sizes[1]) - float(sizes[0])) / 1024.0 / float(FUNCTIONS as u64);
    let title = format!("compile: a release build with {FUNCTIONS} functions, stripped");
    let mut grid = Grid::new(title, &["program", "bytes", "KiB a function"]);
    grid.row(vec!["bare, with the runtime and one annotated function".to_owned(), sizes[0].to_string(), String::new()]);
    grid.row(vec!["ours #[traced] + #[metered]".to_owned(), sizes[1].to_string(), format!("{kibibytes:.2}")]);
    say(&grid.to_string());
    Ok(Some(kibibytes))
}

/// kB of code for each function without optimisation, or `None` if building took too long.
pub(super) fn debug(bench: &Bench) -> Result<Option<f64>, String> {
    let Some(built) = build(bench, Profile::Dev, &DEBUG)? else { return Ok(None) };
    let sections = built.iter().map(|program| Sections::of(program)).collect::<Result<Vec<Sections>, _>>()?;
    let added = DEBUG[1].annotated - DEBUG[0].annotated;
    let slope = |bytes: fn(&Sections) -> u64| {
        (float(bytes(&sections[1])) - float(bytes(&sections[0]))) / 1e3 / float(added as u64)
    };
    let text = slope(|sections| sections.text);
    let title = format!("compile: a build without optimisation, {FUNCTIONS} functions, #[traced] with 2 fields");
    let mut grid = Grid::new(title, &["annotated", "bytes of .text", "bytes that are never written"]);
    for (program, sections) in DEBUG.iter().zip(&sections) {
        grid.row(vec![program.annotated.to_string(), sections.text.to_string(), sections.constant.to_string()]);
    }
    let constant = slope(|sections| sections.constant);
    grid.row(vec!["kB for each, over a bare function".to_owned(), format!("{text:.2}"), format!("{constant:.2}")]);
    say(&grid.to_string());
    Ok(Some(text))
}

/// Bytes of a program that are loaded and never written.
struct Sections {
    /// Code.
    text: u64,
    /// Code, constants and tables for unwinding: what `size` calls text.
    constant: u64,
}

impl Sections {
    fn of(program: &Path) -> Result<Self, String> {
        let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", program.display());
        let bytes = fs::read(program).map_err(|error| failed(&error))?;
        let file = object::File::parse(&*bytes).map_err(|error| failed(&error))?;
        let text = file.section_by_name(".text").ok_or_else(|| failed(&"no code"))?.size();
        let is_constant = |flags| match flags {
            SectionFlags::Elf { sh_flags } => {
                sh_flags & u64::from(elf::SHF_ALLOC | elf::SHF_WRITE) == u64::from(elf::SHF_ALLOC)
            }
            _ => false,
        };
        let constant = file.sections().filter(|section| is_constant(section.flags())).map(|section| section.size());
        Ok(Self { text, constant: constant.sum() })
    }
}
