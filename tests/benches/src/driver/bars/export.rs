//! The bars of the export: what it costs beside the call, what is lost, and how programs end.

use super::super::costs::Costs;
use super::super::figures::float;
use super::super::processes::{End, Flood, Lines, Loss};
use super::{Bar, Unit};

/// Memory that waits at most, in MiB, and room for what it is made of.
const CAP: f64 = 64.0;
const ROOM: f64 = 16.0;

pub(in super::super) fn costs(costs: &Costs) -> Vec<Bar> {
    let bar = |name, cost, limit| Bar::new(name, Unit::Nanos, costs.named(cost), limit);
    vec![
        bar("spans/encode-4", "encode-4", 60.0),
        bar("spans/encode-12", "encode-12", 120.0),
        bar("spans/exported-discarded", "exported-discarded", 120.0),
    ]
}

pub(in super::super) fn losses(losses: &[Loss]) -> Vec<Bar> {
    let named = |name: &str| losses.iter().find(|loss| loss.name == name);
    let lost = |bar, name| Bar::new(bar, Unit::Spans, named(name).map(Loss::wrong).map(float), 0.0);
    vec![
        lost("spans/loss-exit", "exit"),
        lost("spans/loss-sigterm", "sigterm"),
        lost("spans/loss-panic", "panic"),
        uncounted("spans/loss-tight-uncounted", named("tight")),
        overrun(uncounted("spans/loss-tight-small-uncounted", named("tight-small")), named("tight-small")),
    ]
}

fn uncounted(bar: &'static str, loss: Option<&Loss>) -> Bar {
    Bar::new(bar, Unit::Spans, loss.and_then(Loss::uncounted).map(float), 0.0)
}

/// Short where nothing was lost: then there was nothing to count.
fn overrun(bar: Bar, loss: Option<&Loss>) -> Bar {
    if loss.is_some_and(|loss| loss.counted == Some(0)) { bar.short("nothing was lost".to_owned()) } else { bar }
}

pub(in super::super) fn ends(ends: &[End]) -> Vec<Bar> {
    let bar = |bar, name: &str, limit| {
        let slowest = ends.iter().find(|end| end.name == name).map(End::slowest);
        Bar::new(bar, Unit::Seconds, slowest, limit)
    };
    vec![bar("spans/exit-refused", "exit-refused", 0.3), bar("spans/exit-hang", "exit-hang", 3.1)]
}

pub(in super::super) fn outage(lines: &Lines, flood: &Flood) -> Vec<Bar> {
    let said = Bar::new("spans/outage-lines", Unit::Lines, Some(float(lines.said.len() as u64)), 2.0);
    let said = match lines.made.abs_diff(lines.arrived) {
        // A program that has lost its spans has not seen the end of the outage.
        0 if said.is_ok() => said,
        0 => said.short(lines.said.join(" | ")),
        wrong => said.short(format!("{wrong} spans of the outage did not arrive")),
    };
    let memory = Bar::new("spans/outage-memory", Unit::Mebibytes, Some(flood.growth()), CAP + ROOM);
    let memory = match flood.made.abs_diff(flood.counted) {
        0 => memory,
        _ => memory.short(format!("{} spans made and {} counted as lost", flood.made, flood.counted)),
    };
    vec![said, memory]
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL_LOSSES: [&str; 5] = ["exit", "sigterm", "panic", "tight", "tight-small"];

    fn verdicts(bars: &[Bar]) -> Vec<bool> {
        bars.iter().map(Bar::is_ok).collect()
    }

    #[test]
    fn every_cost_has_its_limit() {
        assert_eq!(verdicts(&costs(&Costs::all(60.0))), [true; 3]);
        assert_eq!(verdicts(&costs(&Costs::all(60.1))), [false, true, true]);
        assert_eq!(verdicts(&costs(&Costs::all(120.1))), [false; 3]);
        assert_eq!(verdicts(&costs(&Costs::default())), [false; 3]);
    }

    #[test]
    fn a_span_that_is_lost_is_allowed_where_it_is_counted() {
        let bars = |arrived, counted| losses(&ALL_LOSSES.map(|name| Loss::of(name, 10, arrived, counted)));
        assert_eq!(verdicts(&bars(10, 0)), [true, true, true, true, false], "the last must lose some");
        assert_eq!(verdicts(&bars(9, 1)), [false, false, false, true, true]);
        assert_eq!(verdicts(&bars(9, 0)), [false; 5]);
        assert_eq!(verdicts(&bars(10, 1)), [true, true, true, false, false]);
        assert_eq!(verdicts(&bars(11, 0)), [false; 5]);
        assert_eq!(verdicts(&losses(&[])), [false; 5]);
    }

    #[test]
    fn the_slowest_end_counts() {
        let bars = |refused, hang| ends(&[End::of("exit-refused", refused), End::of("exit-hang", hang)]);
        assert_eq!(verdicts(&bars(0.3, 3.1)), [true, true]);
        assert_eq!(verdicts(&bars(0.31, 3.11)), [false, false]);
        assert_eq!(verdicts(&ends(&[])), [false, false]);
    }

    #[test]
    fn an_outage_may_write_two_lines_and_must_lose_nothing() {
        let flood = Flood { made: 9, counted: 9, before: 1024, most: 2048 };
        let is_ok = |lines: usize, arrived| {
            let lines = Lines { said: vec![String::new(); lines], made: 4, arrived };
            outage(&lines, &flood)[0].is_ok()
        };
        assert!(is_ok(2, 4));
        assert!(!is_ok(3, 4) && !is_ok(2, 3));
    }

    #[test]
    fn an_outage_may_take_the_cap_and_counts_exactly() {
        let lines = Lines { said: Vec::new(), made: 0, arrived: 0 };
        let is_ok = |most, counted| outage(&lines, &Flood { made: 9, counted, before: 1024, most })[1].is_ok();
        assert!(is_ok(81 * 1024, 9));
        assert!(!is_ok(81 * 1024 + 1, 9) && !is_ok(2048, 8) && !is_ok(2048, 10));
    }
}
