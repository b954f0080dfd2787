//! This binary in front of rustc: compiles, and writes down what that cost.
//!
//! Cargo's own CPU time, and that of dependencies, would hide a millisecond a function.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, ExitCode};

/// The variable that names the file to write to, and so switches this on.
pub const LOG: &str = "OBSERVE_BENCH_RUSTC_LOG";

/// Runs the compiler that cargo names, with the arguments that follow.
#[must_use]
pub fn compile(arguments: &[String], log: &Path) -> ExitCode {
    let Some((compiler, arguments)) = arguments.split_first() else { return ExitCode::FAILURE };
    let status = match Command::new(compiler).args(arguments).env_remove(LOG).status() {
        Ok(status) => status,
        Err(error) => {
            eprintln!("{compiler} can't be started: {error}");
            return ExitCode::FAILURE;
        }
    };
    let name = arguments.iter().skip_while(|argument| *argument != "--crate-name").nth(1);
    if let Some(name) = name
        && let Err(error) = note(log, name)
    {
        eprintln!("{}: {error}", log.display());
        return ExitCode::FAILURE;
    }
    if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A line with the crate, and the CPU seconds, user and system, of the child that has ended.
fn note(log: &Path, name: &str) -> std::io::Result<()> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    // Behind the program's name, which may have spaces: cutime and cstime are the 14th and 15th.
    let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ').skip(13).take(2);
    let ticks: u64 = fields.filter_map(|field| field.parse::<u64>().ok()).sum();
    let mut file = OpenOptions::new().append(true).create(true).open(log)?;
    // A tick is 10 ms on every Linux: `USER_HZ` is part of its interface.
    writeln!(file, "{name} {}.{:02}", ticks / 100, ticks % 100)
}
