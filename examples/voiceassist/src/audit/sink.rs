//! Where audit records are kept.

use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Write as _};
use std::path::{Path, PathBuf};

use crate::audit::record::{End, START, follow, hash_of};

/// How many records are kept where there is no file.
const IN_MEMORY: usize = 1000;

/// A place for lines, to which lines are only added.
pub(super) enum Sink {
    /// A file, and how long it is.
    File { file: File, path: PathBuf, length: u64 },
    /// The latest, and what the first of them is chained to. They end with the process, as a database in memory does.
    Memory { lines: VecDeque<String>, start: String },
}

impl Sink {
    pub(super) fn in_memory() -> Self {
        Self::Memory { lines: VecDeque::new(), start: START.to_owned() }
    }

    /// The file at `path`, which is made where there is none, and where its chain ends.
    ///
    /// What a process that was killed left of a line is cut off: nobody was told that it was written. A chain that is
    /// broken goes on after its last line, and stays broken.
    pub(super) fn at(path: &Path) -> io::Result<(Self, End)> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        let mut end = End { records: 0, hash: START.to_owned() };
        let mut length = 0;
        // A pipe or a device can't be read back.
        if file.metadata()?.is_file() {
            let mut bytes = fs::read(path)?;
            bytes.truncate(bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1));
            length = bytes.len() as u64;
            file.set_len(length)?;
            end = match follow(&*bytes, START)? {
                Ok(end) => end,
                Err(line) => {
                    tracing::error!(line, "the audit log was changed");
                    after_the_last(&String::from_utf8_lossy(&bytes))
                }
            };
        }
        Ok((Self::File { file, path: path.to_owned(), length }, end))
    }

    /// Adds `line`, which is on the disk when this returns. After an error it is not there.
    pub(super) fn append(&mut self, mut line: String) -> io::Result<()> {
        match self {
            Self::File { file, length, .. } => {
                line.push('\n');
                let written = file.write_all(line.as_bytes()).and_then(|()| sync(file));
                if written.is_ok() {
                    *length += line.len() as u64;
                } else {
                    // A part of it may be there. Where that can't be cut off, the chain breaks, and is found to.
                    let _ = file.set_len(*length);
                }
                written
            }
            Self::Memory { lines, start } => {
                if lines.len() == IN_MEMORY
                    && let Some(first) = lines.pop_front()
                    && let Some(hash) = hash_of(&first)
                {
                    hash.clone_into(start);
                }
                lines.push_back(line);
                Ok(())
            }
        }
    }

    /// Follows the chain: where it ends, or the line in which it breaks. `None` where it can't be read back.
    pub(super) fn follow(&self) -> io::Result<Option<Result<End, u64>>> {
        match self {
            Self::File { file, path, .. } if file.metadata()?.is_file() => {
                follow(BufReader::new(File::open(path)?), START).map(Some)
            }
            Self::File { .. } => Ok(None),
            Self::Memory { lines, start } => {
                let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
                follow(lines.join("\n").as_bytes(), start).map(Some)
            }
        }
    }
}

/// Where a chain goes on that is broken somewhere.
fn after_the_last(text: &str) -> End {
    let last = text.lines().last().and_then(hash_of).unwrap_or(START);
    End { records: text.lines().count() as u64, hash: last.to_owned() }
}

/// Has it written to the disk; a pipe or a device has none.
fn sync(file: &File) -> io::Result<()> {
    if file.metadata()?.is_file() { file.sync_data() } else { Ok(()) }
}
