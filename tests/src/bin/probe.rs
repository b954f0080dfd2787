//! A small program for tests that need a whole process: what it does is its first argument.

#![expect(clippy::print_stdout, reason = "the tests read it")]

use observe::{SpanContext, metered, redact, traced};
use std::time::Duration;

#[traced(fields(number))]
#[metered(name = "work")]
fn work(number: u32) -> Result<u32, String> {
    if number % 10 == 9 { Err(format!("no bed for 123-45-678{}", number % 10)) } else { Ok(number) }
}

/// A value that logs and records while it is formatted: it must find nothing locked.
struct Chatty;

impl std::fmt::Debug for Chatty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        tracing::info!("formatting");
        tracing::Span::current().record("seen", true);
        f.write_str("chatty")
    }
}

#[redact]
struct Wrapped {
    #[redact(clear)]
    inner: Chatty,
}

#[traced(fields(value))]
fn chat(value: &Wrapped) {
    let _ = value;
}

#[traced(fields(number))]
fn request(number: u32) {
    let _ = fine(number);
    let _ = query(number);
}

#[traced(fields(number))]
fn fine(number: u32) -> u32 {
    number
}

#[traced(fields(number))]
fn query(number: u32) -> Result<u32, String> {
    if number % 50 == 49 { Err("no bed for 123-45-6789".to_owned()) } else { Ok(number) }
}

#[traced]
fn slow() -> u32 {
    std::thread::sleep(Duration::from_millis(30));
    fine(1)
}

#[traced]
fn unsampled() {
    let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let Some(caller) = SpanContext::from_traceparent(header) else { return };
    // Twice: the first call of a function asks who listens, and the second knows.
    called(caller);
    called(caller);
    let _ = fine(1);
    let mut request = observe::request("GET", "/beds").parent(caller);
    let number = request.in_scope(|| fine(2));
    request.finish(if number == 2 { 200 } else { 500 });
}

#[traced(parent = caller, fields(rows = 3))]
fn called(caller: SpanContext) {
    let _ = fine(0);
}

#[traced]
fn long() {
    for number in 0..3 {
        fine(number);
    }
    std::thread::sleep(Duration::from_millis(30));
}

fn main() -> observe::Result<()> {
    let scenario = std::env::args().nth(1).unwrap_or_default();
    let guard = observe::init!("probe")?;
    match scenario.as_str() {
        // Returns at once: the guard is all that sees to the spans.
        "spans" => drop((0..300).map(work).collect::<Vec<_>>()),
        "panic" => {
            let _ = work(1);
            panic!("patient jane@example.org is gone");
        }
        "twice" => {
            if let Err(error) = observe::init!() {
                println!("{error}");
            }
        }
        "pseudonym" => println!("{}\n{}", observe::pseudonym("MRN-1"), observe::pseudonym("MRN-2")),
        // Nothing but metrics, for as long as standard input is open; each line is a call.
        "calls" => {
            for line in std::io::stdin().lines().map_while(Result::ok) {
                println!("called {}", line.trim());
                let _ = work(line.trim().parse().unwrap_or_default());
            }
        }
        // One span for each line on standard input, each flushed and acknowledged.
        "steps" => {
            for line in std::io::stdin().lines().map_while(Result::ok) {
                let _ = work(line.trim().parse().unwrap_or_default());
                println!("flushed {}", guard.flush(Duration::from_secs(30)));
            }
        }
        "chatty" => {
            let span = tracing::info_span!("foreign", seen = tracing::field::Empty, value = ?Chatty);
            span.in_scope(|| {
                tracing::Span::current().record("value", tracing::field::debug(Chatty));
                chat(&Wrapped { inner: Chatty });
            });
        }
        "lines" => {
            tracing::info!(user_id = "u-1", note = "mail a@b.example", "an info line");
            tracing::warn!("a warning\nof two lines");
            let error = std::io::Error::other("disk of 202-555-0143");
            tracing::error!(error = &error as &dyn std::error::Error, "an error");
        }
        // A thousand requests of three spans; every fiftieth fails in the last, and is answered all the same.
        "requests" => (0..1_000).for_each(request),
        // One request that takes longer than it should.
        "slow" => {
            request(0);
            let _ = slow();
        }
        // Work of a caller's sampled trace, in the midst of a trace of our own that is not.
        "elsewhere" => unsampled(),
        // A slow request with more spans than one.
        "long" => {
            long();
            let _ = guard.flush(Duration::from_secs(30));
        }
        other => println!("no scenario `{other}`"),
    }
    println!("{}", observe::exposition());
    Ok(())
}
