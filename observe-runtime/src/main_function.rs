//! What stands around a `main` with `#[observe::main]`.

use crate::error::Result;
use crate::guard::Guard;
use std::io::Write as _;

/// Which runtime of tokio is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavor {
    /// One thread: the one of `main`.
    CurrentThread,
    /// Workers beside it.
    MultiThread,
}

/// Runs `main` with telemetry on, and has everything sent at its end, also where it returns an error or panics.
pub fn run<T>(init: impl FnOnce() -> Result<Guard>, main: impl FnOnce() -> T) -> T {
    let _guard = started(init());
    main()
}

/// The same on a runtime of its own, which ends before telemetry does: what its tasks record while they are dropped
/// is sent too.
#[cfg(feature = "tokio")]
pub fn run_async<F: Future>(
    init: impl FnOnce() -> Result<Guard>,
    flavor: Flavor,
    workers: Option<usize>,
    main: F,
) -> F::Output {
    use tokio::runtime::Builder;
    // Declared first, and so dropped last.
    let _guard;
    let mut builder = match flavor {
        Flavor::CurrentThread => Builder::new_current_thread(),
        Flavor::MultiThread => Builder::new_multi_thread(),
    };
    if let Some(workers) = workers {
        builder.worker_threads(workers);
    }
    let runtime = match builder.enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            say(&format!("no runtime can be started: {error}"));
            std::process::exit(1);
        }
    };
    {
        // Inside of the runtime, so that its metrics are found.
        let _inside = runtime.enter();
        _guard = started(init());
    }
    runtime.block_on(main)
}

/// A program goes on without telemetry.
fn started(result: Result<Guard>) -> Option<Guard> {
    result.inspect_err(|error| say(&error.to_string())).ok()
}

/// Where telemetry is not on, nobody but standard error is there to be told.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "observe: {text}");
}
