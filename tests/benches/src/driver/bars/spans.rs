//! The bars of the spans. Most are ratios to the two clock reads that no span can do without.

use super::super::arrivals::Arrivals;
use super::super::figures::{Table, float};
use super::{Bar, Unit, allocations, instructions, nanos, of, over, process, ratio, short_call};
use crate::subjects::spans::FURTHER_POLLS;

/// A part of a peer's spans that may be lost: one that is gone now and then makes nobody fast.
const SOME: f64 = 0.01;

/// Beside the names, a limit is what was promised.
pub(in super::super) fn spans(table: &Table) -> Vec<Bar> {
    [off(table), sampled(table), through_tracing(table), unsampled(table), kept(table)].concat()
}

/// Nothing installed.
fn off(table: &Table) -> Vec<Bar> {
    vec![
        Bar::new("spans/off-over-instrument", Unit::Nanos, over(table, "off", "tracing-off", nanos), 1.0),
        Bar::new("spans/off-instructions", Unit::Instructions, over(table, "off", "bare", instructions), 20.0),
    ]
}

/// Native calls, all of them exported.
fn sampled(table: &Table) -> Vec<Bar> {
    let pair = pair(table);
    let time = |name, subject, limit| Bar::new(name, Unit::Nanos, of(table, subject, nanos), limit);
    let against = |name, subject, peer, limit: f64| {
        let bar = Bar::new(name, Unit::Times, ratio(table, subject, peer, nanos), limit);
        bar.arrived(table, subject).mostly_arrived(table, peer)
    };
    let fields = |bar: Bar| bar.arrived(table, "fields");
    let whole = |name, subject| Bar::new(name, Unit::Nanos, of(table, subject, process), 170.0).arrived(table, subject);
    let whole_ratio = Bar::new(
        "spans/exported-http-ratio",
        Unit::Times,
        ratio(table, "plain", "tracing-otel-plain-http", process),
        0.1,
    )
    .arrived(table, "plain")
    .mostly_arrived(table, "tracing-otel-plain-http");
    let instructions =
        Bar::new("spans/fields-instructions", Unit::Instructions, of(table, "fields", instructions), 250.0);
    let allocated = |name, subject| Bar::new(name, Unit::Allocations, of(table, subject, allocations), 0.0);
    vec![
        time("spans/plain", "plain", (1.6 * pair).max(pair + 15.0)).arrived(table, "plain"),
        fields(time("spans/fields", "fields", (2.0 * pair).max(pair + 25.0))),
        fields(instructions),
        allocated("spans/plain-allocations", "plain").arrived(table, "plain"),
        fields(allocated("spans/fields-allocations", "fields")),
        against("spans/plain-ratio-fastrace", "plain", "fastrace-plain", 0.6),
        against("spans/fields-ratio-fastrace", "fields", "fastrace-fields", 0.3),
        against("spans/fields-ratio-tracing-otel", "fields", "tracing-otel-fields", 0.05),
        whole("spans/fields-process", "fields"),
        whole("spans/exported-http", "plain"),
        whole_ratio,
        time("spans/async", "async", 70.0).arrived(table, "async"),
        Bar::new("spans/further-poll", Unit::Nanos, further_poll(table), 6.0)
            .arrived(table, "polls")
            .arrived(table, "async"),
        time("spans/traced-metered", "traced-metered", 3.0 * pair).arrived(table, "traced-metered"),
    ]
}

/// `#[tracing::instrument]`, exported by us.
fn through_tracing(table: &Table) -> Vec<Bar> {
    let pair = pair(table);
    let instrument =
        |name, subject| Bar::new(name, Unit::Nanos, of(table, subject, nanos), 2.8 * pair).arrived(table, subject);
    let layer = Bar::new("spans/layer", Unit::Times, ratio(table, "layer", "registry", nanos), 1.5);
    let layer = match table.get("layer") {
        Some(_) => layer.arrived(table, "layer"),
        None => layer.short("built without the feature `layer` of tests/benches".to_owned()),
    };
    vec![instrument("spans/instrument-plain", "instrument-plain"), instrument("spans/instrument", "instrument"), layer]
}

