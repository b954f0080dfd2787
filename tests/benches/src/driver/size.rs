//! What an annotation adds to a program: release builds, stripped, one against the other.

use super::figures::float;
use super::generate::{self, FUNCTIONS};
use super::table::Grid;
use super::{Bench, progress, say};
use rustix::process::{Pid, Signal, kill_process_group};
use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The program to subtract, and the one to measure.
const PROGRAMS: [&str; 2] = ["bare", "traced_metered"];

/// How long the builds may take, all that they depend on included.
const PATIENCE: Duration = Duration::from_mins(10);

/// Builds both programs once; KiB for each function, or `None` if that took too long.
pub(super) fn measure(bench: &Bench) -> Result<Option<f64>, String> {
    let folder = bench.target.join("size");
    write(&bench.options.root, &folder)?;
    progress("compile: release builds, for the size");
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let log = fs::File::create(folder.join("cargo.log")).map_err(failed)?;
    let build = Command::new("cargo")
        .args(["build", "--release", "--quiet"])
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .stdin(Stdio::null())
        .stderr(log)
        // A group of its own: ending cargo alone would leave its compilers behind.
        .process_group(0)
        .spawn()
        .map_err(|error| format!("cargo can't be started: {error}"))?;
    let Some(status) = wait(build).map_err(failed)? else {
        progress(&format!("compile: the release builds took longer than {PATIENCE:?}"));
        return Ok(None);
    };
    if !status.success() {
        return Err(format!("the generated programs don't compile, see {}", folder.join("cargo.log").display()));
    }
    let size = |name: &&str| fs::metadata(folder.join("target/release").join(name)).map(|file| file.len());
    let sizes: Vec<u64> = PROGRAMS.iter().map(size).collect::<Result<_, _>>().map_err(failed)?;
    let kibibytes = (float(sizes[1]) - float(sizes[0])) / 1024.0 / float(FUNCTIONS as u64);
    say(&table(&sizes, kibibytes).to_string());
    Ok(Some(kibibytes))
}

fn table(sizes: &[u64], kibibytes: f64) -> Grid {
    let title = format!("compile: a release build with {FUNCTIONS} functions, stripped");
    let mut grid = Grid::new(title, &["program", "bytes", "KiB a function"]);
    grid.row(vec!["bare, with the runtime and one annotated function".to_owned(), sizes[0].to_string(), String::new()]);
    grid.row(vec!["ours #[traced] + #[metered]".to_owned(), sizes[1].to_string(), format!("{kibibytes:.2}")]);
    grid
}

/// Waits for the end, or makes one.
fn wait(mut build: Child) -> std::io::Result<Option<ExitStatus>> {
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        if let Some(status) = build.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(Duration::from_millis(100));
    }
    if let Some(group) = i32::try_from(build.id()).ok().and_then(Pid::from_raw) {
        kill_process_group(group, Signal::KILL)?;
    }
    build.wait()?;
    Ok(None)
}

/// A package with both programs, and the versions that the bench itself has.
fn write(root: &Path, folder: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let programs = folder.join("src/bin");
    fs::create_dir_all(&programs).map_err(failed)?;
    for name in PROGRAMS {
        let source = generate::program(name).ok_or_else(|| format!("no variant is called `{name}`"))?;
        fs::write(programs.join(name).with_extension("rs"), source).map_err(failed)?;
    }
    let runtime = root.join("observe-runtime").display().to_string();
    let manifest = format!(
        "[workspace]\n\n[package]\nname = \"sizes\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         observe = {{ path = {runtime:?}, package = \"observe-runtime\" }}\n\n[profile.release]\nstrip = true\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest).map_err(failed)?;
    fs::copy(root.join("tests/benches/Cargo.lock"), folder.join("Cargo.lock")).map_err(failed)?;
    Ok(())
}
