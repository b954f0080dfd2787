//! The section `compile`: what an annotation costs the compiler, for each function.

use super::bars::{self, Bar};
use super::figures::{Spread, float};
use super::generate::{self, FUNCTIONS, PREFIX, VARIANTS, Variant};
use super::table::Grid;
use super::{Bench, lines, progress, rustc, say, size};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A variant, and the CPU seconds of each check.
pub(super) struct Checked {
    pub(super) variant: Variant,
    seconds: Vec<f64>,
}

/// All variants' checks.
pub(super) struct Checks(Vec<Checked>);

/// What an annotation adds for each function.
pub(super) struct Sizes {
    /// kB of code without optimisation.
    pub(super) debug_text: Option<f64>,
    /// KiB of a whole release build.
    pub(super) release_file: Option<f64>,
    /// Lines that the macro writes.
    pub(super) generated_lines: f64,
}

/// Where the generated crates are, and where their checks are noted.
struct Place {
    folder: PathBuf,
    log: PathBuf,
    program: PathBuf,
}

/// Generates the crates, checks each several times in turn, prints the table and judges.
pub(super) fn run(bench: &Bench) -> Result<Vec<Bar>, String> {
    let folder = bench.target.join("compile");
    generate::write(&bench.options.root, &folder)?;
    let place = Place { log: folder.join("rustc.log"), folder, program: bench.program.clone() };
    progress("compile: dependencies");
    place.check(None)?;
    let mut checks =
        Checks(VARIANTS.iter().map(|variant| Checked { variant: *variant, seconds: Vec::new() }).collect());
    for number in 1..=bench.options.checks {
        progress(&format!("compile: run {number} of {}", bench.options.checks));
        for checked in &mut checks.0 {
            checked.seconds.push(place.check(Some(checked.variant.name))?);
        }
    }
    say(&checks.table().to_string());
    let sizes = Sizes {
        debug_text: size::debug(bench)?,
        release_file: size::release(bench)?,
        generated_lines: lines::measure()?,
    };
    Ok(bars::compile(&checks, &sizes))
}

impl Place {
    /// Checks one crate, rebuilt, or all of them as far as needed; CPU seconds of the last rustc.
    fn check(&self, name: Option<&str>) -> Result<f64, String> {
        let failed = |error: std::io::Error| format!("{}: {error}", self.folder.display());
        fs::write(&self.log, "").map_err(failed)?;
        let mut command = Command::new("cargo");
        command.args(["check", "--quiet"]).current_dir(&self.folder);
        if let Some(name) = name {
            touch(&self.folder.join(name).join("src/lib.rs")).map_err(failed)?;
            command.args(["--offline", "-p", &format!("{PREFIX}{name}")]);
        }
        let output = command
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            .env("CARGO_INCREMENTAL", "0")
            .env("RUSTC_WORKSPACE_WRAPPER", &self.program)
            .env(rustc::LOG, &self.log)
            .output()
            .map_err(|error| format!("cargo can't be started: {error}"))?;
        if !output.status.success() {
            return Err(format!("the generated crates don't compile: {}", String::from_utf8_lossy(&output.stderr)));
        }
        let log = fs::read_to_string(&self.log).map_err(failed)?;
        let Some(name) = name else { return Ok(0.0) };
        let line = log.lines().find_map(|line| line.strip_prefix(PREFIX)?.strip_prefix(name)?.trim().parse().ok());
        line.ok_or_else(|| format!("rustc was not run for {name}: {log}"))
    }
}

/// Makes the file new, so that cargo rebuilds the crate and nothing else.
fn touch(file: &Path) -> std::io::Result<()> {
    fs::File::options().append(true).open(file)?.set_modified(std::time::SystemTime::now())
}

impl Checks {
    fn seconds(&self, name: &str) -> Spread {
        let checked = self.0.iter().find(|checked| checked.variant.name == name);
        Spread::of(checked.map_or(&[], |checked| checked.seconds.as_slice()))
    }

    /// CPU milliseconds for each function, over the same functions without annotations.
    pub(super) fn per_function(&self, variant: Variant) -> f64 {
        let over = self.seconds(variant.name).median - self.seconds(variant.base()).median;
        over * 1e3 / float(FUNCTIONS as u64)
    }

    /// The same by name.
    pub(super) fn named(&self, name: &str) -> Option<f64> {
        self.0.iter().find(|checked| checked.variant.name == name).map(|checked| self.per_function(checked.variant))
    }

    /// Figures for the bars' test: each variant takes a second more than the one before.
    #[cfg(test)]
    pub(super) fn of_one_second_more_each() -> Self {
        let checked = |(at, variant): (usize, &Variant)| Checked { variant: *variant, seconds: vec![float(at as u64)] };
        Self(VARIANTS.iter().enumerate().map(checked).collect())
    }

    fn table(&self) -> Grid {
        let runs = self.0.first().map_or(0, |checked| checked.seconds.len());
        let title = format!("compile: `cargo check` of {FUNCTIONS} functions, CPU of rustc, median of {runs}");
        let mut grid = Grid::new(title, &["annotation", "name", "CPU s (min..max)", "ms a function"]);
        for Checked { variant, .. } in &self.0 {
            grid.row(vec![
                variant.what.to_owned(),
                variant.name.to_owned(),
                self.seconds(variant.name).to_string(),
                format!("{:.2}", self.per_function(*variant)),
            ]);
        }
        grid
    }
}
