//! Passages in an `SQLite` database with full-text search.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use observe::{metered, traced};
use rusqlite::{Connection, Row, params};

use crate::error::{ServiceError, StoreError};
use crate::model::{Document, Passage, TopicCount};
use crate::schema;
use crate::topic::Topic;
use crate::words::full_text_query;

/// Most passages one search returns.
const MAX_PASSAGES: usize = 20;

/// A word in the title counts five times. `bm25` is lower for better matches.
const SEARCH: &str = "
    SELECT title, topic, snippet(passages, 1, '**', '**', '…', 32),
           -bm25(passages, 5.0, 1.0) AS score, body
    FROM passages
    WHERE passages MATCH ?1 AND (?2 IS NULL OR topic = ?2)
    ORDER BY score DESC, rowid
    LIMIT ?3";

const COUNT: &str = "SELECT count(*) FROM passages WHERE topic = ?1";

/// The passages, behind one connection.
///
/// Every method blocks; async code calls them through [`with_store`].
#[derive(Debug)]
pub(crate) struct Store {
    connection: Mutex<Connection>,
}

impl Store {
    /// A store in memory, with the embedded notes.
    pub(crate) fn in_memory() -> Result<Self, StoreError> {
        Self::over(Connection::open_in_memory()?)
    }

    /// The store in the file at `path`, which is made and filled with the embedded notes if need
    /// be.
    pub(crate) fn at(path: &Path) -> Result<Self, StoreError> {
        Self::over(Connection::open(path)?)
    }

    /// Passages with any of `words`, of any topic or of `topic`, best first.
    #[traced(name = "SELECT passages", kind = client, fields(db.system.name = "sqlite", topic, limit))]
    #[metered(name = "note_search", labels(topic))]
    pub(crate) fn search(&self, words: &str, topic: Option<Topic>, limit: usize) -> Result<Vec<Passage>, StoreError> {
        let query = full_text_query(words).ok_or(StoreError::NoWords)?;
        let limit = i64::try_from(limit.min(MAX_PASSAGES)).unwrap_or(0);
        let connection = self.lock();
        let mut statement = connection.prepare_cached(SEARCH)?;
        let rows = statement.query_map(params![query, topic, limit], read_passage)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Adds `document` and returns the number of passages it was cut into.
    #[traced(name = "INSERT passages", kind = client, fields(db.system.name = "sqlite"))]
    pub(crate) fn insert(&self, document: &Document) -> Result<usize, StoreError> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        let passages = schema::insert_passages(&transaction, document)?;
        transaction.commit()?;
        Ok(passages)
    }

    /// How many passages there are of each topic.
    pub(crate) fn count_by_topic(&self) -> Result<Vec<TopicCount>, StoreError> {
        let connection = self.lock();
        let mut statement = connection.prepare_cached(COUNT)?;
        let mut counts = Vec::with_capacity(Topic::ALL.len());
        for topic in Topic::ALL {
            let passages = statement.query_row([topic], |row| row.get(0))?;
            counts.push(TopicCount { topic, passages });
        }
        Ok(counts)
    }

    /// A store over `connection`, whose tables are made if need be.
    fn over(mut connection: Connection) -> Result<Self, StoreError> {
        schema::set_up(&mut connection)?;
        Ok(Self { connection: Mutex::new(connection) })
    }

