//! The subject's side of the conversation: a request a line, an answer a line.
//!
//! | request | answer |
//! |---|---|
//! | (start) | `ready`, and the address of a server |
//! | `run N` | CPU nanoseconds of this thread for N operations |
//! | `state` | process CPU nanoseconds, operations so far, spans expected, exported, lost |
//! | `check` | `ok`, or `wrong` and what the subject's own numbers are |
//! | `allocations N` | allocations and bytes of this thread for N operations |
//!
//! The end of the input ends the process, so that no subject outlives its driver.

use crate::clock::{process_cpu, thread_cpu};
use crate::subject::{Entry, Subject};
use crate::subjects;
use std::io::{BufRead as _, Write as _};

/// Counts what a closure allocates on this thread: allocations and bytes.
pub type Count = fn(&mut dyn FnMut()) -> (u64, u64);

/// Runs the subject of this path until its input ends.
///
/// # Errors
///
/// An unknown path or request, a subject that can't be made, a driver that is gone.
pub fn serve(path: &str, count: Option<Count>) -> Result<(), String> {
    let entry = find(path)?;
    let mut subject = (entry.make)()?;
    let mut operations = 0;
    answer(&subject.address().map_or_else(|| "ready".to_owned(), |address| format!("ready {address}")))?;
    for line in std::io::stdin().lock().lines() {
        let line = line.map_err(|error| format!("the driver can't be heard: {error}"))?;
        let (request, number) = line.split_once(' ').unwrap_or((&line, "0"));
        let number: u64 = number.parse().map_err(|_| format!("`{line}` has no number of operations"))?;
        operations += number;
        let text = match (request, count) {
            ("run", _) => run(&mut *subject, number).to_string(),
            ("state", _) => state(&mut *subject, operations),
            ("check", _) => match check(&mut *subject, operations) {
                Ok(()) => "ok".to_owned(),
                Err(error) => format!("wrong {error}"),
            },
            ("allocations", Some(count)) => {
                let (allocations, bytes) = count(&mut || subject.run(number));
                format!("{allocations} {bytes}")
            }
            _ => return Err(format!("`{line}` is no request of this binary")),
        };
        answer(&text)?;
    }
    Ok(())
}

/// Does the subject's work so many times, and once more as often where a tool watches: only what
/// runs inside of [`watched`] is counted.
///
/// # Errors
///
/// An unknown path, a subject that can't be made, or one that counted something else.
pub fn iterate(path: &str, operations: u64) -> Result<(), String> {
    let mut subject = (find(path)?.make)()?;
    subject.run(operations);
    watched(&mut *subject, operations);
    check(&mut *subject, 2 * operations)?;
    // No orderly end: what a shutdown costs is in no call.
    std::process::exit(0)
}

/// The function whose name callgrind is told. Never inlined, so that there is a call to see.
#[inline(never)]
fn watched(subject: &mut dyn Subject, operations: u64) {
    subject.run(std::hint::black_box(operations));
}

fn find(path: &str) -> Result<Entry, String> {
    subjects::all()
        .into_iter()
        .find(|entry| entry.path() == path)
        .ok_or_else(|| format!("no subject is called `{path}`"))
}

fn run(subject: &mut dyn Subject, operations: u64) -> u64 {
    let start = thread_cpu();
    subject.run(operations);
    thread_cpu() - start
}

fn state(subject: &mut dyn Subject, operations: u64) -> String {
    // Settled first: the work of background threads belongs to the operations that caused it.
    let exports = subject.settle();
    let operations = operations + subject.extra_operations();
    let exports = exports
        .map_or_else(String::new, |exports| format!(" {} {} {}", exports.expected, exports.exported, exports.lost));
    format!("{} {operations}{exports}", process_cpu())
}

fn check(subject: &mut dyn Subject, operations: u64) -> Result<(), String> {
    let operations = operations + subject.extra_operations();
    subject.check(operations)
}

fn answer(text: &str) -> Result<(), String> {
    let mut output = std::io::stdout().lock();
    writeln!(output, "{text}").and_then(|()| output.flush()).map_err(|error| format!("the driver is gone: {error}"))
}
