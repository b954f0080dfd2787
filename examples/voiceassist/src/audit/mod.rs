//! The audit log: who logged in, who was refused, and who asked or added what may be about a patient.
//!
//! What is not recorded does not happen: where a record can't be written, a question is not answered, a document is not
//! stored and nobody gets a token (503). A refusal stays one, and a token that is given back is revoked, recorded or
//! not. Each record that can't be written is counted, and the first of them calls somebody at once.
//!
//! The chain shows that a record was changed, not that somebody wrote all of it anew: ship the lines elsewhere as well.

mod record;
mod sink;

pub(crate) use record::{Entry, Event, Outcome};

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use observe::alerts::{self, Alert, EventType, Severity};
use observe::{Counter, metric};

use self::record::{End, START};
use self::sink::Sink;

/// By which the alert is resolved.
const ALERT: &str = "voiceassist/audit_log";

/// Audit records that could not be written.
#[metric(init = all)]
static AUDIT_LOG_FAILURES_TOTAL: Counter;

/// A record could not be written.
#[derive(Debug)]
pub(crate) struct AuditError(io::Error);

impl fmt::Display for AuditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the audit log can't be written: {}", self.0)
    }
}

impl std::error::Error for AuditError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

/// The log. Its methods block, but for [`Self::record`].
pub(crate) struct AuditLog {
    state: Mutex<State>,
}

struct State {
    sink: Sink,
    end: End,
    is_failing: bool,
}

impl AuditLog {
    /// A log of the latest records.
    pub(crate) fn in_memory() -> Self {
        Self::over(Sink::in_memory(), End { records: 0, hash: START.to_owned() })
    }

    /// The log in this file, which goes on where it ended.
    pub(crate) fn at(path: &Path) -> io::Result<Self> {
        Sink::at(path).map(|(sink, end)| Self::over(sink, end))
    }

    fn over(sink: Sink, end: End) -> Self {
        Self { state: Mutex::new(State { sink, end, is_failing: false }) }
    }

    /// Writes a record, where blocking does no harm.
    pub(crate) async fn record(self: &Arc<Self>, entry: Entry) -> Result<(), AuditError> {
        let log = Arc::clone(self);
        match tokio::task::spawn_blocking(move || log.write(&entry)).await {
            Ok(written) => written,
            Err(error) => self.lock().failed(io::Error::other(error)),
        }
    }

    /// Writes a record.
    pub(crate) fn write(&self, entry: &Entry) -> Result<(), AuditError> {
        let mut state = self.lock();
        match state.append(entry) {
            Ok(()) => {
                if std::mem::take(&mut state.is_failing) {
                    alerts::resolve(ALERT);
                }
                Ok(())
            }
            Err(error) => state.failed(error),
        }
    }

    /// Whether records can be written. Where the last one could not, this writes one: while a service refuses what it
    /// can't record, nobody else does.
    pub(crate) fn check(&self) -> Result<(), AuditError> {
        let is_failing = self.lock().is_failing;
        if is_failing { self.write(&Entry::new(Event::Probe, Outcome::Granted)) } else { Ok(()) }
    }

    /// How many breaks the chain has: 0, or 1 as nothing can be said of what follows the first.
    pub(crate) fn count_breaks(&self) -> io::Result<u32> {
        let state = self.lock();
        let is_whole = match state.sink.follow()? {
            // In memory the count begins with the first that is kept.
            Some(Ok(end)) => end.hash == state.end.hash,
            Some(Err(_)) => false,
            None => true,
        };
        Ok(u32::from(!is_whole))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn append(&mut self, entry: &Entry) -> io::Result<()> {
        let number = self.end.records + 1;
        let (line, hash) = record::line(entry, number, &self.end.hash)?;
        self.sink.append(line)?;
        self.end = End { records: number, hash };
        Ok(())
    }

    /// Counts it, and calls somebody unless somebody was called.
    fn failed(&mut self, error: io::Error) -> Result<(), AuditError> {
        AUDIT_LOG_FAILURES_TOTAL.inc();
        if !std::mem::replace(&mut self.is_failing, true) {
            let alert = Alert::new(EventType::DataIntegrity, Severity::Critical, "the audit log can't be written");
            alerts::send(alert.details(&error).dedup_key(ALERT));
        }
        Err(AuditError(error))
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::path::PathBuf;

    use super::*;

    struct TestFile(PathBuf);

    impl TestFile {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("voiceassist-audit-{name}-{}", std::process::id()));
            let _ = fs::remove_file(&path);
            Self(path)
        }

        fn text(&self) -> String {
            fs::read_to_string(&self.0).unwrap()
        }
    }

