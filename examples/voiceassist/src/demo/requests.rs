//! What the demo's clinicians send: mostly sense, some mistakes, and more than they should.

use fastrand::Rng;
use serde_json::{Value, json};

use super::client::Request;
use super::people::{self, Person};

/// Questions with their topics; an empty topic asks for all of them. Some are spelled as nobody
/// should, and found by their vectors.
const QUESTIONS: &[(&str, &str)] = &[
    ("cardiology", "Which drugs lower mortality in heart failure with a low ejection fraction?"),
    ("cardiology", "When is an anticoagulant offered in atrial fibrillation?"),
    ("cardiology", "What comes first in suspected acute coronary syndrome?"),
    ("", "Which drugs are first line in hypertension?"),
    ("endocrinology", "How fast should insulin run in diabetic ketoacidosis?"),
    ("endocrinology", "When must metformin be stopped with a low eGFR?"),
    ("endocrinology", "How is levothyroxine taken, and when is TSH checked?"),
    ("infection", "Which antibiotics in the first hour of sepsis?"),
    ("infection", "Which antibiotics suit a lower urinary tract infection in pregnancy?"),
    ("", "penicilin alergy"),
    ("respiratory", "What oxygen saturation is the target in a COPD exacerbation?"),
    ("respiratory", "How is the severity of pneumonia scored?"),
    ("respiratory", "What is the next step when asthma wakes the patient at night?"),
    ("renal", "Which drugs should pause in acute kidney injury?"),
    ("renal", "How is severe hyperkalaemia with ECG changes treated?"),
    ("", "Which doses must fall in chronic kidney disease?"),
    ("general", "How much adrenaline is given in anaphylaxis, and how often?"),
    ("", "How long is the window for thrombolysis in stroke?"),
    ("", "stroke thrombolisis window"),
    ("", "What treats deep vein thrombosis in pregnancy?"),
];

/// Questions that no note answers.
const STRANGE_QUESTIONS: &[&str] = &["zebrafish aquarium lighting", "origami crane folding", "vintage stamp auction"];

/// Documents to upload: topic, title and text.
const DOCUMENTS: &[(&str, &str, &str)] = &[
    (
        "general",
        "Snake bite",
        "Immobilise the limb and keep the patient still. Give antivenom when there are signs of envenoming.",
    ),
    ("renal", "Kidney stones", "Give an anti-inflammatory drug for renal colic. Arrange imaging within a day."),
    (
        "cardiology",
        "Pericarditis",
        "Give aspirin or ibuprofen with colchicine. Avoid strenuous exercise until symptoms settle.",
    ),
    (
        "respiratory",
        "Pneumothorax",
        "Observe a small pneumothorax without breathlessness. Drain a large one, and a tension one at once.",
    ),
];

/// The body of a log-in.
pub(super) fn login(user: &str, password: &str) -> Request {
    post("/login", "", &json!({"user": user, "password": password}))
}

/// A log-in that fails: a wrong password, or an e-mail address instead of a name.
pub(super) fn wrong_login(rng: &mut Rng) -> Request {
    let user = if rng.bool() { "clinician" } else { anybody(rng).email };
    login(user, anybody(rng).birth_date)
}

/// A question about nobody.
pub(super) fn question(rng: &mut Rng, token: &str) -> Request {
    let (topic, text) = one_of(rng, QUESTIONS);
    post("/ask", token, &with_topic(topic, json!({"id": format!("q-{}", rng.u16(..)), "text": text})))
}

/// A question about somebody, with personal data in each place there is: the typed fields, the text
/// and the caller's own id.
pub(super) fn patient_question(rng: &mut Rng, token: &str) -> Request {
    let (topic, text) = one_of(rng, QUESTIONS);
    let Person { name, mrn, phone, birth_date, email, ssn } = anybody(rng);
    let text = format!("{text} {name}, born {birth_date}, SSN {ssn}, phone {phone}, {email}, {mrn}.");
    let ids = [
        format!("mail {email}"),
        format!("ssn {ssn}"),
        format!("call {phone}"),
        format!("chart {mrn}"),
        format!("born {birth_date}"),
    ];
    let patient = json!({"name": name, "mrn": mrn, "phone": phone, "birth_date": birth_date});
    post("/ask", token, &with_topic(topic, json!({"id": one_of(rng, &ids), "text": text, "patient": patient})))
}

