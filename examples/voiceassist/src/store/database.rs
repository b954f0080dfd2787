//! The one connection, and how often it is in use.

use std::sync::{Mutex, PoisonError};

use observe::{Gauge, metered, metric};
use rusqlite::Connection;

/// A connection that is lent to one caller at a time.
#[derive(Debug)]
pub(crate) struct Database {
    connection: Mutex<Connection>,
}

impl Database {
    /// The database behind `connection`.
    pub(crate) fn over(connection: Connection) -> Self {
        Self { connection: Mutex::new(connection) }
    }

    /// Runs `work` with the connection, waiting for it first.
    ///
    /// A panic while it was held left no open transaction behind, as dropping one rolls it back.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut Connection) -> T) -> T {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        hold(&mut connection, work)
    }
}

/// Database connections that there can be: all that are active at a time are the one.
#[metric(read = || 1.0)]
static DATABASE_CONNECTIONS_MAX: Gauge;

/// Holds a database connection. Those who still wait for it don't count: they show in the
/// duration of their requests.
#[metered(name = "database_connection", calls = off, duration = off, in_progress = "database_connections_active")]
fn hold<T>(connection: &mut Connection, work: impl FnOnce(&mut Connection) -> T) -> T {
    work(connection)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    fn value(series: &str) -> Option<f64> {
        let text = observe::exposition();
        text.lines().find_map(|line| line.strip_prefix(series)?.trim().parse().ok())
    }

    #[test]
    fn the_gauge_counts_while_the_connection_is_held() {
        let database = Database::over(Connection::open_in_memory().unwrap());
        let held = database.with(|_| value("database_connections_active"));
        assert!(held >= Some(1.0), "{held:?}");
    }

    #[test]
    fn statements_are_timed_by_operation_and_table() {
        let series = r#"database_query_duration_seconds_count{operation="select",table="users",status="error"}"#;
        let before = value(series).unwrap_or(0.0);
        let store = Store::in_memory().unwrap();
        store.database.with(|it| it.execute_batch("DROP TABLE users")).unwrap();
        assert!(store.find_user("ada").is_err());
        assert!(value(series) >= Some(before + 1.0));
    }
}
