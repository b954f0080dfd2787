//! Drives the real program over HTTP, and looks at all that it says: answers, spans, metrics, lines.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod service;

use std::process::Command;

use serde_json::{Value, json};
use service::Service;

/// Nothing of this may be seen anywhere but in the request.
const SECRETS: &[&str] =
    &["Ilda Quorn", "MRN-004217", "555 0143", "1970-01-02", "quorn@example.org", "123-45-6789", "hunter2"];

/// As an operator would set it, with spans where this test can read them.
/// With all traces, where production keeps a tenth.
const PRODUCTION: &[(&str, &str)] =
    &[("OBSERVE_ENVIRONMENT", "production"), ("OTEL_TRACES_EXPORTER", "console"), ("OTEL_TRACES_SAMPLER", "always_on")];

fn question(text: &str) -> String {
    json!({
        "id": "ask quorn@example.org",
        "topic": "infection",
        "text": text,
        "patient": {
            "name": "Ilda Quorn",
            "mrn": "MRN-004217",
            "phone": "+1 202 555 0143",
            "birth_date": "1970-01-02",
        },
    })
    .to_string()
}

/// The console line of the span of this name.
fn span<'a>(out: &'a str, name: &str) -> &'a str {
    let found: Vec<&str> = out.lines().filter(|line| line.contains(&format!(" {name} trace_id="))).collect();
    assert_eq!(found.len(), 1, "{name}: {out}");
    found[0]
}

fn trace_id(line: &str) -> &str {
    line.split("trace_id=").nth(1).unwrap().split(' ').next().unwrap()
}

#[test]
#[cfg(unix)]
fn one_question_is_one_trace_its_metrics_and_its_lines_with_nothing_personal() {
    let service = Service::start(PRODUCTION);
    assert!((3..=5).contains(&service.greeting.len()), "{:?}", service.greeting);
    let (clinician, admin) = (service.authorization("clinician"), service.authorization("admin"));

    let asked = question("Which antibiotics in the first hour of sepsis for Ilda Quorn, SSN 123-45-6789?");
    let headers = format!("x-request-id: r-42\r\n{clinician}");
    let (status, head, body) = service.send("POST /ask?token=hunter2", &headers, &asked);
    assert_eq!(status, 200, "{body}");
    assert!(head.contains("x-request-id: r-42"), "{head}");
    let answer: Value = serde_json::from_str(&body).unwrap();
    assert!(answer["text"].as_str().unwrap().contains("[Sepsis: the first hour]"), "{answer}");

    // Failing requests: broken JSON, and a patient whose data is the mistake.
    assert_eq!(service.send("POST /ask", &clinician, "{\"Ilda Quorn").0, 400);
    let (status, _, _) = service.send("POST /ask", &clinician, &question("!? 1"));
    assert_eq!(status, 400);
    let document = json!({"title": "For quorn@example.org", "topic": "general", "text": "Ilda Quorn needs rest."});
    assert_eq!(service.send("POST /documents", &admin, &document.to_string()).0, 201);
    assert_eq!(service.send("GET /patients/Ilda%20Quorn", "", "").0, 404);

    let (status, head, metrics) = service.send("GET /metrics", "", "");
    assert_eq!(status, 200);
    assert!(head.contains("content-type: text/plain; version=0.0.4"), "{head}");
    for line in [
        r#"http_requests_total{method="POST",endpoint="/ask",status="200"} 1"#,
        r#"http_requests_total{method="POST",endpoint="/ask",status="400"} 2"#,
        r#"http_requests_total{method="GET",endpoint="unmatched",status="404"} 1"#,
        r#"rag_queries_total{topic="infection",status="ok"} 1"#,
        r#"rag_queries_total{topic="infection",status="error"} 1"#,
        r#"rag_query_duration_seconds_count{topic="infection",status="ok"} 1"#,
        r#"rag_query_in_progress{topic="infection"} 0"#,
        r#"document_uploads_total{status="ok"} 1"#,
        "active_connections 0",
        "database_connections_active 0",
        r#"database_query_duration_seconds_count{operation="select",table="vectors",status="ok"} 1"#,
        r#"database_query_duration_seconds_count{operation="insert",table="vectors",status="ok"} 2"#,
        r#"database_query_duration_seconds_count{operation="select",table="users",status="ok"} 2"#,
        r#"vector_search_queries_total{status="ok"} 1"#,
        r#"vector_search_queries_total{status="error"} 1"#,
        r#"vector_search_duration_seconds_count{status="ok"} 1"#,
        r#"service_info{version="0.1.0",environment="production"} 1"#,
        "service_up 1",
    ] {
        assert!(metrics.lines().any(|known| known == line), "{line}\n{metrics}");
    }
    assert_eq!(service.send("GET /health/live", "", "").0, 200);

    let (out, err) = service.stop();

    // One trace from the request to the database.
    let server = out.lines().find(|line| line.contains("request_id=r-42")).unwrap();
    assert!(
        server.contains(" server POST /ask trace_id=") && server.contains("http.response.status_code=200"),
        "{server}"
    );
    let in_trace = |name: &str| out.lines().any(|line| line.contains(name) && trace_id(line) == trace_id(server));
    for name in [
        " answer question ",
        " search_notes ",
        " full-text search ",
        " select passages ",
        " vector search ",
        " select vectors ",
        " select passages by id ",
        " compose_answer ",
        " select revoked_tokens ",
    ] {
        assert!(out.lines().filter(|line| line.contains(" SPAN ")).count() > 5 && in_trace(name), "{name}: {out}");
    }
    let answered =
        out.lines().find(|line| line.contains(" answer question ") && trace_id(line) == trace_id(server)).unwrap();
    for part in [
        "question.id=ask [REDACTED:email]",
        "question.topic=infection",
        "question.patient.name=[REDACTED]",
        "question.patient.mrn=h:",
        "question.patient.phone=***0143",
        "question.patient.birth_date=[REDACTED]",
        "question.text=[REDACTED]",
        "caller.user=h:",
        "caller.role=clinician",
    ] {
        assert!(answered.contains(part), "{part}: {answered}");
    }
    assert!(span(&out, "index document").contains("document.title=For [REDACTED:email]"), "{out}");

    // Lines are JSON, each with its columns; the two of the first request lead to its trace.
    let lines: Vec<Value> = err.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().all(|line| line["service"] == "voiceassist" && line["environment"] == "production"));
    let of_request: Vec<&Value> = lines.iter().filter(|line| line["request_id"] == "r-42").collect();
    let messages: Vec<&str> = of_request.iter().filter_map(|line| line["message"].as_str()).collect();
    assert_eq!(messages, ["request started", "question answered", "request done"]);
    assert!(of_request.iter().all(|line| line["trace_id"] == trace_id(server)));
    assert_eq!(of_request[2]["status"], 200);

    for secret in SECRETS {
        for (place, text) in [("stdout", &out), ("stderr", &err), ("metrics", &metrics)] {
            assert!(!text.contains(secret), "{secret} in {place}: {text}");
        }
    }
}

