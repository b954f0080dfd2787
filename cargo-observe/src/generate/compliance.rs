//! What is recorded, and how it is classified: for people who have to answer for it, and as JSON for their tools.
//!
//! It says what the code declares. It does not say that a system is compliant with anything.

use super::Model;
use crate::catalogue::{Catalogue, Exception, Field, How, Metric, Place, Policy, RedactedField, Values};
use crate::error::{Error, Result};
use crate::files::Files;
use crate::settings::Retention;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const MADE: &str =
    "<!-- Made by `cargo observe generate compliance`: change the annotations or observe.toml, not this file. -->\n";

/// What nobody should read out of this report.
const UNPROVED: [&str; 8] = [
    "That a system is compliant with a law or a standard. This helps keep personal data out of telemetry; who may see what, for how long and why, people decide.",
    "That free text holds nothing personal. Names, diagnoses and whatever else is told in words have no form that a detector knows.",
    "That what is shown in clear is harmless. Each such place is listed with the reason that its author gave; nobody but a reader judges it.",
    "That a function of the author's (`function`) or a `Debug` that is recorded unchecked (`unchecked`) hides what it should.",
    "That values of labels which are known only while the program runs hold nothing personal. Each is listed below.",
    "That what libraries log through `tracing` or `log` is classified: it goes through names and detectors, and is declared nowhere.",
    "That a pseudonym is anonymous. It is personal data still, for whoever has the key or other data beside it.",
    "That the periods of retention are kept: they are settings of the generated stack, and other copies and backups are nobody's here.",
];

/// The kinds that detectors look for in free text where nothing else is set, with what they go by.
const DETECTORS: [(&str, &str); 18] = [
    ("account", "numbers of accounts behind a label"),
    ("address", "house numbers with a kind of street, post boxes, ZIP codes behind a state"),
    ("birth_date, date", "dates behind a label; ages over 89"),
    ("card", "payment cards, by range, length and check digit"),
    ("device", "IMEI and serial numbers behind a label"),
    ("driving_licence", "numbers behind a label"),
    ("email", "addresses of e-mail"),
    ("health_plan", "Medicare identifiers by their form, others behind a label"),
    ("iban", "by country, length and check digits"),
    ("ip", "IPv4 and IPv6, but not the machine's own"),
    ("mac", "hardware addresses"),
    ("medical_licence, mrn", "DEA numbers by check digit; NPI and record numbers behind a label"),
    ("national_id", "of some twenty states by check digit, of others behind a label"),
    ("passport", "numbers behind a label"),
    ("phone", "international and national notations; bare digits behind a label"),
    ("ssn", "with separators, or behind a label"),
    (
        "token, url_credential",
        "passwords, keys, tokens and cookies under their names or by their issuers' prefixes; credentials in URLs",
    ),
    ("vehicle", "VIN by check digit, others and plates behind a label"),
];

pub(crate) fn files(model: &Model<'_>) -> Result<Files> {
    let report = Report::new(model);
    let json = serde_json::to_string_pretty(&report).map_err(|error| Error::new(error.to_string()))?;
    let mut files = Files::default();
    files.add("docs/compliance.json", json);
    files.add("docs/compliance.md", report.markdown());
    Ok(files)
}

/// The report as data.
#[derive(Debug, Serialize)]
struct Report<'a> {
    note: &'static str,
    types: Vec<Type<'a>>,
    span_fields: Vec<SpanField<'a>>,
    exceptions: &'a [Exception],
    labels: Vec<MetricLabels<'a>>,
    detectors: BTreeMap<&'static str, &'static str>,
    retention_days: BTreeMap<&'static str, u32>,
    not_proved: &'static [&'static str],
}

#[derive(Debug, Serialize)]
struct Type<'a> {
    name: &'a str,
    fields: &'a [RedactedField],
    place: &'a Place,
}

#[derive(Debug, Serialize)]
struct SpanField<'a> {
    span: &'a str,
    function: &'a str,
    #[serde(flatten)]
    field: &'a Field,
    place: &'a Place,
}

#[derive(Debug, Serialize)]
struct MetricLabels<'a> {
    metric: &'a str,
    labels: &'a [crate::catalogue::Label],
}

