//! The bars: figures that somebody promised, and whether they are reached.

mod detection;
mod export;
mod metrics;
mod spans;

use super::compile::{Checks, Sizes};
use super::figures::{Figures, Spread, Table};
use super::page::Costs;
use super::requests::Service;
use super::service::Watched;
use std::fmt;

pub(super) use export::{costs, ends, losses, outage};
pub(super) use metrics::{load, metrics};
pub(super) use spans::spans;

/// A promised limit. It is `ok` where the figure is at most the limit, or at least it where more is
/// better, and `short` where it is not or was not measured.
#[derive(Clone)]
pub(super) struct Bar {
    name: &'static str,
    unit: Unit,
    measured: Option<f64>,
    limit: f64,
    /// Whether more is better.
    is_least: bool,
    /// What decides instead of `measured`, see [`short_call`].
    verdict: Option<bool>,
    /// Why the bar is short, where the figure does not say it.
    note: Option<String>,
}

#[derive(Clone, Copy)]
enum Unit {
    Nanos,
    Micros,
    Millis,
    Seconds,
    Instructions,
    Allocations,
    Kibibytes,
    Kilobytes,
    Mebibytes,
    Lines,
    Percent,
    Series,
    Spans,
    Times,
}

/// Below this, a growing buffer now and then is no allocation an operation.
const NO_ALLOCATION: f64 = 0.005;

/// Below this many nanoseconds instructions decide: a clock can't.
const TOO_SHORT: f64 = 5.0;

impl Bar {
    fn new(name: &'static str, unit: Unit, measured: Option<f64>, limit: f64) -> Self {
        Self { name, unit, measured, limit, is_least: false, verdict: None, note: None }
    }

    fn at_least(name: &'static str, unit: Unit, measured: Option<f64>, limit: f64) -> Self {
        Self { is_least: true, ..Self::new(name, unit, measured, limit) }
    }

    /// Short, whatever was measured.
    fn short(self, note: String) -> Self {
        Self { verdict: Some(false), note: Some(note), ..self }
    }

    fn is_ok(&self) -> bool {
        let slack = if matches!(self.unit, Unit::Allocations) { NO_ALLOCATION } else { 0.0 };
        let reaches = |measured: f64| {
            if self.is_least { measured >= self.limit } else { measured <= self.limit + slack }
        };
        self.verdict.unwrap_or_else(|| self.measured.is_some_and(reaches))
    }
}

impl fmt::Display for Bar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let measured = self.measured.map_or_else(|| "none".to_owned(), |measured| self.unit.show(measured));
        let (name, limit, verdict) = (self.name, self.unit.show(self.limit), if self.is_ok() { "ok" } else { "short" });
        write!(f, "bar {name} measured {measured} limit {limit} {verdict}")?;
        self.note.iter().try_for_each(|note| write!(f, "\nnote {name}: {note}"))
    }
}

impl Unit {
    fn show(self, figure: f64) -> String {
        match self {
            Self::Nanos => format!("{figure:.1}ns"),
            Self::Micros => format!("{figure:.2}us"),
            Self::Millis => format!("{figure:.2}ms"),
            Self::Seconds => format!("{figure:.2}s"),
            Self::Instructions => format!("{figure:.0}instr"),
            Self::Allocations => format!("{figure:.2}allocs"),
            Self::Kibibytes => format!("{figure:.2}KiB"),
            Self::Kilobytes => format!("{figure:.2}kB"),
            Self::Mebibytes => format!("{figure:.1}MiB"),
            Self::Lines => format!("{figure:.1}lines"),
            Self::Percent => format!("{figure:.2}%"),
            Self::Series => format!("{figure:.0}"),
            Self::Spans => format!("{figure:.0}spans"),
            Self::Times => format!("{figure:.2}x"),
        }
    }
}

/// A subject's figure, if the subject was measured.
fn of(table: &Table, subject: &str, figure: fn(&Figures) -> f64) -> Option<f64> {
    table.get(subject).map(figure).filter(|figure| figure.is_finite())
}

fn nanos(figures: &Figures) -> f64 {
    figures.nanos()
}

fn process(figures: &Figures) -> f64 {
    Spread::of(&figures.process).median
}

fn instructions(figures: &Figures) -> f64 {
    figures.instructions.unwrap_or(f64::NAN)
}

fn allocations(figures: &Figures) -> f64 {
    figures.allocations.0
}

/// What one subject takes, divided by what another takes in the same run.
fn ratio(table: &Table, subject: &str, base: &str, figure: fn(&Figures) -> f64) -> Option<f64> {
    Some(of(table, subject, figure)? / of(table, base, figure)?)
}

