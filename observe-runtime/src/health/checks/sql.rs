//! A pool of sqlx.

use crate::health::{Check, Kind, Outcome};
use sqlx::{Database, Executor, Pool};

/// Whether the pool has a connection that answers `SELECT 1`. The figures are `connections`, `idle`, and
/// `max_connections`. It is critical.
///
/// ```no_run
/// use observe::health::checks;
///
/// fn register(pool: &sqlx::Pool<sqlx::Sqlite>) {
///     observe::health::register(checks::sql("database", pool.clone())).keep();
/// }
/// ```
pub fn sql<DB: Database>(name: impl Into<String>, pool: Pool<DB>) -> Check
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    Check::new(name, move || {
        let pool = pool.clone();
        async move {
            let mut connection = pool.acquire().await?;
            (&mut *connection).execute("SELECT 1").await?;
            let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
            Ok::<_, sqlx::Error>(
                Outcome::pass()
                    .with("connections", f64::from(pool.size()))
                    .with("idle", f64::from(idle))
                    .with("max_connections", f64::from(pool.options().get_max_connections())),
            )
        }
    })
    .kind(Kind::Database)
    .quiet()
}
