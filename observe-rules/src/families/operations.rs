//! The families of operations: presets of `#[traced]`, operations by hand, and clients count into the same ones.

use super::{Family, Group, Label, OUTCOMES, Scope, at_most, known, known_or_other};
use crate::bucket::{AI, API};
use crate::convention::{authentication, cache, circuit_breaker, db, gen_ai, http, messaging, rag, rate_limit, rpc};

/// How many values labels keep that no list bounds; each has [`OTHER`](super::OTHER) besides.
pub mod capacity {
    /// Tables of databases.
    pub const TABLES: usize = 24;
    /// Commands of Redis.
    pub const COMMANDS: usize = 48;
    /// Services of others, places of messages, procedures.
    pub const REMOTES: usize = 32;
    /// Who offers models.
    pub const PROVIDERS: usize = 12;
    /// Models.
    pub const MODELS: usize = 24;
    /// Kinds of users.
    pub const USER_TYPES: usize = 6;
    /// Currencies.
    pub const CURRENCIES: usize = 2;
    /// Caches, breakers and services of remote procedures.
    pub const SMALL: usize = 16;
}

const fn capped(name: &'static str, capacity: usize) -> Label {
    at_most(name, capacity + 1)
}

const STATUS: Label = known("status", OUTCOMES);
const PROVIDER: Label = capped("provider", capacity::PROVIDERS);
const MODEL_NAME: Label = capped("model", capacity::MODELS);
const USER_TYPE: Label = capped("user_type", capacity::USER_TYPES);
const CACHE_SYSTEM: Label = capped("system", capacity::SMALL);

/// Calls that ended, and their duration.
macro_rules! calls {
    ($what:literal, $labels:expr, $calls:expr, $duration:expr, $bounds:expr) => {
        &[calls!($what, $labels, $calls), durations!($what, $labels, $duration, $bounds)]
    };
    ($what:literal, $labels:expr, $calls:expr) => {
        Family::counter($calls, concat!("Finished calls: ", $what), $labels).with_outcome()
    };
}

/// The duration alone, whose count says how many there were.
macro_rules! durations {
    ($what:literal, $labels:expr, $duration:expr, $bounds:expr) => {
        Family::histogram($duration, concat!("Duration of calls in seconds: ", $what), $labels, ("seconds", $bounds))
            .with_outcome()
    };
}

const fn group(name: &'static str, families: &'static [Family]) -> Group {
    Group { name, scope: Scope::Service, families }
}

/// Queries to databases.
pub const DATABASE: Group = group(
    "database",
    &[durations!(
        "queries to databases",
        &[known_or_other("operation", db::OPERATIONS), capped("table", capacity::TABLES), STATUS],
        db::DURATION,
        API
    )],
);

/// Connections to databases.
pub const DATABASE_POOL: Group = group(
    "database_pool",
    &[
        Family::gauge(db::CONNECTIONS, "Connections to databases that are in use", &[])
            .renamed(db::CONNECTIONS_IN_NAMESPACE),
        Family::gauge("database_connections_idle", "Connections to databases that wait to be used", &[]),
        Family::gauge("database_connections_max", "How many connections to databases there may be", &[]),
    ],
);

/// Calls of Redis.
pub const REDIS: Group = group(
    "redis",
    calls!(
        "calls of Redis",
        &[capped("operation", capacity::COMMANDS), STATUS],
        cache::REDIS_CALLS,
        cache::REDIS_DURATION,
        API
    ),
);

/// What Redis says of its memory.
pub const REDIS_MEMORY: Group = group(
    "redis_memory",
    &[
        Family::gauge(cache::REDIS_MEMORY, "Memory that Redis says it uses, in bytes", &[]).in_unit("bytes"),
        Family::gauge("redis_memory_max_bytes", "Memory that Redis may use, in bytes; 0 where nothing limits it", &[])
            .in_unit("bytes"),
    ],
);

/// Calls of other caches.
pub const CACHE: Group = group(
    "cache",
    &[durations!(
        "calls of caches",
        &[CACHE_SYSTEM, known_or_other("operation", cache::OPERATIONS), STATUS],
        cache::DURATION,
        API
    )],
);

/// Keys that were looked up in a cache.
pub const CACHE_LOOKUPS: Group = group(
    "cache_lookups",
    &[
        Family::counter(cache::HITS, "Keys that were in the cache", &[CACHE_SYSTEM]),
        Family::counter(cache::MISSES, "Keys that were not in the cache", &[CACHE_SYSTEM]),
    ],
);

/// Requests to the services of others.
pub const EXTERNAL_API: Group = group(
    "external_api",
    calls!(
        "requests to services of others",
        &[capped("provider", capacity::REMOTES), STATUS],
        http::CALLS,
        http::DURATION,
        API
    ),
);

/// Calls of language models.
pub const MODEL: Group = group(
    "model",
    calls!("calls of language models", &[PROVIDER, MODEL_NAME, STATUS], gen_ai::CALLS, gen_ai::DURATION, AI),
);

/// Tokens that models read and write.
pub const TOKENS: Group = group(
    "tokens",
    &[
        Family::counter(
            gen_ai::TOKENS,
            "Tokens read and written",
            &[PROVIDER, MODEL_NAME, known("token_type", &["input", "output"])],
        ),
        Family::counter(gen_ai::TOKENS_PROCESSED, "Tokens, by who asked", &[MODEL_NAME, PROVIDER, USER_TYPE]),
    ],
);

/// What models cost.
pub const COST: Group = group(
    "cost",
    &[Family::counter(
        gen_ai::COST_TOTAL,
        "What calls of models cost",
        &[MODEL_NAME, PROVIDER, USER_TYPE, capped("currency", capacity::CURRENCIES)],
    )],
);

/// Questions that are answered out of documents.
pub const RAG_QUERY: Group =
    group("rag_query", calls!("questions answered out of documents", &[STATUS], rag::QUERIES, rag::QUERY_DURATION, AI));

/// Searches among vectors.
pub const VECTOR_SEARCH: Group =
    group("vector_search", calls!("searches among vectors", &[STATUS], rag::SEARCHES, rag::SEARCH_DURATION, API));

/// Documents that are indexed.
pub const INDEXING: Group =
    group("indexing", calls!("documents indexed", &[STATUS], rag::UPLOADS, rag::INDEXING_DURATION, AI));

/// Messages.
pub const MESSAGING: Group = group(
    "messaging",
    &[durations!(
        "messages through brokers",
        &[known_or_other("operation", messaging::OPERATIONS), capped("destination", capacity::REMOTES), STATUS],
        messaging::DURATION,
        API
    )],
);

/// Calls of remote procedures.
pub const RPC: Group = group(
    "rpc",
    &[durations!(
        "calls of remote procedures",
        &[capped("service", capacity::SMALL), capped("method", capacity::REMOTES), STATUS],
        rpc::DURATION,
        API
    )],
);

/// Attempts to log in.
pub const AUTHENTICATION: Group =
    group("authentication", &[calls!("attempts to log in", &[known("outcome", OUTCOMES)], authentication::ATTEMPTS)]);

/// Requests beyond their limit.
pub const RATE_LIMIT: Group =
    group("rate_limit", &[Family::counter(rate_limit::VIOLATIONS, "Requests beyond their limit", &[])]);

/// Circuit breakers.
pub const CIRCUIT_BREAKER: Group = group(
    "circuit_breaker",
    &[Family::gauge(
        circuit_breaker::STATE,
        "State of a circuit breaker: 0 closed, 1 half open, 2 open",
        &[capped("breaker", capacity::SMALL)],
    )],
);
