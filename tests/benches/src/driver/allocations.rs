//! Allocations, counted by the binary that is built for it.

use super::Bench;
use super::child::Child;
use super::figures::{Figures, float};

/// Allocations and bytes of an operation, on the thread that calls it.
pub(super) fn count(bench: &Bench, figures: &Figures) -> Result<(f64, f64), String> {
    let program = bench.program.with_file_name("observe-bench-counted");
    let mut child = Child::start(bench, &program, &figures.entry, true)?;
    child.run(2 * figures.batch)?;
    let (allocations, bytes) = child.allocations(figures.batch)?;
    child.check()?;
    Ok((float(allocations) / float(figures.batch), float(bytes) / float(figures.batch)))
}
