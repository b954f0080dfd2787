//! Connections and transactions.

use super::endpoint::Endpoint;
use super::execute::{self, Step};
use futures_core::future::BoxFuture;
use futures_core::stream::BoxStream;
use sqlx::{Database, Error, Execute, Executor, SqlStr};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// A connection whose queries are traced and counted; `&mut connection` is an `Executor`.
///
/// `C` is what holds the connection: one out of a pool, or a transaction.
pub struct Connection<C> {
    inner: C,
    endpoint: Arc<Endpoint>,
}

/// A connection out of a [`Pool`](super::Pool), to which it goes back.
pub type PoolConnection<DB> = Connection<sqlx::pool::PoolConnection<DB>>;

impl<C> Connection<C> {
    pub(super) fn new(inner: C, endpoint: Arc<Endpoint>) -> Self {
        Self { inner, endpoint }
    }

    /// The connection inside, of whose queries nothing is recorded.
    pub fn inner_mut(&mut self) -> &mut C {
        &mut self.inner
    }
}

impl<C> fmt::Debug for Connection<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

impl<'c, C> Executor<'c> for &'c mut Connection<C>
where
    C: DerefMut<Target: sqlx::Connection> + Send,
    for<'x> &'x mut C::Target: Executor<'x, Database = <C::Target as sqlx::Connection>::Database>,
{
    type Database = <C::Target as sqlx::Connection>::Database;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Result<Step<Self::Database>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Self::Database>,
    {
        execute::fetch_many(&self.endpoint, &mut *self.inner, query)
    }

    fn fetch_optional<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxFuture<'e, Result<Option<<Self::Database as Database>::Row>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Self::Database>,
    {
        execute::fetch_optional(&self.endpoint, &mut *self.inner, query)
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [<Self::Database as Database>::TypeInfo],
    ) -> BoxFuture<'e, Result<<Self::Database as Database>::Statement, Error>>
    where
        'c: 'e,
    {
        (&mut *self.inner).prepare_with(sql, parameters)
    }
}

/// A transaction of a [`Pool`](super::Pool); `&mut *transaction` is an `Executor`, as it is of sqlx's own.
///
/// Dropped before it is committed, it is rolled back, when the connection is used next: that is not seen here.
pub struct Transaction<'c, DB: Database> {
    connection: Connection<sqlx::Transaction<'c, DB>>,
}

impl<'c, DB: Database> Transaction<'c, DB> {
    pub(super) fn new(inner: sqlx::Transaction<'c, DB>, endpoint: Arc<Endpoint>) -> Self {
        Self { connection: Connection::new(inner, endpoint) }
    }

    /// Makes what was done in it last.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn commit(self) -> Result<(), Error> {
        let Connection { inner, endpoint } = self.connection;
        execute::run(endpoint, "COMMIT", inner.commit()).await
    }

    /// Takes back what was done in it.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn rollback(self) -> Result<(), Error> {
        let Connection { inner, endpoint } = self.connection;
        execute::run(endpoint, "ROLLBACK", inner.rollback()).await
    }
}

impl<'c, DB: Database> Deref for Transaction<'c, DB> {
    type Target = Connection<sqlx::Transaction<'c, DB>>;

    fn deref(&self) -> &Self::Target {
        &self.connection
    }
}

impl<DB: Database> DerefMut for Transaction<'_, DB> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.connection
    }
}

impl<DB: Database> fmt::Debug for Transaction<'_, DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.connection.fmt(f)
    }
}
