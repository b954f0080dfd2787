//! The presets: what each may say, and what is made of it.

use observe_rules::convention::{USER, authentication, cache, db, gen_ai, http, messaging, rag, rate_limit, rpc};

/// One preset.
pub(super) struct Spec {
    /// The option of `#[traced]`.
    pub(super) word: &'static str,
    pub(super) keys: &'static [Key],
    pub(super) kind: Kind,
    pub(super) name: Name,
    /// Attributes that are always the same.
    pub(super) always: &'static [(&'static str, &'static str)],
    /// The function of the runtime that begins it.
    pub(super) begin: &'static str,
    /// The keys that it takes, as texts.
    pub(super) labels: &'static [&'static str],
    /// How many metrics it has.
    pub(super) metrics: usize,
    /// What its result tells.
    pub(super) tells: Tells,
}

/// What may be said of an operation.
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) attribute: &'static str,
    pub(super) required: bool,
    /// The words that it may be, where it is written out; any word where there are none.
    pub(super) words: &'static [&'static str],
}

/// The kind of the span.
pub(super) enum Kind {
    Internal,
    Client,
    /// It depends on the operation.
    Messaging,
    /// It depends on whether the cache is inside of the program.
    Cache,
}

/// What the span is called, where the user doesn't say so.
pub(super) enum Name {
    Fixed(&'static str),
    /// The values of keys that are written out, and what stands between them.
    Joined(&'static [&'static str], &'static str),
}

/// What the result of the function tells about the operation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tells {
    /// No more than how it ended.
    Nothing,
    /// Whether a key was there, or somebody was let in.
    Verdict,
    /// Tokens and cost.
    Usage,
}

const fn key(name: &'static str, attribute: &'static str) -> Key {
    Key { name, attribute, required: false, words: &[] }
}

impl Key {
    const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    const fn one_of(self, words: &'static [&'static str]) -> Self {
        Self { words, ..self }
    }

    /// A user is recorded as a keyed hash, in whatever form it is given.
    pub(super) fn is_user(&self) -> bool {
        self.attribute == USER
    }
}

const MODEL_KEYS: [Key; 4] = [
    key("provider", gen_ai::PROVIDER).required().one_of(gen_ai::PROVIDERS),
    key("model", gen_ai::MODEL).required(),
    key("user_type", gen_ai::USER_TYPE),
    key("user", USER),
];

/// All presets.
pub(super) const SPECS: &[Spec] = &[
    Spec {
        word: "db",
        keys: &[
            key("system", db::SYSTEM).required().one_of(db::SYSTEMS),
            key("operation", db::OPERATION).required().one_of(db::OPERATIONS),
            key("table", db::COLLECTION),
            key("namespace", db::NAMESPACE),
        ],
        kind: Kind::Client,
        name: Name::Joined(&["operation", "table"], " "),
        always: &[],
        begin: "database",
        labels: &["operation", "table"],
        metrics: 1,
        tells: Tells::Nothing,
    },
    Spec {
        word: "http_client",
        keys: &[
            key("provider", http::PROVIDER).required(),
            key("method", http::METHOD).required().one_of(http::METHODS),
            key("endpoint", http::ENDPOINT),
            key("server", http::SERVER),
            key("user", USER),
        ],
        kind: Kind::Client,
        name: Name::Joined(&["method"], " "),
        always: &[],
        begin: "http_client",
        labels: &["provider"],
        metrics: 1,
        tells: Tells::Nothing,
    },
    Spec {
        word: "messaging",
        keys: &[
            key("system", messaging::SYSTEM).required().one_of(messaging::SYSTEMS),
            key("operation", messaging::OPERATION).required().one_of(messaging::OPERATIONS),
            key("destination", messaging::DESTINATION).required(),
        ],
        kind: Kind::Messaging,
        name: Name::Joined(&["operation", "destination"], " "),
        always: &[],
        begin: "messaging",
        labels: &["operation", "destination"],
        metrics: 1,
        tells: Tells::Nothing,
    },
    Spec {
        word: "cache",
        keys: &[
            key("system", cache::SYSTEM).required().one_of(cache::SYSTEMS),
            key("operation", cache::OPERATION).required().one_of(cache::OPERATIONS),
        ],
        kind: Kind::Cache,
        name: Name::Joined(&["system", "operation"], " "),
        always: &[],
        begin: "cache",
        labels: &["system", "operation"],
        metrics: 3,
        tells: Tells::Verdict,
    },
    Spec {
        word: "gen_ai",
        keys: &{
            let [provider, model, user_type, user] = MODEL_KEYS;
            let operation = key("operation", gen_ai::OPERATION).required().one_of(gen_ai::OPERATIONS);
            [provider, model, operation, user_type, user]
        },
        kind: Kind::Client,
        name: Name::Joined(&["operation", "model"], " "),
        always: &[],
        begin: "gen_ai",
        labels: &["provider", "model"],
        metrics: 4,
        tells: Tells::Usage,
    },
    Spec {
        word: "chat",
        keys: &MODEL_KEYS,
        kind: Kind::Client,
        name: Name::Joined(&["", "model"], " "),
        always: &[(gen_ai::OPERATION, gen_ai::CHAT)],
        begin: "gen_ai",
        labels: &["provider", "model"],
        metrics: 4,
        tells: Tells::Usage,
    },
    Spec {
        word: "rpc",
        keys: &[
            key("system", rpc::SYSTEM).required().one_of(rpc::SYSTEMS),
            key("service", rpc::SERVICE).required(),
            key("method", rpc::METHOD).required(),
        ],
        kind: Kind::Client,
        name: Name::Joined(&["service", "method"], "/"),
        always: &[],
        begin: "rpc",
        labels: &["service", "method"],
        metrics: 1,
        tells: Tells::Nothing,
    },
    Spec {
        word: "authentication",
        keys: &[key("method", authentication::METHOD).required().one_of(authentication::METHODS), key("user", USER)],
        kind: Kind::Internal,
        name: Name::Fixed(authentication::NAME),
        always: &[],
        begin: "authentication",
        labels: &[],
        metrics: 1,
        tells: Tells::Verdict,
    },
    Spec {
        word: "rate_limit",
        keys: &[key("user", USER), key("limit", rate_limit::LIMIT)],
        kind: Kind::Internal,
        name: Name::Fixed(rate_limit::NAME),
        always: &[],
        begin: "rate_limit",
        labels: &[],
        metrics: 1,
        tells: Tells::Verdict,
    },
    Spec {
        word: "rag_query",
        keys: &[key("top_k", rag::TOP_K), key("user", USER)],
        kind: Kind::Internal,
        name: Name::Fixed(rag::QUERY_NAME),
        always: &[],
        begin: "rag_query",
        labels: &[],
        metrics: 1,
        tells: Tells::Nothing,
    },
    Spec {
        word: "vector_search",
        keys: &[
            key("system", rag::SEARCH_SYSTEM),
            key("collection", rag::SEARCH_COLLECTION),
            key("top_k", rag::SEARCH_TOP_K),
        ],
        kind: Kind::Client,
        name: Name::Fixed(rag::SEARCH_NAME),
        always: &[],
        begin: "vector_search",
        labels: &[],
        metrics: 1,
        tells: Tells::Nothing,
    },
    Spec {
        word: "indexing",
        keys: &[key("kind", rag::INDEXING_KIND), key("chunks", rag::INDEXING_CHUNKS), key("user", USER)],
        kind: Kind::Internal,
        name: Name::Fixed(rag::INDEXING_NAME),
        always: &[],
        begin: "indexing",
        labels: &[],
        metrics: 1,
        tells: Tells::Nothing,
    },
];