/// What one subject costs over another.
fn over(table: &Table, subject: &str, base: &str, figure: fn(&Figures) -> f64) -> Option<f64> {
    Some(of(table, subject, figure)? - of(table, base, figure)?)
}

/// Where a call takes less than the clock can tell, the instructions decide for both bars.
fn short_call(nanos: Option<f64>, mut time: Bar, instructions: Bar) -> [Bar; 2] {
    if instructions.measured.is_some() && nanos.is_some_and(|nanos| nanos < TOO_SHORT) {
        time.verdict = Some(instructions.is_ok());
    }
    [time, instructions]
}

/// What the dev page costs.
pub(super) fn page(costs: Costs) -> Vec<Bar> {
    vec![
        Bar::new("page/span", Unit::Nanos, Some(costs.span), 150.0),
        Bar::new("page/memory", Unit::Mebibytes, Some(costs.memory), 5.0),
        Bar::new("page/memory-flood", Unit::Mebibytes, Some(costs.kept), costs.limit),
        Bar::new("page/open", Unit::Percent, Some(costs.open), 2.0),
    ]
}

pub(super) fn redaction(table: &Table) -> Vec<Bar> {
    let mut bars = vec![
        Bar::new("redaction/debug-ratio", Unit::Times, ratio(table, "debug", "debug-derived", nanos), 0.5),
        Bar::new("redaction/debug-allocations", Unit::Allocations, of(table, "debug", allocations), 0.0),
        Bar::new("redaction/json-ratio", Unit::Times, ratio(table, "json", "json-derived", nanos), 1.0),
        Bar::new("redaction/scrub-clean-ratio", Unit::Times, ratio(table, "scrub-clean", "regex-clean", nanos), 0.45),
        Bar::new("redaction/scrub-clean-allocations", Unit::Allocations, of(table, "scrub-clean", allocations), 0.0),
        Bar::new("redaction/scrub-dirty-ratio", Unit::Times, ratio(table, "scrub-dirty", "regex-dirty", nanos), 0.8),
    ];
    bars.extend(detection::detection());
    bars
}

pub(super) fn http(services: &[Service]) -> Vec<Bar> {
    let micros = |name: &str| {
        let service = services.iter().find(|service| service.entry.name == name)?;
        Some(Spread::of(&service.micros).median).filter(|median| median.is_finite())
    };
    let over = |name| Some(micros(name)? - micros("bare")?);
    let ratio = |name, peer| Some(over(name)? / over(peer)?);
    // There are two, and what else differs is nothing.
    let span = || Some((micros("stack-no-line")? - micros("metrics-only")?) / 2.0);
    vec![
        Bar::new("http/stack", Unit::Micros, over("stack"), 3.0),
        Bar::new("http/stack-no-line", Unit::Micros, over("stack-no-line"), 3.0),
        Bar::new("http/full", Unit::Micros, over("full"), 3.0),
        Bar::new("http/full-10", Unit::Micros, over("full-10"), 1.0),
        Bar::new("http/full-ratio", Unit::Times, ratio("full", "full-peer"), 1.0),
        Bar::new("http/full-10-ratio", Unit::Times, ratio("full-10", "full-peer-10"), 1.0),
        Bar::new("http/metrics-a-request", Unit::Micros, over("metrics-only"), 10.0),
        Bar::new("http/span-a-request", Unit::Micros, span(), 20.0),
    ]
}

pub(super) fn platform(cpu: f64, latency: f64) -> Vec<Bar> {
    vec![
        Bar::new("http/azora-cpu", Unit::Percent, Some(cpu), 1.0),
        Bar::new("http/azora-latency", Unit::Percent, Some(latency), 1.0),
    ]
}

pub(super) fn service(watched: Watched) -> Vec<Bar> {
    vec![
        Bar::new("http/ready-with-hung", Unit::Seconds, Some(watched.ready), 1.0),
        Bar::new("http/series-under-scanners", Unit::Series, Some(watched.series), 0.0),
    ]
}

