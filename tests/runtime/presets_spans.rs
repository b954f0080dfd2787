//! Presets of `#[traced]`: the name, the kind and the attributes of each span, and what each counts.

use observe::testing::{Capture, capture};
use observe::{Label, SpanKind, SpanRecord, operation, pseudonym, traced};

/// The attributes as text, without those that every span has.
fn attributes(span: &SpanRecord) -> Vec<String> {
    span.attributes.iter().map(|(key, value)| format!("{key}={value}")).collect()
}

fn counted(capture: &Capture, name: &str, labels: &[(&str, &str)]) -> u32 {
    let count = capture.metric(name, labels);
    assert!((0.0..1e6).contains(&count) && count.fract() == 0.0, "{name} {labels:?} is {count}");
    format!("{:.0}", count.abs()).parse().expect("a whole number")
}

#[traced(db(system = "postgresql", operation = "select", table = "users"))]
fn load_user() -> Result<u64, String> {
    Ok(7)
}

#[test]
fn a_query_says_system_operation_and_table() {
    let capture = capture();
    load_user().unwrap();
    let span = capture.span("select users");
    assert_eq!(span.kind, SpanKind::Client);
    assert_eq!(
        attributes(&span)[..4],
        [
            "db.system.name=postgresql",
            "db.operation.name=select",
            "db.collection.name=users",
            "db.query.summary=select users"
        ]
    );
    let labels = [("operation", "select"), ("table", "users"), ("status", "ok")];
    assert_eq!(counted(&capture, "database_query_duration_seconds_count", &labels), 1);
}

#[traced(http_client(provider = "stripe", method = "POST", endpoint = "/v1/charges/{id}", user = customer))]
fn charge(customer: &str) -> Result<(), String> {
    operation::status_code(402);
    Err("card declined".to_owned())
}

#[test]
fn a_request_says_provider_method_endpoint_and_status() {
    let capture = capture();
    charge("jane@example.org").unwrap_err();
    let span = capture.span("POST");
    assert_eq!(span.kind, SpanKind::Client);
    let attributes = attributes(&span);
    for expected in [
        "external_api.provider=stripe".to_owned(),
        "http.request.method=POST".to_owned(),
        "url.template=/v1/charges/{id}".to_owned(),
        "http.response.status_code=402".to_owned(),
        "outcome=error".to_owned(),
        format!("user.hash={}", pseudonym("jane@example.org")),
    ] {
        assert!(attributes.contains(&expected), "{expected} in {attributes:?}");
    }
    assert_eq!(span.status, observe::Status::Error("card declined".into()));
    assert_eq!(counted(&capture, "external_api_calls_total", &[("provider", "stripe"), ("status", "error")]), 1);
    assert_eq!(counted(&capture, "external_api_duration_seconds_count", &[("provider", "stripe")]), 1);
}

#[traced(messaging(system = "kafka", operation = "send", destination = "orders"))]
fn send() {}

#[traced(messaging(system = "kafka", operation = "process", destination = "orders"))]
fn process() {}

#[test]
fn messages_have_the_kind_of_their_direction() {
    let capture = capture();
    send();
    process();
    let (sent, processed) = (capture.span("send orders"), capture.span("process orders"));
    assert_eq!((sent.kind, processed.kind), (SpanKind::Producer, SpanKind::Consumer));
    let expected = [
        "messaging.system=kafka",
        "messaging.operation.name=send",
        "messaging.destination.name=orders",
        "messaging.operation.type=send",
    ];
    assert_eq!(attributes(&sent)[..4], expected);
    let labels = [("operation", "process"), ("destination", "orders"), ("status", "ok")];
    assert_eq!(counted(&capture, "messaging_operation_duration_seconds_count", &labels), 1);
}

#[traced(rpc(system = "grpc", service = "pay.Payments", method = "Refund"))]
fn refund() {}

#[test]
fn a_remote_procedure_says_service_and_method() {
    let capture = capture();
    refund();
    let span = capture.span("pay.Payments/Refund");
    assert_eq!(span.kind, SpanKind::Client);
    assert_eq!(attributes(&span)[..3], ["rpc.system.name=grpc", "rpc.service=pay.Payments", "rpc.method=Refund"]);
    let labels = [("service", "pay.Payments"), ("method", "Refund"), ("status", "ok")];
    assert_eq!(counted(&capture, "rpc_duration_seconds_count", &labels), 1);
}

#[traced(cache(system = "memory", operation = "get"))]
fn cached(key: u64) -> Option<u64> {
    key.checked_sub(1)
}

