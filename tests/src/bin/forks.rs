//! A small program that forks, as a server does which starts its workers after its set-up: what its
//! child does, is its first argument.

#![cfg(unix)]
#![expect(clippy::print_stdout, reason = "the tests read it")]

use observe::traced;
use std::process::{self, Command, ExitCode};
use std::thread;
use std::time::Duration;

#[traced]
fn work(number: u32) -> u32 {
    number
}

/// Returns 0 in the child, and its id in the parent.
#[expect(unsafe_code, reason = "there is no other way to fork, and what happens then is tested")]
fn fork() -> i32 {
    // SAFETY: no lock that the child takes is held: no other thread of this program prints or allocates
    // at this moment, the exporters have nothing to do.
    unsafe { libc::fork() }
}

/// How the child ended: its exit code, or the signal that ended it.
#[expect(unsafe_code, reason = "the standard library waits for children of its own only")]
fn wait_for(child: i32) -> String {
    let mut status = 0;
    // SAFETY: `status` is valid for the write.
    unsafe { libc::waitpid(child, &raw mut status, 0) };
    if libc::WIFSIGNALED(status) {
        format!("signal {}", libc::WTERMSIG(status))
    } else {
        format!("code {}", libc::WEXITSTATUS(status))
    }
}

fn main() -> ExitCode {
    let how = std::env::args().nth(1).unwrap_or_default();
    let guard = observe::init!().expect("telemetry");
    assert!(guard.flush(Duration::from_mins(1)), "the exporters have nothing to do");
    for number in 0..300 {
        work(number);
    }
    let child = fork();
    if child == 0 {
        match how.as_str() {
            "exit" => process::exit(5),
            "flush" => process::exit(if observe::flush(Duration::from_secs(90)) { 1 } else { 5 }),
            "wait" => thread::sleep(Duration::from_secs(90)),
            // The guard is dropped in the child too.
            _ => {}
        }
        return ExitCode::from(5);
    }
    if how == "wait" {
        let _ = Command::new("kill").args(["-TERM", &child.to_string()]).status();
    }
    println!("child ended with {}", wait_for(child));
    // Time for a signal that took the wrong way to arrive, and to end this process.
    thread::sleep(Duration::from_millis(if how == "wait" { 200 } else { 0 }));
    ExitCode::SUCCESS
}
