//! What programs lose that make more spans than anybody should, or end as they should not.

use super::super::collector::Collector;
use super::super::figures::short;
use super::super::table::Grid;
use super::super::{Bench, progress, say};
use super::Process;
use std::os::unix::process::ExitStatusExt as _;

/// A program's spans, counted on both sides.
#[derive(Clone, Debug)]
pub(in super::super) struct Loss {
    pub(in super::super) name: &'static str,
    what: &'static str,
    pub(in super::super) made: u64,
    pub(in super::super) arrived: u64,
    /// Lost as the program says, where it counts them.
    pub(in super::super) counted: Option<u64>,
    /// Seconds from the last span to the end of the process.
    seconds: f64,
}

/// A program, and how it ends.
struct Case {
    name: &'static str,
    what: &'static str,
    process: [&'static str; 2],
    variables: &'static [(&'static str, &'static str)],
    /// The code, or the signal.
    expected: (Option<i32>, Option<i32>),
}

const DONE: (Option<i32>, Option<i32>) = (Some(0), None);
const TERMINATED: (Option<i32>, Option<i32>) = (None, Some(15));
const PANICKED: (Option<i32>, Option<i32>) = (Some(101), None);

const fn case(
    name: &'static str,
    what: &'static str,
    process: [&'static str; 2],
    expected: (Option<i32>, Option<i32>),
) -> Case {
    Case { name, what, process, variables: &[], expected }
}

const CASES: [Case; 9] = [
    case("exit", "ours, 200,000 spans a second, then main returns", ["ours", "exit"], DONE),
    case("sigterm", "the same, then SIGTERM", ["ours", "sigterm"], TERMINATED),
    case("panic", "the same, then main panics", ["ours", "panic"], PANICKED),
    case("tight", "ours, a loop without a pause", ["ours", "tight"], DONE),
    Case {
        variables: &[("OBSERVE_EXPORT_BUFFER", "1MiB")],
        ..case("tight-small", "the same, at most 1 MiB waits", ["ours", "tight"], DONE)
    },
    case("tracing-otel-exit", "tracing-opentelemetry, shut down as main returns", ["tracing-otel", "exit"], DONE),
    case("tracing-otel-sigterm", "the same, then SIGTERM", ["tracing-otel", "sigterm"], TERMINATED),
    case("tracing-otel-panic", "the same, shut down as main unwinds", ["tracing-otel", "panic"], PANICKED),
    case("tracing-otel-tight", "the same, a loop without a pause", ["tracing-otel", "tight"], DONE),
];

/// Runs all of them, and prints their table.
pub(super) fn measure(bench: &Bench) -> Result<Vec<Loss>, String> {
    let losses: Vec<Loss> = CASES.iter().map(|case| one(bench, case)).collect::<Result<_, _>>()?;
    say(&table(bench, &losses).to_string());
    Ok(losses)
}

fn one(bench: &Bench, case: &Case) -> Result<Loss, String> {
    progress(&format!("export: loss, {}", case.name));
    let collector = Collector::start()?;
    let is_tight = case.process[1] == "tight";
    let number = if is_tight { bench.options.tight } else { bench.options.paced };
    let mut process = Process::start(bench, case.process, number, collector.address(), case.variables)?;
    let made = process.hear("made")?;
    if case.expected == TERMINATED {
        process.terminate()?;
    }
    let (status, time) = process.end()?;
    if (status.code(), status.signal()) != case.expected {
        return Err(format!("{} ended with {status}; see {}", process.name, process.log.display()));
    }
    let counts = case.process[0] == "ours" && case.expected == DONE;
    let counted = if counts { Some(process.hear("lost")?) } else { None };
    let arrived = collector.spans()?;
    Ok(Loss { name: case.name, what: case.what, made, arrived, counted, seconds: time.as_secs_f64() })
}

fn table(bench: &Bench, losses: &[Loss]) -> Grid {
    let title = format!(
        "loss: whole programs, {} spans on six threads, or {} s without a pause",
        bench.options.paced, bench.options.tight
    );
    let mut grid = Grid::new(title, &["program", "name", "made", "arrived", "lost", "of these counted", "s to end"]);
    for loss in losses {
        grid.row(vec![
            loss.what.to_owned(),
            loss.name.to_owned(),
            loss.made.to_string(),
            loss.arrived.to_string(),
            loss.made.saturating_sub(loss.arrived).to_string(),
            loss.counted.map_or_else(String::new, |counted| counted.to_string()),
            short(loss.seconds),
        ]);
    }
    grid
}

impl Loss {
    /// Spans that are missing, or that nobody made.
    pub(in super::super) fn wrong(&self) -> u64 {
        self.made.abs_diff(self.arrived)
    }

    /// Spans of which the program does not know what became of them. It counts all that it loses, or it
    /// does not count.
    pub(in super::super) fn uncounted(&self) -> Option<u64> {
        Some(self.made.abs_diff(self.arrived + self.counted?))
    }
}

#[cfg(test)]
impl Loss {
    pub(in super::super) fn of(name: &'static str, made: u64, arrived: u64, counted: u64) -> Self {
        Self { name, what: "", made, arrived, counted: Some(counted), seconds: 0.0 }
    }
}
