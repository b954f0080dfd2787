//! VA-L2: the audit log from outside. What is in it, who can't be found in it, and what happens where it can't be written.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod folder;
mod receiver;
mod service;

use folder::Folder;
use receiver::Webhook;
use serde_json::{Value, json};
use service::Service;

fn question() -> String {
    let patient = json!({"name": "Ilda Quorn", "mrn": "MRN-004217", "birth_date": "1970-01-02"});
    json!({"id": "q1", "text": "Which antibiotics in sepsis?", "patient": patient}).to_string()
}

// VA-L2
#[test]
fn every_log_in_refusal_and_access_leaves_a_record_without_names() {
    let folder = Folder::new("records");
    let file = folder.path("audit.jsonl");
    let service = Service::start(&[("VOICEASSIST_AUDIT", file.as_str())]);
    let document = json!({"title": "Rest", "topic": "general", "text": "Rest helps."}).to_string();

    assert_eq!(service.log_in("quorn@example.org", "hunter2").0, 401);
    let clinician = service.authorization("clinician");
    assert_eq!(service.send("POST /ask", "", &question()).0, 401);
    assert_eq!(service.send("POST /documents", &clinician, &document).0, 403);
    assert_eq!(service.send("POST /ask", &clinician, &question()).0, 200);
    assert_eq!(service.send("POST /logout", &clinician, "").0, 204);
    assert_eq!(service.send("POST /ask", &clinician, &question()).0, 401);
    let admin = service.authorization("admin");
    assert_eq!(service.send("POST /documents", &admin, &document).0, 201);

    let text = std::fs::read_to_string(&file).unwrap();
    let records: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<[&str; 4]> = records
        .iter()
        .map(|record| ["event", "outcome", "role", "route"].map(|key| record[key].as_str().unwrap_or("")))
        .collect();
    assert_eq!(
        told,
        [
            ["login", "refused", "", ""],
            ["login", "granted", "clinician", ""],
            ["access", "refused", "", "/ask"],
            ["access", "refused", "clinician", "/documents"],
            ["question", "granted", "clinician", ""],
            ["logout", "granted", "clinician", ""],
            ["access", "refused", "", "/ask"],
            ["login", "granted", "admin", ""],
            ["document", "granted", "admin", ""],
        ]
    );
    // One user is one pseudonym, and so is a patient.
    assert!(records[1]["user"].as_str().unwrap().starts_with("h:"));
    assert_eq!(records[1]["user"], records[4]["user"]);
    assert_ne!(records[1]["user"], records[7]["user"]);
    assert!(records[4]["patient"].as_str().unwrap().starts_with("h:"));
    for secret in ["Quorn", "quorn", "MRN", "1970-01", "hunter2", &service.password()] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    assert_eq!(service.metric("audit_log_failures_total"), Some(0.0));
}

// VA-L2, VA-M9
#[test]
#[cfg(target_os = "linux")]
fn what_cannot_be_recorded_is_refused_and_counted_and_calls_somebody() {
    let webhook = Webhook::start();
    let url = webhook.url();
    // A disk that is full.
    let service = Service::start(&[("VOICEASSIST_AUDIT", "/dev/full"), ("OBSERVE_ALERT_WEBHOOK", url.as_str())]);
    let said = json!({"error": "this can't be recorded now, and so is not done: try again later"});
    assert_eq!(service.log_in("clinician", &service.password()), (503, said));
    // A refusal stays one.
    assert_eq!(service.log_in("clinician", "hunter2").0, 401);
    assert_eq!(service.send("POST /ask", "", &question()).0, 401);
    // Nothing of a patient is concerned here.
    assert_eq!(service.send("GET /topics", "", "").0, 200);

    assert!(service.metric("audit_log_failures_total") >= Some(3.0));
    let alert = webhook.wait("trigger", "voiceassist/audit_log");
    assert_eq!(
        [&alert["event_type"], &alert["severity"], &alert["summary"]],
        ["data_integrity", "critical", "the audit log can't be written"]
    );
    assert!(alert["details"].as_str().unwrap().contains("No space left"), "{alert}");
    // It is ready no more, until a record can be written.
    service.wait_for("GET /health/ready/audit_log", 503);
    service.wait_for("GET /health/ready", 503);
}