impl<'a> Report<'a> {
    fn new(model: &Model<'a>) -> Self {
        let catalogue: &Catalogue = model.catalogue;
        let Retention { metrics_days, logs_days, traces_days } = model.settings.retention;
        Self {
            note: "Made of what the code declares. It helps keep personal data out of telemetry; it is no proof of compliance.",
            types: catalogue
                .redactions
                .iter()
                .map(|it| Type { name: &it.name, fields: &it.fields, place: &it.place })
                .collect(),
            span_fields: catalogue
                .spans
                .iter()
                .flat_map(|span| {
                    let field =
                        |field| SpanField { span: &span.name, function: &span.function, field, place: &span.place };
                    span.fields.iter().map(field)
                })
                .collect(),
            exceptions: &catalogue.exceptions,
            labels: catalogue.metrics.iter().filter(|metric| !metric.labels.is_empty()).map(of_metric).collect(),
            detectors: DETECTORS.into(),
            retention_days: [("logs", logs_days), ("metrics", metrics_days), ("traces", traces_days)].into(),
            not_proved: &UNPROVED,
        }
    }

    fn markdown(&self) -> String {
        let mut page = format!("{MADE}\n# What is recorded, and how it is classified\n\n{}\n", self.note);
        self.summary(&mut page);
        self.types(&mut page);
        self.spans(&mut page);
        self.exceptions(&mut page);
        self.labels(&mut page);
        page += "\n## Free text\n\nMessages, errors and fields that are `scrubbed` go through detectors. Where nothing else is set, these look for:\n\n| kind | what is found |\n|---|---|\n";
        for (kind, what) in &self.detectors {
            let _ = writeln!(page, "| {kind} | {what} |");
        }
        page += "\n`OBSERVE_REDACT` can switch a detector off or make it strict for one process: this report can't see that. The line \
            that a service logs when it starts says it.\n\n## Retention\n\n| what | days |\n|---|---|\n";
        for (what, days) in &self.retention_days {
            let _ = writeln!(page, "| {what} | {days} |");
        }
        page += "\n## What is not proved\n\n";
        for claim in self.not_proved {
            let _ = writeln!(page, "- {claim}");
        }
        page
    }

    /// How much of each there is: what a reader should look at first stands last.
    fn summary(&self, page: &mut String) {
        let mut policies: BTreeMap<Policy, usize> = BTreeMap::new();
        self.types.iter().flat_map(|it| it.fields).for_each(|field| *policies.entry(field.policy).or_default() += 1);
        let mut ways: BTreeMap<How, usize> = BTreeMap::new();
        self.span_fields.iter().for_each(|it| *ways.entry(it.field.how).or_default() += 1);
        *page += "\n## At a glance\n\n| what | how many |\n|---|---|\n";
        for (policy, count) in policies {
            let _ = writeln!(page, "| fields of types: {} | {count} |", policy_text(policy));
        }
        for (how, count) in ways {
            let _ = writeln!(page, "| fields of spans: {} | {count} |", how_text(how));
        }
        let unknown = self
            .labels
            .iter()
            .flat_map(|it| it.labels)
            .filter(|label| matches!(label.values, Values::AtMost(_)))
            .count();
        let _ = writeln!(page, "| labels whose values are known only while the program runs | {unknown} |");
        let silent = self.exceptions.iter().filter(|exception| exception.reason.is_empty()).count();
        let _ =
            writeln!(page, "| exceptions | {} |\n| exceptions without a reason | {silent} |", self.exceptions.len());
    }

    fn types(&self, page: &mut String) {
        *page += "\n## Types\n\nA type that is listed shows nothing but what stands here.\n";
        if self.types.is_empty() {
            *page += "\nNo type is redacted.\n";
        }
        for it in &self.types {
            let _ = write!(
                page,
                "\n### `{}`\n\n{}\n\n| field | what is shown | reason |\n|---|---|---|\n",
                it.name,
                place(it.place)
            );
            for field in it.fields {
                let _ =
                    writeln!(page, "| `{}` | {} | {} |", field.name, policy_text(field.policy), cell(&field.reason));
            }
        }
    }

    fn spans(&self, page: &mut String) {
        *page += "\n## Fields of spans\n";
        if self.span_fields.is_empty() {
            *page += "\nNo span has a field of its own.\n";
            return;
        }
        *page += "\n| span | field | what is recorded | reason | where |\n|---|---|---|---|---|\n";
        for it in &self.span_fields {
            let reason = cell(&it.field.reason);
            let _ = writeln!(
                page,
                "| `{}` | `{}` | {} | {reason} | {} |",
                cell(it.span),
                it.field.name,
                how_text(it.field.how),
                place(it.place)
            );
        }
    }

