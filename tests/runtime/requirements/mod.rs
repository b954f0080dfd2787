//! Every metric and every label that `requirements.md` names, declared as it stands there.
//!
//! Where a name begins with `<ns>`, the namespace of one of the services stands in its place.

use observe::{Counter, Gauge, Histogram, Info, Label, metric};

#[derive(Label, Clone, Copy)]
enum Any {
    Some,
}

/// Each line is a name, its kind, the types of its labels, and what they are called.
macro_rules! metrics {
    ($($name:ident: $kind:ident<$types:ty $(, $value:ty)?>($($label:ident),*);)*) => {
        $(
            /// As the requirements name it.
            #[metric(labels($($label),*))]
            static $name: $kind<$types $(, $value)?>;
        )*

        pub(super) const NAMES: &[(&str, &str)] = &[$((stringify!($name), stringify!($kind))),*];
    };
}

#[allow(non_upper_case_globals, reason = "so that each stands here as the requirements spell it")]
mod declared {
    use super::*;

    metrics! {
        http_requests_total: Counter<(Any, Any, Any)>(method, endpoint, status);
        http_request_duration_seconds: Histogram<(Any, Any, Any)>(method, endpoint, status);
        http_requests_in_progress: Gauge<(Any, Any)>(method, endpoint);
        http_request_size_bytes: Histogram<(Any, Any)>(method, endpoint);
        http_response_size_bytes: Histogram<(Any, Any)>(method, endpoint);
        active_connections: Gauge<()>();
        authentication_attempts_total: Counter<Any>(outcome);
        rag_queries_total: Counter<Any>(status);
        rag_query_duration_seconds: Histogram<()>();
        document_uploads_total: Counter<()>();
        vector_search_queries_total: Counter<()>();
        vector_search_duration_seconds: Histogram<()>();
        database_connections_active: Gauge<()>();
        voiceassist_db_connections_active: Gauge<()>();
        database_query_duration_seconds: Histogram<(Any, Any)>(operation, table);
        redis_operations_total: Counter<Any>(operation);
        redis_operation_duration_seconds: Histogram<Any>(operation);
        external_api_calls_total: Counter<(Any, Any)>(provider, outcome);
        external_api_duration_seconds: Histogram<Any>(provider);
        errors_total: Counter<(Any, Any)>(error_type, endpoint);
        health_check_status: Gauge<Any>(component);
        voiceassist_up: Gauge<()>();
        audit_log_failures_total: Counter<()>();
        last_backup_timestamp_seconds: Gauge<()>();
        payments_total: Counter<Any>(outcome);
        enrollments_total: Counter<Any>(outcome);
        balibliss_cache_hits_total: Counter<()>();
        balibliss_cache_misses_total: Counter<()>();
        balibliss_ai_request_duration_seconds: Histogram<Any>(model);
        balibliss_ai_tokens_used_total: Counter<Any>(model);
        balibliss_circuit_breaker_state: Gauge<Any>(breaker);
        chatvault_tokens_processed_total: Counter<(Any, Any, Any)>(model, provider, user_type);
        chatvault_requests_cost_total: Counter<(Any, Any, Any), f64>(model, provider, user_type);
    }

    /// As the requirements name it.
    #[metric(labels(version, environment))]
    static voiceassist_info: Info;
}

/// Each has its TYPE in a scrape before anybody counts.
pub(crate) fn are_all_shown() {
    let _ = Any::Some;
    let text = observe::exposition();
    assert_eq!(declared::NAMES.len(), 33);
    // In this format an info is a gauge.
    for (name, kind) in declared::NAMES.iter().copied().chain([("voiceassist_info", "gauge")]) {
        let kind = kind.to_lowercase();
        assert!(text.contains(&format!("# TYPE {name} {kind}\n")), "{name}: {text}");
    }
}
