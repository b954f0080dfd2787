//! Copying the database while it is in use.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use observe::traced;
use rusqlite::{Connection, OpenFlags};

use crate::error::StoreError;
use crate::store::Store;
use crate::store::integrity::count_mistakes;

impl Store {
    /// Puts a copy of the database at `path`, in place of the last one. It is written beside it first and looked at, so
    /// that a copy that fails leaves the one before it alone.
    pub(crate) fn copy_to(&self, path: &Path) -> Result<(), StoreError> {
        let unfinished = beside(path);
        // From a process that ended in the middle of it.
        match fs::remove_file(&unfinished) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(StoreError::Copy(error)),
            _ => {}
        }
        self.database.with(|connection| vacuum_into(connection, &unfinished))?;
        let copy = Connection::open_with_flags(&unfinished, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        if count_mistakes(&copy)? > 0 {
            return Err(StoreError::Copy(io::Error::other("the copy is damaged")));
        }
        drop(copy);
        File::open(&unfinished)
            .and_then(|file| file.sync_all())
            .and_then(|()| fs::rename(&unfinished, path))
            .map_err(StoreError::Copy)
    }
}

#[traced(name = "copy database")]
fn vacuum_into(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    connection.execute("VACUUM INTO ?1", [path.to_string_lossy()])?;
    Ok(())
}

/// `notes.backup.unfinished` beside `notes.backup`.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".unfinished");
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Document;
    use crate::topic::Topic;

    #[test]
    fn a_copy_has_everything_and_replaces_the_last_one() {
        let path = std::env::temp_dir().join(format!("voiceassist-copy-{}.db", std::process::id()));
        let store = Store::in_memory().unwrap();
        store.copy_to(&path).unwrap();
        let document =
            Document { title: "Kept".to_owned(), topic: Topic::General, text: "Zebrafish are kept.".to_owned() };
        store.insert(&document).unwrap();
        store.copy_to(&path).unwrap();
        let copy = Store::at(&path).unwrap();
        assert_eq!(copy.search("zebrafish", None, 1).unwrap()[0].title, "Kept");
        assert_eq!(copy.count_by_topic().unwrap(), store.count_by_topic().unwrap());
        assert_eq!(copy.check_integrity().unwrap(), crate::store::integrity::Findings::default());
        assert!(!beside(&path).exists());
        drop(copy);
        fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_copy_that_fails_leaves_the_last_one_alone() {
        let path = std::env::temp_dir().join(format!("voiceassist-left-{}.db", std::process::id()));
        fs::write(&path, "the last one").unwrap();
        // What can't be removed can't be written.
        fs::create_dir_all(beside(&path)).unwrap();
        assert!(Store::in_memory().unwrap().copy_to(&path).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "the last one");
        fs::remove_dir(beside(&path)).unwrap();
        fs::remove_file(&path).unwrap();
    }
}