    fn exceptions(&self, page: &mut String) {
        *page += "\n## Exceptions\n\nWhatever is shown although the rules would hide it, or could not judge it.\n";
        if self.exceptions.is_empty() {
            *page += "\nThere is none.\n";
            return;
        }
        *page += "\n| what | kind | reason | where |\n|---|---|---|---|\n";
        for it in self.exceptions {
            let reason = if it.reason.is_empty() { "**none given**".to_owned() } else { cell(&it.reason) };
            let _ = writeln!(page, "| `{}` | {} | {reason} | {} |", cell(&it.name), it.kind, place(&it.place));
        }
    }

    fn labels(&self, page: &mut String) {
        *page += "\n## Labels\n\nA label is never redacted: its values have to be harmless.\n";
        if self.labels.is_empty() {
            *page += "\nNo metric has a label.\n";
            return;
        }
        *page += "\n| metric | label | values |\n|---|---|---|\n";
        for it in &self.labels {
            for label in it.labels {
                let values = match &label.values {
                    Values::Known(values) => cell(&values.join(", ")),
                    Values::AtMost(most) => format!("**at most {most}, known while the program runs**"),
                };
                let _ = writeln!(page, "| `{}` | `{}` | {values} |", it.metric, label.name);
            }
        }
    }
}

fn of_metric(metric: &Metric) -> MetricLabels<'_> {
    MetricLabels { metric: &metric.name, labels: &metric.labels }
}

fn policy_text(policy: Policy) -> &'static str {
    match policy {
        Policy::Skipped => "nothing, not even its name",
        Policy::Hidden => "the mask",
        Policy::Hashed => "a keyed hash",
        Policy::Nested => "what its own type shows",
        Policy::Scrubbed => "text in which detectors hide what they find",
        Policy::Partial => "a part",
        Policy::Function => "what a function of the author's makes of it",
        Policy::Clear => "all of it",
    }
}

fn how_text(how: How) -> &'static str {
    match how {
        How::Typed => "what its type shows",
        How::Fixed => "text of the program",
        How::Scrubbed => "text in which detectors hide what they find",
        How::Hashed => "a keyed hash",
        How::Clear => "all of it",
        How::Unchecked => "its `Debug`, unchecked",
    }
}

/// `src/model.rs:12`.
fn place(place: &Place) -> String {
    if place.line == 0 { cell(&place.file) } else { format!("`{}:{}`", place.file, place.line) }
}

/// A text as a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    fn made(catalogue: &Catalogue, settings: &Settings) -> (String, String) {
        let files = files(&Model { catalogue, settings }).unwrap();
        let text = |name: &str| files.iter().find(|(path, _)| path.ends_with(name)).unwrap().1.to_owned();
        (text("compliance.md"), text("compliance.json"))
    }

    fn catalogue() -> Catalogue {
        serde_json::from_str(include_str!("../../tests/fixtures/services.json")).unwrap()
    }

    // VA-S3
    #[test]
    fn every_field_exception_and_label_is_in_both_forms() {
        let catalogue = catalogue();
        let (page, json) = made(&catalogue, &Settings::default());
        let names = catalogue.redactions.iter().flat_map(|it| &it.fields).map(|field| field.name.clone());
        let names = names.chain(catalogue.spans.iter().flat_map(|it| &it.fields).map(|field| field.name.clone()));
        let names = names.chain(catalogue.exceptions.iter().map(|it| it.name.clone()));
        let names = names.chain(catalogue.metrics.iter().filter(|it| !it.labels.is_empty()).map(|it| it.name.clone()));
        for name in names {
            assert!(page.contains(&format!("`{name}`")), "{name}: {page}");
            assert!(json.contains(&format!("\"{name}\"")), "{name}: {json}");
        }
    }

    #[test]
    fn an_exception_without_a_reason_stands_out() {
        let mut catalogue = catalogue();
        catalogue.exceptions[0].reason.clear();
        let (page, _) = made(&catalogue, &Settings::default());
        assert!(page.contains("| **none given** |") && page.contains("| exceptions without a reason | 1 |"), "{page}");
    }

    #[test]
    fn retention_is_the_workspaces() {
        let settings: Settings = toml::from_str("[retention]\nmetrics_days = 30").unwrap();
        let (page, json) = made(&catalogue(), &settings);
        assert!(page.contains("| metrics | 30 |") && page.contains("| logs | 90 |"), "{page}");
        assert!(json.contains("\"metrics\": 30"), "{json}");
    }

    #[test]
    fn it_claims_nothing_that_is_not_so() {
        let (page, json) = made(&catalogue(), &Settings::default());
        for text in [page, json] {
            let claims = text.replace("no proof of compliance", "").replace("compliant with a law", "");
            assert!(!claims.contains("compliant"), "{claims}");
            assert!(text.contains("helps keep personal data out of telemetry"));
        }
    }
}