pub(super) fn compile(checks: &Checks, sizes: &Sizes) -> Vec<Bar> {
    let of = |variant| checks.named(variant);
    let ratio = |variant, peer| Some(of(variant)? / of(peer)?).filter(|ratio| ratio.is_finite());
    vec![
        Bar::new("compile/traced", Unit::Millis, of("traced"), 2.0),
        Bar::new("compile/traced-ratio", Unit::Times, ratio("traced", "instrument"), 0.65),
        Bar::new("compile/traced-metered", Unit::Millis, of("traced_metered"), 2.5),
        Bar::new("compile/traced-metered-ratio", Unit::Times, ratio("traced_metered", "instrument"), 0.85),
        Bar::new("compile/async", Unit::Millis, of("traced_async"), 4.0),
        Bar::new("compile/async-ratio", Unit::Times, ratio("traced_async", "instrument_async"), 0.75),
        Bar::new("compile/binary-size", Unit::Kibibytes, sizes.release_file, 0.7),
        Bar::new("compile/debug-text", Unit::Kilobytes, sizes.debug_text, 0.6),
        Bar::new("compile/generated-lines", Unit::Lines, Some(sizes.generated_lines), 30.0),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subject::{Exports, Section};
    use crate::subjects;

    #[test]
    fn a_bar_is_one_line() {
        let text = |unit, measured, limit| Bar::new("a/b", unit, measured, limit).to_string();
        assert_eq!(text(Unit::Nanos, Some(123.44), 50.0), "bar a/b measured 123.4ns limit 50.0ns short");
        assert_eq!(text(Unit::Allocations, Some(0.004), 0.0), "bar a/b measured 0.00allocs limit 0.00allocs ok");
        assert_eq!(text(Unit::Allocations, Some(0.006), 0.0), "bar a/b measured 0.01allocs limit 0.00allocs short");
        assert_eq!(text(Unit::Instructions, None, 20.0), "bar a/b measured none limit 20instr short");
    }

    /// A subject's figures, made up.
    pub(super) fn row(section: Section, name: &str, nanos: f64, instructions: Option<f64>) -> Figures {
        let known = subjects::all().into_iter().find(|entry| entry.section == section && entry.name == name);
        Figures { thread: vec![nanos], instructions, ..Figures::new(known.unwrap()) }
    }

    /// Not every build has every subject.
    fn is_measured_here(bar: &str) -> bool {
        match bar {
            "metrics/metered-ratio-raw" => cfg!(target_arch = "x86_64"),
            "spans/layer" => cfg!(feature = "layer"),
            _ => true,
        }
    }

    #[test]
    fn one_series_more_is_too_many() {
        let verdicts = |ready, series| service(Watched { ready, series }).iter().map(Bar::is_ok).collect::<Vec<_>>();
        assert_eq!(verdicts(0.81, 0.0), [true; 2]);
        assert_eq!(verdicts(1.01, 1.0), [false; 2]);
    }

    #[test]
    fn every_bar_of_the_compiler_finds_its_variants() {
        let sizes = Sizes { debug_text: Some(0.5), release_file: Some(0.5), generated_lines: 20.0 };
        for bar in compile(&Checks::of_one_second_more_each(), &sizes) {
            assert!(bar.measured.is_some(), "{bar}");
        }
    }

    #[test]
    fn a_bar_of_the_sizes_is_short_above_its_limit() {
        let verdicts = |kilobytes, lines| {
            let sizes = Sizes { debug_text: kilobytes, release_file: kilobytes, generated_lines: lines };
            let bars = compile(&Checks::of_one_second_more_each(), &sizes);
            bars.iter().rev().take(3).map(Bar::is_ok).collect::<Vec<_>>()
        };
        assert_eq!(verdicts(Some(0.6), 30.0), [true; 3]);
        assert_eq!(verdicts(Some(0.71), 30.1), [false; 3]);
        assert_eq!(verdicts(None, 30.0), [true, false, false]);
    }

    /// A bar of a subject that is called otherwise would be short for ever.
    #[test]
    fn every_bar_finds_its_subjects() {
        for (section, judge) in [
            (Section::Spans, spans as fn(&Table) -> Vec<Bar>),
            (Section::Metrics, metrics),
            (Section::Redaction, redaction),
        ] {
            let entries = subjects::all().into_iter().filter(|entry| entry.section == section);
            let measured = |entry| {
                let mut figures =
                    Figures { thread: vec![1.0], process: vec![1.0], instructions: Some(1.0), ..Figures::new(entry) };
                figures.add_exports(Some(Exports { expected: 1, exported: 1, lost: 0 }));
                figures
            };
            let table = Table { title: String::new(), rows: entries.map(measured).collect() };
            for figures in &table.rows {
                let known = |peer: &&str| table.get(peer).is_some();
                assert!(figures.entry.against.iter().all(known), "{:?}", figures.entry);
            }
            for bar in judge(&table).iter().filter(|bar| is_measured_here(bar.name)) {
                assert!(bar.measured.is_some(), "{bar}");
            }
        }
    }
}
