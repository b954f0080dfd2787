//! A demo shows traces and metrics; a log line for each request would bury them.

use std::process::Command;

/// What `RUST_LOG` is for a demo where nothing is said.
const CALM: &str = "warn";

/// Starts this program anew with fewer log lines, unless `RUST_LOG` says how many there should be.
///
/// The environment of a running process can't be changed safely, and it is where the setting is.
/// Returns only where the program is the one to go on: a demo with more lines is better than none.
pub(super) fn restart_calm() {
    let is_set = std::env::var("RUST_LOG").is_ok_and(|filter| !filter.trim().is_empty());
    if is_set {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    let mut again = Command::new(program);
    again.args(std::env::args_os().skip(1)).env("RUST_LOG", CALM);
    replace(&mut again);
}

/// Puts `command` in the place of this process, which keeps its id and its signals.
#[cfg(unix)]
fn replace(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;
    // Returns where it failed, and then there is nothing to be done about it.
    let _ = command.exec();
}

#[cfg(not(unix))]
fn replace(command: &mut Command) {
    if let Ok(status) = command.status() {
        std::process::exit(status.code().unwrap_or(1));
    }
}
