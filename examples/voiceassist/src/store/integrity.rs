//! Whether what is stored is still what was stored.

use observe::traced;
use rusqlite::Connection;
use sha2::{Digest as _, Sha256};

use crate::error::StoreError;
use crate::store::Store;
use crate::topic::Topic;

/// What tells one passage from another: a SHA-256.
pub(crate) type Checksum = [u8; 32];

const SELECT_ALL: &str = "
    SELECT passages.topic, title, body, checksum
    FROM passages LEFT JOIN checksums ON passage = passages.rowid";

/// Passages of which nothing but the checksum is left.
const COUNT_LOST: &str = "SELECT count(*) FROM checksums WHERE passage NOT IN (SELECT rowid FROM passages)";

/// The checksum of a passage. The parts end where a zero byte is, so that no word moves from one to the next.
pub(crate) fn checksum(topic: Topic, title: &str, body: &str) -> Checksum {
    let mut hasher = Sha256::new();
    for part in [topic.name(), title, body] {
        hasher.update(part);
        hasher.update([0]);
    }
    hasher.finalize().into()
}

/// What was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Findings {
    /// Mistakes that `SQLite` found in the file.
    pub(crate) in_database: u32,
    /// Passages that are not what was stored, or are gone.
    pub(crate) in_passages: u32,
}

impl Store {
    /// Looks at all that is stored.
    pub(crate) fn check_integrity(&self) -> Result<Findings, StoreError> {
        self.database.with(|connection| {
            Ok(Findings { in_database: count_mistakes(connection)?, in_passages: count_damaged(connection)? })
        })
    }
}

/// What `PRAGMA integrity_check` has to say; a sound file is one row, `ok`.
#[traced(name = "check database")]
pub(crate) fn count_mistakes(connection: &Connection) -> Result<u32, StoreError> {
    let mut statement = connection.prepare("PRAGMA integrity_check")?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    let said: Vec<String> = rows.collect::<Result<_, _>>()?;
    Ok(said.iter().filter(|row| *row != "ok").map(|_| 1).sum())
}

#[traced(name = "check passages", db(system = "sqlite", operation = "select", table = "checksums"))]
fn count_damaged(connection: &Connection) -> Result<u32, StoreError> {
    let mut statement = connection.prepare(SELECT_ALL)?;
    let mut rows = statement.query([])?;
    let mut damaged: u32 = connection.query_row(COUNT_LOST, [], |row| row.get(0))?;
    while let Some(row) = rows.next()? {
        // A value of another type is damage too, and no reason not to look at the rest.
        let is_sound = || {
            let (title, body): (String, String) = (row.get(1)?, row.get(2)?);
            let stored: Option<Checksum> = row.get(3)?;
            Ok::<_, rusqlite::Error>(stored == Some(checksum(row.get(0)?, &title, &body)))
        };
        damaged += u32::from(!is_sound().unwrap_or(false));
    }
    Ok(damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(sql: &str) -> Findings {
        let store = Store::in_memory().unwrap();
        store.database.with(|it| it.execute_batch(sql)).unwrap();
        store.check_integrity().unwrap()
    }

    #[test]
    fn what_was_stored_is_sound() {
        assert_eq!(after(""), Findings::default());
    }

    #[test]
    fn a_word_that_changed_is_found() {
        let sql = "UPDATE passages SET body = replace(body, 'not ', '') WHERE body LIKE '%not %'";
        let found = after(sql);
        assert!(found.in_passages > 0 && found.in_database == 0, "{found:?}");
    }

    #[test]
    fn what_is_missing_is_found() {
        assert_eq!(after("DELETE FROM passages WHERE rowid = 1").in_passages, 1);
        assert_eq!(after("DELETE FROM checksums WHERE passage < 3").in_passages, 2);
        assert_eq!(after("UPDATE passages SET topic = 'astrology' WHERE rowid = 1").in_passages, 1);
    }

    #[test]
    fn an_index_that_does_not_fit_its_table_is_found() {
        // Past the table, as a damaged disk does it.
        let found = after("UPDATE passages_content SET c1 = 'Give nothing.' WHERE id = 1");
        assert!(found.in_database > 0 && found.in_passages == 1, "{found:?}");
    }

    #[test]
    fn no_word_moves_from_the_title_to_the_text() {
        let [one, other] = [("Snake", " bite"), ("Snake ", "bite")].map(|(a, b)| checksum(Topic::General, a, b));
        assert_ne!(one, other);
    }
}
