use observe::redact;
use serde::Serialize;

#[redact(serialize)]
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Patient {
    last_name: String,
}

#[redact(serialize)]
#[derive(serde::Serialize)]
enum Event {
    Admitted(String),
}

#[redact(serialize)]
#[serde(into = "String")]
struct Name {
    #[redact(clear)]
    #[serde(getter = "Name::first")]
    first: String,
}

fn main() {
    let patient = Patient { last_name: String::new() };
    drop((patient.clone().last_name, Event::Admitted(String::new()), Name { first: String::new() }));
}
