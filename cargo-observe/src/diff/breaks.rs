//! Which rules, dashboards and queries a change breaks: whatever is found in them with the new catalogue, and was not
//! with the old one.

use crate::catalogue::Catalogue;
use crate::check::{Finding, queries};
use crate::context::Context;
use crate::error::Result;
use crate::query;

/// A query that no longer does what it did.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub(super) struct Break {
    pub(super) file: String,
    pub(super) line: u32,
    pub(super) column: u32,
    /// What it belongs to, and the word that no longer fits.
    pub(super) subject: String,
    pub(super) code: &'static str,
    pub(super) message: String,
    /// The line of the file that it stands in.
    pub(super) query: String,
}

pub(super) fn find(old: &Catalogue, new: &Catalogue, patterns: &[String], context: &Context) -> Result<Vec<Break>> {
    if patterns.is_empty() {
        return Ok(Vec::new());
    }
    let documents = query::read(&context.root, patterns)?;
    let find = |catalogue| queries::find(&documents, catalogue, &context.settings);
    let before = find(old)?;
    let is_new = |finding: &Finding| {
        !before.iter().any(|other| other.code == finding.code && other.locations == finding.locations)
    };
    let line = |file: &str, line: u32| {
        let source = documents.iter().find(|document| document.file == file).map(|document| document.source.as_str());
        let at = usize::try_from(line).unwrap_or_default().saturating_sub(1);
        source.and_then(|source| source.lines().nth(at)).unwrap_or_default().trim().to_owned()
    };
    let breaks = find(new)?.into_iter().filter(is_new).map(|finding| {
        let place = finding.locations.into_iter().next().unwrap_or_default();
        Break {
            query: line(&place.file, place.line),
            file: place.file,
            line: place.line,
            column: place.column,
            subject: finding.subject,
            code: finding.code.id(),
            message: finding.message,
        }
    });
    Ok(breaks.collect())
}
