//! What a demo says at its end.

use std::fmt::Write as _;
use std::time::Duration;

use super::samples::{Moved, Note};
use super::traces::{Trace, Traces};
use super::traffic::Tally;
use super::tree;

/// How many of the slowest traces are shown.
const SLOWEST: usize = 3;

/// Counts what the runtime hid, by kind.
const HIDDEN: &str = "observe_redactions_total";

/// What moves whatever the demo does: the machine, the process, and what watches the service.
const NOISE: [&str; 4] = ["process_", "system_", "tokio_", "health_"];

/// The whole report.
pub(super) fn render(elapsed: Duration, tally: Tally, traces: &Traces, moved: &[Moved]) -> String {
    let telling = moved.iter().filter(|it| !NOISE.iter().any(|noise| it.series.starts_with(noise)));
    let (hidden, moved): (Vec<&Moved>, Vec<&Moved>) = telling.partition(|it| it.series.starts_with(HIDDEN));
    let mut sections = vec![summary(elapsed, tally), trees(traces)];
    sections.push(section("Metrics that moved", &rows(&moved)));
    if !hidden.is_empty() {
        sections.push(section("Values hidden, by kind", &hidden_rows(&hidden)));
    }
    sections.join("\n")
}

fn summary(elapsed: Duration, tally: Tally) -> String {
    let Tally { answered, refused, failed, lost } = tally;
    let seconds = elapsed.as_secs_f64();
    format!("{answered} requests in {seconds:.0} s: {refused} refused, {failed} failed, {lost} without an answer\n")
}

/// The slowest traces; and one that failed, where none of them did.
fn trees(traces: &Traces) -> String {
    let slowest = traces.slowest(SLOWEST);
    let title = format!("Slowest of {} traces, each of another route", traces.count());
    let mut text = section(&title, &joined(&slowest));
    if !slowest.iter().any(Trace::has_failed)
        && let Some(failed) = traces.slowest_failed()
    {
        text.push('\n');
        text.push_str(&section("Slowest trace in which something failed", &tree::render(&failed)));
    }
    text
}

fn joined(traces: &[Trace]) -> String {
    traces.iter().map(tree::render).collect::<Vec<_>>().join("\n")
}

fn section(title: &str, body: &str) -> String {
    format!("{title}\n\n{body}")
}

/// Series that moved, one a line, with their values in a column.
fn rows(moved: &[&Moved]) -> String {
    let width = moved.iter().map(|it| it.series.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for Moved { series, from, to, note } in moved {
        let note = match note {
            Some(Note::Mean(seconds)) if series.contains("_seconds") => format!(", mean {:.1} ms", seconds * 1e3),
            Some(Note::Mean(mean)) => format!(", mean {mean:.1}"),
            Some(Note::Highest(value)) => format!(", highest seen {value}"),
            None => String::new(),
        };
        // Writing to a string does not fail.
        let _ = writeln!(text, "  {series:width$}  {from} → {to}{note}");
    }
    text
}

/// What was hidden: the kinds by themselves, as the family's name is in the title.
fn hidden_rows(hidden: &[&Moved]) -> String {
    let kind = |series: &str| series.split('"').nth(1).unwrap_or(series).to_owned();
    let rows: Vec<(String, f64)> = hidden.iter().map(|it| (kind(&it.series), it.to - it.from)).collect();
    let width = rows.iter().map(|(kind, _)| kind.len()).max().unwrap_or(0);
    rows.iter().fold(String::new(), |mut text, (kind, count)| {
        let _ = writeln!(text, "  {kind:width$}  {count:>6}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(series: &str, from: f64, to: f64, note: Option<Note>) -> Moved {
        Moved { series: series.to_owned(), from, to, note }
    }

    fn report(moved: &[Moved]) -> String {
        let tally = Tally { answered: 40, refused: 13, failed: 0, lost: 0 };
        render(Duration::from_millis(2_040), tally, &Traces::default(), moved)
    }

    #[test]
    fn values_stand_in_columns() {
        let text = report(&[
            moved("a_total{k=\"x\"}", 2.0, 5.0, None),
            moved("g", 0.0, 0.0, Some(Note::Highest(3.0))),
            moved("t_seconds", 0.0, 4.0, Some(Note::Mean(0.0125))),
            moved("observe_redactions_total{kind=\"email\"}", 1.0, 12.0, None),
            moved("observe_redactions_total{kind=\"birth_date\"}", 0.0, 3.0, None),
            moved("process_cpu_seconds_total", 0.0, 3.0, None),
        ]);
        assert!(!text.contains("cpu"), "{text}");
        assert!(text.starts_with("40 requests in 2 s: 13 refused, 0 failed, 0 without an answer\n"), "{text}");
        for line in [
            "  a_total{k=\"x\"}  2 → 5",
            "  g               0 → 0, highest seen 3",
            "  t_seconds       0 → 4, mean 12.5 ms",
            "  email           11",
            "  birth_date       3",
        ] {
            assert!(text.lines().any(|it| it == line), "{line}\n{text}");
        }
    }

    #[test]
    fn nothing_hidden_is_no_section() {
        assert!(!report(&[]).contains("hidden"));
    }
}
