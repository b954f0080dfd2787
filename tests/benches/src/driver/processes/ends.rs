//! How long a program takes to end that has nobody to export to.

use super::super::collector::{self, Collector};
use super::super::figures::Spread;
use super::super::table::Grid;
use super::super::{Bench, progress, say};
use super::Process;
use std::thread;
use std::time::Duration;

/// A program's ends.
#[derive(Clone, Debug)]
pub(in super::super) struct End {
    pub(in super::super) name: &'static str,
    what: &'static str,
    /// From its last span to the end of the process, each time.
    seconds: Vec<f64>,
}

/// So long the program runs: more than an export of each signal is tried.
const RUN: Duration = Duration::from_millis(2_500);

/// Metrics once a second, so that all three signals are on their way.
const OFTEN: [(&str, &str); 1] = [("OTEL_METRIC_EXPORT_INTERVAL", "1000")];

const CASES: [(&str, &str, &str); 4] = [
    ("exit-refused", "ours, three signals, connections refused", "ours"),
    ("exit-hang", "ours, three signals, connections taken and no answer", "ours"),
    ("tracing-otel-refused", "tracing-opentelemetry, spans alone, connections refused", "tracing-otel"),
    ("tracing-otel-hang", "tracing-opentelemetry, spans alone, no answer", "tracing-otel"),
];

/// Runs all of them, and prints their table.
pub(super) fn measure(bench: &Bench) -> Result<Vec<End>, String> {
    let mut ends = Vec::new();
    for (name, what, library) in CASES {
        progress(&format!("export: {name}"));
        let once = |_| one(bench, name, library);
        ends.push(End { name, what, seconds: (0..bench.options.ends).map(once).collect::<Result<_, _>>()? });
    }
    let title = format!("ends: seconds from the last span to the end of the process, {} times", bench.options.ends);
    let mut grid = Grid::new(title, &["program", "name", "s (min..max)"]);
    for end in &ends {
        grid.row(vec![end.what.to_owned(), end.name.to_owned(), Spread::of(&end.seconds).to_string()]);
    }
    say(&grid.to_string());
    Ok(ends)
}

fn one(bench: &Bench, name: &str, library: &str) -> Result<f64, String> {
    let hanging = if name.ends_with("hang") { Some(Collector::hanging()?) } else { None };
    let address = hanging.as_ref().map_or_else(collector::nobody, |collector| Ok(collector.address()))?;
    let mut process = Process::start(bench, [library, "steady"], 0, address, &OFTEN)?;
    process.hear("ready")?;
    thread::sleep(RUN);
    process.tell_to_end();
    process.hear("made")?;
    let (status, time) = process.end()?;
    if !status.success() {
        return Err(format!("{} ended with {status}; see {}", process.name, process.log.display()));
    }
    Ok(time.as_secs_f64())
}

impl End {
    /// The longest time that it took.
    pub(in super::super) fn slowest(&self) -> f64 {
        Spread::of(&self.seconds).max
    }
}

#[cfg(test)]
impl End {
    pub(in super::super) fn of(name: &'static str, seconds: f64) -> Self {
        Self { name, what: "", seconds: vec![seconds / 2.0, seconds] }
    }
}
