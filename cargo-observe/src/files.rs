//! Files that a command makes: written, or compared with what is there.

use crate::error::{Error, FOUND, Result};
use crate::terminal;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Files by their paths, from the folder that they are put into; in the order of their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Files(BTreeMap<PathBuf, String>);

impl Files {
    /// Adds a file. Its text ends with a line's end.
    pub(crate) fn add(&mut self, path: impl Into<PathBuf>, text: impl Into<String>) {
        let mut text = text.into();
        if !text.ends_with('\n') {
            text.push('\n');
        }
        self.0.insert(path.into(), text);
    }

    /// Adds all files of another part.
    pub(crate) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Path, &str)> {
        self.0.iter().map(|(path, text)| (path.as_path(), text.as_str()))
    }

    /// Writes what differs from what is there.
    pub(crate) fn write(&self, folder: &Path, is_quiet: bool) -> Result<ExitCode> {
        for (path, text) in self.differing(folder) {
            let place = folder.join(path);
            place.parent().map_or(Ok(()), std::fs::create_dir_all).map_err(|error| Error::of(&place, error))?;
            std::fs::write(&place, text).map_err(|error| Error::of(&place, error))?;
            if !is_quiet {
                anstream::eprintln!("wrote {}", place.display());
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Says what differs from what is there, line by line, and writes nothing.
    pub(crate) fn check(&self, folder: &Path) -> ExitCode {
        let mut code = ExitCode::SUCCESS;
        for (path, text) in self.differing(folder) {
            let place = folder.join(path);
            let there = std::fs::read_to_string(&place).unwrap_or_default();
            let shown = place.display().to_string();
            let diff = similar::TextDiff::from_lines(there.as_str(), text);
            terminal::print(&diff.unified_diff().header(&shown, &format!("{shown} (generated)")).to_string());
            code = ExitCode::from(FOUND);
        }
        code
    }

    fn differing<'a>(&'a self, folder: &'a Path) -> impl Iterator<Item = (&'a Path, &'a str)> {
        self.iter().filter(|(path, text)| std::fs::read_to_string(folder.join(path)).ok().as_deref() != Some(text))
    }
}