#[traced(cache(system = "redis", operation = "get"))]
fn cached_in_redis(key: u64) -> Result<Option<u64>, String> {
    if key > 9 { Err("connection refused".to_owned()) } else { Ok(key.checked_sub(1)) }
}

#[traced(cache(system = "disk", operation = "set"))]
fn store() -> bool {
    false
}

#[traced(cache(system = "disk", operation = "get_or_insert"))]
fn load_or_make() -> u64 {
    operation::cache_hit(true);
    3
}

#[test]
fn none_is_a_miss() {
    let capture = capture();
    assert_eq!((cached(0), cached(5)), (None, Some(4)));
    let spans = capture.spans();
    assert!(spans.iter().all(|span| span.name == "memory get" && span.kind == SpanKind::Internal));
    assert_eq!(attributes(&spans[0])[..3], ["cache.system=memory", "cache.operation=get", "cache.hit=false"]);
    assert_eq!(spans[1].attribute("cache.hit").unwrap().to_string(), "true");
    let of = |name| counted(&capture, name, &[("system", "memory")]);
    assert_eq!((of("cache_hits_total"), of("cache_misses_total")), (1, 1));
    assert_eq!(of("cache_operation_duration_seconds_count"), 2);
}

#[test]
fn redis_has_families_of_its_own() {
    let capture = capture();
    cached_in_redis(0).unwrap();
    cached_in_redis(10).unwrap_err();
    assert!(capture.spans().iter().all(|span| span.kind == SpanKind::Client));
    let of = |status| counted(&capture, "redis_operations_total", &[("operation", "get"), ("status", status)]);
    assert_eq!((of("ok"), of("error")), (1, 1));
    // An error is neither a hit nor a miss.
    assert_eq!(counted(&capture, "cache_misses_total", &[("system", "redis")]), 1);
    assert_eq!(counted(&capture, "redis_operation_duration_seconds_count", &[("operation", "get")]), 2);
}

#[test]
fn what_is_written_to_a_cache_is_neither_hit_nor_miss_and_who_knows_better_says_so() {
    let capture = capture();
    store();
    assert_eq!(capture.span("disk set").attribute("cache.hit"), None);
    load_or_make();
    assert_eq!(capture.span("disk get_or_insert").attribute("cache.hit").unwrap().to_string(), "true");
    let of = |name| counted(&capture, name, &[("system", "disk")]);
    assert_eq!((of("cache_hits_total"), of("cache_misses_total")), (1, 0));
}

#[derive(Clone, Copy, Label)]
enum Model {
    Gpt4,
}

#[traced(gen_ai(provider = "openai", model = model, operation = "embeddings"))]
fn embed(model: Model) {
    operation::tokens(9, 0);
}

#[test]
fn a_model_may_be_a_label_of_the_program() {
    let capture = capture();
    embed(Model::Gpt4);
    let span = capture.span("embeddings");
    assert_eq!(span.kind, SpanKind::Client);
    let expected = ["gen_ai.provider.name=openai", "gen_ai.request.model=gpt4", "gen_ai.operation.name=embeddings"];
    assert_eq!(attributes(&span)[..3], expected);
    let labels = [("provider", "openai"), ("model", "gpt4"), ("status", "ok")];
    assert_eq!(counted(&capture, "ai_request_duration_seconds_count", &labels), 1);
    assert_eq!(counted(&capture, "model_requests_total", &labels), 1);
}

#[traced(chat(provider = "anthropic", model = scrub(model), user_type = "free", user = user))]
fn chat(model: &str, user: &str) -> Result<&'static str, String> {
    operation::tokens(100, 20);
    nested();
    operation::cost(0.5, "USD");
    Ok("yes")
}

/// Said in a span of its own, it belongs to the call of the model.
#[traced]
fn nested() {
    operation::tokens(1, 2);
}

#[test]
fn tokens_and_cost_of_a_chat_are_recorded_and_counted() {
    let capture = capture();
    chat("claude-3", "user-17").unwrap();
    let span = capture.span("chat");
    let attributes = attributes(&span);
    for expected in [
        "gen_ai.provider.name=anthropic",
        "gen_ai.request.model=claude-3",
        "gen_ai.operation.name=chat",
        "gen_ai.usage.input_tokens=101",
        "gen_ai.usage.output_tokens=22",
        "gen_ai.usage.cost.amount=0.5",
        "gen_ai.usage.cost.currency=USD",
        "gen_ai.user_type=free",
        &format!("user.hash={}", pseudonym("user-17")),
    ] {
        assert!(attributes.iter().any(|known| known == expected), "{expected} in {attributes:?}");
    }
    assert_eq!(capture.span("nested").attribute("gen_ai.usage.input_tokens"), None);
    let of_model = [("provider", "anthropic"), ("model", "claude-3")];
    assert_eq!(counted(&capture, "ai_tokens_used_total", &[of_model[0], ("token_type", "input")]), 101);
    assert_eq!(counted(&capture, "ai_tokens_used_total", &[of_model[0], ("token_type", "output")]), 22);
    assert_eq!(counted(&capture, "tokens_processed_total", &[of_model[1], ("user_type", "free")]), 123);
    let cost = capture.metric("requests_cost_total", &[of_model[1], ("user_type", "free"), ("currency", "USD")]);
    assert!((cost - 0.5).abs() < 1e-9, "{cost}");
}

