//! What was found, in the forms that people and programs read.

mod github;
mod human;
mod json;
mod junit;
mod sarif;

use super::levels::Judged;
use super::{Level, Location, Workspace};
use crate::error::Result;
use observe_rules::Code;
use observe_rules::policy::FILE;
use std::collections::BTreeMap;
use std::fs;

pub(super) use human::width;

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// For people
    Text,
    /// One document, in the form that docs/check.schema.json describes
    Json,
    /// The schema of the JSON itself
    Schema,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands, which GitHub shows beside the lines
    Github,
    /// The XML of `JUnit`, for test reports
    Junit,
}

/// What was found.
#[derive(Debug)]
pub(super) struct Report<'a> {
    pub(super) judged: &'a [Judged],
    pub(super) workspace: &'a Workspace<'a>,
    /// How many columns a line may have.
    pub(super) width: usize,
}

impl Report<'_> {
    /// The report in this form.
    pub(super) fn render(&self, format: Format) -> Result<String> {
        match format {
            Format::Text => Ok(human::text(self)),
            Format::Json => json::text(self),
            Format::Schema => json::schema(),
            Format::Sarif => sarif::text(self),
            Format::Github => Ok(github::text(self)),
            Format::Junit => junit::text(self),
        }
    }

    /// The findings that count.
    fn active(&self) -> impl Iterator<Item = &Judged> {
        self.judged.iter().filter(|judged| judged.is_active())
    }

    /// How many findings of this level count.
    pub(super) fn total(&self, level: Level) -> usize {
        self.active().filter(|judged| judged.level == level).count()
    }

    fn excepted(&self) -> usize {
        self.judged.len() - self.active().count()
    }

    /// All of it in a line.
    pub(super) fn summary(&self) -> String {
        let counted = |count: usize, what: &str| match count {
            1 => format!("1 {what}"),
            _ => format!("{count} {what}s"),
        };
        let catalogue = self.workspace.catalogue;
        let mut summary = format!(
            "{} and {} in {}, {} and {} of {}",
            counted(self.total(Level::Error), "error"),
            counted(self.total(Level::Warning), "warning"),
            counted(catalogue.metrics.len(), "metric"),
            counted(catalogue.spans.len(), "span"),
            counted(catalogue.redactions.len(), "redacted type"),
            counted(catalogue.programs.len(), "program"),
        );
        if self.excepted() > 0 {
            summary.extend(["; ", &counted(self.excepted(), "exception"), " by `check.exceptions`"]);
        }
        summary
    }

    /// Where a finding is; one that is nowhere belongs to the file that says what holds for the whole workspace.
    fn location(&self, judged: &Judged) -> Location {
        judged.finding.locations.first().cloned().unwrap_or_else(|| {
            let has_settings = self.workspace.root.join(FILE).is_file();
            let file = if has_settings { FILE } else { "Cargo.toml" };
            Location { file: file.to_owned(), line: 1, column: 1, ..Location::default() }
        })
    }

    /// The page of a code, where pages are published.
    fn page(&self, code: Code) -> Option<String> {
        let pages = self.workspace.settings.check.pages.trim_end_matches('/');
        (!pages.is_empty()).then(|| format!("{pages}/{code}.html"))
    }
}

/// The sources that findings are in, each read once. What is not there has none.
#[derive(Debug)]
struct Sources<'a> {
    workspace: &'a Workspace<'a>,
    files: BTreeMap<String, Option<String>>,
}

impl<'a> Sources<'a> {
    fn new(workspace: &'a Workspace<'a>) -> Self {
        Self { workspace, files: BTreeMap::new() }
    }

    /// The text of a file.
    fn text(&mut self, file: &str) -> Option<&str> {
        let root = self.workspace.root;
        self.files.entry(file.to_owned()).or_insert_with(|| fs::read_to_string(root.join(file)).ok()).as_deref()
    }

    /// The line of a location, without its end.
    fn line(&mut self, location: &Location) -> Option<&str> {
        let number = usize::try_from(location.line.checked_sub(1)?).ok()?;
        self.text(&location.file)?.lines().nth(number)
    }

    /// How many characters of its line a location takes: what it says, an attribute, a word, or the rest of the line.
    fn length(&mut self, location: &Location) -> Option<usize> {
        let line = self.line(location)?;
        let rest = line.get(byte_of(line, location.column)..)?.trim_end();
        if rest.is_empty() {
            return None;
        }
        let whole = rest.chars().count();
        if location.length > 0 {
            return Some(whole.min(usize::try_from(location.length).unwrap_or(whole)));
        }
        let word = rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').count();
        Some(if rest.starts_with('#') || word == 0 { whole } else { word })
    }
}

/// The byte at which a column begins, counted in characters from 1.
fn byte_of(line: &str, column: u32) -> usize {
    let before = usize::try_from(column.saturating_sub(1)).unwrap_or(usize::MAX);
    line.char_indices().nth(before).map_or(line.len(), |(at, _)| at)
}
