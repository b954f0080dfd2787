//! From a question to an answer: search, choose sentences, put them together.

use std::fmt::Write as _;
use std::sync::Arc;

use observe::{metered, traced};

use crate::app::App;
use crate::audit::{Entry, Event, Outcome};
use crate::auth::Caller;
use crate::choose::{Sentence, choose_sentences};
use crate::error::ServiceError;
use crate::model::{Answer, Passage, Question};
use crate::search::{MAX_PASSAGES, search_notes};
use crate::topic::Topic;

const NOTICE: &str = "Demonstration text, no medical advice.";

/// Checks the question of `caller` and answers it from the notes.
#[traced(name = "answer question", rag_query(top_k = MAX_PASSAGES), fields(caller, question))]
#[metered(
    name = "rag_query",
    calls = "rag_queries_total",
    labels(topic: Option<Topic> = question.topic),
    buckets = ai,
    objective(success = 99.5, latency = 10, target = 95),
)]
pub(crate) async fn answer(app: Arc<App>, caller: Caller, question: Question) -> Result<Answer, ServiceError> {
    question.check()?;
    let entry = Entry::new(Event::Question, Outcome::Granted).caller(&caller);
    app.audit.record(entry.patient(question.patient.mrn.as_deref())).await?;
    let passages = search_notes(Arc::clone(&app.store), question.text.clone(), question.topic).await?;
    if passages.is_empty() {
        return Err(ServiceError::NotFound("no note fits this question"));
    }
    tracing::info!(passages = passages.len(), "question answered");
    Ok(compose_answer(&question, passages))
}

/// Makes an answer of the sentences of `passages` that fit `question` best.
#[traced(fields(passages = passages.len()))]
pub(crate) fn compose_answer(question: &Question, passages: Vec<Passage>) -> Answer {
    let text = cite(&choose_sentences(&question.text, &passages));
    Answer { id: question.id.clone(), text, passages, notice: NOTICE }
}

/// The sentences as one text. The title follows the last of the sentences it stands for.
fn cite(sentences: &[Sentence<'_>]) -> String {
    let mut text = String::new();
    for (index, sentence) in sentences.iter().enumerate() {
        if index > 0 {
            text.push(' ');
        }
        text.push_str(&sentence.text);
        let same = |next: &Sentence<'_>| next.place.0 == sentence.place.0;
        if !sentences.get(index + 1).is_some_and(same) {
            // Writing to a string does not fail.
            let _ = write!(text, " [{}]", sentence.title);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app;
    use crate::auth::Role;
    use crate::choose::passage;
    use crate::model::Patient;

    fn ada() -> Caller {
        Caller { user: "ada".to_owned(), role: Role::Clinician }
    }

    fn question(text: &str) -> Question {
        Question {
            id: "q1".to_owned(),
            patient: Patient { name: Some("Ilda Quorn".to_owned()), ..Patient::default() },
            topic: None,
            text: text.to_owned(),
        }
    }

    #[test]
    fn sentences_that_fit_are_cited() {
        let passages = vec![
            passage("Fever", "Drink water. Paracetamol lowers fever. Rest in bed."),
            passage("Pain", "Paracetamol helps. Ice helps with a fever too. Nothing else."),
        ];
        let made = compose_answer(&question("Does paracetamol lower a fever?"), passages);
        assert_eq!(made.text, "Paracetamol lowers fever. [Fever]");
        assert_eq!((made.id.as_str(), made.passages.len()), ("q1", 2));
        assert_eq!(made.notice, NOTICE);
        assert_eq!(compose_answer(&question("nothing"), Vec::new()).text, "");
    }

    #[test]
    fn one_title_for_neighbours_in_reading_order() {
        let passages = [passage("A", "Red apples. Blue sky. Red apples again."), passage("B", "Red apples too.")];
        let text = cite(&choose_sentences("red apple", &passages));
        assert_eq!(text, "Red apples. Red apples again. [A] Red apples too. [B]");
    }

    #[tokio::test]
    async fn a_question_is_answered_from_the_notes() {
        let app = app::for_tests();
        let asked = question("When must metformin be stopped with a low eGFR?");
        let made = answer(app, ada(), asked).await.unwrap();
        assert!(made.text.contains("stop it below 30"), "{}", made.text);
        assert!(made.text.contains("[Type 2 diabetes: starting therapy]"));
        assert!(made.passages.len() <= MAX_PASSAGES);
        assert!(!serde_json::to_string(&made).unwrap().contains("Quorn"));
    }

    #[tokio::test]
    async fn the_topic_limits_the_notes() {
        let app = app::for_tests();
        let mut asked = question("adrenaline");
        assert!(answer(Arc::clone(&app), ada(), asked.clone()).await.is_ok());
        asked.topic = Some(Topic::Endocrinology);
        let error = answer(app, ada(), asked).await.unwrap_err();
        assert!(matches!(error, ServiceError::NotFound(_)));
    }

    // VA-L2
    #[tokio::test]
    #[cfg(target_os = "linux")]
    async fn nothing_is_answered_that_cannot_be_recorded() {
        // A disk that is full.
        let app = app::with_audit(Some("/dev/full".into()));
        let error = answer(app, ada(), question("What is given in sepsis?")).await.unwrap_err();
        assert!(matches!(error, ServiceError::Audit(_)), "{error}");
    }

    #[tokio::test]
    async fn bad_questions_are_refused() {
        let app = app::for_tests();
        for text in ["", "ab", "what is the", "*** (\"\")"] {
            let error = answer(Arc::clone(&app), ada(), question(text)).await.unwrap_err();
            assert!(matches!(error, ServiceError::BadInput(_)), "{text}");
        }
    }
}