/// Not sampled, and not kept for what it may turn out to be: over the bare function.
fn unsampled(table: &Table) -> Vec<Bar> {
    let bars = |subject, [time, instr]: [(&'static str, f64); 2]| {
        let time = Bar::new(time.0, Unit::Nanos, over(table, subject, "bare", nanos), time.1);
        let instr = Bar::new(instr.0, Unit::Instructions, over(table, subject, "bare", instructions), instr.1);
        short_call(of(table, subject, nanos), time, instr).map(|bar| bar.arrived(table, subject))
    };
    let child = bars("unsampled-child", [("spans/unsampled-child", 3.0), ("spans/unsampled-child-instructions", 30.0)]);
    let root = bars("unsampled-root", [("spans/unsampled-root", 8.0), ("spans/unsampled-root-instructions", 110.0)]);
    [child, root].concat()
}

/// Not sampled, but kept where there is an error: no dearer than sampled, and neither too many nor
/// too few are exported.
fn kept(table: &Table) -> Vec<Bar> {
    let arrivals = |subject: &str| table.get(subject).and_then(|figures| figures.arrivals);
    let exported = arrivals("unsampled-kept").map(Arrivals::exported);
    let errors = arrivals("unsampled-errors").map(Arrivals::exported_percent);
    vec![
        Bar::new("spans/unsampled-kept", Unit::Times, ratio(table, "unsampled-kept", "fields", nanos), 1.05)
            .arrived(table, "unsampled-kept")
            .arrived(table, "fields"),
        Bar::new("spans/unsampled-kept-exported", Unit::Spans, exported, 0.0),
        Bar::at_least("spans/errors-kept", Unit::Percent, errors, 100.0).arrived(table, "unsampled-errors"),
    ]
}

/// The function between two reads of the clock that observe reads: the processor's counter, where
/// there is one. A bar over a clock that was not measured can't be reached.
fn pair(table: &Table) -> f64 {
    of(table, "clock-raw", nanos).or_else(|| of(table, "clock", nanos)).unwrap_or(f64::NAN)
}

/// What a poll costs that was not the first, over the same poll of a bare future.
fn further_poll(table: &Table) -> Option<f64> {
    let polls = over(table, "polls", "async", nanos)? - over(table, "bare-polls", "bare-async", nanos)?;
    Some(polls / float(FURTHER_POLLS))
}

impl Bar {
    /// Short unless exactly those spans arrived that should.
    fn arrived(self, table: &Table, subject: &str) -> Self {
        self.arrived_within(table, subject, 0.0)
    }

    /// The same of a peer.
    fn mostly_arrived(self, table: &Table, subject: &str) -> Self {
        self.arrived_within(table, subject, SOME)
    }

    fn arrived_within(self, table: &Table, subject: &str, share: f64) -> Self {
        match table.get(subject).and_then(|figures| figures.arrivals) {
            Some(arrivals) if arrivals.wrong_share() <= share => self,
            Some(arrivals) => self.short(format!("{subject}: {arrivals}")),
            None => self.short(format!("{subject}: nobody counted its spans")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Figures;
    use super::*;
    use crate::subject::{Entry, Exports, Section, Share};
    use crate::subjects;

    /// All subjects: ours take this long, the bare functions 2 ns, the clock pairs 20 ns, peers 1 µs.
    fn table(ours: f64) -> Table {
        let figures = |entry: Entry| {
            let nanos = match entry.name {
                name if name.starts_with("bare") => 2.0,
                name if name.starts_with("clock") => 20.0,
                name if ["tracing-", "otel-", "registry", "fastrace-"].iter().any(|peer| name.starts_with(peer)) => 1e3,
                "polls" => ours * 20.0,
                _ => ours,
            };
            let exported = if entry.share == Share::All { 257 } else { 0 };
            let mut figures = Figures {
                process: vec![nanos],
                allocations: (nanos - 4.0, 0.0),
                thread: vec![nanos],
                instructions: Some(nanos * 10.0),
                ..Figures::new(entry)
            };
            figures.add_exports(Some(Exports { expected: 257, exported, lost: 0 }));
            figures
        };
        let mut entries = subjects::all();
        entries.retain(|entry| entry.section == Section::Spans && entry.name != "layer");
        // Not every build has it.
        entries.push(Entry { name: "layer", share: Share::All, ..entries[0] });
        Table { title: String::new(), rows: entries.into_iter().map(figures).collect() }
    }

    #[test]
    fn fast_subjects_reach_every_bar() {
        for bar in spans(&table(4.0)) {
            assert!(bar.is_ok(), "{bar}");
        }
    }

    /// Against peers that are as slow as in `table`, ours are slower than any limit here.
    #[test]
    fn slow_subjects_reach_none() {
        for bar in spans(&table(1e4)) {
            let counts_spans = matches!(bar.unit, Unit::Spans | Unit::Percent);
            let same_twice = bar.name == "spans/unsampled-kept";
            assert_eq!(bar.is_ok(), counts_spans || same_twice, "{bar}");
        }
    }

    /// A subject that is fast because it drops spans, or exports what it should not.
    #[test]
    fn a_subject_with_wrong_spans_reaches_none() {
        let mut table = table(4.0);
        for figures in &mut table.rows {
            figures.add_exports(Some(Exports { expected: 257, exported: 1, lost: 0 }));
        }
        for bar in spans(&table) {
            assert_eq!(bar.is_ok(), bar.name.starts_with("spans/off"), "{bar}");
        }
    }

    /// The three bars of what is kept, in their order.
    #[test]
    fn keeping_errors_may_neither_cost_time_nor_export_anything_else() {
        let verdicts = |change: fn(&mut Figures)| {
            let mut table = table(4.0);
            table.rows.iter_mut().for_each(change);
            kept(&table).iter().map(Bar::is_ok).collect::<Vec<_>>()
        };
        let slower = |figures: &mut Figures| {
            if figures.entry.name == "unsampled-kept" {
                figures.thread = vec![4.3];
            }
        };
        let one_more = |figures: &mut Figures| {
            if figures.entry.name == "unsampled-kept" {
                figures.add_exports(Some(Exports { expected: 257, exported: 1, lost: 0 }));
            }
        };
        let one_less = |figures: &mut Figures| {
            if figures.entry.name == "unsampled-errors" {
                figures.add_exports(Some(Exports { expected: 257, exported: 256, lost: 0 }));
            }
        };
        assert_eq!(verdicts(|_| ()), [true, true, true]);
        assert_eq!(verdicts(slower), [false, true, true]);
        assert_eq!(verdicts(one_more), [false, false, true]);
        assert_eq!(verdicts(one_less), [true, true, false]);
    }

    #[test]
    fn a_peer_may_lose_a_span_in_a_thousand() {
        let lose = |lost: u64| {
            let mut table = table(4.0);
            let peer = table.rows.iter_mut().find(|figures| figures.entry.name == "fastrace-fields").unwrap();
            peer.add_exports(Some(Exports { expected: 100_000, exported: 100_000 - lost, lost: 0 }));
            let bar = spans(&table).into_iter().find(|bar| bar.name == "spans/fields-ratio-fastrace").unwrap();
            bar.to_string()
        };
        assert_eq!(lose(100), "bar spans/fields-ratio-fastrace measured 0.00x limit 0.30x ok");
        let note = "note spans/fields-ratio-fastrace: fastrace-fields: exported 95257 lost 5000";
        assert_eq!(lose(5_000), format!("bar spans/fields-ratio-fastrace measured 0.00x limit 0.30x short\n{note}"));
    }

    #[test]
    fn a_layer_that_is_not_built_is_short_and_says_so() {
        let mut table = table(4.0);
        table.rows.retain(|figures| figures.entry.name != "layer");
        let bar = through_tracing(&table).pop().unwrap().to_string();
        assert!(
            bar.starts_with("bar spans/layer measured none limit 1.50x short\nnote spans/layer: built without"),
            "{bar}"
        );
    }

    #[test]
    fn a_slow_clock_gives_slow_calls_more_room() {
        let mut table = table(4.0);
        let limit = |table: &Table| spans(table).into_iter().find(|bar| bar.name == "spans/plain").unwrap().limit;
        assert!((limit(&table) - 35.0).abs() < 1e-9);
        table.rows.iter_mut().filter(|row| row.entry.name == "clock-raw").for_each(|row| row.thread = vec![100.0]);
        #[cfg(target_arch = "x86_64")]
        assert!((limit(&table) - 160.0).abs() < 1e-9);
    }

    #[test]
    fn instructions_decide_what_a_clock_cannot_tell() {
        for (nanos, instructions, expected) in [
            (4.0, Some(41.0), [true, true]),
            (2.5, Some(60.0), [false, false]),
            (6.0, Some(41.0), [false, true]),
            (2.5, None, [true, false]),
        ] {
            let mut table = table(4.0);
            for figures in &mut table.rows {
                match figures.entry.name {
                    "bare" => figures.instructions = instructions.and(Some(22.0)),
                    "unsampled-child" => (figures.thread, figures.instructions) = (vec![nanos], instructions),
                    _ => {}
                }
            }
            let child: Vec<bool> = unsampled(&table).iter().take(2).map(Bar::is_ok).collect();
            assert_eq!(child, expected, "{nanos} ns, {instructions:?}");
        }
    }
}