#[traced(authentication(method = "password", user = user))]
fn login(user: &str, right: bool) -> bool {
    assert!(!user.is_empty());
    right
}

#[test]
fn who_is_not_let_in_is_an_error_of_the_attempt() {
    let capture = capture();
    login("jane", true);
    login("jane", false);
    let spans = capture.spans();
    assert!(spans.iter().all(|span| span.name == "authentication" && span.kind == SpanKind::Internal));
    let success = |at: usize| spans[at].attribute("authentication.success").unwrap().to_string();
    assert_eq!((success(0), success(1)), ("true".to_owned(), "false".to_owned()));
    assert_eq!(spans[0].attribute("authentication.method").unwrap().to_string(), "password");
    assert_eq!(spans[0].attribute("user.hash").unwrap().to_string(), pseudonym("jane"));
    let of = |outcome| counted(&capture, "authentication_attempts_total", &[("outcome", outcome)]);
    assert_eq!((of("ok"), of("error")), (1, 1));
}

#[traced(rate_limit(user = user))]
fn within(user: &str, current: u64) -> Result<(), String> {
    assert!(!user.is_empty());
    operation::within_limit(current < 10, current, 10);
    Ok(())
}

#[traced(rate_limit)]
fn refuses() -> Result<(), String> {
    Err("too many".to_owned())
}

#[test]
fn a_limit_says_what_is_allowed_and_counts_what_is_beyond() {
    let capture = capture();
    within("jane", 3).unwrap();
    within("jane", 12).unwrap();
    refuses().unwrap_err();
    let spans = capture.spans();
    assert!(spans.iter().all(|span| span.name == "rate limit"));
    let shown = |at: usize, name| spans[at].attribute(name).map(ToString::to_string);
    assert_eq!(shown(0, "rate_limit.allowed").as_deref(), Some("true"));
    assert_eq!(shown(1, "rate_limit.allowed").as_deref(), Some("false"));
    assert_eq!(shown(2, "rate_limit.allowed").as_deref(), Some("false"));
    assert_eq!(shown(1, "rate_limit.current").as_deref(), Some("12"));
    assert_eq!(shown(1, "rate_limit.limit").as_deref(), Some("10"));
    assert_eq!(shown(0, "user.hash"), Some(pseudonym("jane")));
    assert_eq!(counted(&capture, "rate_limit_violations_total", &[]), 2);
}

#[traced(rag_query(top_k, user = user))]
fn answer(top_k: usize, user: &str) -> usize {
    assert!(!user.is_empty());
    search(top_k)
}

#[traced(vector_search(system = "qdrant", collection = "passages", top_k = top_k))]
fn search(top_k: usize) -> usize {
    observe::current_span().set("vector_search.results", top_k);
    top_k
}

#[traced(indexing(kind = "pdf", chunks = chunks))]
fn index(chunks: u64) {
    std::hint::black_box(chunks);
}

#[test]
fn questions_searches_and_documents_are_counted() {
    let capture = capture();
    answer(3, "jane");
    index(12);
    let (question, search, document) =
        (capture.span("rag query"), capture.span("vector search"), capture.span("document indexing"));
    assert_eq!(search.parent_id, Some(question.span_id));
    assert_eq!((question.kind, search.kind), (SpanKind::Internal, SpanKind::Client));
    assert_eq!(attributes(&question)[0], "rag.top_k=3");
    let expected = [
        "vector_search.system=qdrant",
        "vector_search.collection=passages",
        "vector_search.top_k=3",
        "vector_search.results=3",
    ];
    assert_eq!(attributes(&search)[..4], expected);
    assert_eq!(attributes(&document)[..2], ["indexing.kind=pdf", "indexing.chunks=12"]);
    let ok = [("status", "ok")];
    for name in [
        "rag_queries_total",
        "rag_query_duration_seconds_count",
        "vector_search_queries_total",
        "vector_search_duration_seconds_count",
        "document_uploads_total",
        "document_indexing_duration_seconds_count",
    ] {
        assert_eq!(counted(&capture, name, &ok), 1, "{name}");
    }
}
