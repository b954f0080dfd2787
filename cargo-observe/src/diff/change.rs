//! One change between two catalogues.

use crate::catalogue::Place;
use observe_rules::Code;
use std::fmt;

/// How much of a version a change moves; a later one moves more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Bump {
    /// Nothing that anybody can see.
    None,
    /// What is said of it is another; what is emitted is the same.
    Patch,
    /// There is more than before.
    Minor,
    /// A query, an alert or a promise of privacy no longer holds.
    Major,
}

/// What is not as it was.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Change {
    #[serde(serialize_with = "as_text")]
    pub(crate) code: Code,
    pub(crate) bump: Bump,
    /// What it is about: `rag_queries_total`, `rag_queries_total.status`, `app::Question.phone`.
    pub(crate) subject: String,
    pub(crate) message: String,
    /// Where it is declared now; where it was, for what is gone.
    pub(crate) place: Place,
}

/// All changes, as they are found.
#[derive(Debug, Default)]
pub(super) struct Changes(pub(super) Vec<Change>);

impl Changes {
    pub(super) fn add(&mut self, code: Code, bump: Bump, subject: &str, place: &Place, message: impl Into<String>) {
        self.0.push(Change { code, bump, subject: subject.to_owned(), message: message.into(), place: place.clone() });
    }

    /// What weakens privacy first, then what breaks most.
    pub(super) fn sorted(mut self) -> Vec<Change> {
        self.0.sort_by(|one, other| {
            let key = |change: &Change| (change.code != Code::Obs1229, std::cmp::Reverse(change.bump), change.code);
            key(one).cmp(&key(other)).then_with(|| one.subject.cmp(&other.subject))
        });
        self.0
    }
}

impl fmt::Display for Bump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        })
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a field by reference")]
fn as_text<S: serde::Serializer>(code: &Code, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(code.id())
}
