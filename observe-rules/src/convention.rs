//! The names of what services do for others: OpenTelemetry's semantic conventions where there are some,
//! names of our own elsewhere. The macros and the runtime have them from here, and from nowhere else.
//!
//! Source: OpenTelemetry semantic conventions, [`VERSION`]; each [`Group`] says which page.

/// The version of the conventions that the names are of.
pub const VERSION: &str = "1.42.0";

/// What a group's names promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stability {
    /// The conventions will not change them.
    Stable,
    /// The conventions may still change them, and so may the next minor version of observe.
    Development,
    /// There is no convention: names of observe's own.
    Own,
}

/// The attributes that belong to one kind of operation.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// What the operation is called in `#[traced(…)]`.
    pub preset: &'static str,
    /// What the names promise.
    pub stability: Stability,
    /// The page of the conventions; empty where the names are our own.
    pub source: &'static str,
    /// The attributes that the group has names for.
    pub attributes: &'static [&'static str],
}

/// Queries to databases.
pub mod db {
    /// The product, out of [`SYSTEMS`].
    pub const SYSTEM: &str = "db.system.name";
    /// What is done, out of [`OPERATIONS`].
    pub const OPERATION: &str = "db.operation.name";
    /// The table or collection.
    pub const COLLECTION: &str = "db.collection.name";
    /// The database, or the schema.
    pub const NAMESPACE: &str = "db.namespace";
    /// Operation and table, without any value.
    pub const QUERY_SUMMARY: &str = "db.query.summary";
    /// The statement, without any value.
    pub const QUERY_TEXT: &str = "db.query.text";
    /// How many rows came back.
    pub const RETURNED_ROWS: &str = "db.response.returned_rows";
    /// The database's own code of what went wrong.
    pub const STATUS_CODE: &str = "db.response.status_code";
    /// The metric of queries.
    pub const DURATION: &str = "database_query_duration_seconds";
    /// The gauge of connections that work.
    pub const CONNECTIONS: &str = "database_connections_active";
    /// The same where the service's namespace goes before it.
    pub const CONNECTIONS_IN_NAMESPACE: &str = "db_connections_active";
    /// Products that the conventions know.
    pub const SYSTEMS: &[&str] = &[
        "postgresql",
        "mysql",
        "mariadb",
        "sqlite",
        "microsoft.sql_server",
        "oracle.db",
        "cockroachdb",
        "clickhouse",
        "cassandra",
        "mongodb",
        "elasticsearch",
        "opensearch",
        "neo4j",
        "redis",
        "memcached",
        "couchdb",
        "couchbase",
        "influxdb",
        "trino",
        "teradata",
        "hbase",
        "hive",
        "ibm.db2",
        "sap.hana",
        "aws.dynamodb",
        "aws.redshift",
        "azure.cosmosdb",
        "gcp.spanner",
        "other_sql",
    ];
    /// What is done with rows, documents and tables; the label of the metric has these values and `other`.
    pub const OPERATIONS: &[&str] = &[
        "select",
        "insert",
        "update",
        "delete",
        "upsert",
        "merge",
        "find",
        "aggregate",
        "count",
        "create",
        "alter",
        "drop",
        "begin",
        "commit",
        "rollback",
        "ping",
    ];
}

/// Requests that the program sends to others.
pub mod http {
    /// The method.
    pub const METHOD: &str = "http.request.method";
    /// The answer's status code.
    pub const STATUS_CODE: &str = "http.response.status_code";
    /// The path with placeholders in place of values.
    pub const ENDPOINT: &str = "url.template";
    /// The host.
    pub const SERVER: &str = "server.address";
    /// The port.
    pub const PORT: &str = "server.port";
    /// Who answers, in a word; our own.
    pub const PROVIDER: &str = "external_api.provider";
    /// The metrics of calls.
    pub const CALLS: &str = "external_api_calls_total";
    /// The same, their durations.
    pub const DURATION: &str = "external_api_duration_seconds";
    /// The methods of RFC 9110, and PATCH.
    pub const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];
}

