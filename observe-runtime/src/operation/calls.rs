//! The metrics of operations, which presets, clients and guards count into.
//!
//! They are made by hand, because the attributes are an optional part. Each is known to the registry once
//! somebody can count into it: a function with a preset lists the metrics of it, a client announces its own,
//! and a first call does so too. A program without a database has no family of databases.
//!
//! A metric that the program declares itself under one of these names takes the place of the built-in one.

use super::words::{CacheOperation, DatabaseOperation, MessagingOperation, TokenType};
use crate::families;
use crate::metric::{
    AI_LADDER, Calls, Capped, Choice, Counter, CounterCore, DeclaredMetric, Gauge, GaugeCore, LabelInfo, Meter,
    MeterDefinition, MetricDefinition, StartedCall, registry,
};
use observe_rules::convention::{authentication, cache, db, gen_ai, http, messaging, rag, rpc};
use observe_rules::families as rules;
use observe_rules::families::capacity::{COMMANDS, CURRENCIES, MODELS, PROVIDERS, REMOTES, SMALL, TABLES, USER_TYPES};

type Table = Capped<'static, TABLES>;
type Command = Capped<'static, COMMANDS>;
type Remote = Capped<'static, REMOTES>;
type Provider = Capped<'static, PROVIDERS>;
type Model = Capped<'static, MODELS>;
type UserType = Capped<'static, USER_TYPES>;
type Currency = Capped<'static, CURRENCIES>;
type Small = Capped<'static, SMALL>;

/// The labels of a metric, by name and type.
macro_rules! labels {
    ($($label:literal: $ty:ty),*) => { &[$(LabelInfo::of::<$ty>($label, stringify!($ty))),*] };
}

/// Calls, of which nobody asks how many are under way.
macro_rules! calls {
    ($($(#[$doc:meta])* $name:ident($($label:literal: $ty:ty),*) = $base:literal, $help:literal, { $($field:ident: $value:expr),* };)*) => {$(
        $(#[$doc])*
        pub(crate) static $name: Calls<($($ty,)*)> = {
            const LABELS: &[LabelInfo] = labels![$($label: $ty),*];
            static METER: Meter = Meter::new(MeterDefinition {
                in_progress: Choice::Off,
                $($field: $value,)*
                ..MeterDefinition::of($base, $help, LABELS, (families::$name, line!()))
            });
            Calls::new(&METER, LABELS)
        };
    )*};
}

/// Counters and gauges.
macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident: $metric:ident<$labels:ty $(, $number:ty)?> [$core:ident, $more:expr]
        ($($label:literal: $ty:ty),*) = $group:ident[$place:literal];)*) => {$(
        $(#[$doc])*
        pub(crate) static $name: $metric<$labels $(, $number)?> = {
            static CORE: $core = $core::new(
                MetricDefinition {
                    name: rules::$group.families[$place].name,
                    help: rules::$group.families[$place].help,
                    unit: rules::$group.families[$place].unit,
                    labels: labels![$($label: $ty),*],
                    init_all: false,
                    module: families::$group,
                    line: line!(),
                },
                $more,
            );
            $metric::new(&CORE)
        };
    )*};
}

