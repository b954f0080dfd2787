//! A whole service, whose answers to operators and strangers are what is measured.

use axum::Router;
use axum::routing::get;
use observe::health::{Check, register};
use std::io::Write as _;

/// Checks that answer, and as many beside them that never do. All of them are critical.
const HALF: usize = 5;

/// Serves until the input ends; prints where.
///
/// # Errors
///
/// Telemetry that can't be switched on, or an address that can't be listened on.
pub fn run() -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|error| format!("no runtime: {error}"))?;
    runtime.block_on(async {
        let _guard = observe::init!("service").map_err(|error| error.to_string())?;
        for number in 0..HALF {
            register(Check::new(format!("works_{number}"), || async {})).keep();
            register(Check::new(format!("hangs_{number}"), std::future::pending::<()>)).keep();
        }
        let server = observe::axum::bind("127.0.0.1:0").await.map_err(|error| error.to_string())?;
        let mut output = std::io::stdout().lock();
        let said = writeln!(output, "{}", server.address()).and_then(|()| output.flush());
        said.map_err(|error| format!("the driver is gone: {error}"))?;
        let app = Router::new().route("/answers/{id}", get(|| async { "answer" })).layer(observe::axum::layer());
        let serving = server.serve(app);
        let ended = tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink()));
        tokio::select! {
            served = serving => served.map_err(|error| error.to_string()),
            _ = ended => Ok(()),
        }
    })
}
