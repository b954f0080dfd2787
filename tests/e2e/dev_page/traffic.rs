//! Requests to the example service, full of what nobody may see.

use crate::service::Service;
use serde_json::json;

/// Nothing of this may be seen anywhere but in the request.
pub(crate) const SECRETS: &[&str] =
    &["Ilda Quorn", "MRN-004217", "555 0143", "1970-01-02", "quorn@example.org", "123-45-6789", "hunter2"];

/// The service with its page, and nothing else that could be looked at.
pub(crate) fn start() -> Service {
    start_with(&[])
}

pub(crate) fn start_with(variables: &[(&str, &str)]) -> Service {
    let mut all = vec![("OBSERVE_DEV_PAGE", "on"), ("OTEL_TRACES_SAMPLER", "always_on")];
    all.extend(variables);
    Service::start(&all)
}

fn question(text: &str) -> String {
    let patient = json!({
        "name": "Ilda Quorn",
        "mrn": "MRN-004217",
        "phone": "+1 202 555 0143",
        "birth_date": "1970-01-02",
    });
    json!({"id": "ask quorn@example.org", "topic": "infection", "text": text, "patient": patient}).to_string()
}

/// Asks a question that is answered, for a patient.
#[track_caller]
pub(crate) fn ask_well(service: &Service, clinician: &str) {
    let asked = question("Which antibiotics in the first hour of sepsis for Ilda Quorn, SSN 123-45-6789?");
    let headers = format!("x-request-id: r-42\r\n{clinician}");
    assert_eq!(service.send("POST /ask?token=hunter2", &headers, &asked).0, 200);
}

/// Sends requests that fail by the patient's data, and one to a path with a name.
#[track_caller]
pub(crate) fn ask_badly(service: &Service, clinician: &str) {
    assert_eq!(service.send("POST /ask", clinician, "{\"Ilda Quorn").0, 400);
    assert_eq!(service.send("POST /ask", clinician, &question("!? 1")).0, 400);
    assert_eq!(service.log_in("quorn@example.org", "hunter2").0, 401);
    assert_eq!(service.send("GET /patients/Ilda%20Quorn", "user-agent: quorn@example.org\r\n", "").0, 404);
}
