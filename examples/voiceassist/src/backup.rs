//! The backup: a copy of the database, made anew once in a while.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use observe::alerts::{self, Alert, EventType, Severity};
use observe::health::{Check, Outcome};
use observe::{Gauge, metered, metric, traced};

use crate::error::StoreError;
use crate::store::Store;

/// From here on somebody should look why there is no newer one.
const TOO_OLD: Duration = Duration::from_hours(24);

/// By which the alert is resolved.
const ALERT: &str = "voiceassist/backup";

/// Seconds since 1970; 0 where there is none.
static LAST: AtomicU64 = AtomicU64::new(0);

/// When the last backup was made, in seconds since 1970; 0 for never.
#[metric(read = last_backup)]
static LAST_BACKUP_TIMESTAMP_SECONDS: Gauge;

#[expect(clippy::cast_precision_loss, reason = "until 2^53 seconds there is time")]
fn last_backup() -> f64 {
    LAST.load(Relaxed) as f64
}

/// Where the backup is.
#[derive(Clone, Debug)]
pub(crate) struct Backup {
    path: PathBuf,
}

impl Backup {
    /// The backup at `path`, which may be there from before.
    pub(crate) fn at(path: PathBuf) -> Self {
        if let Ok(made) = fs::metadata(&path).and_then(|it| it.modified()) {
            LAST.store(seconds(made), Relaxed);
        }
        Self { path }
    }

    /// Makes a new one; where that fails, the last one stays, and somebody is called. Blocks.
    pub(crate) fn renew(&self, store: &Store) {
        match back_up(store, &self.path) {
            Ok(()) => {
                LAST.store(seconds(SystemTime::now()), Relaxed);
                alerts::resolve(ALERT);
            }
            Err(error) => {
                let alert = Alert::new(EventType::JobFailure, Severity::Error, "the backup failed");
                alerts::send(alert.details(error).metadata("job", "backup").dedup_key(ALERT));
            }
        }
    }

    /// Renews it at once and then `every` so often, until the process ends.
    pub(crate) async fn keep(self, store: Arc<Store>, every: Duration) {
        let mut next = tokio::time::interval(every);
        loop {
            next.tick().await;
            let (backup, store) = (self.clone(), Arc::clone(&store));
            // A panic is in the log, and the next one may succeed.
            let _ = tokio::task::spawn_blocking(move || backup.renew(&store)).await;
        }
    }

    /// Says how old it is. The service goes on without one.
    pub(crate) fn check() -> Check {
        Check::blocking("backup", || outcome(LAST.load(Relaxed), seconds(SystemTime::now()))).degrading()
    }
}

#[traced(name = "back up")]
#[metered(name = "backup", calls = "backups_total", in_progress = off)]
fn back_up(store: &Store, path: &Path) -> Result<(), StoreError> {
    store.copy_to(path)
}

fn outcome(last: u64, now: u64) -> Outcome {
    let age = now.saturating_sub(last);
    #[expect(clippy::cast_precision_loss, reason = "a figure to be looked at")]
    let figure = age as f64;
    match last {
        0 => Outcome::fail("there is no backup"),
        _ if age > TOO_OLD.as_secs() => Outcome::fail("the backup is older than a day").with("age_seconds", figure),
        _ => Outcome::pass().with("age_seconds", figure),
    }
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use observe::health::Status;

    use super::*;

    #[test]
    fn the_age_says_how_it_is() {
        let day = TOO_OLD.as_secs();
        assert_eq!(outcome(0, day).status(), Status::Fail);
        assert_eq!(outcome(1, day + 1).status(), Status::Pass);
        assert_eq!(outcome(1, day + 2).status(), Status::Fail);
        // A clock that was set back.
        assert_eq!(outcome(day, 1), Outcome::pass().with("age_seconds", 0.0));
    }

    #[test]
    fn a_backup_that_fails_is_counted_and_calls_somebody_until_one_succeeds() {
        let store = Store::in_memory().unwrap();
        let capture = alerts::capture();
        let failed = || {
            let text = observe::exposition();
            let series = r#"backups_total{status="error"}"#;
            text.lines().find_map(|line| line.strip_prefix(series)?.trim().parse::<f64>().ok()).unwrap_or(0.0)
        };
        let before = failed();
        let folder = std::env::temp_dir().join(format!("voiceassist-backup-{}", std::process::id()));
        let backup = Backup::at(folder.join("notes.backup"));
        backup.renew(&store);
        assert!(failed() > before);
        assert_eq!(capture.alerts()[0].event_type, EventType::JobFailure);

        fs::create_dir_all(&folder).unwrap();
        backup.renew(&store);
        assert_eq!(capture.alerts()[1].dedup_key, ALERT);
        let made = last_backup();
        LAST.store(0, Relaxed);
        // After a restart it is still there.
        drop(Backup::at(folder.join("notes.backup")));
        assert!(last_backup() > 0.0 && last_backup() <= made + 1.0);
        fs::remove_dir_all(&folder).unwrap();
    }
}
