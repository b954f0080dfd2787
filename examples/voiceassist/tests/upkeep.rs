//! VA-M9: what goes on beside requests. The backup, the check of what is stored, and the tokens that were given back.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod folder;
mod receiver;
mod service;

use folder::Folder;
use receiver::Webhook;
use rusqlite::Connection;
use serde_json::json;
use service::Service;

const LAST_BACKUP: &str = "last_backup_timestamp_seconds";

fn failures(subject: &str) -> String {
    format!("data_integrity_check_failures_total{{subject=\"{subject}\"}}")
}

// VA-M9
#[test]
fn a_backup_is_made_and_renewed_and_can_be_used() {
    let folder = Folder::new("backup");
    let (database, backup) = (folder.path("notes.db"), folder.path("notes.backup"));
    let variables =
        [("VOICEASSIST_DB", &*database), ("VOICEASSIST_BACKUP", &*backup), ("VOICEASSIST_BACKUP_SECONDS", "1")];
    let service = Service::start(&variables);
    service.wait_above(LAST_BACKUP, 0.0);
    let admin = service.authorization("admin");
    let document = json!({"title": "Kept", "topic": "general", "text": "Zebrafish are kept."}).to_string();
    assert_eq!(service.send("POST /documents", &admin, &document).0, 201);
    let made = service.metric(r#"backups_total{status="ok"}"#).unwrap();
    // The one that had begun before the document came, and one more.
    service.wait_above(r#"backups_total{status="ok"}"#, made + 1.0);
    service.stop();

    let copy = Connection::open(&backup).unwrap();
    let kept: i64 = copy.query_row("SELECT count(*) FROM passages WHERE title = 'Kept'", [], |row| row.get(0)).unwrap();
    assert_eq!(kept, 1);
    drop(copy);
    // A service starts from it.
    let again = Service::start(&[("VOICEASSIST_DB", &*backup)]);
    assert_eq!(again.send("GET /topics", "", "").0, 200);
}

// VA-M9
#[test]
fn what_is_damaged_and_what_is_not_backed_up_is_counted_and_calls_somebody() {
    let folder = Folder::new("damaged");
    let database = folder.path("notes.db");
    Service::start(&[("VOICEASSIST_DB", &*database)]).stop();
    let damage = "UPDATE passages SET body = 'Give twice as much.' WHERE rowid = 1";
    Connection::open(&database).unwrap().execute_batch(damage).unwrap();

    let webhook = Webhook::start();
    let (url, nowhere) = (webhook.url(), folder.path("no-such-folder/notes.backup"));
    let service = Service::start(&[
        ("VOICEASSIST_DB", &*database),
        ("VOICEASSIST_BACKUP", &*nowhere),
        ("OBSERVE_ALERT_WEBHOOK", &*url),
    ]);
    service.wait_above(&failures("passages"), 0.0);
    service.wait_above(r#"backups_total{status="error"}"#, 0.0);
    assert_eq!((service.metric(&failures("database")), service.metric(LAST_BACKUP)), (Some(0.0), Some(0.0)));
    // Whichever comes first.
    let mut keys = ["voiceassist/integrity/passages", "voiceassist/backup"].to_vec();
    while !keys.is_empty() {
        let alert = webhook.next();
        let is_damage = alert["event_type"] == "data_integrity" && alert["severity"] == "critical";
        let is_backup = alert["event_type"] == "job_failure" && alert["severity"] == "error";
        assert!(is_damage || is_backup, "{alert}");
        keys.retain(|key| alert["dedup_key"] != **key);
    }
}

// VA-M9
#[test]
fn a_token_is_refused_where_nobody_can_say_whether_it_was_revoked() {
    let folder = Folder::new("revoked");
    let database = folder.path("notes.db");
    let service = Service::start(&[("VOICEASSIST_DB", &*database)]);
    let clinician = service.authorization("clinician");
    let question = json!({"id": "1", "text": "Sepsis?"}).to_string();
    assert_eq!(service.send("POST /ask", &clinician, &question).0, 200);
    assert_eq!(service.metric("token_revocation_failures_total"), Some(0.0));

    Connection::open(&database).unwrap().execute_batch("DROP TABLE revoked_tokens").unwrap();
    assert_eq!(service.send("POST /ask", &clinician, &question).0, 500);
    assert!(service.metric("token_revocation_failures_total") >= Some(1.0));
    service.wait_for("GET /health/ready/token_revocation", 503);
}
