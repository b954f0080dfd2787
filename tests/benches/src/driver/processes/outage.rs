//! What a program writes and needs while its collector is away.

use super::super::collector::{self, Collector};
use super::super::figures::float;
use super::super::table::Grid;
use super::super::{Bench, progress};
use super::Process;
use std::thread;
use std::time::Duration;

/// An outage of all signals that began with the program, and ended.
#[derive(Clone, Debug)]
pub(in super::super) struct Lines {
    /// All that the program wrote to standard error, but for its own events and the line at the start.
    pub(in super::super) said: Vec<String>,
    pub(in super::super) made: u64,
    pub(in super::super) arrived: u64,
}

/// An hour's spans, and nobody who takes them.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Flood {
    pub(in super::super) made: u64,
    pub(in super::super) counted: u64,
    /// KiB of memory, before and at the most.
    pub(in super::super) before: u64,
    pub(in super::super) most: u64,
}

/// Spans of an hour at a thousand a second.
const HOUR: u64 = 3_600_000;

/// After an outage of this long a wait between two attempts is no longer than [`AFTER`].
const OUTAGE: Duration = Duration::from_secs(5);
const AFTER: Duration = Duration::from_secs(12);

/// Metrics once a second: they notice the outage, too.
const OFTEN: [(&str, &str); 1] = [("OTEL_METRIC_EXPORT_INTERVAL", "1000")];

/// An outage that ends while the program goes on.
pub(super) fn lines(bench: &Bench) -> Result<Lines, String> {
    progress("export: an outage that ends");
    let address = collector::nobody()?;
    let mut process = Process::start(bench, ["ours", "steady"], 0, address, &OFTEN)?;
    process.hear("ready")?;
    thread::sleep(OUTAGE);
    let collector = Collector::start_at(address)?;
    thread::sleep(AFTER);
    process.tell_to_end();
    let made = process.hear("made")?;
    process.end()?;
    let log = process.log()?;
    let is_ours = |line: &&str| !line.contains("steady") && !line.contains("bench runs in");
    let said = log.lines().filter(is_ours).map(str::to_owned).collect();
    Ok(Lines { said, made, arrived: collector.spans()? })
}

/// An hour's spans at once: memory does not know how long they waited.
pub(super) fn flood(bench: &Bench) -> Result<Flood, String> {
    progress("export: an hour's spans in an outage");
    let variables = [("OTEL_METRICS_EXPORTER", "none"), ("OTEL_LOGS_EXPORTER", "none")];
    let mut process = Process::start(bench, ["ours", "flood"], HOUR, collector::nobody()?, &variables)?;
    let [made, before, most] = [process.hear("made")?, process.hear("before")?, process.hear("most")?];
    let counted = process.hear("lost")?;
    process.end()?;
    Ok(Flood { made, counted, before, most })
}

/// What both were.
pub(super) fn table(lines: &Lines, flood: &Flood) -> Grid {
    let mut grid = Grid::new("outage", &["program", "name", "made", "arrived", "counted as lost", "what"]);
    let count = format!("{} lines", lines.said.len());
    let numbers = [lines.made.to_string(), lines.arrived.to_string(), String::new(), count];
    grid.row(row("ours, three signals, an outage that ends", "outage-lines", numbers));
    let memory = format!("{:.1} MiB more, of {:.1} MiB", flood.growth(), float(flood.before) / 1024.0);
    let numbers = [flood.made.to_string(), "0".to_owned(), flood.counted.to_string(), memory];
    grid.row(row("ours, an hour's spans, connections refused", "outage-memory", numbers));
    grid
}

fn row(what: &str, name: &str, cells: [String; 4]) -> Vec<String> {
    [what.to_owned(), name.to_owned()].into_iter().chain(cells).collect()
}

impl Flood {
    /// MiB at the most, over those before.
    pub(in super::super) fn growth(&self) -> f64 {
        float(self.most.saturating_sub(self.before)) / 1024.0
    }
}
