//! A file that lines are appended to.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often it is looked whether the path still names the file.
const LOOK: Duration = Duration::from_secs(1);

/// The file at a path. Where that is moved or removed, as programs that rotate logs do, a new one is begun; where a
/// size is given, that is done here too, and the file before it is kept, with `.1` behind its name.
///
/// Lines are written at once, one write each: nothing waits in memory, so a crash loses none.
#[derive(Debug)]
pub(crate) struct LogFile {
    path: PathBuf,
    most_bytes: Option<u64>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    open: io::Result<Open>,
    /// When it was looked last.
    looked: Instant,
    /// Whether a line was written in part.
    is_torn: bool,
    /// Whether the last line was lost, and has been said to be.
    is_failing: bool,
}

#[derive(Debug)]
struct Open {
    file: File,
    identity: Identity,
    bytes: u64,
    /// Devices and pipes have no size.
    is_file: bool,
}

impl LogFile {
    /// Opens the file, or a new one. Where that fails it is tried again, and the sentence is for an operator.
    pub(crate) fn open(path: PathBuf, most_bytes: Option<u64>) -> (Self, Option<String>) {
        let open = Open::at(&path);
        let complaint = open.as_ref().err().map(|error| complaint(&path, error));
        let is_failing = complaint.is_some();
        let state = State { open, looked: Instant::now(), is_torn: false, is_failing };
        (Self { path, most_bytes, state: Mutex::new(state) }, complaint)
    }

    /// Appends a line, with its end. `Err` where it is lost; with a sentence, where those before it were not.
    pub(crate) fn write(&self, line: &str) -> Result<(), Option<String>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match state.append(&self.path, self.most_bytes, line) {
            Ok(()) => {
                state.is_failing = false;
                Ok(())
            }
            Err(error) => {
                let is_first = !std::mem::replace(&mut state.is_failing, true);
                Err(is_first.then(|| complaint(&self.path, &error)))
            }
        }
    }
}

fn complaint(path: &Path, error: &io::Error) -> String {
    format!("the log file {} can't be written: {error}; lines that are lost there are counted", path.display())
}

impl State {
    fn append(&mut self, path: &Path, most: Option<u64>, line: &str) -> io::Result<()> {
        if self.looked.elapsed() >= LOOK {
            self.look(path);
        }
        let size = line.len() as u64;
        if let (Ok(open), Some(most)) = (&self.open, most)
            && open.is_file
            && open.bytes > 0
            && open.bytes + size > most
        {
            self.rotate(path)?;
        }
        let open = match &mut self.open {
            Ok(open) => open,
            // An error can't be copied.
            Err(error) => return Err(io::Error::new(error.kind(), error.to_string())),
        };
        let written = if self.is_torn { open.append(&format!("\n{line}")) } else { open.append(line) };
        if let Err(Torn { error, bytes }) = written {
            self.is_torn |= bytes > 0;
            return Err(error);
        }
        self.is_torn = false;
        Ok(())
    }

    /// Opens the file anew, unless it is the one that is open.
    fn look(&mut self, path: &Path) {
        self.looked = Instant::now();
        let known = self.open.as_ref().ok().zip(fs::metadata(path).ok());
        match known.filter(|(open, found)| open.identity == Identity::of(found)).map(|(_, found)| found.len()) {
            // Somebody else may have written to it, or cut it.
            Some(bytes) => {
                if let Ok(open) = &mut self.open {
                    open.bytes = bytes;
                }
            }
            None => self.reopen(path),
        }
    }

    fn rotate(&mut self, path: &Path) -> io::Result<()> {
        let found = fs::metadata(path);
        // Another process may have done it: then its new file must not take the place of the old one.
        if let (Ok(open), Ok(found)) = (&self.open, &found)
            && open.identity == Identity::of(found)
        {
            let mut old = path.as_os_str().to_owned();
            old.push(".1");
            fs::rename(path, old)?;
        }
        self.reopen(path);
        Ok(())
    }

    fn reopen(&mut self, path: &Path) {
        self.open = Open::at(path);
        self.is_torn = false;
    }
}

/// What was written of a line that could not be written.
struct Torn {
    error: io::Error,
    bytes: usize,
}

impl Open {
    /// Only the owner may read it, where it is a new one: lines are scrubbed, and still nobody else's business.
    fn at(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _};
            options.mode(0o600);
            // To open a pipe waits for somebody who reads it, and to write for a slow one: a service must do neither.
            if fs::symlink_metadata(path).is_ok_and(|found| found.file_type().is_fifo()) {
                options.custom_flags(libc::O_NONBLOCK);
            }
        }
        let file = options.open(path)?;
        let found = file.metadata()?;
        Ok(Self { file, identity: Identity::of(&found), bytes: found.len(), is_file: found.is_file() })
    }

    fn append(&mut self, text: &str) -> Result<(), Torn> {
        let mut left = text.as_bytes();
        while !left.is_empty() {
            let error = match self.file.write(left) {
                Ok(0) => io::ErrorKind::WriteZero.into(),
                Ok(written) => {
                    left = &left[written..];
                    self.bytes += written as u64;
                    continue;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => error,
            };
            return Err(Torn { error, bytes: text.len() - left.len() });
        }
        Ok(())
    }
}

/// What tells a file from another one that has its name.
#[derive(Debug, PartialEq, Eq)]
struct Identity(u64, u64);

impl Identity {
    #[cfg(unix)]
    fn of(found: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        Self(found.dev(), found.ino())
    }

    /// Elsewhere a file that is open can't be moved away from under its name.
    #[cfg(not(unix))]
    fn of(_: &Metadata) -> Self {
        Self(0, 0)
    }
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
