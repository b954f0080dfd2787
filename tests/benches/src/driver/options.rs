//! The command line.

use std::path::PathBuf;

/// A part of the bench that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Spans,
    /// What becomes of spans: it belongs to them, and can be asked for alone.
    Export,
    Metrics,
    /// Scrapes under load: they belong to the metrics, and can be asked for alone.
    Load,
    Redaction,
    Http,
    /// The page that a service shows of itself.
    Page,
    Compile,
}

const PARTS: [(&str, Part); 8] = [
    ("spans", Part::Spans),
    ("export", Part::Export),
    ("metrics", Part::Metrics),
    ("load", Part::Load),
    ("redaction", Part::Redaction),
    ("http", Part::Http),
    ("page", Part::Page),
    ("compile", Part::Compile),
];

/// What is measured, and how often.
pub(super) struct Options {
    pub(super) parts: Vec<Part>,
    /// The checkout.
    pub(super) root: PathBuf,
    /// Runs of a section; each has processes of its own.
    pub(super) runs: usize,
    /// Batches of each subject in a run.
    pub(super) batches: usize,
    /// Requests of a batch in the section `http`.
    pub(super) requests: u64,
    /// Scrapes of a service that is under load.
    pub(super) scrapes: u64,
    /// Times that each generated crate is checked.
    pub(super) checks: usize,
    /// Spans of a program that makes many, and is to lose none.
    pub(super) paced: u64,
    /// Seconds of a program that makes more than anybody takes.
    pub(super) tight: u64,
    /// Times that a program ends without a collector.
    pub(super) ends: usize,
    /// Rounds of the runtime's own measurements, where that is not left to them.
    pub(super) rounds: Option<u64>,
}

impl Options {
    /// Reads the arguments: sections, `--quick`, and `--root` from the script.
    pub(super) fn read(arguments: &[String]) -> Result<Self, String> {
        let mut options = Self {
            parts: Vec::new(),
            root: ".".into(),
            runs: 5,
            batches: 25,
            requests: 4_000,
            scrapes: 10_000,
            checks: 3,
            paced: 1_000_000,
            tight: 5,
            ends: 3,
            rounds: None,
        };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--quick" => options.hurry(),
                "--root" => options.root = arguments.next().ok_or("--root needs a folder")?.into(),
                "spans" => options.parts.extend([Part::Spans, Part::Export]),
                "metrics" => options.parts.extend([Part::Metrics, Part::Load]),
                name => options.parts.push(part(name)?),
            }
        }
        if options.parts.is_empty() {
            options.parts = PARTS.map(|(_, part)| part).to_vec();
        }
        Ok(options)
    }

    /// Enough to see that all works; the figures are rough.
    fn hurry(&mut self) {
        (self.runs, self.batches, self.requests, self.scrapes, self.checks) = (2, 5, 1_000, 300, 1);
        (self.paced, self.tight, self.ends, self.rounds) = (200_000, 1, 1, Some(50));
    }
}

fn part(name: &str) -> Result<Part, String> {
    PARTS.iter().find(|(known, _)| *known == name).map(|(_, part)| *part).ok_or_else(|| {
        format!("`{name}` is no section; there are {}, and --quick", PARTS.map(|(known, _)| known).join(", "))
    })
}
