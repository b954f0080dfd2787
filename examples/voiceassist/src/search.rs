//! Searching the notes twice, by words and by vectors, and merging what both find.

use std::collections::HashMap;
use std::sync::Arc;

use observe::{metered, traced};

use crate::error::ServiceError;
use crate::model::Passage;
use crate::store::{Store, with_store};
use crate::topic::Topic;
use crate::vector::DIMENSIONS;

/// Most passages a question is answered from.
pub(crate) const MAX_PASSAGES: usize = 4;

/// How many passages each search brings, so that one may make up for what the other lacks.
const CANDIDATES: usize = 12;

/// The constant of reciprocal rank fusion: how little the first places are ahead of the next.
///
/// Source: Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and
/// individual Rank Learning Methods", SIGIR 2009.
const RANK_CONSTANT: f64 = 60.0;

/// The passages that fit `text` best, by words and by vectors.
#[traced(fields(topic, limit = MAX_PASSAGES))]
pub(crate) async fn search_notes(
    store: Arc<Store>,
    text: String,
    topic: Option<Topic>,
) -> Result<Vec<Passage>, ServiceError> {
    let by_words = search_words(Arc::clone(&store), text.clone(), topic);
    let by_vectors = search_vectors(store, text, topic);
    let (by_words, by_vectors) = tokio::join!(by_words, by_vectors);
    Ok(fuse([by_words?, by_vectors?], MAX_PASSAGES))
}

/// Searches the notes by words.
#[traced(name = "full-text search", fields(topic))]
#[metered(name = "full_text_search", calls = "full_text_search_queries_total", in_progress = off)]
async fn search_words(store: Arc<Store>, text: String, topic: Option<Topic>) -> Result<Vec<Passage>, ServiceError> {
    with_store(store, move |store| store.search(&text, topic, CANDIDATES)).await
}

/// Searches the notes by vectors.
#[traced(
    name = "vector search",
    vector_search(system = "sqlite", collection = "passages", top_k = CANDIDATES),
    fields(topic, dimensions = DIMENSIONS),
)]
async fn search_vectors(store: Arc<Store>, text: String, topic: Option<Topic>) -> Result<Vec<Passage>, ServiceError> {
    with_store(store, move |store| store.search_vectors(&text, topic, CANDIDATES)).await
}

/// The best passages of several lists, each best first, by reciprocal rank fusion: a score of 1 is
/// the first place in all of them. A passage that is in several is taken from the first.
fn fuse<const LISTS: usize>(lists: [Vec<Passage>; LISTS], limit: usize) -> Vec<Passage> {
    let mut fused: HashMap<i64, Passage> = HashMap::new();
    for list in lists {
        for (rank, passage) in (0_u32..).zip(list) {
            let score = RANK_CONSTANT / (RANK_CONSTANT + f64::from(rank));
            let share = score / f64::from(u32::try_from(LISTS).unwrap_or(1));
            fused.entry(passage.id).or_insert(Passage { score: 0.0, ..passage }).score += share;
        }
    }
    let mut best: Vec<Passage> = fused.into_values().collect();
    best.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.id.cmp(&b.id)));
    best.truncate(limit);
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choose::passage;

    fn list(ids: &[i64]) -> Vec<Passage> {
        ids.iter().map(|id| Passage { id: *id, score: 99.0, ..passage("T", "B.") }).collect()
    }

    fn ids(found: &[Passage]) -> Vec<i64> {
        found.iter().map(|passage| passage.id).collect()
    }

    #[test]
    fn what_both_find_goes_before_what_one_finds() {
        let found = fuse([list(&[1, 2, 3]), list(&[4, 3, 2])], 10);
        assert_eq!(ids(&found), [2, 3, 1, 4]);
        assert!(found.is_sorted_by(|a, b| a.score >= b.score));
    }

    #[test]
    fn first_in_both_is_a_score_of_one() {
        let found = fuse([list(&[7, 8]), list(&[7])], 1);
        assert_eq!(ids(&found), [7]);
        assert!((found[0].score - 1.0).abs() < 1e-9, "{found:?}");
    }

    #[test]
    fn one_empty_list_is_no_obstacle() {
        assert_eq!(ids(&fuse([list(&[]), list(&[5, 6])], 4)), [5, 6]);
        assert!(fuse([list(&[]), list(&[])], 4).is_empty());
    }

    #[tokio::test]
    async fn a_spelling_that_no_note_has_is_found_by_its_vector() {
        let store = Arc::new(Store::in_memory().unwrap());
        let found = search_notes(store, "penicilin alergy".to_owned(), None).await.unwrap();
        assert_eq!(found.first().unwrap().title, "Penicillin allergy");
    }
}
