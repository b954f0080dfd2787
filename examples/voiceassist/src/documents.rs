//! Further documents: storing one, and what there is.

use std::sync::Arc;

use observe::{metered, traced};

use crate::auth::Caller;
use crate::error::ServiceError;
use crate::model::{Document, Stored, TopicCount};
use crate::store::{Store, with_store};
use crate::topic::Topic;

/// Checks the document of `caller` and stores it, cut into passages.
#[traced(name = "index document", fields(caller, document))]
#[metered(name = "document_upload", calls = "document_uploads_total", labels(topic: Topic = document.topic))]
pub(crate) async fn add_document(
    store: Arc<Store>,
    caller: Caller,
    document: Document,
) -> Result<Stored, ServiceError> {
    document.check()?;
    with_store(store, move |store| {
        let passages = store.insert(&document)?;
        Ok(Stored { title: document.title.trim().to_owned(), topic: document.topic, passages })
    })
    .await
}

/// How many passages there are of each topic.
pub(crate) async fn count_topics(store: Arc<Store>) -> Result<Vec<TopicCount>, ServiceError> {
    with_store(store, Store::count_by_topic).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::Role;

    fn admin() -> Caller {
        Caller { user: "ada".to_owned(), role: Role::Admin }
    }

    #[tokio::test]
    async fn a_stored_document_is_found_and_counted() {
        let store = Arc::new(Store::in_memory().unwrap());
        let count = |counts: Vec<TopicCount>| counts.last().unwrap().passages;
        let before = count(count_topics(Arc::clone(&store)).await.unwrap());
        let document = Document {
            title: " Snake bite ".to_owned(),
            topic: Topic::General,
            text: "Immobilise the limb. Give antivenom.".to_owned(),
        };
        let stored = add_document(Arc::clone(&store), admin(), document).await.unwrap();
        assert_eq!((stored.title.as_str(), stored.passages), ("Snake bite", 1));
        assert_eq!(count(count_topics(Arc::clone(&store)).await.unwrap()), before + 1);
        let found = store.search("antivenom", Some(Topic::General), 1).unwrap();
        assert_eq!(found.first().unwrap().title, "Snake bite");
    }

    #[tokio::test]
    async fn a_bad_document_is_not_stored() {
        let store = Arc::new(Store::in_memory().unwrap());
        let document = Document { title: String::new(), topic: Topic::General, text: "Antivenom.".to_owned() };
        let error = add_document(Arc::clone(&store), admin(), document).await.unwrap_err();
        assert!(matches!(error, ServiceError::BadInput(_)));
        assert!(store.search("antivenom", None, 1).unwrap().is_empty());
    }
}