    /// The connection. A panic while it was held left no open transaction behind, as dropping one
    /// rolls it back.
    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs `work` with the store where blocking does no harm, inside the span that is current here.
pub(crate) async fn with_store<T: Send + 'static>(
    store: Arc<Store>,
    work: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, ServiceError> {
    let span = tracing::Span::current();
    let done = tokio::task::spawn_blocking(move || span.in_scope(|| work(&store))).await;
    Ok(done.map_err(|_| ServiceError::Task)??)
}

/// One row of [`SEARCH`].
fn read_passage(row: &Row<'_>) -> rusqlite::Result<Passage> {
    Ok(Passage { title: row.get(0)?, topic: row.get(1)?, snippet: row.get(2)?, score: row.get(3)?, body: row.get(4)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(store: &Store, words: &str, topic: Option<Topic>) -> Vec<String> {
        let found = store.search(words, topic, 5).unwrap();
        found.into_iter().map(|passage| passage.title).collect()
    }

    fn document(title: &str, text: &str) -> Document {
        Document { title: title.to_owned(), topic: Topic::General, text: text.to_owned() }
    }

    /// A store without any passage.
    fn empty() -> Store {
        let store = Store::in_memory().unwrap();
        store.lock().execute("DELETE FROM passages", []).unwrap();
        store
    }

    #[test]
    fn the_best_note_comes_first() {
        let store = Store::in_memory().unwrap();
        for (words, title) in [
            ("Which antibiotics in the first hour of sepsis?", "Sepsis: the first hour"),
            ("first-line drugs for hypertension", "Hypertension in adults"),
            ("HbA1c target with metformin", "Type 2 diabetes: starting therapy"),
            ("DVT treatment in pregnancy", "Deep vein thrombosis (DVT) and pulmonary embolism (PE)"),
            ("adrenaline dose in anaphylaxis", "Anaphylaxis"),
            ("window for thrombolysis in stroke", "Acute ischaemic stroke: thrombolysis window"),
            ("calcium gluconate for high potassium", "Potassium disturbances"),
        ] {
            assert_eq!(titles(&store, words, None).first().unwrap(), title, "{words}");
        }
    }

    #[test]
    fn passages_carry_snippet_and_falling_score() {
        let store = Store::in_memory().unwrap();
        let found = store.search("metformin", None, 5).unwrap();
        assert!(found.len() > 1);
        assert!(found.iter().any(|it| it.snippet.to_lowercase().contains("**metformin**")));
        assert!(found.is_sorted_by(|a, b| a.score >= b.score));
        assert!(found.iter().all(|it| it.body.to_lowercase().contains("metformin")));
    }

    #[test]
    fn topic_and_limit_narrow_the_search() {
        let store = Store::in_memory().unwrap();
        let found = store.search("metformin", Some(Topic::Renal), 5).unwrap();
        assert!(!found.is_empty());
        assert!(found.iter().all(|passage| passage.topic == Topic::Renal));
        assert_eq!(store.search("metformin", None, 1).unwrap().len(), 1);
        assert!(store.search("metformin", None, 0).unwrap().is_empty());
        assert!(store.search("dose", None, usize::MAX).unwrap().len() <= MAX_PASSAGES);
    }

    #[test]
    fn query_syntax_is_only_text() {
        let store = Store::in_memory().unwrap();
        for attack in [
            "\" OR 1",
            "NEAR(",
            "NEAR(sepsis lactate, 2)",
            "seps*",
            "body:sepsis",
            "{title body}:x",
            "^sepsis",
            "sepsis AND",
            "NOT sepsis",
            "(((",
            "')) OR 1=1 --",
            "sepsis\0lactate",
            "-title:x",
            "Ⓐ Ⓑ ½½",
            "\"\"\"\"",
            "col:",
            "a + b",
        ] {
            match store.search(attack, None, 5) {
                Ok(_) | Err(StoreError::NoWords) => {}
                Err(error) => panic!("{attack}: {error}"),
            }
        }
        assert!(titles(&store, "seps*", None).is_empty());
        assert!(!titles(&store, "body:sepsis", None).is_empty());
    }

    #[test]
    fn a_text_without_words_is_an_error() {
        let store = Store::in_memory().unwrap();
        for text in ["", "*", "?!", "what is the", "\" : ("] {
            let error = store.search(text, None, 5).unwrap_err();
            assert!(matches!(error, StoreError::NoWords), "{text}");
        }
    }

    #[test]
    fn an_empty_store_finds_nothing() {
        let store = empty();
        assert!(titles(&store, "sepsis", None).is_empty());
        assert!(store.count_by_topic().unwrap().iter().all(|count| count.passages == 0));
    }

    #[test]
    fn inserted_documents_are_found() {
        let store = empty();
        let text = "Übelkeit is treated with rest. ".repeat(100);
        assert_eq!(store.insert(&document(" Naïve café 糖尿病 ", &text)).unwrap(), 3);
        for words in ["übelkeit", "ubelkeit", "U\u{308}BELKEIT", "naive", "糖尿病"] {
            assert_eq!(titles(&store, words, None), ["Naïve café 糖尿病"; 3], "{words}");
        }
        assert!(titles(&store, "rest", Some(Topic::Renal)).is_empty());
    }

    #[test]
    fn a_file_is_filled_once() {
        let path = std::env::temp_dir().join(format!("voiceassist-{}.db", std::process::id()));
        let _ = std::fs::remove_file(&path);
        let first = Store::at(&path).unwrap();
        first.insert(&document("Kept", "Zebrafish are kept.")).unwrap();
        let before = first.count_by_topic().unwrap();
        drop(first);
        let second = Store::at(&path).unwrap();
        assert_eq!(second.count_by_topic().unwrap(), before);
        assert_eq!(titles(&second, "zebrafish", None), ["Kept"]);
        second.lock().pragma_update(None, "user_version", 7).unwrap();
        drop(second);
        assert!(matches!(Store::at(&path), Err(StoreError::Version(7))));
        std::fs::remove_file(&path).unwrap();
    }

    #[tokio::test]
    async fn a_panic_in_the_store_is_an_error_and_no_end() {
        let store = Arc::new(Store::in_memory().unwrap());
        let failed = with_store(Arc::clone(&store), |store| -> Result<(), StoreError> {
            let _held = store.lock();
            panic!("on purpose")
        });
        assert!(matches!(failed.await, Err(ServiceError::Task)));
        assert!(!titles(&store, "sepsis", None).is_empty());
    }
}
