//! The database's table: making it, filling it with the embedded notes, adding to it.

use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use crate::error::StoreError;
use crate::model::Document;
use crate::notes::{NOTES, parse_note};
use crate::text;

/// Version of the tables, in the database's `user_version`.
const VERSION: i64 = 1;

const CREATE: &str = "
    CREATE VIRTUAL TABLE passages USING fts5(
        title, body, topic UNINDEXED,
        tokenize = 'porter unicode61 remove_diacritics 2'
    )";

const INSERT: &str = "INSERT INTO passages (title, body, topic) VALUES (?1, ?2, ?3)";

/// Makes the table and fills it, unless that was done before.
pub(crate) fn set_up(connection: &mut Connection) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    match transaction.query_row("PRAGMA user_version", [], |row| row.get(0))? {
        0 => {
            transaction.execute_batch(CREATE)?;
            fill(&transaction)?;
            transaction.pragma_update(None, "user_version", VERSION)?;
        }
        VERSION => {}
        other => return Err(StoreError::Version(other)),
    }
    transaction.commit()?;
    Ok(())
}

/// Adds the embedded notes.
fn fill(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    for note in NOTES {
        let document = parse_note(note).ok_or(StoreError::BadNote(note.name))?;
        insert_passages(transaction, &document)?;
    }
    Ok(())
}

/// Adds the passages of `document` and returns how many there are.
pub(crate) fn insert_passages(transaction: &Transaction<'_>, document: &Document) -> Result<usize, StoreError> {
    let mut statement = transaction.prepare_cached(INSERT)?;
    let passages = text::passages(&document.text);
    for passage in &passages {
        statement.execute(params![document.title.trim(), passage, document.topic])?;
    }
    Ok(passages.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(connection: &Connection) -> usize {
        let count: i64 = connection.query_row("SELECT count(*) FROM passages", [], |row| row.get(0)).unwrap();
        usize::try_from(count).unwrap()
    }

    #[test]
    fn filled_once() {
        let mut connection = Connection::open_in_memory().unwrap();
        for _ in 0..2 {
            set_up(&mut connection).unwrap();
            assert_eq!(count(&connection), NOTES.len());
        }
    }

    #[test]
    fn another_version_is_left_alone() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "user_version", 7).unwrap();
        let error = set_up(&mut connection).unwrap_err();
        assert!(matches!(error, StoreError::Version(7)));
    }

    #[test]
    fn a_failed_fill_leaves_nothing_behind() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE passages (other)").unwrap();
        assert!(matches!(set_up(&mut connection), Err(StoreError::Sqlite(_))));
        let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
        assert_eq!(version, 0);
    }
}
