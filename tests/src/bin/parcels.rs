//! A small program whose telemetry is numbered, for tests that ask what became of each piece.
//!
//! It does what standard input says, line by line: `work 10` or `flush`. At its end all telemetry is
//! ended first, so that the figures that it prints are the last ones.

#![expect(clippy::print_stdout, reason = "the tests read it")]

use observe::{metered, traced};
use std::time::Duration;

/// One span, one log record, one call.
#[traced(fields(number))]
#[metered(name = "work")]
fn work(number: u64) -> Result<u64, String> {
    tracing::info!("record {number} of jane@example.org");
    if number % 10 == 9 { Err("no bed for 123-45-6789".to_owned()) } else { Ok(number) }
}

fn main() -> observe::Result<()> {
    let guard = observe::init!("probe")?;
    let mut next = 0;
    for line in std::io::stdin().lines().map_while(Result::ok) {
        let count = line.strip_prefix("work ").and_then(|count| count.parse::<u64>().ok());
        if let Some(count) = count {
            (next..next + count).for_each(|number| drop(work(number)));
            next += count;
            println!("worked {count}");
        } else {
            println!("flushed {}", guard.flush(Duration::from_mins(5)));
        }
    }
    drop(guard);
    println!("{}", observe::exposition());
    println!("the end");
    Ok(())
}
