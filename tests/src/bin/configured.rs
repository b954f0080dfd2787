//! Telemetry that is configured in code, for tests that look at the whole process.

#![expect(clippy::print_stdout, reason = "a test reads it")]

/// Does as little as can be seen.
#[observe::traced]
#[observe::metered(name = "work")]
fn work() {
    tracing::info!("at work");
}

fn main() -> observe::Result<()> {
    let _guard = observe::Builder::new("configured", "1.2.3")
        .environment("staging")
        .console()
        .resource("service.namespace", "care")
        .setting("OBSERVE_LOG_FORMAT", "text")
        .setting("OBSERVE_LOG_FORMATS", "text")
        .init()?;
    work();
    print!("{}", observe::exposition());
    Ok(())
}
