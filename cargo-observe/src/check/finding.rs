//! What a check finds.

use crate::catalogue::Place;
use observe_rules::Code;

/// How much a finding matters; a later one matters more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// It is not said.
    Allow,
    Warning,
    Error,
}

/// Something that should not be as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) code: Code,
    /// What it is about, as an exception names it: `rag_queries_total`, `rag_queries_total.status`, `load user`. It stays the
    /// same when lines move, so that a report can be compared with the one before.
    pub(crate) subject: String,
    /// The fact, in rustc's manner: lower-case first letter, no full stop, code in backticks.
    pub(crate) message: String,
    /// What to do about it; empty where the message says it.
    pub(crate) help: String,
    /// Where it is, the place to change first; none for what has no place in the workspace.
    pub(crate) locations: Vec<Location>,
    pub(crate) notes: Vec<String>,
}

/// A part of a line of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Location {
    /// From the workspace's root.
    pub(crate) file: String,
    /// Counted from 1.
    pub(crate) line: u32,
    /// Counted from 1, in characters.
    pub(crate) column: u32,
    /// In characters; 0 where only the beginning is known, and a word is taken.
    pub(crate) length: u32,
    /// What is said at the place; may be empty.
    pub(crate) label: String,
}

impl Level {
    /// The level as `observe.toml` and the reports write it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The level of this name.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        [Self::Allow, Self::Warning, Self::Error].into_iter().find(|level| level.name() == name)
    }
}

impl Finding {
    pub(crate) fn new(code: Code, subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code,
            subject: subject.into(),
            message: message.into(),
            help: String::new(),
            locations: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// What an exception calls it: code and subject.
    pub(crate) fn key(&self) -> String {
        format!("{} {}", self.code, self.subject)
    }

    /// The same with what to do about it.
    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Self { help: help.into(), ..self }
    }

    /// The same with one more thing to know.
    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// The same with one more location; one that is nowhere is left out.
    pub(crate) fn at(mut self, location: impl Into<Location>) -> Self {
        let location = location.into();
        if location.line > 0 && !location.file.is_empty() {
            self.locations.push(location);
        }
        self
    }
}

impl Location {
    /// The same with what is said there.
    pub(crate) fn label(self, label: impl Into<String>) -> Self {
        Self { label: label.into(), ..self }
    }
}

impl From<&Place> for Location {
    fn from(place: &Place) -> Self {
        Self { file: place.file.clone(), line: place.line, column: place.column, ..Self::default() }
    }
}
