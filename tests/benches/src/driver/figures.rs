//! What was measured of each subject, and how it is shown.

use super::arrivals::Arrivals;
use super::table::Grid;
use crate::subject::{Entry, Exports};
use std::fmt;

/// Several runs' figures: the one in the middle, and how far the others are from it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spread {
    pub(super) median: f64,
    pub(super) min: f64,
    pub(super) max: f64,
}

impl Spread {
    /// Of at least one figure; of none, all is not a number.
    pub(super) fn of(figures: &[f64]) -> Self {
        let mut sorted = figures.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (Some(min), Some(max)) = (sorted.first(), sorted.last()) else {
            return Self { median: f64::NAN, min: f64::NAN, max: f64::NAN };
        };
        let middle = sorted.len() / 2;
        let median =
            if sorted.len() % 2 == 1 { sorted[middle] } else { f64::midpoint(sorted[middle - 1], sorted[middle]) };
        Self { median, min: *min, max: *max }
    }
}

/// `8.1 (7.9..8.4)`, with digits as the size deserves.
impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}..{})", short(self.median), short(self.min), short(self.max))
    }
}

/// A figure with at least three digits, and no more behind the point than mean something.
pub(super) fn short(figure: f64) -> String {
    match figure.abs() {
        size if size.is_nan() => String::new(),
        size if size >= 1e6 => format!("{:.2}M", figure / 1e6),
        size if size >= 1e4 => format!("{:.1}k", figure / 1e3),
        size if size >= 100.0 => format!("{figure:.0}"),
        size if size >= 10.0 => format!("{figure:.1}"),
        _ => format!("{figure:.2}"),
    }
}

/// A whole number as a figure.
#[expect(clippy::cast_precision_loss, reason = "no count here comes near 2^53")]
pub(super) fn float(number: u64) -> f64 {
    number as f64
}

/// What was measured of one subject, each per operation.
#[derive(Debug)]
pub(super) struct Figures {
    pub(super) entry: Entry,
    /// Operations in about three milliseconds.
    pub(super) batch: u64,
    /// CPU nanoseconds of the calling thread: the median batch of each run.
    pub(super) thread: Vec<f64>,
    /// CPU nanoseconds of the whole process, each run.
    pub(super) process: Vec<f64>,
    /// Instructions of the calling thread; `None` without valgrind.
    pub(super) instructions: Option<f64>,
    /// Allocations and bytes of the calling thread.
    pub(super) allocations: (f64, f64),
    /// What became of the spans, where any should arrive somewhere.
    pub(super) arrivals: Option<Arrivals>,
}

impl Figures {
    pub(super) fn new(entry: Entry) -> Self {
        let (thread, process) = (Vec::new(), Vec::new());
        Self { entry, batch: 1, thread, process, instructions: None, allocations: (0.0, 0.0), arrivals: None }
    }

    pub(super) fn nanos(&self) -> f64 {
        Spread::of(&self.thread).median
    }

    /// Adds what became of one run's spans.
    pub(super) fn add_exports(&mut self, run: Option<Exports>) {
        if let Some(run) = run {
            self.arrivals.get_or_insert(Arrivals::new(self.entry.share)).add(run);
        }
    }
}

/// A section's figures.
pub(super) struct Table {
    pub(super) title: String,
    pub(super) rows: Vec<Figures>,
}

impl Table {
    pub(super) fn get(&self, name: &str) -> Option<&Figures> {
        self.rows.iter().find(|figures| figures.entry.name == name)
    }

    /// The subject's time by that of the fastest peer that does the same.
    fn ratio(&self, figures: &Figures) -> Option<f64> {
        let best = figures.entry.against.iter().filter_map(|peer| self.get(peer)).map(Figures::nanos);
        best.min_by(f64::total_cmp).map(|best| figures.nanos() / best)
    }
}

const HEAD: [&str; 8] =
    ["subject", "name", "ns (min..max)", "process ns", "instr", "allocs (bytes)", "x best peer", "exported/lost"];

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut grid = Grid::new(&self.title, &HEAD);
        for figures in &self.rows {
            let (allocations, bytes) = figures.allocations;
            grid.row(vec![
                figures.entry.what.to_owned(),
                figures.entry.name.to_owned(),
                Spread::of(&figures.thread).to_string(),
                short(Spread::of(&figures.process).median),
                figures.instructions.map_or_else(String::new, short),
                format!("{} ({})", short(allocations), short(bytes)),
                self.ratio(figures).map_or_else(String::new, short),
                figures.arrivals.map_or_else(String::new, |arrivals| arrivals.to_string()),
            ]);
        }
        grid.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle_of_sorted_figures() {
        let spread = Spread::of(&[9.0, 1.0, 2.0, 4.0]);
        assert_eq!((spread.median, spread.min, spread.max), (3.0, 1.0, 9.0));
        assert_eq!(Spread::of(&[5.0, 7.0, 1.0]).to_string(), "5.00 (1.00..7.00)");
        assert!(Spread::of(&[]).median.is_nan());
    }
}
