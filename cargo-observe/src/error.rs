//! Why a command could not do its work; and the exit codes of all of them.

use std::fmt;
use std::path::Path;

/// The command found something: a check that fails, a difference, a file that is out of date.
pub(crate) const FOUND: u8 = 1;
/// The command could not do its work: the workspace does not build, a file can't be read. Clap says so too, of a command
/// line that it does not understand.
pub(crate) const FAILED: u8 = 2;

/// What went wrong, and what to do about it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Error {
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    /// The same with what to do about it.
    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// What could not be done with a file.
    pub(crate) fn of(file: &Path, error: impl fmt::Display) -> Self {
        Self::new(format!("{}: {error}", file.display()))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.help.as_ref().map_or(Ok(()), |help| write!(f, "\n  help: {help}"))
    }
}

impl std::error::Error for Error {}
