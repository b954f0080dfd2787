//! The store as a whole, and its full-text search.

use super::*;
use crate::model::Document;
use crate::topic::Topic;

fn titles(store: &Store, words: &str, topic: Option<Topic>) -> Vec<String> {
    let found = store.search(words, topic, 5).unwrap();
    found.into_iter().map(|passage| passage.title).collect()
}

fn document(title: &str, text: &str) -> Document {
    Document { title: title.to_owned(), topic: Topic::General, text: text.to_owned() }
}

impl Store {
    /// Changes a passage behind the service's back.
    pub(crate) fn damage(&self) {
        self.database
            .with(|it| it.execute_batch("UPDATE passages SET body = 'Give nothing.' WHERE rowid = 1"))
            .unwrap();
    }

    /// Takes away what says which tokens were revoked.
    pub(crate) fn lose_revoked_tokens(&self) {
        self.database.with(|it| it.execute_batch("DROP TABLE revoked_tokens")).unwrap();
    }
}

/// A store without any passage.
fn empty() -> Store {
    let store = Store::in_memory().unwrap();
    store
        .database
        .with(|it| it.execute_batch("DELETE FROM passages; DELETE FROM vectors; DELETE FROM checksums"))
        .unwrap();
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
    second.database.with(|it| it.pragma_update(None, "user_version", 7)).unwrap();
    drop(second);
    assert!(matches!(Store::at(&path), Err(StoreError::Version(7))));
    std::fs::remove_file(&path).unwrap();
}

#[tokio::test]
async fn a_panic_in_the_store_is_an_error_and_no_end() {
    let store = Arc::new(Store::in_memory().unwrap());
    let failed = with_store(Arc::clone(&store), |store| -> Result<(), StoreError> {
        store.database.with(|_| panic!("on purpose"))
    });
    assert!(matches!(failed.await, Err(ServiceError::Task)));
    assert!(!titles(&store, "sepsis", None).is_empty());
}