calls! {
    /// Queries to databases.
    DATABASE("operation": DatabaseOperation, "table": Table) = "database_query", "queries to databases", {
        calls: Choice::Off, duration: Choice::Named(db::DURATION)
    };
    /// Calls of Redis.
    REDIS("operation": Command) = "redis_operation", "calls of Redis", {
        calls: Choice::Named(cache::REDIS_CALLS), duration: Choice::Named(cache::REDIS_DURATION)
    };
    /// Calls of other caches.
    CACHE("system": Small, "operation": CacheOperation) = "cache_operation", "calls of caches", {
        calls: Choice::Off, duration: Choice::Named(cache::DURATION)
    };
    /// Requests to the services of others.
    EXTERNAL_API("provider": Remote) = "external_api", "requests to services of others", {
        calls: Choice::Named(http::CALLS), duration: Choice::Named(http::DURATION)
    };
    /// Calls of models.
    MODEL("provider": Provider, "model": Model) = "model_request", "calls of language models", {
        calls: Choice::Named(gen_ai::CALLS), duration: Choice::Named(gen_ai::DURATION), ladder: &AI_LADDER
    };
    /// Messages.
    MESSAGING("operation": MessagingOperation, "destination": Remote) = "messaging_operation", "messages through brokers", {
        calls: Choice::Off, duration: Choice::Named(messaging::DURATION)
    };
    /// Calls of remote procedures.
    RPC("service": Small, "method": Remote) = "rpc", "calls of remote procedures", {
        calls: Choice::Off, duration: Choice::Named(rpc::DURATION)
    };
    /// Attempts to log in.
    AUTHENTICATION() = "authentication", "attempts to log in", {
        calls: Choice::Named(authentication::ATTEMPTS), duration: Choice::Off, outcome: Some("outcome")
    };
    /// Questions that are answered out of documents.
    RAG_QUERY() = "rag_query", "questions answered out of documents", {
        calls: Choice::Named(rag::QUERIES), duration: Choice::Named(rag::QUERY_DURATION), ladder: &AI_LADDER
    };
    /// Searches among vectors.
    VECTOR_SEARCH() = "vector_search", "searches among vectors", {
        calls: Choice::Named(rag::SEARCHES), duration: Choice::Named(rag::SEARCH_DURATION)
    };
    /// Documents that are indexed.
    INDEXING() = "document_indexing", "documents indexed", {
        calls: Choice::Named(rag::UPLOADS), duration: Choice::Named(rag::INDEXING_DURATION), ladder: &AI_LADDER
    };
}

numbers! {
    /// Keys that were in a cache.
    CACHE_HITS: Counter<Small> [CounterCore, false] ("system": Small) = CACHE_LOOKUPS[0];
    /// Keys that were not.
    CACHE_MISSES: Counter<Small> [CounterCore, false] ("system": Small) = CACHE_LOOKUPS[1];
    /// Tokens by direction.
    TOKENS: Counter<(Provider, Model, TokenType)> [CounterCore, false]
        ("provider": Provider, "model": Model, "token_type": TokenType) = TOKENS[0];
    /// Tokens by user type.
    TOKENS_PROCESSED: Counter<(Model, Provider, UserType)> [CounterCore, false]
        ("model": Model, "provider": Provider, "user_type": UserType) = TOKENS[1];
    /// What calls cost.
    COST: Counter<(Model, Provider, UserType, Currency), f64> [CounterCore, true]
        ("model": Model, "provider": Provider, "user_type": UserType, "currency": Currency) = COST[0];
    /// Requests beyond their limit.
    RATE_LIMIT_VIOLATIONS: Counter<()> [CounterCore, false] () = RATE_LIMIT[0];
    /// Connections to databases that work.
    #[allow(dead_code, reason = "for clients, which are features")]
    DATABASE_CONNECTIONS: Gauge<()> [GaugeCore, None] () = DATABASE_POOL[0];
    /// What Redis uses.
    #[allow(dead_code, reason = "for clients, which are features")]
    REDIS_MEMORY: Gauge<()> [GaugeCore, None] () = REDIS_MEMORY[0];
    /// Circuit breakers.
    CIRCUIT_BREAKER: Gauge<Small> [GaugeCore, None] ("breaker": Small) = CIRCUIT_BREAKER[0];
}

/// Makes metrics known before anybody counts, so that the first scrape describes them.
#[allow(dead_code, reason = "for clients, which are features")]
pub(crate) fn announce<const N: usize>(metrics: [DeclaredMetric; N]) {
    for metric in metrics {
        registry().announce(metric.0);
    }
}

/// A query begins. `operation` is a word such as `select`, and `table` a name out of the program.
pub(crate) fn database_query(operation: &str, table: &str) -> StartedCall {
    DATABASE.start((operation.into(), Capped::new(table)))
}

