//! SIGTERM and SIGINT: what has ended is sent, and the signal then does what it would have done.
//!
//! A signal belongs to the program. Its handler, if it has one, decides what happens, and may be
//! installed at any time: whether there is one is therefore asked when a signal comes.

use super::{Running, unix};
use std::io::{self, PipeReader, Read as _};
use std::process;
use std::thread;
use std::time::Duration;

/// The signals that end a process which does not handle them, and are meant as a request.
const REQUESTS: [i32; 2] = [unix::SIGTERM, unix::SIGINT];

/// So long a signal is taken for the same one: some senders send to a process and to its group.
const REPEATED_WITHIN: Duration = Duration::from_millis(100);

/// Handles those requests that would just end the process.
pub(super) fn watch(running: &'static Running) -> io::Result<()> {
    let unhandled: Vec<i32> = REQUESTS.into_iter().filter(|signal| unix::is_default(*signal)).collect();
    if unhandled.is_empty() {
        return Ok(());
    }
    let (reader, writer) = io::pipe()?;
    // In its read for as long as the process lives: nobody waits for it, no exit is held up by it.
    thread::Builder::new().name("observe-signals".to_owned()).spawn(move || wait(reader, running))?;
    unix::handle(&unhandled, writer)
}

/// What runs on the thread.
fn wait(mut reader: PipeReader, running: &Running) {
    while reader.read_exact(&mut [0]).is_ok() {
        let came = unix::take_pending();
        for signal in REQUESTS.into_iter().filter(|signal| came.contains(*signal)) {
            // The system spares the first process of a container such a signal: it goes on.
            if unix::is_ours(signal) && process::id() != 1 {
                end_by(signal, running);
            } else if came.is_for_us_alone(signal) && !unix::is_ours(signal) {
                // Whoever handles it now came too late for this one.
                unix::send_to_this_process(signal);
            } else {
                running.flush(running.timeout());
            }
        }
    }
}

/// Sends what there is, and ends the process as the signal would have done without us.
fn end_by(signal: i32, running: &Running) {
    running.begin_end();
    running.flush(REPEATED_WITHIN.min(running.time_left()));
    // Whoever asks again while this takes long does not want to wait for it.
    for signal in REQUESTS.into_iter().filter(|signal| unix::is_ours(*signal)) {
        unix::restore_default(signal);
    }
    running.shut_down();
    unix::send_to_this_process(signal);
}
