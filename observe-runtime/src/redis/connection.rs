//! A connection around a connection.

use super::commands;
use crate::call::in_call;
use crate::call::outcome::Outcome;
use crate::client_call::ClientCall;
use crate::operation::calls::{self, announce, redis_operation};
use crate::operation::counts_cache;
use observe_rules::convention::cache;
use redis::aio::ConnectionLike;
use redis::{Cmd, ErrorKind, Pipeline, RedisError, RedisFuture, RedisResult, ServerError, ServerErrorKind, Value};
use std::borrow::Cow;
use tracing::Span;
use tracing::field::Empty;

/// A connection whose commands are traced and counted: around a multiplexed connection, a connection manager, or
/// whatever else is `ConnectionLike`.
///
/// It is cloned as what it holds is. A command whose future is dropped counts as `cancelled`, and a pipeline in which
/// one command failed as `error`.
///
/// ```no_run
/// # async fn run(client: redis::Client) -> redis::RedisResult<()> {
/// let redis = observe::redis::Connection::new(client.get_multiplexed_async_connection().await?);
/// let (first, second): (u64, u64) = redis::pipe().incr("a", 1).incr("b", 1).query_async(&mut redis.clone()).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Connection<C> {
    inner: C,
}

impl<C> Connection<C> {
    /// Goes around a connection.
    pub fn new(inner: C) -> Self {
        announce([calls::REDIS.declaration()]);
        Self { inner }
    }

    /// The connection inside, of which nothing is recorded.
    #[must_use]
    pub fn inner(&self) -> &C {
        &self.inner
    }

    /// The same, to be used.
    pub fn inner_mut(&mut self) -> &mut C {
        &mut self.inner
    }

    /// Gives the connection back.
    #[must_use]
    pub fn into_inner(self) -> C {
        self.inner
    }
}

impl<C: ConnectionLike + Send> ConnectionLike for Connection<C> {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        let call = begin(commands::name(command), None, self.inner.get_db());
        let answer = self.inner.req_packed_command(command);
        Box::pin(in_call(call, recording(answer), outcome))
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        pipeline: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        let (name, size) = batch(pipeline);
        let call = begin(name, size, self.inner.get_db());
        let answer = self.inner.req_packed_commands(pipeline, offset, count);
        Box::pin(in_call(call, recording(answer), outcome))
    }

    fn get_db(&self) -> i64 {
        self.inner.get_db()
    }
}

/// What a pipeline is called, and how many commands it has where these are several.
fn batch(pipeline: &Pipeline) -> (&'static str, Option<usize>) {
    let size = pipeline.len();
    match pipeline.cmd_iter().next() {
        Some(only) if size == 1 && !pipeline.is_transaction() => (commands::name(only), None),
        _ => (if pipeline.is_transaction() { "MULTI" } else { "PIPELINE" }, (size > 1).then_some(size)),
    }
}

fn begin(name: &'static str, size: Option<usize>, database: i64) -> ClientCall {
    let span = tracing::info_span!(
        target: "observe::redis",
        "redis",
        otel.name = name,
        otel.kind = "client",
        db.system.name = "redis",
        db.operation.name = name,
        db.operation.batch.size = size,
        db.namespace = Empty,
        db.response.status_code = Empty,
        otel.status_code = Empty,
        error.type = Empty,
        outcome = Empty,
    );
    if database != 0 {
        span.record("db.namespace", database.to_string().as_str());
    }
    let label = if name == "other" { name.to_owned() } else { name.to_ascii_lowercase() };
    ClientCall::new(span, (!counts_cache(cache::REDIS)).then(|| redis_operation(&label)))
}

/// The answer, with the code of an error on its span.
async fn recording<T: Answer>(answer: RedisFuture<'_, T>) -> RedisResult<T> {
    let answer = answer.await;
    if let Some(error) = error(&answer)
        && let Some(code) = code(&error)
    {
        Span::current().record("db.response.status_code", code);
    }
    answer
}

/// What a connection gives: a server's error is an answer too, until somebody makes a value of it.
trait Answer {
    fn server_error(&self) -> Option<&ServerError>;
}

impl Answer for Value {
    fn server_error(&self) -> Option<&ServerError> {
        match self {
            Self::ServerError(error) => Some(error),
            // The answers to the commands of a transaction.
            Self::Array(answers) => answers.server_error(),
            _ => None,
        }
    }
}

impl Answer for Vec<Value> {
    fn server_error(&self) -> Option<&ServerError> {
        self.iter().find_map(|answer| match answer {
            Value::ServerError(error) => Some(error),
            Value::Array(answers) => answers.server_error(),
            _ => None,
        })
    }
}

fn error<T: Answer>(answer: &RedisResult<T>) -> Option<Cow<'_, RedisError>> {
    match answer {
        Ok(answer) => answer.server_error().map(|error| Cow::Owned(error.clone().into())),
        Err(error) => Some(Cow::Borrowed(error)),
    }
}

/// The first word of a server's error, where it is one that servers have: a script may answer anything.
fn code(error: &RedisError) -> Option<&str> {
    const OTHERS: [&str; 8] = ["BUSY", "BUSYGROUP", "BUSYKEY", "MISCONF", "NOAUTH", "NOGROUP", "OOM", "WRONGTYPE"];
    let code = error.code()?;
    (matches!(error.kind(), ErrorKind::Server(_)) || OTHERS.contains(&code)).then_some(code)
}

/// The text of the error is left out: servers quote the command in it.
fn outcome<T: Answer>(answer: &RedisResult<T>) -> Outcome<'_> {
    match error(answer) {
        None => Outcome::Ok,
        Some(error) => Outcome::Error { error_type: error_type(&error), message: None, label: 0 },
    }
}

fn error_type(error: &RedisError) -> &'static str {
    if error.is_timeout() {
        return "timeout";
    }
    if error.is_connection_refusal() {
        return "connection_refused";
    }
    if error.is_connection_dropped() {
        return "connection_dropped";
    }
    match error.kind() {
        ErrorKind::Server(ServerErrorKind::ExecAbort) => "exec_abort",
        ErrorKind::Server(ServerErrorKind::BusyLoading) => "busy_loading",
        ErrorKind::Server(ServerErrorKind::NoScript) => "no_script",
        ErrorKind::Server(ServerErrorKind::ClusterDown) => "cluster_down",
        ErrorKind::Server(ServerErrorKind::CrossSlot) => "cross_slot",
        ErrorKind::Server(ServerErrorKind::MasterDown) => "master_down",
        ErrorKind::Server(ServerErrorKind::ReadOnly) => "read_only",
        ErrorKind::Server(ServerErrorKind::NoPerm) => "no_permission",
        ErrorKind::Server(_) => "server",
        ErrorKind::Extension => "extension",
        ErrorKind::Io => "io",
        ErrorKind::AuthenticationFailed => "authentication_failed",
        ErrorKind::UnexpectedReturnType => "unexpected_type",
        ErrorKind::Parse => "parse",
        ErrorKind::Client => "client",
        _ => "other",
    }
}
