//! Connections and transactions.

use super::endpoint::Endpoint;
use super::execute::{self, Step};
use futures_core::future::BoxFuture;
use futures_core::stream::BoxStream;
use sqlx::{Database, Error, Execute, Executor, SqlStr};
use std::fmt;
use std::sync::Arc;

/// A connection out of a [`Pool`](super::Pool), to which it goes back. [`executor`](Self::executor) is what queries
/// run on.
pub struct PoolConnection<DB: Database> {
    inner: sqlx::pool::PoolConnection<DB>,
    endpoint: Arc<Endpoint>,
}

impl<DB: Database> PoolConnection<DB> {
    pub(super) fn new(inner: sqlx::pool::PoolConnection<DB>, endpoint: Arc<Endpoint>) -> Self {
        Self { inner, endpoint }
    }

    /// The connection, to run one query on, which is traced and counted.
    pub fn executor(&mut self) -> Observed<'_, DB> {
        Observed { connection: &mut self.inner, endpoint: &self.endpoint }
    }

    /// The connection inside, of whose queries nothing is recorded.
    pub fn inner_mut(&mut self) -> &mut sqlx::pool::PoolConnection<DB> {
        &mut self.inner
    }
}

/// A transaction of a [`Pool`](super::Pool). [`executor`](Self::executor) is what queries run on.
///
/// Dropped before it is committed, it is rolled back, when the connection is used next: that is not seen here.
///
/// ```no_run
/// # async fn run(pool: observe::sqlx::Pool<sqlx::Any>) -> Result<(), sqlx::Error> {
/// let mut transaction = pool.begin().await?;
/// sqlx::query("UPDATE beds SET free = free - 1").execute(transaction.executor()).await?;
/// sqlx::query("INSERT INTO stays DEFAULT VALUES").execute(transaction.executor()).await?;
/// transaction.commit().await
/// # }
/// ```
pub struct Transaction<'c, DB: Database> {
    inner: sqlx::Transaction<'c, DB>,
    endpoint: Arc<Endpoint>,
}

impl<'c, DB: Database> Transaction<'c, DB> {
    pub(super) fn new(inner: sqlx::Transaction<'c, DB>, endpoint: Arc<Endpoint>) -> Self {
        Self { inner, endpoint }
    }

    /// The connection, to run one query on, which is traced and counted.
    pub fn executor(&mut self) -> Observed<'_, DB> {
        Observed { connection: &mut self.inner, endpoint: &self.endpoint }
    }

    /// The transaction inside, of whose queries nothing is recorded.
    pub fn inner_mut(&mut self) -> &mut sqlx::Transaction<'c, DB> {
        &mut self.inner
    }

    /// Makes what was done in it last.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn commit(self) -> Result<(), Error> {
        execute::run(&self.endpoint, "COMMIT", self.inner.commit()).await
    }

    /// Takes back what was done in it.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn rollback(self) -> Result<(), Error> {
        execute::run(&self.endpoint, "ROLLBACK", self.inner.rollback()).await
    }
}

/// A connection for one query, which is traced and counted: an `Executor`.
///
/// It is one by value. Were a reference to something of ours one, the compiler could not tell any more what a
/// `&mut` connection of a database that it has yet to find out is.
pub struct Observed<'c, DB: Database> {
    connection: &'c mut DB::Connection,
    endpoint: &'c Endpoint,
}

impl<'c, DB: Database> Executor<'c> for Observed<'c, DB>
where
    for<'x> &'x mut DB::Connection: Executor<'x, Database = DB>,
{
    type Database = DB;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Result<Step<DB>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, DB>,
    {
        execute::fetch_many(self.endpoint, self.connection, query)
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<DB::Row>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, DB>,
    {
        execute::fetch_optional(self.endpoint, self.connection, query)
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [DB::TypeInfo],
    ) -> BoxFuture<'e, Result<DB::Statement, Error>>
    where
        'c: 'e,
    {
        self.connection.prepare_with(sql, parameters)
    }
}

impl<DB: Database> fmt::Debug for PoolConnection<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PoolConnection").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

impl<DB: Database> fmt::Debug for Transaction<'_, DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

impl<DB: Database> fmt::Debug for Observed<'_, DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observed").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}
