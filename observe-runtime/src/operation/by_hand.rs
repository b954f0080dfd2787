//! Operations that are no functions.

use super::call::{self, OperationCall};
use super::started::StartedOperation;
use crate::pseudonym;
use crate::redact::scrub_display;
use crate::span::SpanKind;
use observe_rules::convention::{self, gen_ai as ai, rag};
use std::fmt;

/// An operation that has not begun yet. [`start`](Self::start) begins it.
///
/// The texts that it is made of pass [`scrub`](crate::scrub) on their way onto the span, and become labels of a
/// bounded number of values.
#[must_use = "an operation begins with `start`"]
pub struct Operation {
    name: String,
    kind: SpanKind,
    attributes: Vec<(&'static str, String)>,
    user_type: Option<String>,
    counts: bool,
    streamed: bool,
    begin: Box<Begin>,
}

/// Begins what is counted, for a user of this type.
type Begin = dyn FnOnce(Option<&str>, bool) -> OperationCall + Send;

impl Operation {
    fn new<const N: usize>(
        name: &str,
        kind: SpanKind,
        attributes: [(&'static str, &str); N],
        begin: impl FnOnce(Option<&str>, bool) -> OperationCall + Send + 'static,
    ) -> Self {
        let attributes = attributes.into_iter().filter(|(_, text)| !text.is_empty());
        Self {
            name: scrub_display(&name),
            kind,
            attributes: attributes.map(|(name, text)| (name, scrub_display(&text))).collect(),
            user_type: None,
            counts: true,
            streamed: false,
            begin: Box::new(begin),
        }
    }

    fn with(mut self, name: &'static str, text: &str) -> Self {
        self.attributes.push((name, scrub_display(&text)));
        self
    }

    /// Who it is for; a keyed hash of it is recorded.
    pub fn user(mut self, user: &str) -> Self {
        self.attributes.push((convention::USER, pseudonym(user)));
        self
    }

    /// What kind of user it is for, such as `free`: a label of a model's tokens and cost.
    pub fn user_type(mut self, user_type: &str) -> Self {
        self.user_type = Some(user_type.to_owned());
        self
    }

    /// What is called, as a template: `/v1/charges/{id}`.
    pub fn endpoint(self, template: &'static str) -> Self {
        self.with(convention::http::ENDPOINT, template)
    }

    /// Says that the answer comes in pieces.
    pub fn streamed(mut self) -> Self {
        self.streamed = true;
        self
    }

    /// Leaves the metrics out; the span stays.
    pub fn without_metrics(mut self) -> Self {
        self.counts = false;
        self
    }

    /// Begins it: its span is a child of the current one.
    pub fn start(self) -> StartedOperation {
        let Self { name, kind, attributes, user_type, counts, streamed, begin } = self;
        let started = StartedOperation::new(&name, kind, &attributes, begin(user_type.as_deref(), counts));
        if streamed {
            started.set(ai::STREAMED, true);
        }
        started
    }
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operation").field("name", &self.name).field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// A query to a database: `database("postgresql", "select", "users")`. The operation is one of the words of the
/// preset `db`, and any other is counted as `other`.
pub fn database(system: &str, operation: &str, table: &str) -> Operation {
    use convention::db;
    let (word, name) = (operation.to_owned(), table.to_owned());
    let summary = format!("{operation} {table}");
    Operation::new(
        &summary,
        SpanKind::Client,
        [(db::SYSTEM, system), (db::OPERATION, operation), (db::COLLECTION, table), (db::QUERY_SUMMARY, &summary)],
        move |_, counts| call::database(&word, &name, counts),
    )
}

/// A request to somebody else's service: `http_client("stripe", "POST")`.
pub fn http_client(provider: &str, method: &str) -> Operation {
    use convention::http;
    let who = provider.to_owned();
    Operation::new(method, SpanKind::Client, [(http::PROVIDER, provider), (http::METHOD, method)], move |_, counts| {
        call::http_client(&who, counts)
    })
}

/// Something that is done with messages: `messaging("kafka", "send", "orders")`.
pub fn messaging(system: &str, operation: &str, destination: &str) -> Operation {
    use convention::messaging;
    let (word, whereto) = (operation.to_owned(), destination.to_owned());
    Operation::new(
        &format!("{operation} {destination}"),
        messaging_kind(operation),
        [
            (messaging::SYSTEM, system),
            (messaging::OPERATION, operation),
            (messaging::OPERATION_TYPE, operation),
            (messaging::DESTINATION, destination),
        ],
        move |_, counts| call::messaging(&word, &whereto, counts),
    )
}

fn messaging_kind(operation: &str) -> SpanKind {
    match convention::messaging::kind(operation) {
        "producer" => SpanKind::Producer,
        "consumer" => SpanKind::Consumer,
        _ => SpanKind::Client,
    }
}

/// Something that is done with a cache: `cache("redis", "get")`.
pub fn cache(system: &str, operation: &str) -> Operation {
    use convention::cache;
    let (which, word) = (system.to_owned(), operation.to_owned());
    let kind = if cache::IN_PROCESS.contains(&system) { SpanKind::Internal } else { SpanKind::Client };
    Operation::new(
        &format!("{system} {operation}"),
        kind,
        [(cache::SYSTEM, system), (cache::OPERATION, operation)],
        move |_, counts| call::cache(&which, &word, counts),
    )
}

/// A call of a model: `gen_ai("openai", "text-embedding-3", "embeddings")`.
pub fn gen_ai(provider: &str, model: &str, operation: &str) -> Operation {
    let (whose, which) = (provider.to_owned(), model.to_owned());
    Operation::new(
        &format!("{operation} {model}"),
        SpanKind::Client,
        [(ai::PROVIDER, provider), (ai::MODEL, model), (ai::OPERATION, operation)],
        move |user_type, counts| call::gen_ai(&whose, &which, user_type, counts),
    )
}

/// A question to a model that chats: `chat("openai", "gpt-4")`.
pub fn chat(provider: &str, model: &str) -> Operation {
    gen_ai(provider, model, ai::CHAT)
}

/// A call of a remote procedure: `rpc("grpc", "pay.Payments", "Refund")`.
pub fn rpc(system: &str, service: &str, method: &str) -> Operation {
    use convention::rpc;
    let (of, which) = (service.to_owned(), method.to_owned());
    Operation::new(
        &format!("{service}/{method}"),
        SpanKind::Client,
        [(rpc::SYSTEM, system), (rpc::SERVICE, service), (rpc::METHOD, method)],
        move |_, counts| call::rpc(&of, &which, counts),
    )
}

/// Somebody says who they are: `authentication("password")`.
pub fn authentication(method: &str) -> Operation {
    use convention::authentication;
    Operation::new(authentication::NAME, SpanKind::Internal, [(authentication::METHOD, method)], |_, counts| {
        call::authentication(counts)
    })
}

/// A limit is looked at.
pub fn rate_limit() -> Operation {
    Operation::new(convention::rate_limit::NAME, SpanKind::Internal, [], |_, counts| call::rate_limit(counts))
}

/// A question is answered out of documents.
pub fn rag_query() -> Operation {
    Operation::new(rag::QUERY_NAME, SpanKind::Internal, [], |_, counts| call::rag_query(counts))
}

/// Vectors are searched: `vector_search("qdrant", "passages")`.
pub fn vector_search(system: &str, collection: &str) -> Operation {
    Operation::new(
        rag::SEARCH_NAME,
        SpanKind::Client,
        [(rag::SEARCH_SYSTEM, system), (rag::SEARCH_COLLECTION, collection)],
        |_, counts| call::vector_search(counts),
    )
}

/// A document is indexed: `indexing("pdf")`.
pub fn indexing(kind: &str) -> Operation {
    Operation::new(rag::INDEXING_NAME, SpanKind::Internal, [(rag::INDEXING_KIND, kind)], |_, counts| {
        call::indexing(counts)
    })
}
