//! A record of the audit log, and the chain that records make.
//!
//! A record is a line of JSON that ends with its hash: the SHA-256 of the hash before it and of all that stands before
//! its own. Who changes, removes or moves a line breaks the chain from there on.

use std::io::{self, BufRead};
use std::time::SystemTime;

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::auth::{Caller, Role};
use crate::hex::hex;

/// What the first record is chained to.
pub(crate) const START: &str = "";

const HASH: &str = ",\"hash\":\"";

/// What somebody did, or wanted to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Event {
    /// Tried to log in.
    Login,
    /// Gave a token back.
    Logout,
    /// Called a route without the right to.
    Access,
    /// Asked a question, which may be about a patient.
    Question,
    /// Added a document, which may be about one.
    Document,
    /// The service itself, finding out whether the log can be written again.
    Probe,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// It was allowed.
    Granted,
    /// It was not.
    Refused,
    /// Nobody could say, as something does not work.
    Failed,
}

/// What a record says. Users and patients are in it as pseudonyms only.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Entry {
    event: Event,
    outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<Role>,
    #[serde(skip_serializing_if = "Option::is_none")]
    patient: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    route: Option<String>,
}

impl Entry {
    /// An entry about nobody yet.
    pub(crate) fn new(event: Event, outcome: Outcome) -> Self {
        Self { event, outcome, user: None, role: None, patient: None, route: None }
    }

    /// Who it was, or said to be.
    pub(crate) fn user(self, name: &str) -> Self {
        Self { user: Some(observe::pseudonym(name)), ..self }
    }

    /// Who it was, as their token says.
    pub(crate) fn caller(self, caller: &Caller) -> Self {
        Self { role: Some(caller.role), ..self.user(&caller.user) }
    }

    /// About whom, by the number of their record.
    pub(crate) fn patient(self, mrn: Option<&str>) -> Self {
        Self { patient: mrn.map(observe::pseudonym), ..self }
    }

    /// Where: a route's template, in which there is nothing personal.
    pub(crate) fn route(self, route: Option<&str>) -> Self {
        Self { route: route.map(str::to_owned), ..self }
    }
}

#[derive(Serialize)]
struct Record<'a> {
    number: u64,
    time: String,
    #[serde(flatten)]
    entry: &'a Entry,
}

/// The line of a record without its break, and its hash.
pub(crate) fn line(entry: &Entry, number: u64, previous: &str) -> io::Result<(String, String)> {
    let time = humantime::format_rfc3339_millis(SystemTime::now()).to_string();
    let mut line = serde_json::to_string(&Record { number, time, entry })?;
    line.pop();
    let hash = hash(previous, &line);
    line += HASH;
    line += &hash;
    line += "\"}";
    Ok((line, hash))
}

fn hash(previous: &str, said: &str) -> String {
    hex(&Sha256::new().chain_update(previous).chain_update(said).finalize())
}

/// What the line says, and its hash.
fn parts(line: &str) -> Option<(&str, &str)> {
    line.strip_suffix("\"}")?.rsplit_once(HASH)
}

/// The hash in a line that has one.
pub(crate) fn hash_of(line: &str) -> Option<&str> {
    parts(line).map(|(_, hash)| hash)
}

/// Where a chain ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct End {
    /// How many records there are.
    pub(crate) records: u64,
    /// The hash of the last one.
    pub(crate) hash: String,
}

/// Follows the chain from `start` to its end; the number of the first line that is not part of it, where it breaks.
pub(crate) fn follow(lines: impl BufRead, start: &str) -> io::Result<Result<End, u64>> {
    let mut end = End { records: 0, hash: start.to_owned() };
    for line in lines.lines() {
        let line = match line {
            // What is no text is no record.
            Err(error) if error.kind() == io::ErrorKind::InvalidData => return Ok(Err(end.records + 1)),
            line => line?,
        };
        match parts(&line) {
            Some((said, stored)) if stored == hash(&end.hash, said) => {
                end = End { records: end.records + 1, hash: stored.to_owned() };
            }
            _ => return Ok(Err(end.records + 1)),
        }
    }
    Ok(Ok(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(length: u64) -> Vec<String> {
        let mut previous = START.to_owned();
        let mut lines = Vec::new();
        for number in 1..=length {
            let entry = Entry::new(Event::Login, Outcome::Refused).user("ada");
            let (line, hash) = line(&entry, number, &previous).unwrap();
            lines.push(line);
            previous = hash;
        }
        lines
    }

    fn followed(lines: &[String]) -> Result<u64, u64> {
        follow(lines.join("\n").as_bytes(), START).unwrap().map(|end| end.records)
    }

    #[test]
    fn a_chain_is_followed_to_its_end() {
        assert_eq!(followed(&chain(0)), Ok(0));
        assert_eq!(followed(&chain(5)), Ok(5));
    }

    #[test]
    fn what_is_changed_moved_or_removed_breaks_it() {
        let lines = chain(5);
        let mut changed = lines.clone();
        changed[2] = changed[2].replace("refused", "granted");
        assert_eq!(followed(&changed), Err(3));
        let mut moved = lines.clone();
        moved.swap(1, 2);
        assert_eq!(followed(&moved), Err(2));
        let mut removed = lines.clone();
        removed.remove(0);
        assert_eq!(followed(&removed), Err(1));
        let mut torn = lines;
        torn[4].truncate(20);
        assert_eq!(followed(&torn), Err(5));
    }

    #[test]
    fn a_record_is_json_without_names() {
        let caller = Caller { user: "ada".to_owned(), role: Role::Admin };
        let entry = Entry::new(Event::Question, Outcome::Granted).caller(&caller).patient(Some("MRN-0042"));
        let (line, hash) = line(&entry.route(Some("/ask")), 7, START).unwrap();
        let record: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!((record["number"].as_u64(), record["hash"].as_str()), (Some(7), Some(hash.as_str())));
        for (key, value) in [("event", "question"), ("outcome", "granted"), ("role", "admin"), ("route", "/ask")] {
            assert_eq!(record[key], value, "{line}");
        }
        assert_eq!(record["user"], observe::pseudonym("ada"));
        assert_eq!(record["patient"], observe::pseudonym("MRN-0042"));
        assert!(!line.contains("ada\"") && !line.contains("0042"), "{line}");
    }
}
