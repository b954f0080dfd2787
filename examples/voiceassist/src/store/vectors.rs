//! Searching the passages by their vectors.

use observe::traced;
use rusqlite::{Connection, OptionalExtension as _, Row};

use crate::error::StoreError;
use crate::model::Passage;
use crate::store::{MAX_PASSAGES, Store};
use crate::topic::Topic;
use crate::vector::Vector;

/// Texts that are less alike than this may be so by chance: four times the standard deviation of
/// unlike texts, which is one by the root of the dimensions.
const MIN_COSINE: f32 = 0.25;

/// Most characters of a snippet.
const MAX_SNIPPET_CHARS: usize = 160;

const SELECT_VECTORS: &str = "SELECT passage, vector FROM vectors WHERE ?1 IS NULL OR topic = ?1";

const SELECT_PASSAGE: &str = "SELECT title, topic, body FROM passages WHERE rowid = ?1";

/// The rowid of a passage, and how close it is to what was asked.
type Near = (i64, f32);

impl Store {
    /// Passages close to `text`, of any topic or of `topic`, closest first.
    pub(crate) fn search_vectors(
        &self,
        text: &str,
        topic: Option<Topic>,
        limit: usize,
    ) -> Result<Vec<Passage>, StoreError> {
        let vector = Vector::of(text).ok_or(StoreError::NoWords)?;
        let stored = self.database.with(|connection| select_vectors(connection, topic))?;
        let near = nearest(&vector, &stored, limit.min(MAX_PASSAGES));
        if near.is_empty() {
            return Ok(Vec::new());
        }
        self.database.with(|connection| select_passages(connection, &near))
    }

    /// How many vectors there are.
    pub(crate) fn count_vectors(&self) -> Result<i64, StoreError> {
        self.database.with(|connection| count_vectors(connection))
    }
}

#[traced(db(system = "sqlite", operation = "count", table = "vectors"))]
fn count_vectors(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.query_row("SELECT count(*) FROM vectors", [], |row| row.get(0))?)
}

/// Every vector, or those of `topic`, as the database has them.
#[traced(db(system = "sqlite", operation = "select", table = "vectors"), fields(topic))]
fn select_vectors(connection: &Connection, topic: Option<Topic>) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
    let mut statement = connection.prepare_cached(SELECT_VECTORS)?;
    let rows = statement.query_map([topic], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The passages behind `near`, in its order.
#[traced(
    name = "select passages by id",
    db(system = "sqlite", operation = "select", table = "passages"),
    fields(rows = near.len()),
)]
fn select_passages(connection: &Connection, near: &[Near]) -> Result<Vec<Passage>, StoreError> {
    let mut statement = connection.prepare_cached(SELECT_PASSAGE)?;
    let mut found = Vec::with_capacity(near.len());
    for near in near {
        found.extend(statement.query_row([near.0], |row| read_passage(row, *near)).optional()?);
    }
    Ok(found)
}

/// The stored vectors closest to `vector`, closest first, and none that is far off.
fn nearest(vector: &Vector, stored: &[(i64, Vec<u8>)], limit: usize) -> Vec<Near> {
    let cosines = stored.iter().filter_map(|(id, bytes)| Some((*id, Vector::from_bytes(bytes)?.cosine(vector))));
    let mut near: Vec<Near> = cosines.filter(|(_, cosine)| *cosine >= MIN_COSINE).collect();
    near.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    near.truncate(limit);
    near
}

/// One row of [`SELECT_PASSAGE`].
fn read_passage(row: &Row<'_>, (id, cosine): Near) -> rusqlite::Result<Passage> {
    let body: String = row.get(2)?;
    let snippet = start_of(&body);
    Ok(Passage { id, title: row.get(0)?, topic: row.get(1)?, snippet, score: cosine.into(), body })
}

/// The beginning of `body`: no word of it is the one that was found.
fn start_of(body: &str) -> String {
    match body.char_indices().nth(MAX_SNIPPET_CHARS) {
        None => body.to_owned(),
        Some((end, _)) => format!("{}…", body[..end].rsplit_once(' ').map_or(&body[..end], |(whole, _)| whole)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(words: &str, topic: Option<Topic>) -> Vec<String> {
        let found = Store::in_memory().unwrap().search_vectors(words, topic, 5).unwrap();
        found.into_iter().map(|passage| passage.title).collect()
    }

    #[test]
    fn other_spellings_are_found() {
        let store = Store::in_memory().unwrap();
        for (words, title) in [
            ("penicilin alergy", "Penicillin allergy"),
            ("edema in heart failure", "Heart failure with reduced ejection fraction"),
            ("anaphylaxsis adrenalin dosage", "Anaphylaxis"),
        ] {
            assert_eq!(titles(words, None).first().map(String::as_str), Some(title), "{words}");
        }
        assert!(store.search("penicilin alergy", None, 5).unwrap().is_empty());
    }

    #[test]
    fn what_is_far_off_is_not_found() {
        for words in ["zebrafish", "sourdough bread recipe", "who won the football match yesterday"] {
            assert!(titles(words, None).is_empty(), "{words}");
        }
        assert!(titles("anaphylaxis", Some(Topic::Renal)).is_empty());
    }

    #[test]
    fn closest_first_up_to_the_limit() {
        let store = Store::in_memory().unwrap();
        let found = store.search_vectors("metformin with a low eGFR in diabetes", None, 3).unwrap();
        assert!((1..=3).contains(&found.len()));
        assert!(found.is_sorted_by(|a, b| a.score >= b.score));
        assert!(found.iter().all(|it| (0.0..=1.001).contains(&it.score) && it.snippet.ends_with('…')));
        assert!(matches!(store.search_vectors("?!", None, 3), Err(StoreError::NoWords)));
    }

    #[test]
    fn snippets_end_with_a_whole_word() {
        assert_eq!(start_of("Short."), "Short.");
        let snippet = start_of(&"wörd ".repeat(100));
        assert!(snippet.ends_with("wörd…") && snippet.chars().count() <= MAX_SNIPPET_CHARS, "{snippet}");
        assert!(start_of(&"ü".repeat(500)).chars().count() <= MAX_SNIPPET_CHARS + 1);
    }
}
