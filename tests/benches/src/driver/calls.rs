//! Measures the subjects of a section in turn, so that what happens on the machine happens to all.

use super::child::Child;
use super::figures::{Figures, Spread, Table, float};
use super::{Bench, allocations, callgrind, progress};
use crate::subject::Section;
use crate::subjects;
use crate::subjects::spans::TREE;

/// How long a batch takes, in nanoseconds: long beside a clock's tick and short beside a change of
/// the machine's mood.
const BATCH: u64 = 3_000_000;

/// Operations before the first that are looked at: each label in use has been seen by then.
const FIRST: u64 = 8;

/// Measures every subject of a section.
pub(super) fn measure(bench: &Bench, section: Section) -> Result<Table, String> {
    let entries = subjects::all().into_iter().filter(|entry| entry.section == section);
    let mut rows: Vec<Figures> = entries.map(Figures::new).collect();
    for number in 1..=bench.options.runs {
        progress(&format!("{}: run {number} of {}", section.name(), bench.options.runs));
        run(bench, &mut rows)?;
    }
    progress(&format!("{}: allocations", section.name()));
    for figures in &mut rows {
        figures.allocations = allocations::count(bench, figures)?;
    }
    let valgrind = callgrind::is_there();
    if valgrind {
        progress(&format!("{}: instructions", section.name()));
        for figures in &mut rows {
            figures.instructions = Some(callgrind::count(bench, figures)?);
        }
    } else {
        progress("valgrind is missing, so there are no instructions: install it, then run this again");
    }
    let missing = if valgrind { "" } else { "; valgrind is missing: no instructions" };
    let title = format!(
        "{}: per operation, median of {} runs of {} batches{missing}",
        section.name(),
        bench.options.runs,
        bench.options.batches
    );
    Ok(Table { title, rows })
}

/// One run: every subject in a new process, all of them kept until the end.
fn run(bench: &Bench, rows: &mut [Figures]) -> Result<(), String> {
    let mut children = Vec::new();
    for figures in &mut *rows {
        let mut child = Child::start(bench, &bench.program, &figures.entry, true)?;
        figures.batch = batch_size(&mut child)?;
        // Caches, allocators and branch predictors are warm in a program that has run for a while.
        child.run(2 * figures.batch)?;
        let before = child.state()?;
        children.push((child, before, Vec::new()));
    }
    let mut order: Vec<usize> = (0..rows.len()).collect();
    for _ in 0..bench.options.batches {
        fastrand::shuffle(&mut order);
        for at in &order {
            let (child, _, batches) = &mut children[*at];
            let nanos = child.run(rows[*at].batch)?;
            batches.push(float(nanos) / float(rows[*at].batch));
        }
    }
    for (figures, (mut child, before, batches)) in rows.iter_mut().zip(children) {
        let after = child.state()?;
        child.check()?;
        figures.thread.push(Spread::of(&batches).median);
        figures.process.push(float(after.cpu - before.cpu) / float(after.operations - before.operations));
        figures.add_exports(after.exports);
    }
    Ok(())
}

/// Operations that take about as long as a batch should.
fn batch_size(child: &mut Child) -> Result<u64, String> {
    // Statics that are filled at their first use would be taken for the price of a call.
    child.run(FIRST)?;
    let mut operations = 1;
    loop {
        let nanos = child.run(operations)?.max(1);
        if nanos >= BATCH / 3 {
            let size = (operations * BATCH / nanos).max(1);
            // Whole trees of spans, where it is several.
            return Ok(if size > TREE { size / TREE * TREE } else { size });
        }
        operations *= 2;
    }
}
