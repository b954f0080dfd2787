//! Instructions, counted by valgrind's callgrind: the same on a busy machine and on an idle one.

use super::Bench;
use super::figures::{Figures, float};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Whether valgrind is installed.
pub(super) fn is_there() -> bool {
    let asked = Command::new("valgrind").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}

/// Instructions of an operation on the calling thread, once it is warm. The profile stays where it
/// is, for `callgrind_annotate`.
///
/// Collecting is switched on inside of one function of the subject's. The difference of two
/// processes of different length would not do: a constructor of `fastant`, which fastrace brings,
/// spins for some milliseconds before `main`, and never for the same number of instructions.
pub(super) fn count(bench: &Bench, figures: &Figures) -> Result<f64, String> {
    // A power of two: the same number whatever the machine's speed of the day.
    let operations = 1 << figures.batch.ilog2();
    Ok(float(instructions(bench, figures, operations)?) / float(operations))
}

/// What the first thread executed while it was watched.
fn instructions(bench: &Bench, figures: &Figures, operations: u64) -> Result<u64, String> {
    let path = figures.entry.path();
    let profile = bench.file_of("callgrind", &figures.entry)?;
    let output = bench
        .command(Path::new("valgrind"), &figures.entry)
        .args(["--tool=callgrind", "--separate-threads=yes", "--toggle-collect=*serve*watched*"])
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .arg(&bench.program)
        .args(["--subject", &path, "--operations", &operations.to_string()])
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("valgrind can't be started: {error}"))?;
    if !output.status.success() {
        return Err(format!("{path} under valgrind: {}", String::from_utf8_lossy(&output.stderr)));
    }
    total(&first_thread(&profile))
}

fn first_thread(profile: &Path) -> PathBuf {
    let mut name = profile.as_os_str().to_owned();
    name.push("-01");
    name.into()
}

fn total(profile: &Path) -> Result<u64, String> {
    let text = std::fs::read_to_string(profile).map_err(|error| format!("{}: {error}", profile.display()))?;
    let totals = text.lines().find_map(|line| line.strip_prefix("totals: "));
    totals.and_then(|number| number.trim().parse().ok()).ok_or_else(|| format!("{} has no totals", profile.display()))
}
