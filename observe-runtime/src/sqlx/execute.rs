//! One query: read, and handed on unchanged.

use super::endpoint::Endpoint;
use super::rows::Rows;
use super::statement::Statement;
use crate::call::in_call;
use crate::call::outcome::Outcome;
use crate::client_call::ClientCall;
use crate::operation::calls::database_query;
use crate::operation::{ClientKind, counts_client};
use futures_core::future::BoxFuture;
use futures_core::stream::BoxStream;
use sqlx::error::{BoxDynError, ErrorKind};
use sqlx::{Database, Either, Error, Execute, Executor, SqlStr, Statement as _};
use std::future::Future;
use tracing::Span;
use tracing::field::Empty;

/// What a query gives.
pub(super) type Step<DB> = Either<<DB as Database>::QueryResult, <DB as Database>::Row>;

/// A query whose statement was looked at. A query gives its statement away only with itself, so its parts are taken
/// before.
struct Seen<DB: Database> {
    sql: SqlStr,
    prepared: Option<DB::Statement>,
    arguments: Result<Option<DB::Arguments>, BoxDynError>,
    persistent: bool,
}

impl<DB: Database> Seen<DB> {
    fn of<'q>(mut query: impl Execute<'q, DB>) -> Self {
        let (prepared, persistent) = (query.statement().cloned(), query.persistent());
        let arguments = query.take_arguments();
        let sql = prepared.as_ref().map_or_else(|| query.sql(), |prepared| prepared.sql().clone());
        Self { sql, prepared, arguments, persistent }
    }
}

impl<DB: Database> Execute<'_, DB> for Seen<DB> {
    fn sql(self) -> SqlStr {
        self.sql
    }

    fn statement(&self) -> Option<&DB::Statement> {
        self.prepared.as_ref()
    }

    fn take_arguments(&mut self) -> Result<Option<DB::Arguments>, BoxDynError> {
        std::mem::replace(&mut self.arguments, Ok(None))
    }

    fn persistent(&self) -> bool {
        self.persistent
    }
}

/// Runs a query, all of whose rows are read.
pub(super) fn fetch_many<'c, 'e, 'q: 'e, DB, X, E>(
    endpoint: &Endpoint,
    executor: X,
    query: E,
) -> BoxStream<'e, Result<Step<DB>, Error>>
where
    'c: 'e,
    DB: Database,
    X: Executor<'c, Database = DB>,
    E: 'q + Execute<'q, DB>,
{
    let query = Seen::of(query);
    let call = begin(endpoint, &endpoint.statement(query.sql.as_str()));
    Box::pin(Rows::<DB>::new(call, executor.fetch_many(query)))
}

/// Runs a query, of which one row is read at most.
pub(super) fn fetch_optional<'c, 'e, 'q: 'e, DB, X, E>(
    endpoint: &Endpoint,
    executor: X,
    query: E,
) -> BoxFuture<'e, Result<Option<DB::Row>, Error>>
where
    'c: 'e,
    DB: Database,
    X: Executor<'c, Database = DB>,
    E: 'q + Execute<'q, DB>,
{
    let query = Seen::of(query);
    let call = begin(endpoint, &endpoint.statement(query.sql.as_str()));
    let row = executor.fetch_optional(query);
    let recording = async move {
        let row = row.await;
        match &row {
            Ok(row) => drop(Span::current().record("db.response.returned_rows", u64::from(row.is_some()))),
            Err(error) => record_error(&Span::current(), error),
        }
        row
    };
    Box::pin(in_call(call, recording, outcome))
}

/// Runs what is a statement of its own, such as `COMMIT`.
pub(super) async fn run<T>(
    endpoint: &Endpoint,
    statement: &'static str,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let call = begin(endpoint, &endpoint.statement(statement));
    let recording = async move {
        let result = work.await;
        if let Err(error) = &result {
            record_error(&Span::current(), error);
        }
        result
    };
    in_call(call, recording, outcome).await
}

fn begin(endpoint: &Endpoint, statement: &Statement) -> ClientCall {
    let shown = |text: &'static str| if text.is_empty() { None } else { Some(text) };
    let span = tracing::info_span!(
        target: "observe::sqlx",
        "query",
        otel.name = Empty,
        otel.kind = "client",
        db.system.name = endpoint.system,
        db.operation.name = shown(statement.operation),
        db.collection.name = Empty,
        db.namespace = Empty,
        db.query.summary = Empty,
        db.query.text = Empty,
        server.address = Empty,
        server.port = endpoint.port,
        db.response.returned_rows = Empty,
        db.response.status_code = Empty,
        otel.status_code = Empty,
        error.type = Empty,
        outcome = Empty,
    );
    let table = if statement.table.is_empty() { "none" } else { &statement.table };
    let meter = (!counts_client(ClientKind::Database)).then(|| database_query(&statement.operation_label, table));
    let call = ClientCall::new(span, meter);
    if call.takes_fields() {
        let span = call.span();
        let name = if statement.summary.is_empty() { endpoint.system } else { &statement.summary };
        span.record("otel.name", name);
        for (field, text) in [
            ("db.collection.name", Some(statement.table.as_str())),
            ("db.namespace", endpoint.namespace.as_deref()),
            ("db.query.summary", Some(statement.summary.as_str())),
            ("db.query.text", statement.text.as_deref()),
            ("server.address", endpoint.address.as_deref()),
        ] {
            if let Some(text) = text.filter(|text| !text.is_empty()) {
                span.record(field, text);
            }
        }
    }
    call
}

/// The database's own code of what went wrong, SQLSTATE or a number.
pub(super) fn record_error(span: &Span, error: &Error) {
    if let Error::Database(error) = error
        && let Some(code) = error.code()
        && code.len() <= 16
    {
        span.record("db.response.status_code", &*code);
    }
}

/// The text of the error is left out: databases quote values in it.
pub(super) fn outcome<T>(result: &Result<T, Error>) -> Outcome<'_> {
    match result {
        Ok(_) => Outcome::Ok,
        Err(error) => Outcome::Error { error_type: error_type(error), message: None, label: 0 },
    }
}

pub(super) fn error_type(error: &Error) -> &'static str {
    match error {
        Error::Database(error) => match error.kind() {
            ErrorKind::UniqueViolation => "unique_violation",
            ErrorKind::ForeignKeyViolation => "foreign_key_violation",
            ErrorKind::NotNullViolation => "not_null_violation",
            ErrorKind::CheckViolation => "check_violation",
            ErrorKind::ExclusionViolation => "exclusion_violation",
            _ => "database",
        },
        Error::Configuration(_) => "configuration",
        Error::Io(_) => "io",
        Error::Tls(_) => "tls",
        Error::Protocol(_) => "protocol",
        Error::RowNotFound => "row_not_found",
        Error::TypeNotFound { .. } => "type_not_found",
        Error::ColumnNotFound(_) | Error::ColumnIndexOutOfBounds { .. } => "column_not_found",
        Error::ColumnDecode { .. } | Error::Decode(_) => "decode",
        Error::Encode(_) => "encode",
        Error::PoolTimedOut => "pool_timeout",
        Error::PoolClosed => "pool_closed",
        Error::WorkerCrashed => "worker_crashed",
        _ => "other",
    }
}
