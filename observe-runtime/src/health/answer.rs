//! Which path is answered with what.

use super::question::{HEALTH_JSON, Question};
use super::registry::Health;
use super::report::Report;
use super::round::{Until, known, round};
use super::slot::{Asking, Slot};
use super::{json, performance, verbose};
use std::sync::Arc;
use std::time::SystemTime;
use tokio::runtime::Handle;

const JSON: &str = "application/json";
const TEXT: &str = "text/plain; charset=utf-8";

/// The process answers: that is all which liveness says.
const ALIVE: &str = r#"{"status":"alive"}"#;

/// Which of the answers is wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum What<'a> {
    Full,
    Ready,
    /// One check alone.
    One(&'a str),
}

impl Health {
    /// As [`answer`](super::answer), here.
    pub async fn answer(
        &self,
        path: &str,
        query: Option<&str>,
        accept: Option<&str>,
        from_inside: bool,
    ) -> (u16, &'static str, String) {
        let question = Question::read(query, accept);
        let what = match path.trim_end_matches('/') {
            "/health" => What::Full,
            "/health/live" => return alive(&question),
            "/health/startup" => return self.startup(),
            "/health/ready" => What::Ready,
            path => match path.strip_prefix("/health/ready/") {
                Some(name) => What::One(name),
                None => return not_found(),
            },
        };
        let mut slots = self.slots();
        if let What::One(name) = what {
            slots.retain(|slot| *slot.name == *name);
            if slots.is_empty() {
                return not_found();
            }
        }
        let (excluded, warnings) = exclude(&mut slots, &question.exclude);
        let report = Report {
            phase: self.phase(),
            rows: Vec::new(),
            warnings,
            from_inside,
            settings: self.common.settings(),
            now: SystemTime::now(),
            is_single: matches!(what, What::One(_)),
        };
        let report = self.ask(report, &slots, what).await;
        show(&report, &question, what, &excluded)
    }

    async fn ask(&self, report: Report, slots: &[Arc<Slot>], what: What<'_>) -> Report {
        let (settings, runtime) = (&report.settings, Handle::current());
        let rows = match what {
            What::Full => round(slots, settings.budget, Until::All, Asking::now(&runtime)).await,
            // Whatever the checks would say, the answer is no.
            _ if report.phase.refusal().is_some() => known(slots),
            What::Ready | What::One(_) => {
                round(slots, settings.ready_budget, Until::Decided, Asking::now(&runtime)).await
            }
        };
        // The state may have changed meanwhile, and the later one counts.
        Report { rows, phase: self.phase(), ..report }
    }

    fn startup(&self) -> (u16, &'static str, String) {
        match self.phase() {
            super::report::Phase::Starting => (503, JSON, r#"{"status":"starting"}"#.to_owned()),
            _ => (200, JSON, r#"{"status":"started"}"#.to_owned()),
        }
    }
}

fn alive(question: &Question) -> (u16, &'static str, String) {
    if question.wants_health_json {
        (200, HEALTH_JSON, r#"{"status":"pass"}"#.to_owned())
    } else {
        (200, JSON, ALIVE.to_owned())
    }
}

fn not_found() -> (u16, &'static str, String) {
    (404, JSON, r#"{"error":"there is no such check"}"#.to_owned())
}

/// Takes out those that are not wanted; returns their names, and what is to be said of names that nobody has.
fn exclude(slots: &mut Vec<Arc<Slot>>, names: &[String]) -> (Vec<String>, Vec<String>) {
    let (excluded, unknown): (Vec<_>, Vec<_>) =
        names.iter().partition(|name| slots.iter().any(|slot| *slot.name == ***name));
    slots.retain(|slot| !excluded.iter().any(|name| **name == *slot.name));
    // How many there are is said, and not what they are: the text is whoever asks's.
    let warning = (!unknown.is_empty())
        .then(|| format!("{} of the names in `exclude` are no check's, and leave nothing out", unknown.len()));
    (excluded.into_iter().cloned().collect(), warning.into_iter().collect())
}

fn show(report: &Report, question: &Question, what: What<'_>, excluded: &[String]) -> (u16, &'static str, String) {
    let status = if report.is_ready() { 200 } else { 503 };
    if question.is_verbose {
        let name = if what == What::Full { "health" } else { "ready" };
        return (status, TEXT, verbose::text(report, name, excluded));
    }
    if question.wants_health_json {
        return (status, HEALTH_JSON, json::draft(report));
    }
    let body = if what == What::Full { json::full(report, &performance::read()) } else { json::ready(report) };
    (status, JSON, body)
}
