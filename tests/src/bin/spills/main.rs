//! Writes personal data into every place of telemetry that takes text, for the test that looks at every way out.
//!
//! Prints what it planted, a line each, and then its metrics.

#![allow(clippy::print_stdout, reason = "the test reads it")]

mod planted;

use observe::alerts::{self, Alert, EventType, Severity};
use observe::{Capped, SpanContext, current_span, form, metered, redact, traced};
use planted::{InPieces, Plants};
use std::error::Error;
use std::fmt;
use std::io::stdout;

/// An error that tells two things, one of them as its source.
#[derive(Debug)]
struct Failure(String, Option<Box<Failure>>);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refused, {}", InPieces(&self.0))
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.1.as_deref().map(|source| source as _)
    }
}

/// An error for each text, whose source is for the one after it.
fn failures(texts: &[String]) -> Vec<Failure> {
    texts
        .chunks(2)
        .map(|pair| Failure(pair[0].clone(), pair.get(1).map(|text| Box::new(Failure(text.clone(), None)))))
        .collect()
}

#[traced(fields(note = scrub(note)))]
fn canary_typed_field(note: &str) {
    current_span().set("more", form::scrub(&InPieces(note)));
    current_span().event("canary event", &[("note", &form::scrub(&note))]);
}

#[traced(err)]
fn canary_error(failure: Failure) -> Result<(), Failure> {
    Err(failure)
}

#[traced]
fn canary_status(why: &str) {
    current_span().fail(why);
}

#[traced]
fn canary_recorded_error(failure: &Failure) {
    current_span().error(failure);
}

#[traced]
fn canary_panic(text: &str) {
    panic!("canary panic, {}", InPieces(text));
}

#[metered(name = "canary", labels(tool: Capped<100> = Capped::new(tool)))]
fn canary_label(tool: &str) {
    let _ = tool;
}

#[redact]
struct Patient {
    #[redact(clear)]
    canary: u8,
    name: String,
    #[redact(hash)]
    card: String,
    #[redact(scrub)]
    note: String,
    former: Option<String>,
    others: Vec<String>,
}

#[traced(fields(person = patient))]
fn canary_type(patient: &Patient) {
    tracing::info!(?patient, "canary type");
    tracing::info!("canary type {patient:?} {patient:#?}");
}

/// What code writes that knows of `tracing` or `log` only.
fn canary_plain(plants: &mut Plants) {
    for text in plants.texts("a field of a span of tracing") {
        let span =
            tracing::info_span!("canary span", text = %InPieces(&text), debug = ?text, late = tracing::field::Empty);
        span.record("late", text.as_str());
    }
    for text in plants.texts("a field of an event in a span") {
        let _in_span = tracing::info_span!("canary span").entered();
        tracing::info!(text = %InPieces(&text), debug = ?text, plain = text, "canary field");
    }
    for text in plants.texts("a message") {
        tracing::warn!("canary message {}", InPieces(&text));
    }
    for text in plants.texts("a message that is nothing else") {
        tracing::warn!("{text}");
    }
    for text in plants.texts("a record of log") {
        log::error!("canary record {}", InPieces(&text));
    }
    for text in plants.texts("a target") {
        log::info!(target: &text, "canary target");
    }
    for failure in failures(&plants.texts("an error in a field")) {
        tracing::error!(error = &failure as &(dyn Error + 'static), ?failure, "canary chain");
    }
    let _in_span = tracing::info_span!("canary names", patient_name = plants.name("a span's field by name")).entered();
    let (name, street) = (plants.name("a field by name"), plants.name("another field by name"));
    tracing::info!(patient_name = name, streetAddress = %street, password = ?plants.name("a password"), "canary names");
    let card: u64 = 4_111_111_111_111_111;
    tracing::info!(number = card, "canary number");
}

/// Alerts with something in each place, and what ends them.
fn canary_alerts(plants: &mut Plants) {
    let mut texts = ["summary", "details", "value", "name of a value", "link", "text of a link", "key"]
        .map(|place| plants.texts(Box::leak(format!("an alert's {place}").into_boxed_str())).into_iter());
    while let [Some(summary), Some(details), Some(value), Some(name), Some(link), Some(text), Some(key)] =
        texts.each_mut().map(Iterator::next)
    {
        let alert = Alert::new(EventType::Custom, Severity::Critical, format_args!("canary alert {summary}"))
            .details(InPieces(&details))
            .metadata("note", &value)
            .metadata(name, "canary value")
            .metadata("patient_name", plants.name("an alert's value by name"))
            .link(format!("https://runbooks.example.org/{link}"), text)
            .dedup_key(key.as_str());
        alerts::send(alert);
        alerts::acknowledge(&key);
        alerts::resolve(&key);
    }
    // Without a key, it is made of the summary.
    for text in plants.texts("a summary that is a key") {
        alerts::send(Alert::new(EventType::Custom, Severity::Critical, text));
    }
    for text in plants.texts("what is down") {
        alerts::alert_system_down(&text, "canary down");
    }
}

fn spill(plants: &mut Plants) {
    canary_alerts(plants);
    for text in plants.texts("a field") {
        canary_typed_field(&text);
    }
    for failure in failures(&plants.texts("a returned error")) {
        let _ = canary_error(failure);
    }
    for text in plants.texts("a status") {
        canary_status(&text);
    }
    for failure in failures(&plants.texts("a recorded error")) {
        canary_recorded_error(&failure);
    }
    for text in plants.texts("a panic") {
        let _ = std::panic::catch_unwind(|| canary_panic(&text));
    }
    for text in plants.texts("a label") {
        canary_label(&text);
    }
    for text in plants.texts("a method") {
        observe::request(&text, "/canary").in_scope(|| tracing::info!("canary request"));
    }
    for text in plants.texts("a trace state") {
        let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let Some(caller) = SpanContext::from_traceparent(header) else { continue };
        observe::request("GET", "/canary").parent(caller.with_trace_state(&format!("canary={text}"))).finish(200);
    }
    for text in plants.texts("a typed field") {
        let card = plants.name("a pseudonym");
        let patient = Patient {
            canary: 7,
            name: plants.name("a hidden field"),
            card,
            note: text,
            former: Some(plants.name("a hidden option")),
            others: vec![plants.name("a hidden list")],
        };
        canary_type(&patient);
        let _ = (patient.name, patient.former, patient.others);
    }
    canary_plain(plants);
}

fn main() -> observe::Result<()> {
    let guard = observe::init!("spills")?;
    let mut plants = Plants::default();
    spill(&mut plants);
    drop(guard);
    // What was not printed was not planted, as far as the test knows.
    if plants.print(&mut stdout().lock()).is_err() {
        std::process::exit(1);
    }
    println!("{}", observe::exposition());
    Ok(())
}
