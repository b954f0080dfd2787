//! The forms of the report.

use super::breaks::Break;
use super::change::{Bump, Change};
use crate::terminal::{ERROR, GOOD, NOTE, WARNING};
use observe_rules::Code;
use std::fmt::Write as _;

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(super) enum Format {
    /// For people
    Text,
    /// For programs
    Json,
    /// For a comment on a pull request
    Markdown,
    /// Annotations of GitHub Actions
    Github,
}

/// What was found, and whether it may be.
#[derive(Debug, serde::Serialize)]
pub(super) struct Report {
    /// What the changes require together.
    pub(super) required: Bump,
    /// How far the version moved, where both are known.
    pub(super) moved: Option<Bump>,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    /// What needs no other version, by the command line.
    pub(super) allowed: Bump,
    pub(super) is_enough: bool,
    pub(super) changes: Vec<Change>,
    pub(super) breaks: Vec<Break>,
}

impl Report {
    pub(super) fn render(&self, format: Format) -> String {
        match format {
            Format::Text => self.text(),
            Format::Json => serde_json::to_string_pretty(self).unwrap_or_default() + "\n",
            Format::Markdown => self.markdown(),
            Format::Github => self.github(),
        }
    }

    /// What the changes require, and what was done.
    fn verdict(&self) -> String {
        let versions = match (&self.from, &self.to) {
            (Some(from), Some(to)) => format!(", and the version moved from {from} to {to}"),
            _ => String::new(),
        };
        match (self.required, self.is_enough) {
            (Bump::None, _) => "nothing changed".to_owned(),
            (required, true) => format!("the changes require a {required} version{versions}: that is enough"),
            (required, false) if self.moved.is_some() => {
                format!("the changes require a {required} version{versions}: that is not enough")
            }
            (required, false) => {
                format!("the changes require a {required} version, which `--allow {required}` accepts")
            }
        }
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for change in &self.changes {
            let style = match change.bump {
                Bump::Major => ERROR,
                Bump::Minor => WARNING,
                _ => NOTE,
            };
            let place = place(change).map_or_else(String::new, |(file, line)| format!("\n  --> {file}:{line}"));
            let _ = writeln!(text, "{style}{}[{}]{style:#}: {}{place}", change.bump, change.code, change.message);
        }
        for broken in &self.breaks {
            let Break { file, line, column, code, message, query, subject } = broken;
            let _ = writeln!(text, "{ERROR}breaks[{code}]{ERROR:#}: {subject}: {message}");
            let _ = writeln!(text, "  --> {file}:{line}:{column}\n      {query}");
        }
        let style = if self.is_enough { GOOD } else { ERROR };
        text + &format!("{style}{}{style:#}\n", self.verdict())
    }

    fn markdown(&self) -> String {
        let mut text = format!("**{}**\n", self.verdict());
        let weaker = self.changes.iter().filter(|change| change.code == Code::Obs1229).count();
        if weaker > 0 {
            let _ = writeln!(text, "\nPersonal data is protected less than before, in {weaker} places.");
        }
        if !self.changes.is_empty() {
            text.push_str("\n| requires | code | change | declared at |\n|---|---|---|---|\n");
        }
        for change in &self.changes {
            let place = place(change).map_or_else(String::new, |(file, line)| format!("`{file}:{line}`"));
            let _ = writeln!(text, "| {} | {} | {} | {place} |", change.bump, change.code, cell(&change.message));
        }
        if !self.breaks.is_empty() {
            text.push_str("\n| breaks | code | why | query |\n|---|---|---|---|\n");
        }
        for Break { file, line, code, message, query, .. } in &self.breaks {
            let _ = writeln!(
                text,
                "| `{file}:{line}` | {code} | {} | `{}` |",
                cell(message),
                cell(query).replace('`', "'")
            );
        }
        text
    }

    fn github(&self) -> String {
        let mut text = String::new();
        for change in &self.changes {
            let level = match change.bump {
                bump if bump <= self.accepted() => "notice",
                _ => "error",
            };
            let place =
                place(change).map_or_else(String::new, |(file, line)| format!("file={},line={line},", value(file)));
            let title = format!("{} ({})", change.code, change.bump);
            let _ = writeln!(text, "::{level} {place}title={}::{}", value(&title), data(&change.message));
        }
        for Break { file, line, column, code, message, .. } in &self.breaks {
            let place = format!("file={},line={line},col={column}", value(file));
            let _ = writeln!(text, "::error {place},title={code} breaks::{}", data(message));
        }
        if !self.is_enough {
            let _ = writeln!(text, "::error ::{}", data(&self.verdict()));
        }
        text
    }

    /// The changes that need nothing more.
    pub(super) fn accepted(&self) -> Bump {
        self.moved.unwrap_or(Bump::None).max(self.allowed)
    }
}

fn place(change: &Change) -> Option<(&str, u32)> {
    (change.place.line > 0 && !change.place.file.is_empty()).then_some((&*change.place.file, change.place.line))
}

/// A text in a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// A text behind the colons of a command of GitHub's.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A text in a property of a command of GitHub's.
fn value(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
