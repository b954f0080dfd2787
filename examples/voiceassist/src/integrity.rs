//! Looking, once in a while, whether what is stored is still what was stored.

use std::sync::Arc;
use std::time::Duration;

use observe::alerts::{self, Alert, EventType, Severity};
use observe::{Counter, Label, metric, traced};

use crate::app::App;

/// How often all of it is read. A larger service would take turns.
const EVERY: Duration = Duration::from_mins(10);

/// Checks of the stored data that failed.
#[metric(labels(subject), init = all)]
static DATA_INTEGRITY_CHECK_FAILURES_TOTAL: Counter<Subject>;

/// What is looked at.
#[derive(Label, Clone, Copy, Debug, PartialEq, Eq)]
enum Subject {
    /// The database's file.
    Database,
    /// The passages, by their checksums.
    Passages,
    /// The audit log, by its chain.
    AuditLog,
}

/// Looks at all of it at once and then every ten minutes, until the process ends.
pub(crate) async fn keep_checking(app: Arc<App>) {
    let mut next = tokio::time::interval(EVERY);
    loop {
        next.tick().await;
        let app = Arc::clone(&app);
        // A panic is in the log, and does not end the checks.
        let _ = tokio::task::spawn_blocking(move || check(&app)).await;
    }
}

/// Looks at all of it: counts what is not as it should be, and calls somebody until it is. Blocks.
#[traced(name = "check integrity")]
fn check(app: &App) {
    match app.store.check_integrity() {
        Ok(found) => {
            tell(Subject::Database, Ok(found.in_database));
            tell(Subject::Passages, Ok(found.in_passages));
        }
        // What can't be read is not as it should be.
        Err(error) => tell(Subject::Database, Err(error.to_string())),
    }
    tell(Subject::AuditLog, app.audit.count_breaks().map_err(|error| error.to_string()));
}

fn tell(subject: Subject, found: Result<u32, String>) {
    let (name, key) = match subject {
        Subject::Database => ("the database", "voiceassist/integrity/database"),
        Subject::Passages => ("the passages", "voiceassist/integrity/passages"),
        Subject::AuditLog => ("the audit log", "voiceassist/integrity/audit_log"),
    };
    let details = match found {
        Ok(0) => {
            alerts::resolve(key);
            return;
        }
        Ok(mistakes) => format!("mistakes: {mistakes}"),
        Err(error) => error,
    };
    DATA_INTEGRITY_CHECK_FAILURES_TOTAL.with(subject).inc();
    let summary = format!("{name}: not what was stored");
    alerts::send(Alert::new(EventType::DataIntegrity, Severity::Critical, summary).details(details).dedup_key(key));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app;

    fn failures(subject: &str) -> f64 {
        let series = format!("data_integrity_check_failures_total{{subject=\"{subject}\"}}");
        let text = observe::exposition();
        text.lines().find_map(|line| line.strip_prefix(&series)?.trim().parse().ok()).unwrap()
    }

    #[test]
    fn what_is_sound_calls_nobody() {
        let capture = alerts::capture();
        check(&app::for_tests());
        assert!(capture.alerts().iter().all(|it| it.event_type != EventType::DataIntegrity), "{:?}", capture.alerts());
    }

    #[test]
    fn a_damaged_passage_is_counted_and_calls_somebody() {
        let app = app::for_tests();
        let capture = alerts::capture();
        let before = failures("passages");
        app.store.damage();
        check(&app);
        assert!(failures("passages") > before);
        let sent = capture.alerts();
        assert!(sent.iter().any(|it| it.summary == "the passages: not what was stored"), "{sent:?}");
    }
}
