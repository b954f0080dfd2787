//! Clients of redis that are traced and counted.
//!
//! [`Connection`] goes around a connection of the crate `redis`, and is one itself: the commands stay as
//! they are.
//!
//! ```no_run
//! use redis::AsyncCommands as _;
//!
//! # async fn run() -> redis::RedisResult<()> {
//! let client = redis::Client::open("redis://localhost")?;
//! let mut redis = observe::redis::Connection::new(client.get_multiplexed_async_connection().await?);
//! let hits: u64 = redis.incr("hits", 1).await?;
//! # Ok(())
//! # }
//! ```
//!
//! Each command is a client span such as `GET` by the semantic conventions, and is counted in
//! `redis_operations_total{operation,status}` and `redis_operation_duration_seconds`. Keys, values and arguments are
//! recorded nowhere, and neither is the text of an error, in which a server quotes them.

mod commands;
mod connection;
mod memory;

pub use connection::Connection;
pub use memory::watch_memory;