    impl Drop for TestFile {
        fn drop(&mut self) {
            let _ = fs::remove_file(&self.0);
        }
    }

    fn entry() -> Entry {
        Entry::new(Event::Login, Outcome::Refused).user("ada")
    }

    fn count(name: &str) -> f64 {
        let text = observe::exposition();
        text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok()).unwrap()
    }

    #[test]
    fn a_file_goes_on_where_it_ended() {
        let file = TestFile::new("goes-on");
        for _ in 0..2 {
            let log = AuditLog::at(&file.0).unwrap();
            log.write(&entry()).unwrap();
            log.write(&entry()).unwrap();
            assert_eq!(log.count_breaks().unwrap(), 0);
        }
        let numbers: Vec<u64> = file
            .text()
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["number"].as_u64().unwrap())
            .collect();
        assert_eq!(numbers, [1, 2, 3, 4]);
    }

    #[test]
    fn a_line_that_was_not_finished_is_cut_off() {
        let file = TestFile::new("torn");
        AuditLog::at(&file.0).unwrap().write(&entry()).unwrap();
        let whole = file.text();
        fs::write(&file.0, format!("{whole}{{\"number\":2")).unwrap();
        let log = AuditLog::at(&file.0).unwrap();
        assert_eq!((file.text(), log.count_breaks().unwrap()), (whole, 0));
        log.write(&entry()).unwrap();
        assert_eq!(log.count_breaks().unwrap(), 0);
    }

    #[test]
    fn who_changes_the_file_is_found_out_also_later() {
        let file = TestFile::new("changed");
        let log = AuditLog::at(&file.0).unwrap();
        log.write(&entry()).unwrap();
        log.write(&entry()).unwrap();
        let whole = file.text();
        for changed in [whole.replacen("refused", "granted", 1), whole.lines().next().unwrap().to_owned() + "\n"] {
            fs::write(&file.0, changed).unwrap();
            assert_eq!(log.count_breaks().unwrap(), 1);
        }
        fs::write(&file.0, whole.replacen("refused", "granted", 1)).unwrap();
        let log = AuditLog::at(&file.0).unwrap();
        log.write(&entry()).unwrap();
        assert_eq!((log.count_breaks().unwrap(), file.text().lines().count()), (1, 3));
    }

    #[test]
    fn memory_keeps_the_latest_in_a_chain() {
        let log = AuditLog::in_memory();
        for _ in 0..1500 {
            log.write(&entry()).unwrap();
        }
        assert_eq!(log.count_breaks().unwrap(), 0);
        let state = log.lock();
        let Sink::Memory { lines, .. } = &state.sink else { panic!("it is in memory") };
        assert_eq!((lines.len(), state.end.records), (1000, 1500));
    }

    #[test]
    fn a_record_that_is_not_written_is_counted_and_calls_somebody_once() {
        let file = TestFile::new("fails");
        let log = AuditLog::at(&file.0).unwrap();
        let capture = alerts::capture();
        let before = count("audit_log_failures_total");
        // Opened to be read only.
        let good = std::mem::replace(
            &mut log.lock().sink,
            Sink::File { file: File::open(&file.0).unwrap(), path: file.0.clone(), length: 0 },
        );
        for _ in 0..3 {
            assert!(log.write(&entry()).is_err());
        }
        assert!(log.check().is_err());
        assert!(count("audit_log_failures_total") >= before + 4.0);
        let sent = capture.alerts();
        assert_eq!(
            (sent.len(), sent[0].severity, sent[0].event_type),
            (1, Severity::Critical, EventType::DataIntegrity)
        );

        log.lock().sink = good;
        assert!(log.check().is_ok());
        let sent = capture.alerts();
        assert_eq!((sent.len(), sent[1].dedup_key.as_str()), (2, ALERT));
        // The check has written what nobody else could.
        assert!(file.text().contains(r#""event":"probe""#) && log.count_breaks().unwrap() == 0);
    }
}
