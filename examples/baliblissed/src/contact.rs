//! Letters of travellers. They hold personal data: kept only with consent, shown nowhere, deleted when asked.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use observe::{metered, redact, traced};
use serde::Deserialize;

use crate::error::ServiceError;

/// How many letters are kept.
const MAX_LETTERS: usize = 1000;

/// A letter, and who wrote it.
#[redact]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Letter {
    name: String,
    #[redact(email)]
    email: String,
    #[redact(keep_last = 4)]
    #[serde(default)]
    phone: Option<String>,
    message: String,
    /// Whether the writer agrees that we keep it.
    #[redact(clear)]
    #[serde(default)]
    consent: bool,
}

impl Letter {
    fn check(&self) -> Result<(), ServiceError> {
        if !self.consent {
            return Err(ServiceError::BadInput("consent must be true: without it the letter is not kept"));
        }
        let texts = [&self.name, &self.email, &self.message];
        if texts.into_iter().any(|text| !(1..=4000).contains(&text.len())) {
            return Err(ServiceError::BadInput("name, email and message must have 1 to 4000 bytes each"));
        }
        if !self.email.split_once('@').is_some_and(|(user, domain)| !user.is_empty() && domain.contains('.')) {
            return Err(ServiceError::BadInput("email must be an address"));
        }
        if self.phone.as_ref().is_some_and(|phone| phone.len() > 40) {
            return Err(ServiceError::BadInput("phone must have at most 40 bytes"));
        }
        Ok(())
    }
}

/// The letters that wait for an answer, by their reference.
#[derive(Default)]
pub(crate) struct Contacts(Mutex<HashMap<String, Letter>>);

impl Contacts {
    /// Keeps a letter; by the reference that comes back it can be deleted.
    #[traced(name = "receive letter", fields(letter))]
    #[metered(name = "contact", duration = off, in_progress = off)]
    pub(crate) fn receive(&self, letter: Letter) -> Result<String, ServiceError> {
        letter.check()?;
        let mut letters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if letters.len() >= MAX_LETTERS {
            return Err(ServiceError::Full);
        }
        let reference = observe::pseudonym(&format!("{} {}", letter.email, letter.message)).replace(':', "-");
        letters.insert(reference.clone(), letter);
        Ok(reference)
    }

    /// Forgets a letter, as its writer may ask.
    #[traced(name = "delete letter")]
    pub(crate) fn delete(&self, reference: &str) -> Result<(), ServiceError> {
        let mut letters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        letters.remove(reference).map(drop).ok_or(ServiceError::NotFound("no letter has this reference"))
    }
}
