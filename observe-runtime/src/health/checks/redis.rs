//! Redis, over a connection that the service has.

use crate::health::{Check, Kind};
use redis::aio::ConnectionLike;

/// Whether PING is answered over this connection, which is cloned for each check: a `MultiplexedConnection` or a
/// `ConnectionManager`. It is critical; a service that can do without its cache says [`degrading`](Check::degrading).
///
/// ```no_run
/// use observe::health::checks;
///
/// # async fn register() -> Result<(), redis::RedisError> {
/// let connection = redis::Client::open("redis://localhost")?.get_multiplexed_async_connection().await?;
/// observe::health::register(checks::redis("redis", connection).degrading()).keep();
/// # Ok(())
/// # }
/// ```
pub fn redis<C>(name: impl Into<String>, connection: C) -> Check
where
    C: ConnectionLike + Clone + Send + Sync + 'static,
{
    Check::new(name, move || {
        let mut connection = connection.clone();
        async move { redis::cmd("PING").query_async::<()>(&mut connection).await }
    })
    .kind(Kind::Redis)
    .quiet()
}
