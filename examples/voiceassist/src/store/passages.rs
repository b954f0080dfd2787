//! The passages: searching them by words, adding to them, counting them.

use observe::traced;
use rusqlite::{Connection, Row, params};

use crate::error::StoreError;
use crate::model::{Document, Passage, TopicCount};
use crate::store::piece::{Piece, insert_pieces};
use crate::store::{MAX_PASSAGES, Store};
use crate::topic::Topic;
use crate::words::full_text_query;

/// A word in the title counts five times. `bm25` is lower for better matches.
const SEARCH: &str = "
    SELECT rowid, title, topic, snippet(passages, 1, '**', '**', '…', 32),
           -bm25(passages, 5.0, 1.0) AS score, body
    FROM passages
    WHERE passages MATCH ?1 AND (?2 IS NULL OR topic = ?2)
    ORDER BY score DESC, rowid
    LIMIT ?3";

const COUNT: &str = "SELECT count(*) FROM passages WHERE topic = ?1";

impl Store {
    /// Passages with any of `words`, of any topic or of `topic`, best first.
    pub(crate) fn search(&self, words: &str, topic: Option<Topic>, limit: usize) -> Result<Vec<Passage>, StoreError> {
        let query = full_text_query(words).ok_or(StoreError::NoWords)?;
        let limit = i64::try_from(limit.min(MAX_PASSAGES)).unwrap_or(0);
        self.database.with(|connection| select_passages(connection, &query, topic, limit))
    }

    /// Adds `document` and returns the number of passages it was cut into.
    pub(crate) fn insert(&self, document: &Document) -> Result<usize, StoreError> {
        let pieces = Piece::all_of(std::slice::from_ref(document));
        self.database.with(|connection| {
            let transaction = connection.transaction()?;
            insert_pieces(&transaction, &pieces)?;
            transaction.commit()?;
            Ok(pieces.len())
        })
    }

    /// How many passages there are of each topic.
    pub(crate) fn count_by_topic(&self) -> Result<Vec<TopicCount>, StoreError> {
        self.database.with(|connection| count_passages(connection))
    }
}

#[traced(db(system = "sqlite", operation = "select", table = "passages"), fields(topic, limit))]
fn select_passages(
    connection: &Connection,
    query: &str,
    topic: Option<Topic>,
    limit: i64,
) -> Result<Vec<Passage>, StoreError> {
    let mut statement = connection.prepare_cached(SEARCH)?;
    let rows = statement.query_map(params![query, topic, limit], read_passage)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

#[traced(db(system = "sqlite", operation = "count", table = "passages"))]
fn count_passages(connection: &Connection) -> Result<Vec<TopicCount>, StoreError> {
    let mut statement = connection.prepare_cached(COUNT)?;
    let count = |topic| Ok(TopicCount { topic, passages: statement.query_row([topic], |row| row.get(0))? });
    Topic::ALL.into_iter().map(count).collect()
}

/// One row of [`SEARCH`].
fn read_passage(row: &Row<'_>) -> rusqlite::Result<Passage> {
    Ok(Passage {
        id: row.get(0)?,
        title: row.get(1)?,
        topic: row.get(2)?,
        snippet: row.get(3)?,
        score: row.get(4)?,
        body: row.get(5)?,
    })
}
