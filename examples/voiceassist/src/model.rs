//! The data of requests and answers, and the rules requests must keep.

use observe::redact;
use serde::{Deserialize, Serialize};

use crate::error::ServiceError;
use crate::topic::Topic;

/// Longest text of a document, in bytes.
const MAX_DOCUMENT_BYTES: usize = 200_000;

/// The patient a question is about. Nothing of it is searched for, stored or sent back.
#[redact]
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Patient {
    /// Full name.
    pub(crate) name: Option<String>,
    /// Medical record number. As a pseudonym it still joins the questions about one patient.
    #[redact(hash)]
    pub(crate) mrn: Option<String>,
    /// Telephone number.
    #[redact(keep_last = 4)]
    pub(crate) phone: Option<String>,
    /// Date of birth, `YYYY-MM-DD`.
    pub(crate) birth_date: Option<String>,
}

impl Patient {
    /// Whether the parts that are there are well formed.
    fn check(&self) -> Result<(), ServiceError> {
        let texts = [&self.name, &self.mrn, &self.phone];
        if texts.into_iter().flatten().any(|text| !has_chars(text, 0, 200)) {
            return Err(ServiceError::BadInput("patient: name, mrn and phone have at most 200 characters each"));
        }
        if self.birth_date.as_deref().is_some_and(|date| !is_date(date)) {
            return Err(ServiceError::BadInput("patient: birth_date must be a date, YYYY-MM-DD"));
        }
        Ok(())
    }
}

/// A clinician's question. Its text is hidden: no detector finds every name in it.
#[redact]
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Question {
    /// The caller's name for this question; comes back with the answer.
    #[redact(scrub)]
    pub(crate) id: String,
    /// Whom it is about, as far as `Patient` itself shows it.
    #[redact(clear, because = "its type says what is shown of it")]
    #[serde(default)]
    pub(crate) patient: Patient,
    /// Search this topic only.
    #[redact(clear)]
    #[serde(default)]
    pub(crate) topic: Option<Topic>,
    /// The question itself.
    pub(crate) text: String,
}

impl Question {
    /// Whether the question can be asked.
    pub(crate) fn check(&self) -> Result<(), ServiceError> {
        if !has_chars(&self.id, 1, 64) {
            return Err(ServiceError::BadInput("id must have 1 to 64 characters"));
        }
        if !has_chars(&self.text, 3, 2000) {
            return Err(ServiceError::BadInput("text must have 3 to 2000 characters"));
        }
        self.patient.check()
    }
}

/// A document to search in.
#[redact]
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document {
    /// The title, which answers cite.
    #[redact(scrub)]
    pub(crate) title: String,
    /// The topic.
    #[redact(clear)]
    pub(crate) topic: Topic,
    /// The text.
    pub(crate) text: String,
}

impl Document {
    /// Whether the document can be stored.
    pub(crate) fn check(&self) -> Result<(), ServiceError> {
        if !has_chars(&self.title, 1, 200) {
            return Err(ServiceError::BadInput("title must have 1 to 200 characters"));
        }
        if self.text.len() > MAX_DOCUMENT_BYTES {
            return Err(ServiceError::BadInput("text must have at most 200000 bytes"));
        }
        if !self.text.contains(char::is_alphanumeric) {
            return Err(ServiceError::BadInput("text must contain words"));
        }
        Ok(())
    }
}

/// What became of an uploaded document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Stored {
    /// Its title.
    pub(crate) title: String,
    /// Its topic.
    pub(crate) topic: Topic,
    /// How many passages it was cut into.
    pub(crate) passages: usize,
}

/// A passage the search found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Passage {
    /// Its rowid: which passage it is, whichever search found it.
    #[serde(skip)]
    pub(crate) id: i64,
    /// The title of its document.
    pub(crate) title: String,
    /// The topic of its document.
    pub(crate) topic: Topic,
    /// The part that fits best, with the words found in `**`; its beginning where no word of it was
    /// asked for.
    pub(crate) snippet: String,
    /// How well it fits; higher is better.
    pub(crate) score: f64,
    /// The whole passage, which answers are made of.
    #[serde(skip)]
    pub(crate) body: String,
}

