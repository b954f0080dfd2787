//! A pool around a pool.

use super::connection::{PoolConnection, Transaction};
use super::endpoint::Endpoint;
use super::execute::{self, Step};
use super::gauges::{self, Connections};
use futures_core::future::BoxFuture;
use futures_core::stream::BoxStream;
use sqlx::{Database, Error, Execute, Executor, SqlStr};
use std::fmt;
use std::sync::{Arc, Weak};

/// A pool whose queries are traced and counted; `&pool` is an `Executor`, as it is of the pool inside.
///
/// The time that a query waits for a connection is part of its duration. A stream of rows that is dropped before its
/// end counts as `cancelled`, which is no error.
///
/// It is cheap to clone, and a clone is the same pool.
///
/// ```no_run
/// # async fn run<DB: sqlx::Database>(pool: sqlx::Pool<DB>) -> Result<(), sqlx::Error> {
/// let pool = observe::sqlx::Pool::new(pool).in_namespace("wards");
/// let transaction = pool.begin().await?;
/// transaction.commit().await?;
/// # Ok(())
/// # }
/// ```
pub struct Pool<DB: Database> {
    inner: Arc<Inner<DB>>,
    endpoint: Arc<Endpoint>,
}

struct Inner<DB: Database>(sqlx::Pool<DB>);

impl<DB: Database> Connections for Inner<DB> {
    fn active(&self) -> u32 {
        self.0.size().saturating_sub(self.idle())
    }

    fn idle(&self) -> u32 {
        u32::try_from(self.0.num_idle()).unwrap_or(u32::MAX)
    }

    fn most(&self) -> u32 {
        self.0.options().get_max_connections()
    }
}

impl<DB: Database> Pool<DB> {
    /// Goes around a pool.
    ///
    /// What the spans say about the database, its address and name, is out of the options of the pool. An address
    /// in which somebody's name may stand is left out, and of SQLite there is none.
    #[must_use]
    pub fn new(pool: sqlx::Pool<DB>) -> Self {
        let endpoint = Arc::new(Endpoint::of(&pool));
        let inner = Arc::new(Inner(pool));
        let counted: Weak<Inner<DB>> = Arc::downgrade(&inner);
        gauges::add(counted);
        Self { inner, endpoint }
    }

    /// Says what the database is called on spans (`db.namespace`), in place of what its options say.
    #[must_use]
    pub fn in_namespace(mut self, namespace: &str) -> Self {
        let mut endpoint = Endpoint::of(self.inner());
        endpoint.namespace = Some(namespace.to_owned());
        self.endpoint = Arc::new(endpoint);
        self
    }

    /// The pool inside, of whose queries nothing is recorded: for migrations, and for what this one has no call for.
    #[must_use]
    pub fn inner(&self) -> &sqlx::Pool<DB> {
        &self.inner.0
    }

    /// Takes a connection out of the pool; its queries are traced and counted too.
    ///
    /// # Errors
    ///
    /// Those of the pool inside: it is closed, there was no connection in time, or none could be opened.
    pub async fn acquire(&self) -> Result<PoolConnection<DB>, Error> {
        Ok(PoolConnection::new(self.inner().acquire().await?, Arc::clone(&self.endpoint)))
    }

    /// Begins a transaction; its queries, its begin and its end are traced and counted.
    ///
    /// # Errors
    ///
    /// Those of [`acquire`](Self::acquire), and of the database.
    pub async fn begin(&self) -> Result<Transaction<'static, DB>, Error> {
        let begun = execute::run(&self.endpoint, "BEGIN", self.inner().begin()).await?;
        Ok(Transaction::new(begun, Arc::clone(&self.endpoint)))
    }

    /// Closes the pool: nobody gets a connection any more, and those that come back are closed.
    pub async fn close(&self) {
        self.inner().close().await;
    }
}

impl<DB: Database> From<sqlx::Pool<DB>> for Pool<DB> {
    fn from(pool: sqlx::Pool<DB>) -> Self {
        Self::new(pool)
    }
}

impl<DB: Database> Clone for Pool<DB> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner), endpoint: Arc::clone(&self.endpoint) }
    }
}

impl<DB: Database> fmt::Debug for Pool<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

impl<'p, DB: Database> Executor<'p> for &'p Pool<DB>
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    type Database = DB;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Result<Step<DB>, Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, DB>,
    {
        execute::fetch_many(&self.endpoint, self.inner(), query)
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<DB::Row>, Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, DB>,
    {
        execute::fetch_optional(&self.endpoint, self.inner(), query)
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [DB::TypeInfo],
    ) -> BoxFuture<'e, Result<DB::Statement, Error>>
    where
        'p: 'e,
    {
        self.inner().prepare_with(sql, parameters)
    }
}