/// A question that finds nothing.
pub(super) fn strange_question(rng: &mut Rng, token: &str) -> Request {
    post("/ask", token, &json!({"id": "q-0", "text": one_of(rng, STRANGE_QUESTIONS)}))
}

/// A document.
pub(super) fn document(rng: &mut Rng, token: &str) -> Request {
    let (topic, title, text) = one_of(rng, DOCUMENTS);
    post("/documents", token, &json!({"title": title, "topic": topic, "text": text}))
}

/// A document about somebody.
pub(super) fn patient_document(rng: &mut Rng, token: &str) -> Request {
    let (topic, title, text) = one_of(rng, DOCUMENTS);
    let Person { name, mrn, phone, birth_date, email, ssn } = anybody(rng);
    let titles = [
        format!("{title}: letter to {email}"),
        format!("{title}: DOB {birth_date}, phone {phone}"),
        format!("{title}: {mrn}, SSN {ssn}"),
    ];
    let text = format!("{text} Seen today: {name}, born {birth_date}, {email}.");
    post("/documents", token, &json!({"title": one_of(rng, &titles), "topic": topic, "text": text}))
}

/// JSON that ends too early, in the middle of somebody's name.
pub(super) fn bad_json(rng: &mut Rng, token: &str) -> Request {
    let body = format!("{{\"id\":\"q-1\",\"text\":\"{}", anybody(rng).name);
    Request { body, ..post("/ask", token, &Value::Null) }
}

/// A path that is no route, and says whom it is about.
pub(super) fn unknown_route(rng: &mut Rng, token: &str) -> Request {
    let Person { name, ssn, .. } = anybody(rng);
    get(&format!("/patients/{}?ssn={ssn}", name.replace(' ', "%20")), token)
}

/// The topics, which everybody may see.
pub(super) fn topics() -> Request {
    get("/topics", "")
}

fn with_topic(topic: &str, mut question: Value) -> Value {
    if !topic.is_empty() {
        question["topic"] = topic.into();
    }
    question
}

fn post(path: &str, token: &str, body: &Value) -> Request {
    Request { method: "POST", path: path.to_owned(), token: token.to_owned(), body: body.to_string() }
}

fn get(path: &str, token: &str) -> Request {
    Request { method: "GET", path: path.to_owned(), token: token.to_owned(), body: String::new() }
}

fn anybody(rng: &mut Rng) -> Person {
    *one_of(rng, &people::ALL)
}

fn one_of<'a, T>(rng: &mut Rng, all: &'a [T]) -> &'a T {
    &all[rng.usize(..all.len())]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::{Document, Question};
    use crate::topic::Topic;

    #[test]
    fn what_should_be_accepted_is_well_formed() {
        let mut rng = Rng::with_seed(7);
        for _ in 0..200 {
            for request in [question(&mut rng, "t"), patient_question(&mut rng, "t"), strange_question(&mut rng, "t")] {
                let asked: Question = serde_json::from_str(&request.body).unwrap();
                assert!(asked.check().is_ok(), "{}", request.body);
            }
            for request in [document(&mut rng, "t"), patient_document(&mut rng, "t")] {
                let document: Document = serde_json::from_str(&request.body).unwrap();
                assert!(document.check().is_ok(), "{}", request.body);
            }
        }
    }

    #[test]
    fn every_topic_is_asked_about() {
        let topics: BTreeSet<&str> = QUESTIONS.iter().map(|(topic, _)| *topic).filter(|it| !it.is_empty()).collect();
        assert_eq!(topics.len(), Topic::ALL.len());
        assert!(topics.into_iter().chain(DOCUMENTS.iter().map(|it| it.0)).all(|it| Topic::from_name(it).is_some()));
    }

    #[test]
    fn what_should_be_refused_is_broken() {
        let mut rng = Rng::with_seed(7);
        assert!(serde_json::from_str::<Value>(&bad_json(&mut rng, "t").body).is_err());
        assert!(!unknown_route(&mut rng, "t").path.contains(' '));
    }
}
