//! Queries of sqlx that are traced and counted.
//!
//! [`Pool`] goes around a pool of the crate `sqlx`; queries run on it as they do on that one.
//!
//! ```no_run
//! # async fn run(pool: sqlx::Pool<impl sqlx::Database>) {
//! let pool = observe::sqlx::Pool::new(pool);
//! # }
//! ```
//!
//! Each query is a client span by the semantic conventions, named after what it does: `SELECT beds`. It is counted in
//! `database_query_duration_seconds{operation,table,status}`, and the pools' connections are shown in
//! `database_connections_active`, `_idle` and `_max`. Parameters are recorded nowhere; of a statement's text the
//! literals are left out, and so is the text of an error, in which databases quote values.

mod connection;
mod endpoint;
mod execute;
mod gauges;
mod lexer;
mod pool;
mod rows;
mod statement;

pub use connection::{Observed, PoolConnection, Transaction};
pub use pool::Pool;
