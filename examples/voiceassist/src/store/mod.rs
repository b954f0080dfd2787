//! The `SQLite` database: passages with full-text search and vectors, users, and revoked tokens.

mod copy;
mod database;
mod integrity;
mod passages;
mod piece;
mod revoked;
mod schema;
#[cfg(test)]
mod tests;
mod users;
mod vectors;

use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;

use crate::error::{ServiceError, StoreError};
use crate::store::database::Database;

/// Most passages one search returns.
const MAX_PASSAGES: usize = 20;

/// What the service keeps, behind one connection.
///
/// Every method blocks; async code calls them through [`with_store`].
#[derive(Debug)]
pub(crate) struct Store {
    database: Database,
}

impl Store {
    /// A store in memory, with the embedded notes.
    pub(crate) fn in_memory() -> Result<Self, StoreError> {
        Self::over(Connection::open_in_memory()?)
    }

    /// The store in the file at `path`, which is made and filled with the embedded notes if need
    /// be.
    pub(crate) fn at(path: &Path) -> Result<Self, StoreError> {
        Self::over(Connection::open(path)?)
    }

    /// A store over `connection`, whose tables are made if need be.
    fn over(mut connection: Connection) -> Result<Self, StoreError> {
        schema::set_up(&mut connection)?;
        Ok(Self { database: Database::over(connection) })
    }
}

/// Runs `work` with the store where blocking does no harm, inside the span that is current here.
pub(crate) async fn with_store<T: Send + 'static>(
    store: Arc<Store>,
    work: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, ServiceError> {
    let span = tracing::Span::current();
    let done = tokio::task::spawn_blocking(move || span.in_scope(|| work(&store))).await;
    Ok(done.map_err(|_| ServiceError::Task)??)
}
