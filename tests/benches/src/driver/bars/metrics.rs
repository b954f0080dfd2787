//! The bars of the metrics.

use super::super::figures::Table;
use super::super::scrapes::Scrapes;
use super::{Bar, Unit, allocations, instructions, nanos, of, ratio, short_call};

pub(in super::super) fn metrics(table: &Table) -> Vec<Bar> {
    let [counter_time, counter_instructions] = counter(table);
    let mut bars = vec![
        Bar::new("metrics/metered", Unit::Nanos, of(table, "metered", nanos), 40.0),
        Bar::new("metrics/metered-ratio", Unit::Times, ratio(table, "metered", "clock", nanos), 1.5),
        Bar::new("metrics/metered-ratio-raw", Unit::Times, ratio(table, "metered", "clock-raw", nanos), 1.5),
        Bar::new("metrics/metered-instructions", Unit::Instructions, of(table, "metered", instructions), 120.0),
        Bar::new("metrics/metered-2-threads", Unit::Times, threads(table), 1.1),
        counter_time,
        counter_instructions,
    ];
    let counters = kept(table, ["scrape-counters-kept", "scrape-counters"]);
    let histograms = kept(table, ["scrape-histograms-kept", "scrape-histograms"]);
    let millis = |subject| of(table, subject, nanos).map(|nanos| nanos / 1e6);
    let allocated = |subject| of(table, subject, allocations);
    bars.extend([
        Bar::new("metrics/scrape-counters", Unit::Millis, millis(counters), 0.2),
        Bar::new(
            "metrics/scrape-counters-ratio",
            Unit::Times,
            ratio(table, counters, "measured-scrape-counters", nanos),
            0.3,
        ),
        Bar::new("metrics/scrape-counters-allocations", Unit::Allocations, allocated(counters), 0.0),
        Bar::new("metrics/scrape-histograms", Unit::Millis, millis(histograms), 0.3),
        Bar::new("metrics/scrape-histograms-allocations", Unit::Allocations, allocated(histograms), 0.0),
    ]);
    bars
}

/// Scrapes that somebody waited for. All are for nothing where an increment was lost, or where
/// nobody counted meanwhile.
pub(in super::super) fn load(scrapes: &Scrapes) -> Bar {
    let mut bar = Bar::at_least("metrics/scrapes-answered", Unit::Percent, Some(scrapes.percent_answered()), 99.9);
    if !scrapes.is_exact() || scrapes.moved == 0 {
        bar.verdict = Some(false);
    }
    bar
}

/// What a second thread on the same series costs, where two clocks that share nothing show what the
/// machine itself costs.
fn threads(table: &Table) -> Option<f64> {
    let ours = ratio(table, "metered-2-threads", "metered", nanos)?;
    Some(ours / ratio(table, "clock-2-threads", "clock", nanos)?)
}

/// A labelled counter, divided by the index that it can't do without.
fn counter(table: &Table) -> [Bar; 2] {
    let of_figure = |figure| ratio(table, "counter", "counter-index", figure);
    let instructions = Bar::new("metrics/counter-ratio-instructions", Unit::Times, of_figure(instructions), 1.5);
    let time = Bar::new("metrics/counter-ratio", Unit::Times, of_figure(nanos), 1.5);
    short_call(of(table, "counter", nanos), time, instructions)
}

/// The first of the subjects that this build has: a text that is kept, where the runtime can.
fn kept<'a>(table: &Table, subjects: [&'a str; 2]) -> &'a str {
    let [kept, fresh] = subjects;
    if table.get(kept).is_some() { kept } else { fresh }
}

#[cfg(test)]
mod tests {
    use super::super::tests::row;
    use super::*;
    use crate::subject::Section;

    fn table(figures: &[(&str, f64)]) -> Table {
        let row = |(name, nanos): &(&str, f64)| row(Section::Metrics, name, *nanos, Some(nanos * 4.0));
        Table { title: String::new(), rows: figures.iter().map(row).collect() }
    }

    #[test]
    fn a_machine_that_slows_two_threads_down_is_not_blamed_on_us() {
        let figures = [("metered", 60.0), ("metered-2-threads", 90.0), ("clock", 50.0), ("clock-2-threads", 75.0)];
        assert_eq!(threads(&table(&figures)), Some(1.0));
        assert_eq!(threads(&table(&figures[..3])), None);
    }

    #[test]
    fn a_lost_increment_makes_every_answer_worthless() {
        let bar = |scrapes| load(&scrapes).to_string();
        let scrapes =
            Scrapes { asked: 1_000, answered: 999, moved: 500, made: 7, shown: Some([7, 7]), ..Scrapes::default() };
        assert_eq!(bar(scrapes.clone()), "bar metrics/scrapes-answered measured 99.90% limit 99.90% ok");
        let fewer = Scrapes { answered: 998, ..scrapes.clone() };
        assert_eq!(bar(fewer), "bar metrics/scrapes-answered measured 99.80% limit 99.90% short");
        let idle = Scrapes { moved: 0, ..scrapes.clone() };
        let lost = Scrapes { answered: 1_000, shown: Some([7, 6]), ..scrapes };
        assert_eq!(bar(lost), "bar metrics/scrapes-answered measured 100.00% limit 99.90% short");
        assert!(bar(idle).ends_with("short"));
        assert!(bar(Scrapes::default()).ends_with("short"));
    }
}