#[test]
#[cfg(unix)]
fn a_log_in_is_needed_and_leaves_no_password_behind() {
    let service = Service::start(PRODUCTION);
    let asked = question("Which antibiotics in the first hour of sepsis?");
    let document = json!({"title": "Rest", "topic": "general", "text": "Rest helps."}).to_string();

    // Nobody in particular.
    for headers in ["", "authorization: Bearer hunter2\r\n"] {
        let (status, head, body) = service.send("POST /ask", headers, &asked);
        assert!(status == 401 && head.contains("www-authenticate: Bearer"), "{head}");
        assert!(body.starts_with(r#"{"error":""#) && body.contains("log in"), "{body}");
    }
    assert_eq!(service.send("POST /documents", "", &document).0, 401);
    assert_eq!(service.send("GET /topics", "", "").0, 200);

    // Who only thinks to be a user.
    for user in ["quorn@example.org", "admin"] {
        assert_eq!(service.log_in(user, "hunter2"), (401, json!({"error": "user or password is wrong"})));
    }

    // A clinician, where a clinician is enough and where an admin is needed; and an admin.
    let (clinician, admin) = (service.authorization("clinician"), service.authorization("admin"));
    assert_eq!(service.send("POST /ask", &clinician, &asked).0, 200);
    let (status, _, body) = service.send("POST /documents", &clinician, &document);
    assert_eq!((status, body.as_str()), (403, r#"{"error":"this needs the role admin"}"#));
    assert_eq!(service.send("POST /documents", &admin, &document).0, 201);

    let (_, _, metrics) = service.send("GET /metrics", "", "");
    for line in [
        r#"authentication_attempts_total{outcome="ok"} 2"#,
        r#"authentication_attempts_total{outcome="error"} 2"#,
        r#"http_requests_total{method="POST",endpoint="/ask",status="401"} 2"#,
        r#"http_requests_total{method="POST",endpoint="/documents",status="403"} 1"#,
    ] {
        assert!(metrics.lines().any(|known| known == line), "{line}\n{metrics}");
    }

    let token = |header: &str| header.trim().rsplit(' ').next().unwrap().to_owned();
    let made = [service.password(), token(&clinician), token(&admin)];
    let (out, err) = service.stop();
    let log_ins: Vec<&str> = out.lines().filter(|line| line.contains(" log in trace_id=")).collect();
    assert_eq!(log_ins.len(), 4, "{out}");
    assert!(log_ins.iter().all(|it| it.contains("login.user=h:") && it.contains("login.password=[REDACTED]")), "{out}");
    for secret in SECRETS.iter().copied().chain(made.iter().map(String::as_str)) {
        assert!(![&out, &err, &metrics].into_iter().any(|text| text.contains(secret)), "{secret}: {out}{err}{metrics}");
    }
}

#[test]
fn a_wrong_setting_ends_the_program_with_a_sentence() {
    let output = Command::new(env!("CARGO_BIN_EXE_voiceassist"))
        .env_clear()
        .env("VOICEASSIST_ADDR", "localhost")
        .output()
        .unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.ends_with("VOICEASSIST_ADDR must be an IP address and a port, such as 127.0.0.1:8000\n"), "{said}");
}
