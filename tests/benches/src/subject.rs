//! What can be measured: one way of doing a section's work.

use std::net::SocketAddr;

/// The work itself, made ready to be repeated.
pub trait Subject {
    /// Does it this many times.
    fn run(&mut self, operations: u64);

    /// Sends what still waits to be sent, and says what became of it; `None` where nothing is
    /// exported.
    fn settle(&mut self) -> Option<Exports> {
        None
    }

    /// Whether all of these operations are in the numbers that the subject's own library shows. A
    /// peer that forgets is fast, and no peer.
    ///
    /// # Errors
    ///
    /// What is shown, and what was done.
    fn check(&mut self, _operations: u64) -> Result<(), String> {
        Ok(())
    }

    /// Where the subject listens, if it is a server: then the driver does the asking.
    fn address(&self) -> Option<SocketAddr> {
        None
    }

    /// Operations that were done beside those asked for, as by a second thread.
    fn extra_operations(&self) -> u64 {
        0
    }
}

/// What became of the spans. A loop that overruns a queue measures how fast spans are thrown away,
/// so this is printed beside every figure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exports {
    /// Spans that should arrive if all traces are sampled.
    pub expected: u64,
    /// Spans that arrived at the exporter's other side.
    pub exported: u64,
    /// Spans that the subject itself says it lost. A peer that does not count them says 0, and
    /// `expected` shows them all the same.
    pub lost: u64,
}

impl Exports {
    /// Spans that did not arrive, whoever knows about them.
    #[must_use]
    pub fn missing(&self) -> u64 {
        self.lost.max(self.expected.saturating_sub(self.exported))
    }
}

/// Which of a subject's traces are sampled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Share {
    /// All of them.
    All,
    /// None.
    Nothing,
    /// About this part, by chance.
    About(f64),
}

/// Makes a subject; the text says why it can't be made.
pub type Make = fn() -> Result<Box<dyn Subject>, String>;

/// A section of the bench that has subjects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Traced calls.
    Spans,
    /// Metered calls and scrapes.
    Metrics,
    /// Redacted `Debug` and scrubbed lines.
    Redaction,
    /// Requests to a service.
    Http,
    /// Scrapes while others count; part of the metrics for whoever asks.
    Load,
}

/// One line of a section's table.
#[derive(Clone, Copy)]
pub struct Entry {
    /// The section.
    pub section: Section,
    /// The name, unique in the section.
    pub name: &'static str,
    /// What it is, for the table.
    pub what: &'static str,
    /// Names of the peers that do the same work: the ratio is to the fastest of them.
    pub against: &'static [&'static str],
    /// Variables of the environment that the subject gets, beside the common ones.
    pub variables: &'static [(&'static str, &'static str)],
    /// Which of its spans should arrive.
    pub share: Share,
    /// How it is made.
    pub make: Make,
}

impl Entry {
    /// An entry that is compared with nobody.
    #[must_use]
    pub const fn new(section: Section, name: &'static str, what: &'static str, make: Make) -> Self {
        Self { section, name, what, against: &[], variables: &[], share: Share::All, make }
    }

    /// The same, compared with these peers.
    #[must_use]
    pub const fn against(mut self, peers: &'static [&'static str]) -> Self {
        self.against = peers;
        self
    }

    /// The same, with these variables set.
    #[must_use]
    pub const fn with(mut self, variables: &'static [(&'static str, &'static str)]) -> Self {
        self.variables = variables;
        self
    }

    /// The same, where this share of its spans should arrive.
    #[must_use]
    pub const fn exporting(mut self, share: Share) -> Self {
        self.share = share;
        self
    }

    /// Section and name, as `--subject` expects them.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{}/{}", self.section.name(), self.name)
    }
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.path())
    }
}

impl Section {
    /// The name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Spans => "spans",
            Self::Metrics => "metrics",
            Self::Redaction => "redaction",
            Self::Http => "http",
            Self::Load => "load",
        }
    }
}

/// An operation that is repeated as it is.
#[derive(Debug)]
pub struct Repeat<F>(pub F);

impl<F: FnMut(u64)> Subject for Repeat<F> {
    fn run(&mut self, operations: u64) {
        for id in 0..operations {
            (self.0)(id);
        }
    }
}

/// Does many operations at once.
#[derive(Debug)]
pub struct Batch<F>(pub F);

impl<F: FnMut(u64)> Subject for Batch<F> {
    fn run(&mut self, operations: u64) {
        (self.0)(operations);
    }
}

/// Boxes [`Repeat`], which is what most entries are made of.
///
/// # Errors
///
/// None; the form is [`Make`]'s.
pub fn repeat(operation: impl FnMut(u64) + 'static) -> Result<Box<dyn Subject>, String> {
    Ok(Box::new(Repeat(operation)))
}

/// Boxes [`Batch`].
///
/// # Errors
///
/// None; the form is [`Make`]'s.
pub fn batch(operations: impl FnMut(u64) + 'static) -> Result<Box<dyn Subject>, String> {
    Ok(Box::new(Batch(operations)))
}