/// Messages through a broker.
pub mod messaging {
    /// The broker, out of [`SYSTEMS`].
    pub const SYSTEM: &str = "messaging.system";
    /// What is done, out of [`OPERATIONS`].
    pub const OPERATION: &str = "messaging.operation.name";
    /// The same, as the type that the conventions have for it.
    pub const OPERATION_TYPE: &str = "messaging.operation.type";
    /// The queue or topic.
    pub const DESTINATION: &str = "messaging.destination.name";
    /// The metric.
    pub const DURATION: &str = "messaging_operation_duration_seconds";
    /// Brokers that the conventions know.
    pub const SYSTEMS: &[&str] = &[
        "kafka",
        "rabbitmq",
        "pulsar",
        "activemq",
        "rocketmq",
        "jms",
        "aws.sns",
        "aws_sqs",
        "gcp_pubsub",
        "eventgrid",
        "eventhubs",
        "servicebus",
    ];
    /// What is done with messages.
    pub const OPERATIONS: &[&str] = &["send", "receive", "process", "create", "settle"];

    /// The kind of a span that does this.
    #[must_use]
    pub fn kind(operation: &str) -> &'static str {
        match operation {
            "send" | "create" => "producer",
            "process" => "consumer",
            _ => "client",
        }
    }
}

/// Caches.
pub mod cache {
    /// The cache; our own, because the conventions know only those that are databases.
    pub const SYSTEM: &str = "cache.system";
    /// What is done, out of [`OPERATIONS`].
    pub const OPERATION: &str = "cache.operation";
    /// Whether the key was there.
    pub const HIT: &str = "cache.hit";
    /// The metric, of caches that are not Redis.
    pub const DURATION: &str = "cache_operation_duration_seconds";
    /// Keys that were there.
    pub const HITS: &str = "cache_hits_total";
    /// Keys that were not.
    pub const MISSES: &str = "cache_misses_total";
    /// Calls of Redis.
    pub const REDIS_CALLS: &str = "redis_operations_total";
    /// How long they took.
    pub const REDIS_DURATION: &str = "redis_operation_duration_seconds";
    /// What Redis says that it uses.
    pub const REDIS_MEMORY: &str = "redis_memory_bytes";
    /// The one that has metrics of its own.
    pub const REDIS: &str = "redis";
    /// Caches; `memory` is one inside of the program.
    pub const SYSTEMS: &[&str] = &["redis", "memcached", "memory", "disk"];
    /// Operations whose result tells whether the key was there.
    pub const LOOKUPS: &[&str] = &["get", "exists", "get_or_insert"];
    /// Those inside of the program, which no call leaves.
    pub const IN_PROCESS: &[&str] = &["memory", "disk"];
    /// What is done with keys.
    pub const OPERATIONS: &[&str] =
        &["get", "set", "delete", "exists", "increment", "expire", "clear", "get_or_insert", "scan", "publish", "ping"];
}

/// Models that write, and their cost.
pub mod gen_ai {
    /// Whose model it is, out of [`PROVIDERS`].
    pub const PROVIDER: &str = "gen_ai.provider.name";
    /// What it is asked for, out of [`OPERATIONS`].
    pub const OPERATION: &str = "gen_ai.operation.name";
    /// The model.
    pub const MODEL: &str = "gen_ai.request.model";
    /// Tokens that it read.
    pub const INPUT_TOKENS: &str = "gen_ai.usage.input_tokens";
    /// Tokens that it wrote.
    pub const OUTPUT_TOKENS: &str = "gen_ai.usage.output_tokens";
    /// What the call cost; our own, called as it has been proposed for the conventions.
    pub const COST: &str = "gen_ai.usage.cost.amount";
    /// In which currency; our own, likewise.
    pub const CURRENCY: &str = "gen_ai.usage.cost.currency";
    /// Whether the answer came in pieces.
    pub const STREAMED: &str = "gen_ai.request.stream";
    /// What kind of user asked, such as `free`; our own.
    pub const USER_TYPE: &str = "gen_ai.user_type";
    /// Calls.
    pub const CALLS: &str = "model_requests_total";
    /// How long they took.
    pub const DURATION: &str = "ai_request_duration_seconds";
    /// Tokens by direction.
    pub const TOKENS: &str = "ai_tokens_used_total";
    /// Tokens by user type.
    pub const TOKENS_PROCESSED: &str = "tokens_processed_total";
    /// What calls cost.
    pub const COST_TOTAL: &str = "requests_cost_total";
    /// Providers that the conventions know, and behind them what serves models on the program's own machines, for which
    /// they have no names.
    pub const PROVIDERS: &[&str] = &[
        "openai",
        "anthropic",
        "aws.bedrock",
        "azure.ai.inference",
        "azure.ai.openai",
        "cohere",
        "deepseek",
        "gcp.gemini",
        "gcp.gen_ai",
        "gcp.vertex_ai",
        "groq",
        "ibm.watsonx.ai",
        "mistral_ai",
        "perplexity",
        "x_ai",
        "llama_cpp",
        "lm_studio",
        "ollama",
        "vllm",
    ];
    /// To chat.
    pub const CHAT: &str = "chat";
    /// What a model is asked for.
    pub const OPERATIONS: &[&str] =
        &["chat", "generate_content", "text_completion", "embeddings", "execute_tool", "create_agent", "invoke_agent"];
}

