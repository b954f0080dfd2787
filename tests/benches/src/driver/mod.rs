//! The driver: starts subjects, asks them in turn, prints tables and bars.

mod allocations;
mod arrivals;
mod bars;
mod callgrind;
mod calls;
mod child;
mod collector;
mod compile;
mod costs;
mod figures;
mod generate;
mod lines;
mod load;
mod options;
mod page;
mod platform;
mod processes;
mod programs;
mod requests;
pub mod rustc;
mod scrapes;
mod service;
mod sink;
mod size;
mod table;

use crate::subject::Section;
use bars::Bar;
use options::{Options, Part};
use std::io::Write as _;
use std::path::PathBuf;

/// What all sections need: where things are, and how long to measure.
struct Bench {
    options: Options,
    /// This binary; each subject is one more of it.
    program: PathBuf,
    /// The build folder of the bench.
    target: PathBuf,
    sink: sink::Sink,
}

/// Runs the sections that the arguments name.
///
/// # Errors
///
/// Wrong arguments, and whatever keeps a subject from being measured.
pub fn main(arguments: &[String]) -> Result<(), String> {
    let options = Options::read(arguments)?;
    let program = std::env::current_exe().map_err(|error| format!("this binary can't be found: {error}"))?;
    let target = options.root.join("target/bench");
    let bench = Bench { options, program, target, sink: sink::Sink::start()? };
    let mut bars = Vec::new();
    for part in bench.options.parts.clone() {
        bars.extend(bench.part(part)?);
    }
    if bench.sink.was_used() {
        say(&bench.sink.to_string());
    }
    for bar in &bars {
        say(&bar.to_string());
    }
    Ok(())
}

impl Bench {
    fn part(&self, part: Part) -> Result<Vec<Bar>, String> {
        match part {
            Part::Spans => self.calls(Section::Spans, bars::spans),
            Part::Export => processes::run(self),
            Part::Metrics => self.calls(Section::Metrics, bars::metrics),
            Part::Load => Ok(vec![scrapes::run(self)?]),
            Part::Redaction => self.calls(Section::Redaction, bars::redaction),
            Part::Http => Ok([requests::run(self)?, service::run(self)?, platform::run(self)?].concat()),
            Part::Page => page::run(self),
            Part::Compile => compile::run(self),
        }
    }

    /// A section whose subjects repeat a call.
    fn calls(&self, section: Section, judge: fn(&figures::Table) -> Vec<Bar>) -> Result<Vec<Bar>, String> {
        let table = calls::measure(self, section)?;
        say(&table.to_string());
        Ok(judge(&table))
    }
}

/// Prints for the reader. One who left is no reason to stop: the bars may be going to a file too.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Tells whoever waits what is going on, apart from the figures.
fn progress(text: &str) {
    let _ = writeln!(std::io::stderr(), "bench: {text}");
}
