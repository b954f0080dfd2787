//! Further documents: storing one, and what there is.

use std::sync::Arc;

use observe::traced;

use crate::app::App;
use crate::audit::{Entry, Event, Outcome};
use crate::auth::Caller;
use crate::error::ServiceError;
use crate::model::{Document, Stored, TopicCount};
use crate::store::{Store, with_store};

/// Checks the document of `caller` and stores it, cut into passages.
#[traced(name = "index document", indexing(kind = "guideline"), fields(caller, document))]
pub(crate) async fn add_document(app: Arc<App>, caller: Caller, document: Document) -> Result<Stored, ServiceError> {
    document.check()?;
    app.audit.record(Entry::new(Event::Document, Outcome::Granted).caller(&caller)).await?;
    with_store(Arc::clone(&app.store), move |store| {
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
    use crate::app;
    use crate::auth::Role;
    use crate::topic::Topic;

    fn admin() -> Caller {
        Caller { user: "ada".to_owned(), role: Role::Admin }
    }

    #[tokio::test]
    async fn a_stored_document_is_found_and_counted() {
        let app = app::for_tests();
        let count = |counts: Vec<TopicCount>| counts.last().unwrap().passages;
        let before = count(count_topics(Arc::clone(&app.store)).await.unwrap());
        let document = Document {
            title: " Snake bite ".to_owned(),
            topic: Topic::General,
            text: "Immobilise the limb. Give antivenom.".to_owned(),
        };
        let stored = add_document(Arc::clone(&app), admin(), document).await.unwrap();
        assert_eq!((stored.title.as_str(), stored.passages), ("Snake bite", 1));
        assert_eq!(count(count_topics(Arc::clone(&app.store)).await.unwrap()), before + 1);
        let found = app.store.search("antivenom", Some(Topic::General), 1).unwrap();
        assert_eq!(found.first().unwrap().title, "Snake bite");
    }

    // VA-L2
    #[tokio::test]
    #[cfg(target_os = "linux")]
    async fn nothing_is_stored_that_cannot_be_recorded() {
        let app = app::with_audit(Some("/dev/full".into()));
        let text = "Give antivenom.".to_owned();
        let document = Document { title: "Snake bite".to_owned(), topic: Topic::General, text };
        let error = add_document(Arc::clone(&app), admin(), document).await.unwrap_err();
        assert!(matches!(error, ServiceError::Audit(_)), "{error}");
        assert!(app.store.search("antivenom", None, 1).unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_bad_document_is_not_stored() {
        let app = app::for_tests();
        let document = Document { title: String::new(), topic: Topic::General, text: "Antivenom.".to_owned() };
        let error = add_document(Arc::clone(&app), admin(), document).await.unwrap_err();
        assert!(matches!(error, ServiceError::BadInput(_)));
        assert!(app.store.search("antivenom", None, 1).unwrap().is_empty());
    }
}
