//! The report as one JSON document, which `docs/check.schema.json` describes.

use super::{Judged, Report};
use crate::check::{Level, group_of};
use crate::error::{Error, Result};
use schemars::JsonSchema;
use serde::Serialize;

/// The version of the form.
const SCHEMA: u32 = 1;

/// What `cargo observe check --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
struct Document {
    /// The version of this form: 1.
    schema: u32,
    /// The version of the tool.
    version: String,
    /// All findings, the gravest first, then by place. Those with an exception are among them and count for nothing.
    findings: Vec<Finding>,
    summary: Summary,
}

/// Something that should not be as it is.
#[derive(Debug, Serialize, JsonSchema)]
struct Finding {
    /// The rule, such as `OBS1003`; `cargo observe explain` knows more about it.
    code: String,
    /// What the rule says.
    title: String,
    /// The group of rules that the code belongs to.
    group: String,
    /// `error` or `warning`.
    level: String,
    /// What it is about; with the code before it the key of an exception.
    subject: String,
    message: String,
    /// What to do about it; may be empty.
    help: String,
    notes: Vec<String>,
    /// Where it is, the place to change first; may be empty.
    locations: Vec<Location>,
    /// Why it does not count, from `check.exceptions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    exception: Option<String>,
}

/// A part of a line of a file.
#[derive(Debug, Serialize, JsonSchema)]
struct Location {
    /// From the workspace's root.
    file: String,
    /// Counted from 1.
    line: u32,
    /// Counted from 1, in characters.
    column: u32,
    /// In characters; 0 where only the beginning is known.
    length: u32,
    /// What is said at the place; may be empty.
    label: String,
}

/// How many findings there are.
#[derive(Debug, Serialize, JsonSchema)]
struct Summary {
    errors: usize,
    warnings: usize,
    /// Findings that have an exception.
    excepted: usize,
}

pub(super) fn text(report: &Report<'_>) -> Result<String> {
    let document = Document {
        schema: SCHEMA,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        findings: report.judged.iter().map(finding).collect(),
        summary: Summary {
            errors: report.total(Level::Error),
            warnings: report.total(Level::Warning),
            excepted: report.excepted(),
        },
    };
    written(&document)
}

/// The JSON Schema of the document.
pub(super) fn schema() -> Result<String> {
    written(&schemars::schema_for!(Document))
}

/// Any of our documents, indented, with a line's end.
pub(super) fn written(document: &impl Serialize) -> Result<String> {
    let text = serde_json::to_string_pretty(document).map_err(|error| Error::new(error.to_string()))?;
    Ok(text + "\n")
}

fn finding(judged: &Judged) -> Finding {
    let found = &judged.finding;
    let locations = found.locations.iter().map(|location| Location {
        file: location.file.clone(),
        line: location.line,
        column: location.column,
        length: location.length,
        label: location.label.clone(),
    });
    Finding {
        code: found.code.id().to_owned(),
        title: found.code.title().to_owned(),
        group: group_of(found.code).to_owned(),
        level: judged.level.name().to_owned(),
        subject: found.subject.clone(),
        message: found.message.clone(),
        help: found.help.clone(),
        notes: found.notes.clone(),
        locations: locations.collect(),
        exception: judged.exception.clone(),
    }
}
