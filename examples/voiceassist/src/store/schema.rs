//! The database's tables: making them, filling them with the embedded notes, bringing them up.

use observe::traced;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::error::StoreError;
use crate::notes::{NOTES, parse_note};
use crate::store::integrity::{Checksum, checksum};
use crate::store::piece::{Piece, insert_checksums, insert_pieces, insert_vectors};
use crate::topic::Topic;
use crate::vector::Vector;

/// Version of the tables, in the database's `user_version`.
const VERSION: i64 = 3;

const CREATE_PASSAGES: &str = "
    CREATE VIRTUAL TABLE passages USING fts5(
        title, body, topic UNINDEXED,
        tokenize = 'porter unicode61 remove_diacritics 2'
    )";

/// What version 2 added: a vector for each passage, under the passage's rowid, and users.
const CREATE_VERSION_2: &str = "
    CREATE TABLE vectors (
        passage INTEGER PRIMARY KEY,
        topic TEXT NOT NULL,
        vector BLOB NOT NULL
    );
    CREATE TABLE users (
        name TEXT PRIMARY KEY,
        role TEXT NOT NULL,
        password_hash TEXT NOT NULL
    ) WITHOUT ROWID;";

/// What version 3 added: a checksum for each passage, and the tokens that were given back, as hashes.
const CREATE_VERSION_3: &str = "
    CREATE TABLE checksums (
        passage INTEGER PRIMARY KEY,
        checksum BLOB NOT NULL
    );
    CREATE TABLE revoked_tokens (
        token BLOB PRIMARY KEY,
        ends INTEGER NOT NULL
    ) WITHOUT ROWID;";

const EVERY_PASSAGE: &str = "SELECT rowid, topic, title, body FROM passages";

/// Makes the tables and fills them, unless that was done before.
#[traced(name = "set up database")]
pub(crate) fn set_up(connection: &mut Connection) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    match transaction.query_row("PRAGMA user_version", [], |row| row.get(0))? {
        0 => {
            transaction.execute_batch(CREATE_PASSAGES)?;
            transaction.execute_batch(CREATE_VERSION_2)?;
            transaction.execute_batch(CREATE_VERSION_3)?;
            insert_pieces(&transaction, &embedded_pieces()?)?;
        }
        1 => {
            transaction.execute_batch(CREATE_VERSION_2)?;
            transaction.execute_batch(CREATE_VERSION_3)?;
            add_vectors(&transaction)?;
            add_checksums(&transaction)?;
        }
        2 => {
            transaction.execute_batch(CREATE_VERSION_3)?;
            add_checksums(&transaction)?;
        }
        VERSION => return Ok(()),
        other => return Err(StoreError::Version(other)),
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()?;
    Ok(())
}

/// The passages of the embedded notes.
fn embedded_pieces() -> Result<Vec<Piece>, StoreError> {
    let documents = NOTES.iter().map(|note| parse_note(note).ok_or(StoreError::BadNote(note.name)));
    Ok(Piece::all_of(&documents.collect::<Result<Vec<_>, _>>()?))
}

/// Gives a vector to each passage that is there.
fn add_vectors(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    let mut statement = transaction.prepare(EVERY_PASSAGE)?;
    let rows = statement.query_map([], |row| {
        let (title, body): (String, String) = (row.get(2)?, row.get(3)?);
        Ok((row.get(0)?, row.get(1)?, Vector::of_passage(&title, &body)))
    })?;
    let vectors: Vec<(i64, Topic, Vector)> = rows.collect::<Result<_, _>>()?;
    insert_vectors(transaction, &vectors)
}

/// Gives a checksum to each passage that is there: what it is from now on, it should stay.
fn add_checksums(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    let mut statement = transaction.prepare(EVERY_PASSAGE)?;
    let rows = statement.query_map([], |row| {
        let (topic, title, body): (Topic, String, String) = (row.get(1)?, row.get(2)?, row.get(3)?);
        Ok((row.get(0)?, checksum(topic, &title, &body)))
    })?;
    let checksums: Vec<(i64, Checksum)> = rows.collect::<Result<_, _>>()?;
    insert_checksums(transaction, &checksums)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(connection: &Connection, table: &str) -> usize {
        let sql = format!("SELECT count(*) FROM {table}");
        let count: i64 = connection.query_row(&sql, [], |row| row.get(0)).unwrap();
        usize::try_from(count).unwrap()
    }

    #[test]
    fn filled_once() {
        let mut connection = Connection::open_in_memory().unwrap();
        for _ in 0..2 {
            set_up(&mut connection).unwrap();
            assert_eq!(count(&connection, "passages"), NOTES.len());
            assert_eq!(count(&connection, "vectors"), NOTES.len());
            assert_eq!(count(&connection, "checksums"), NOTES.len());
            assert_eq!(count(&connection, "users"), 0);
        }
    }

    #[test]
    fn older_versions_get_what_they_lack() {
        let mut new = Connection::open_in_memory().unwrap();
        set_up(&mut new).unwrap();
        let all = |connection: &Connection, sql: &str| {
            let mut statement = connection.prepare(sql).unwrap();
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
            rows.collect::<Result<Vec<(i64, Vec<u8>)>, _>>().unwrap()
        };
        for lacking in [
            "DROP TABLE vectors; DROP TABLE users; DROP TABLE checksums; DROP TABLE revoked_tokens; PRAGMA user_version = 1",
            "DROP TABLE checksums; DROP TABLE revoked_tokens; PRAGMA user_version = 2",
        ] {
            let mut old = Connection::open_in_memory().unwrap();
            set_up(&mut old).unwrap();
            old.execute_batch(lacking).unwrap();
            set_up(&mut old).unwrap();
            for sql in ["SELECT passage, vector FROM vectors", "SELECT passage, checksum FROM checksums"] {
                assert_eq!(all(&old, sql), all(&new, sql), "{lacking}");
            }
            assert_eq!((count(&old, "users"), count(&old, "revoked_tokens")), (0, 0));
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