/// The answer to a question.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Answer {
    /// The question's id.
    pub(crate) id: String,
    /// Sentences of the passages, each followed by the title it comes from in brackets.
    pub(crate) text: String,
    /// The passages found, best first.
    pub(crate) passages: Vec<Passage>,
    /// What this text is not.
    pub(crate) notice: &'static str,
}

/// One topic and how much there is about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct TopicCount {
    /// The topic.
    pub(crate) topic: Topic,
    /// The number of passages.
    pub(crate) passages: u32,
}

/// Whether `text`, without the space around it, has `least` to `most` characters.
fn has_chars(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.trim().chars().take(most + 1).count())
}

/// Whether `text` looks like a date, `YYYY-MM-DD`.
fn is_date(text: &str) -> bool {
    let digits = |part: &str, len: usize, most: u32| {
        part.len() == len
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && part.parse().is_ok_and(|number| (1..=most).contains(&number))
    };
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    parts.next().is_none()
        && year.is_some_and(|part| digits(part, 4, 9999))
        && month.is_some_and(|part| digits(part, 2, 12))
        && day.is_some_and(|part| digits(part, 2, 31))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(json: &str) -> Question {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn every_patient_part_is_optional() {
        let asked = question(r#"{"id":"q1","text":"Sepsis?"}"#);
        assert!(asked.check().is_ok());
        assert!(asked.patient.name.is_none() && asked.topic.is_none());
        let asked = question(
            r#"{"id":"q1","topic":"renal","text":"Dose?","patient":{"name":"Ilda Quorn",
                "mrn":"MRN-0001","phone":"555-0100","birth_date":"1950-02-28"}}"#,
        );
        assert!(asked.check().is_ok());
    }

    #[test]
    fn question_limits() {
        let mut asked = question(r#"{"id":"q1","text":"ab "}"#);
        assert!(asked.check().is_err());
        for (text, good) in [("äöü", true), (&"ü".repeat(2000), true), (&"u".repeat(2001), false)] {
            asked.text = text.to_owned();
            assert_eq!(asked.check().is_ok(), good);
        }
        asked.text = "Sepsis?".to_owned();
        asked.id = " ".to_owned();
        assert!(asked.check().is_err());
    }

    #[test]
    fn dates() {
        for good in ["1950-02-28", "2000-12-31"] {
            assert!(is_date(good), "{good}");
        }
        for bad in ["", "1950", "1950-13-01", "1950-1-1", "28.02.1950", "1950-02-28-1", "+950-02-28"] {
            assert!(!is_date(bad), "{bad}");
        }
        let patient = |birth_date: &str, phone: &str| Patient {
            birth_date: Some(birth_date.to_owned()),
            phone: Some(phone.to_owned()),
            ..Patient::default()
        };
        assert!(patient("1950-02-28", "555-0100").check().is_ok());
        assert!(patient("yesterday", "555-0100").check().is_err());
        assert!(patient("1950-02-28", &"5".repeat(201)).check().is_err());
    }

    #[test]
    fn document_limits() {
        let document = |title: &str, text: &str| Document {
            title: title.to_owned(),
            topic: Topic::General,
            text: text.to_owned(),
        };
        assert!(document("Fever", "Rest.").check().is_ok());
        assert!(document(" ", "Rest.").check().is_err());
        assert!(document(&"t".repeat(201), "Rest.").check().is_err());
        assert!(document("Fever", "...").check().is_err());
        assert!(document("Fever", &"a".repeat(MAX_DOCUMENT_BYTES)).check().is_ok());
        assert!(document("Fever", &"a".repeat(MAX_DOCUMENT_BYTES + 1)).check().is_err());
    }
}
