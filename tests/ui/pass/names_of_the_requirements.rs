//! The names in `requirements.md` that annotated functions have.

#![deny(warnings)]

use observe::{Label, metered};

#[derive(Label, Clone, Copy)]
enum Any {
    A,
    B,
}

#[metered(
    calls = "http_requests_total",
    duration = "http_request_duration_seconds",
    in_progress = "http_requests_in_progress",
    outcome = "outcome",
    labels(method: Any = any, endpoint: Any = any, status: Any = any),
)]
fn http_request(any: Any) {
    let _ = any;
}

macro_rules! metrics {
    ($($function:ident: $($option:ident = $name:literal),* ($($label:ident),*);)*) => {
        $(
            #[metered($($option = $name,)* labels($($label: Any = any),*))]
            fn $function(any: Any) {
                let _ = any;
            }
        )*

        fn main() {
            http_request(Any::B);
            $($function(Any::A);)*
        }
    };
}

metrics! {
    authentication: calls = "authentication_attempts_total" (outcome);
    rag_query: calls = "rag_queries_total", duration = "rag_query_duration_seconds" ();
    document_upload: calls = "document_uploads_total" ();
    vector_search: calls = "vector_search_queries_total", duration = "vector_search_duration_seconds" ();
    database_query: duration = "database_query_duration_seconds" (operation, table);
    database_connection: in_progress = "database_connections_active" ();
    db_connection: in_progress = "db_connections_active" ();
    connection: in_progress = "active_connections" ();
    redis_operation: calls = "redis_operations_total", duration = "redis_operation_duration_seconds" (operation);
    external_api: calls = "external_api_calls_total", duration = "external_api_duration_seconds" (provider, outcome);
    error: calls = "errors_total" (error_type, endpoint);
    health_check: in_progress = "health_check_status" (component);
    build: in_progress = "up" (version, environment);
    audit_log_failure: calls = "audit_log_failures_total" ();
    payment: calls = "payments_total" (outcome);
    enrollment: calls = "enrollments_total" (outcome);
    cache_hit: calls = "cache_hits_total" ();
    cache_miss: calls = "cache_misses_total" ();
    ai_request: duration = "ai_request_duration_seconds" ();
    ai_tokens_used: calls = "ai_tokens_used_total" ();
    circuit_breaker: in_progress = "circuit_breaker_state" (breaker);
    tokens_processed: calls = "chatvault_tokens_processed_total" (model, provider, user_type);
    requests_cost: calls = "chatvault_requests_cost_total" (model, provider, user_type);
}