/// Calls of remote procedures.
pub mod rpc {
    /// The protocol, out of [`SYSTEMS`].
    pub const SYSTEM: &str = "rpc.system.name";
    /// The service, with its package. The conventions have given it up for a method with the service before it,
    /// which is the span's name here: the two are asked for apart by whoever looks at one service.
    pub const SERVICE: &str = "rpc.service";
    /// The method.
    pub const METHOD: &str = "rpc.method";
    /// The metric.
    pub const DURATION: &str = "rpc_duration_seconds";
    /// Protocols that the conventions know.
    pub const SYSTEMS: &[&str] = &["grpc", "connectrpc", "jsonrpc", "dubbo"];
}

/// Somebody says who they are.
pub mod authentication {
    /// The span's name.
    pub const NAME: &str = "authentication";
    /// How, out of [`METHODS`].
    pub const METHOD: &str = "authentication.method";
    /// Whether they were let in.
    pub const SUCCESS: &str = "authentication.success";
    /// The metric.
    pub const ATTEMPTS: &str = "authentication_attempts_total";
    /// Ways to say it.
    pub const METHODS: &[&str] =
        &["password", "token", "api_key", "session", "oauth", "oidc", "saml", "certificate", "otp", "passkey"];
}

/// Somebody may do so much, and no more.
pub mod rate_limit {
    /// The span's name.
    pub const NAME: &str = "rate limit";
    /// Whether this request was within the limit.
    pub const ALLOWED: &str = "rate_limit.allowed";
    /// How many requests there are now.
    pub const CURRENT: &str = "rate_limit.current";
    /// How many there may be.
    pub const LIMIT: &str = "rate_limit.limit";
    /// Requests beyond their limit.
    pub const VIOLATIONS: &str = "rate_limit_violations_total";
}

/// Questions that are answered out of documents.
pub mod rag {
    /// The name of an answer's span.
    pub const QUERY_NAME: &str = "rag query";
    /// The name of a search's span.
    pub const SEARCH_NAME: &str = "vector search";
    /// The name of an indexing's span.
    pub const INDEXING_NAME: &str = "document indexing";
    /// How many passages are asked for.
    pub const TOP_K: &str = "rag.top_k";
    /// Where the vectors are.
    pub const SEARCH_SYSTEM: &str = "vector_search.system";
    /// Which of them.
    pub const SEARCH_COLLECTION: &str = "vector_search.collection";
    /// How many are asked for.
    pub const SEARCH_TOP_K: &str = "vector_search.top_k";
    /// How many were found.
    pub const SEARCH_RESULTS: &str = "vector_search.results";
    /// What kind of document is indexed.
    pub const INDEXING_KIND: &str = "indexing.kind";
    /// In how many pieces.
    pub const INDEXING_CHUNKS: &str = "indexing.chunks";
    /// Answers.
    pub const QUERIES: &str = "rag_queries_total";
    /// How long they took.
    pub const QUERY_DURATION: &str = "rag_query_duration_seconds";
    /// Searches.
    pub const SEARCHES: &str = "vector_search_queries_total";
    /// How long they took.
    pub const SEARCH_DURATION: &str = "vector_search_duration_seconds";
    /// Documents.
    pub const UPLOADS: &str = "document_uploads_total";
    /// How long indexing took.
    pub const INDEXING_DURATION: &str = "document_indexing_duration_seconds";
}