/// A command to Redis begins, such as `get`.
pub(crate) fn redis_operation(operation: &str) -> StartedCall {
    REDIS.start((Capped::new(operation),))
}

/// A command to another cache begins.
pub(crate) fn cache_operation(system: &str, operation: &str) -> StartedCall {
    CACHE.start((Capped::new(system), operation.into()))
}

/// A key was looked up in a cache: was it there?
pub(crate) fn cache_lookup(system: &str, hit: bool) {
    let counter = if hit { &CACHE_HITS } else { &CACHE_MISSES };
    counter.with(Capped::new(system)).inc();
}

/// A request to somebody else's service begins.
pub(crate) fn external_api_call(provider: &str) -> StartedCall {
    EXTERNAL_API.start((Capped::new(provider),))
}

/// A call of a model begins.
pub(crate) fn model_request(provider: &str, model: &str) -> StartedCall {
    MODEL.start((Capped::new(provider), Capped::new(model)))
}

/// Something is done with messages.
pub(crate) fn messaging_operation(operation: &str, destination: &str) -> StartedCall {
    MESSAGING.start((operation.into(), Capped::new(destination)))
}

/// A remote procedure is called.
pub(crate) fn rpc_call(service: &str, method: &str) -> StartedCall {
    RPC.start((Capped::new(service), Capped::new(method)))
}

/// A model has read and written so many tokens, for a user of this type.
pub(crate) fn tokens(provider: &str, model: &str, user_type: &str, input: u64, output: u64) {
    for (token_type, count) in [(TokenType::Input, input), (TokenType::Output, output)] {
        TOKENS.with((Capped::new(provider), Capped::new(model), token_type)).add(count);
    }
    let processed = TOKENS_PROCESSED.with((Capped::new(model), Capped::new(provider), Capped::new(user_type)));
    processed.add(input.saturating_add(output));
}

/// A call of a model costs so much, for a user of this type.
pub(crate) fn cost(provider: &str, model: &str, user_type: &str, amount: f64, currency: &str) {
    let labels = (Capped::new(model), Capped::new(provider), Capped::new(user_type), Capped::new(currency));
    COST.with(labels).add(amount);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::{Descriptor, exposition};

    #[test]
    fn calls_are_counted_under_the_names_that_are_documented() {
        database_query("SELECT", "users").finish_ok();
        external_api_call("stripe").finish_error();
        tokens("openai", "gpt-4", "free", 3, 4);
        cost("openai", "gpt-4", "free", 0.25, "USD");
        cache_lookup("memory", false);
        let text = exposition();
        for line in [
            r#"database_query_duration_seconds_count{operation="select",table="users",status="ok"} 1"#,
            r#"external_api_calls_total{provider="stripe",status="error"} 1"#,
            r#"ai_tokens_used_total{provider="openai",model="gpt-4",token_type="output"} 4"#,
            r#"tokens_processed_total{model="gpt-4",provider="openai",user_type="free"} 7"#,
            r#"requests_cost_total{model="gpt-4",provider="openai",user_type="free",currency="USD"} 0.25"#,
            r#"cache_misses_total{system="memory"} 1"#,
        ] {
            assert!(text.contains(&format!("{line}\n")), "{line} in {text}");
        }
    }

    #[test]
    fn what_is_announced_is_described_before_anybody_counts() {
        announce([REDIS.declaration(), REDIS_MEMORY.declaration()]);
        let text = exposition();
        assert!(text.contains("# TYPE redis_operations_total counter\n"), "{text}");
        assert!(text.contains("# HELP redis_memory_bytes "), "{text}");
    }

    #[test]
    fn connections_have_a_shorter_name_behind_a_namespace() {
        let families: Vec<Descriptor> = DATABASE_CONNECTIONS.declaration().0.families();
        assert_eq!(families[0].full_name(""), "database_connections_active");
        assert_eq!(families[0].full_name("azora"), "azora_db_connections_active");
    }
}
