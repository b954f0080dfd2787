//! The leak test: personal data in every place that a caller can write to, and none of it in
//! anything that the service emits.
//!
//! Every place has a value of its own, so that a leak names the place. Names and addresses are
//! planted only where a type or a name hides them; in free text there are only the kinds that the
//! scrubber claims to find. A new way out is one more line in [`emitted`].

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "../../../tests/runtime/collector/mod.rs"]
mod collector;
mod folder;
mod plant;
mod service;

use collector::Collector;
use folder::Folder;
use observe_leak::{Emitted, Secret};
use plant::Plant;
use serde_json::{Value, json};
use service::Service;

/// In every request, and no secret: what was recorded of the requests has it.
const CANARY: &str = "canary-4f1d";

/// Everything that can be recorded is: no level hides a leak.
const TALKATIVE: [(&str, &str); 2] = [("RUST_LOG", "trace"), ("OBSERVE_SPAN_LEVEL", "trace")];

#[test]
fn nothing_leaks_in_production_to_a_collector() {
    let collector = Collector::start();
    let url = collector.url();
    // All traces, where production keeps a tenth.
    let variables = [
        ("OBSERVE_ENVIRONMENT", "production"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", url.as_str()),
        ("OTEL_TRACES_SAMPLER", "always_on"),
    ];
    let (secrets, mut emitted) = emitted(&variables);
    let received = collector.stop();
    emitted.add("OTLP", format!("{:?}{:?}", received.heads, received.traces), CANARY);
    emitted.add("OTLP metrics", format!("{:?}", received.metrics), "rag_queries_total");
    emitted.assert_nothing_leaked(&secrets);
}

#[test]
fn nothing_leaks_in_development_to_the_console() {
    let (secrets, emitted) = emitted(&[("OTEL_TRACES_EXPORTER", "console")]);
    emitted.assert_nothing_leaked(&secrets);
}

/// What was planted, and all that came out of it.
fn emitted(variables: &[(&str, &str)]) -> (Vec<Secret>, Emitted) {
    let console = variables.contains(&("OTEL_TRACES_EXPORTER", "console"));
    let folder = Folder::new(if console { "leaks-console" } else { "leaks-collector" });
    let audit = folder.path("audit.jsonl");
    let service = Service::start(&[variables, &TALKATIVE, &[("VOICEASSIST_AUDIT", &audit)]].concat());
    let mut plant = Plant::default();
    let password = service.password();
    let (clinician, admin) = (service.authorization("clinician"), service.authorization("admin"));
    plant.add("the password of the log-in", password);
    for header in [&clinician, &admin] {
        plant.add("the token of the log-in", header.trim().rsplit(' ').next().unwrap());
    }

    log_in(&service, &mut plant);
    ask(&service, &mut plant, &clinician);
    upload(&service, &mut plant, &admin);
    mistakes(&service, &mut plant, &clinician);
    everywhere_else(&service, &mut plant, &clinician);

    let mut emitted = Emitted::default();
    let (status, _, metrics) = service.send("GET /metrics", "", "");
    assert_eq!(status, 200);
    emitted.add("metrics", metrics, "rag_queries_total{topic=\"infection\"");
    let (out, err) = service.stop();
    emitted.add("console", out, if console { CANARY } else { "" });
    emitted.add("log", err, CANARY);
    emitted.add("audit log", std::fs::read_to_string(&audit).unwrap(), r#""event":"question""#);
    (plant.into_secrets(), emitted)
}

/// The headers of every request: the canary, and what the request is about.
fn headers(more: &str) -> String {
    format!("x-request-id: {CANARY}\r\n{more}")
}

fn post(service: &Service, path: &str, more: &str, body: &Value, expected: u16) {
    let (status, _, answer) = service.send(&format!("POST {path}"), &headers(more), &body.to_string());
    assert_eq!(status, expected, "{path} {body}: {answer}");
}

fn log_in(service: &Service, plant: &mut Plant) {
    let body = json!({"user": plant.email("the user of a log-in"), "password": plant.name("the password of a log-in")});
    post(service, "/login", "", &body, 401);
}

fn ask(service: &Service, plant: &mut Plant, authorization: &str) {
    for free in plant.free_text("a question's id").into_iter().filter(|text| text.len() <= 64) {
        let body = json!({
            "id": free,
            "topic": "infection",
            "text": format!("Sepsis of {}, at {}", plant.name("a question's text"), plant.address("a question's text")),
            "patient": {
                "name": plant.name("the patient's name"),
                "mrn": plant.mrn("the patient's MRN"),
                "phone": plant.phone("the patient's phone"),
                "birth_date": plant.birth_date("the patient's birth date"),
            },
        });
        post(service, "/ask", authorization, &body, 200);
    }
}

fn upload(service: &Service, plant: &mut Plant, authorization: &str) {
    for free in plant.free_text("a document's title") {
        let text = format!("{} of {} rests.", plant.name("a document's text"), plant.address("a document's text"));
        let body = json!({"title": free, "topic": "general", "text": text});
        post(service, "/documents", authorization, &body, 201);
    }
}

/// The ways into an error.
fn mistakes(service: &Service, plant: &mut Plant, authorization: &str) {
    let question = |text: &str| json!({"id": "1", "text": text});
    post(service, "/ask", authorization, &question("?! ..."), 400);
    post(service, "/ask", authorization, &question("zebrafish"), 404);
    let wrong = [
        json!({"id": "1", "text": "Sepsis?", "patient": {"birth_date": plant.name("a wrong birth date")}}),
        json!({"id": "1", "text": "Sepsis?", "topic": plant.name("an unknown topic")}),
        json!({"id": "1", "text": "Sepsis?", plant.name("an unknown field"): 1}),
        json!({"id": plant.email("an id that is too long").repeat(8), "text": "Sepsis?"}),
        json!({"id": 1, "text": [plant.name("a text that is a list")]}),
        json!(plant.name("a body that is a text")),
    ];
    for body in wrong {
        post(service, "/ask", authorization, &body, 400);
    }
    let broken = format!("{{\"text\": \"{}", plant.email("broken JSON"));
    assert_eq!(service.send("POST /ask", &headers(authorization), &broken).0, 400);
    let large = plant.name("a body that is too large").repeat(20_000);
    assert_eq!(
        service.send("POST /ask", &headers(authorization), &json!({"id": "1", "text": large}).to_string()).0,
        400
    );
    // Nobody is logged in, or not enough.
    post(service, "/ask", "", &question(&plant.name("a question of nobody")), 401);
    let token = format!("authorization: Bearer {}\r\n", plant.token("a token that is none"));
    post(service, "/ask", &token, &question("Sepsis?"), 401);
    let document = json!({"title": plant.name("a title of no admin"), "topic": "general", "text": "Rest."});
    post(service, "/documents", authorization, &document, 403);
}

/// Paths, queries, methods and headers.
fn everywhere_else(service: &Service, plant: &mut Plant, authorization: &str) {
    let get = |target: &str| service.send(&format!("GET {target}"), &headers(""), "").0;
    assert_eq!(get(&format!("/patients/{}", plant.name("a path").replace(' ', "%20"))), 404);
    assert_eq!(get(&format!("/topics?email={}", plant.email("a query").replace('@', "%40"))), 200);
    assert_eq!(get(&format!("/topics?token={}", plant.token("a query's token"))), 200);
    assert_eq!(get(&format!("/topics/{}", plant.email("a path's end"))), 404);
    let method = plant.token("a method").to_uppercase().replace('_', "");
    plant.add("a method", method.clone());
    assert_eq!(service.send(&format!("{method} /topics"), &headers(""), "").0, 405);

    let mut lines = vec![authorization.trim_end().to_owned()];
    let secret = ["cookie", "proxy-authorization", "x-api-key", "x-csrf-token"];
    lines.extend(secret.map(|name| format!("{name}: session={}", plant.token(name))));
    let personal = ["user-agent", "referer", "from", "traceparent", "tracestate", "baggage", "x-note", "x-user"];
    lines.extend(personal.map(|name| format!("{name}: {}", plant.name(name))));
    let addresses = ["x-forwarded-for", "forwarded", "x-real-ip"];
    lines.extend(addresses.map(|name| format!("{name}: {}", plant.ip(name))));
    let more = lines.join("\r\n") + "\r\n";
    post(service, "/ask", &more, &json!({"id": "1", "topic": "infection", "text": "Sepsis?"}), 200);
    // An id that is no plain word is replaced, whatever it has in it.
    for id in plant.free_text("a request id") {
        let (status, head, _) = service.send("GET /topics", &format!("x-request-id: {id}\r\n"), "");
        assert_eq!(status, 200);
        assert!(!head.contains(&id), "{head}");
    }
}
