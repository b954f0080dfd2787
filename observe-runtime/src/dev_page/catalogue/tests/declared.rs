#![expect(unsafe_code, reason = "the records of annotations, which only in this crate are not from elsewhere")]

use super::*;
use crate::{Capped, Counter, Label, LabelSet, metered, metric, redact, traced};

#[derive(Label)]
enum Plan {
    Free,
    Paid,
}

#[derive(LabelSet)]
struct Caller {
    plan: Plan,
    tenant: Capped<'static, 8>,
}

/// Tokens of this test.
#[metric]
static CATALOGUE_TOKENS_TOTAL: Counter<Caller>;

/// Tokens that nobody counts.
#[metric]
static CATALOGUE_UNUSED_TOTAL: Counter;

#[redact]
struct Question {
    #[redact(clear, because = "a number of ours")]
    id: u64,
    text: String,
}

#[traced(kind = client, fields(question = q, times))]
#[metered(name = "catalogue_call", labels(plan: Plan = plan))]
fn call(q: &Question, plan: Plan, times: u64) -> u64 {
    q.id + times + q.text.len() as u64 + plan.index() as u64
}

#[test]
fn what_annotations_declare_is_read_back_and_said_to_be_seen_once_it_was() {
    CATALOGUE_TOKENS_TOTAL.with(Caller { plan: Plan::Paid, tenant: Capped::new("acme") }).inc();
    let _ = CATALOGUE_UNUSED_TOTAL;
    call(&Question { id: 1, text: String::new() }, Plan::Free, 2);
    let catalogue = json(&|record| (record.kind == Kind::Span).then(|| record.text("name") == "call"));
    let of = |kind: &str, name: &str| {
        let mut all = catalogue["records"].as_array().unwrap().iter();
        let found =
            all.find(|entry| entry["kind"] == kind && entry["name"] == name && entry["module"] == module_path!());
        let found = found.unwrap_or_else(|| panic!("{kind} {name}")).clone();
        assert!(
            found["file"].as_str().unwrap().ends_with("declared.rs") && found["line"].as_u64() > Some(0),
            "{found}"
        );
        (found["details"].clone(), found.get("seen").and_then(Value::as_bool))
    };
    let (tokens, is_seen) = of("metric", "catalogue_tokens_total");
    assert_eq!(tokens["labels"], "plan (free, paid); tenant (at most 9)");
    assert_eq!((&tokens["series"], is_seen), (&json!("at most 18"), Some(true)));
    assert_eq!(of("metric", "catalogue_unused_total").1, Some(false));
    let (call, is_seen) = of("meter", "catalogue_call");
    assert_eq!(call["labels"], "plan (free, paid); status (ok, cancelled, panicked, error)");
    assert_eq!(is_seen, Some(true));
    let (span, is_seen) = of("span", "call");
    assert_eq!((&span["fields"], is_seen), (&json!("question (typed); times (typed)"), Some(true)));
    let (question, is_seen) = of("redaction", "Question");
    assert_eq!((&question["fields"], is_seen), (&json!("id (clear: a number of ours); text (hidden)"), None));
    assert_eq!(of("label", "Plan").0["values"], "free, paid");
    assert_eq!(of("set", "Caller").0["combinations"], "18");
}
