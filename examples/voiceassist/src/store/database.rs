//! The one connection, and what is measured about it.

use std::sync::{Mutex, PoisonError};

use observe::{Label, metered};
use rusqlite::Connection;

use crate::error::StoreError;

/// What a statement does.
#[derive(Label, Clone, Copy, Debug)]
pub(crate) enum Operation {
    /// Reads.
    Select,
    /// Adds.
    Insert,
}

/// What a statement reads or adds to.
#[derive(Label, Clone, Copy, Debug)]
pub(crate) enum Table {
    /// The texts, with their full-text index.
    Passages,
    /// One vector a passage.
    Vectors,
    /// Who may log in.
    Users,
}

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

/// Holds a database connection. Those who still wait for it don't count: they show in the
/// duration of their requests.
#[metered(name = "database_connection", calls = off, duration = off, in_progress = "database_connections_active")]
fn hold<T>(connection: &mut Connection, work: impl FnOnce(&mut Connection) -> T) -> T {
    work(connection)
}

/// Runs a database statement. All tables share this one declaration, as all are one metric.
#[metered(
    name = "database_query",
    calls = off,
    in_progress = off,
    labels(operation: Operation = operation, table: Table = table),
)]
pub(crate) fn timed<T>(
    operation: Operation,
    table: Table,
    work: impl FnOnce() -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    work()
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let series = r#"database_query_duration_seconds_count{operation="insert",table="users",status="error"}"#;
        let before = value(series).unwrap_or(0.0);
        let failed: Result<(), _> = timed(Operation::Insert, Table::Users, || Err(StoreError::NoWords));
        assert!(failed.is_err());
        assert!(value(series) >= Some(before + 1.0));
    }
}