/// Circuit breakers.
pub mod circuit_breaker {
    /// The gauge: 0 closed, 1 half open, 2 open.
    pub const STATE: &str = "circuit_breaker_state";
}

/// The user of any operation, as a keyed hash.
pub const USER: &str = "user.hash";

/// All groups, by the preset that they belong to.
pub const GROUPS: &[Group] = &[
    Group {
        preset: "db",
        stability: Stability::Stable,
        source: "Database client spans",
        attributes: &[
            db::SYSTEM,
            db::OPERATION,
            db::COLLECTION,
            db::NAMESPACE,
            db::QUERY_SUMMARY,
            db::QUERY_TEXT,
            db::RETURNED_ROWS,
            db::STATUS_CODE,
        ],
    },
    Group {
        preset: "http_client",
        stability: Stability::Stable,
        source: "HTTP client spans",
        attributes: &[http::METHOD, http::STATUS_CODE, http::SERVER, http::PORT],
    },
    Group {
        preset: "http_client",
        stability: Stability::Development,
        source: "URL attributes",
        attributes: &[http::ENDPOINT],
    },
    Group {
        preset: "messaging",
        stability: Stability::Development,
        source: "Messaging spans",
        attributes: &[messaging::SYSTEM, messaging::OPERATION, messaging::OPERATION_TYPE, messaging::DESTINATION],
    },
    Group {
        preset: "gen_ai",
        stability: Stability::Development,
        source: "Generative AI client spans",
        attributes: &[
            gen_ai::PROVIDER,
            gen_ai::OPERATION,
            gen_ai::MODEL,
            gen_ai::INPUT_TOKENS,
            gen_ai::OUTPUT_TOKENS,
            gen_ai::STREAMED,
        ],
    },
    Group {
        preset: "rpc",
        stability: Stability::Development,
        source: "RPC client spans",
        attributes: &[rpc::SYSTEM, rpc::SERVICE, rpc::METHOD],
    },
    Group {
        preset: "cache",
        stability: Stability::Own,
        source: "",
        attributes: &[cache::SYSTEM, cache::OPERATION, cache::HIT],
    },
    Group {
        preset: "gen_ai",
        stability: Stability::Own,
        source: "",
        attributes: &[gen_ai::COST, gen_ai::CURRENCY, gen_ai::USER_TYPE],
    },
    Group { preset: "http_client", stability: Stability::Own, source: "", attributes: &[http::PROVIDER] },
    Group {
        preset: "authentication",
        stability: Stability::Own,
        source: "",
        attributes: &[authentication::METHOD, authentication::SUCCESS],
    },
    Group {
        preset: "rate_limit",
        stability: Stability::Own,
        source: "",
        attributes: &[rate_limit::ALLOWED, rate_limit::CURRENT, rate_limit::LIMIT],
    },
    Group { preset: "rag_query", stability: Stability::Own, source: "", attributes: &[rag::TOP_K] },
    Group {
        preset: "vector_search",
        stability: Stability::Own,
        source: "",
        attributes: &[rag::SEARCH_SYSTEM, rag::SEARCH_COLLECTION, rag::SEARCH_TOP_K, rag::SEARCH_RESULTS],
    },
    Group {
        preset: "indexing",
        stability: Stability::Own,
        source: "",
        attributes: &[rag::INDEXING_KIND, rag::INDEXING_CHUNKS],
    },
    Group { preset: "chat", stability: Stability::Development, source: "User attributes", attributes: &[USER] },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{privacy, span};

    #[test]
    fn every_attribute_is_a_name_that_a_field_may_have() {
        for group in GROUPS {
            for name in group.attributes {
                assert!(span::check_field(name).is_ok(), "{name}");
                assert!(!privacy::is_sensitive(name) || *name == USER, "{name} would be hidden");
            }
        }
    }

    #[test]
    fn no_attribute_is_in_two_groups() {
        let mut names: Vec<_> = GROUPS.iter().flat_map(|group| group.attributes).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }

    #[test]
    fn what_has_a_source_is_not_our_own() {
        for group in GROUPS {
            assert_eq!(group.source.is_empty(), group.stability == Stability::Own, "{}", group.preset);
        }
    }
}
