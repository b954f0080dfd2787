//! Programs with many functions, built by cargo to be looked at.

use super::generate;
use super::{Bench, progress};
use rustix::process::{Pid, Signal, kill_process_group};
use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long a build may take, all that it depends on included.
const PATIENCE: Duration = Duration::from_mins(10);

/// A program: a variant, and how many of its functions are annotated as the variant says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Program {
    pub(super) variant: &'static str,
    pub(super) annotated: usize,
}

/// With which of cargo's own profiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Profile {
    /// Optimised, and stripped.
    Release,
    /// Neither.
    Dev,
}

impl Program {
    fn name(self) -> String {
        format!("{}_{}", self.variant, self.annotated)
    }
}

/// Builds the programs once; where they are, or `None` if that took too long.
pub(super) fn build(bench: &Bench, profile: Profile, programs: &[Program]) -> Result<Option<Vec<PathBuf>>, String> {
    let folder = bench.target.join("programs").join(profile.folder());
    write(&bench.options.root, &folder, programs)?;
    progress(&format!("compile: {} builds", profile.folder()));
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let log = fs::File::create(folder.join("cargo.log")).map_err(failed)?;
    let build = Command::new("cargo")
        .args(["build", "--quiet", "--profile", profile.name()])
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env("CARGO_INCREMENTAL", "0")
        .stdin(Stdio::null())
        .stderr(log)
        // A group of its own: ending cargo alone would leave its compilers behind.
        .process_group(0)
        .spawn()
        .map_err(|error| format!("cargo can't be started: {error}"))?;
    let Some(status) = wait(build).map_err(failed)? else {
        progress(&format!("compile: the {} builds took longer than {PATIENCE:?}", profile.folder()));
        return Ok(None);
    };
    if !status.success() {
        return Err(format!("the generated programs don't compile, see {}", folder.join("cargo.log").display()));
    }
    let target = folder.join("target").join(profile.folder());
    Ok(Some(programs.iter().map(|program| target.join(program.name())).collect()))
}

impl Profile {
    fn name(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Dev => "dev",
        }
    }

    /// As cargo calls it.
    fn folder(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Dev => "debug",
        }
    }
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

/// A package with all programs, and the versions that the bench itself has.
fn write(root: &Path, folder: &Path, programs: &[Program]) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let sources = folder.join("src/bin");
    fs::create_dir_all(&sources).map_err(failed)?;
    for program in programs {
        let source = generate::program(program.variant, program.annotated)
            .ok_or_else(|| format!("no variant is called `{}`", program.variant))?;
        fs::write(sources.join(program.name()).with_extension("rs"), source).map_err(failed)?;
    }
    let runtime = root.join("observe-runtime").display().to_string();
    let manifest = format!(
        "[workspace]\n\n[package]\nname = \"programs\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         observe = {{ path = {runtime:?}, package = \"observe-runtime\" }}\n\n[profile.release]\nstrip = true\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest).map_err(failed)?;
    fs::copy(root.join("tests/benches/Cargo.lock"), folder.join("Cargo.lock")).map_err(failed)?;
    Ok(())
}
