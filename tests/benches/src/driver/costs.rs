//! What the runtime's own measurements say of the export thread. They are tests of its crate, ignored
//! unless asked for: nothing of them is in what users build.

use super::figures::short;
use super::table::Grid;
use super::{Bench, progress};
use std::fmt;
use std::fs::File;
use std::process::{Command, Stdio};

/// Nanoseconds for a span, by what it is of.
#[derive(Clone, Debug, Default)]
pub(super) struct Costs(Vec<(&'static str, &'static str, Option<f64>)>);

/// A test, its lines that are figures, and what they are called.
type Measurement = (&'static str, &'static [(&'static str, &'static str, &'static str)]);

const MEASUREMENTS: [Measurement; 2] = [
    (
        "export::otlp::encode::tests::cost::cost_of_a_span",
        &[
            ("4 attributes: ", "encode-4", "a span of 4 attributes as OTLP, in a batch of 512"),
            ("12 attributes: ", "encode-12", "the same, 12 attributes"),
        ],
    ),
    (
        "export::otlp::cost::cost_of_a_call_whose_span_is_encoded_and_discarded",
        &[
            ("no fields: ", "exported-discarded", "ours #[traced], no fields, encoded and discarded, both threads"),
            ("2 fields: ", "exported-discarded-fields", "the same, 2 typed fields"),
        ],
    ),
];

/// Runs the measurements, each as a process of its own.
pub(super) fn measure(bench: &Bench) -> Result<Costs, String> {
    let mut costs = Vec::new();
    for (test, figures) in MEASUREMENTS {
        progress(&format!("export: {test}"));
        let text = run(bench, test)?;
        costs.extend(figures.iter().map(|(line, name, what)| (*name, *what, figure(&text, line))));
    }
    Ok(Costs(costs))
}

fn run(bench: &Bench, test: &str) -> Result<String, String> {
    let log = bench.target.join("costs.log");
    let failed = |error: std::io::Error| format!("{}: {error}", log.display());
    let mut command = Command::new("cargo");
    command
        .args(["test", "--quiet", "--release", "-p", "observe-runtime", "--features", "otlp", "--lib", test, "--"])
        .args(["--exact", "--ignored", "--nocapture"])
        .current_dir(&bench.options.root)
        .env("CARGO_TARGET_DIR", &bench.target)
        // As the bench itself is built, see its manifest.
        .envs(
            [("OPT_LEVEL", "3"), ("CODEGEN_UNITS", "1"), ("LTO", "false"), ("DEBUG", "line-tables-only")]
                .map(|(name, value)| (format!("CARGO_PROFILE_RELEASE_{name}"), value)),
        )
        .envs(bench.options.rounds.map(|rounds| ("ROUNDS", rounds.to_string())))
        .stdin(Stdio::null())
        .stderr(File::create(&log).map_err(failed)?);
    let output = command.output().map_err(|error| format!("cargo can't be started: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(format!("{test} failed, see {}: {}", log.display(), String::from_utf8_lossy(&output.stdout)))
}

/// The number behind the words. A test's name may be in front of them.
fn figure(text: &str, words: &str) -> Option<f64> {
    let (_, rest) = text.lines().find_map(|line| line.split_once(words))?;
    rest.split(' ').next()?.parse().ok()
}

impl Costs {
    pub(super) fn named(&self, name: &str) -> Option<f64> {
        self.0.iter().find(|(known, ..)| *known == name)?.2
    }
}

impl fmt::Display for Costs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut grid = Grid::new("export: CPU time for a span, without sending", &["what", "name", "ns"]);
        for (name, what, nanos) in &self.0 {
            grid.row(vec![(*what).to_owned(), (*name).to_owned(), nanos.map_or_else(String::new, short)]);
        }
        grid.fmt(f)
    }
}

#[cfg(test)]
impl Costs {
    /// All of them, and as dear.
    pub(super) fn all(nanos: f64) -> Self {
        let figures = MEASUREMENTS.iter().flat_map(|(_, figures)| *figures);
        Self(figures.map(|(_, name, what)| (*name, *what, Some(nanos))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_behind_its_words() {
        let text = "test a::b ... 0 attributes: 9.1 ns\n4 attributes, searched: 70.0 ns\n\
                    4 attributes: 51.3 ns, 120 bytes a span\n12 attributes: 100.0 ns\n";
        assert_eq!(figure(text, "4 attributes: "), Some(51.3));
        assert_eq!(figure(text, "12 attributes: "), Some(100.0));
        assert_eq!(figure(text, "0 attributes: "), Some(9.1));
        assert_eq!(figure(text, "2 fields: "), None);
    }
}
