//! What is known about a database, and what was said about its statements.

use super::lexer::Dialect;
use super::statement::Statement;
use crate::http::is_plain_word;
use sqlx::{ConnectOptions as _, Database};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

/// So many statements are read once; a program that writes its data into its statements has no end of them.
const MOST_STATEMENTS: usize = 512;

/// A longer statement is read each time.
const LONGEST_KEPT: usize = 8 * 1024;

/// A database, as its spans tell it.
pub(super) struct Endpoint {
    pub(super) system: &'static str,
    dialect: Dialect,
    pub(super) namespace: Option<String>,
    pub(super) address: Option<String>,
    pub(super) port: Option<u16>,
    statements: RwLock<HashMap<Box<str>, Arc<Statement>>>,
}

impl Endpoint {
    pub(super) fn of<DB: Database>(pool: &sqlx::Pool<DB>) -> Self {
        // A driver may not be able to tell, and panics then; with SQLite it depends on the file's name.
        let can_tell = matches!(DB::NAME, "PostgreSQL" | "MySQL" | "Any");
        let url = can_tell.then(|| pool.connect_options().to_url_lossy());
        let (system, dialect) = system(DB::NAME, url.as_ref().map_or("", |url| url.scheme()));
        let plain = |text: &str| is_plain_word(text).then(|| text.to_owned());
        let (namespace, address, port) = match url {
            Some(url) if dialect != Dialect::Sqlite => {
                (plain(url.path().trim_matches('/')), url.host_str().and_then(plain), url.port())
            }
            _ => (None, None, None),
        };
        Self { system, dialect, namespace, address, port, statements: RwLock::default() }
    }

    /// What may be said about a statement.
    pub(super) fn statement(&self, sql: &str) -> Arc<Statement> {
        let known = self.statements.read().unwrap_or_else(PoisonError::into_inner).get(sql).cloned();
        if let Some(known) = known {
            return known;
        }
        let statement = Arc::new(Statement::read(sql, self.dialect));
        if sql.len() <= LONGEST_KEPT {
            let mut statements = self.statements.write().unwrap_or_else(PoisonError::into_inner);
            if statements.len() < MOST_STATEMENTS {
                statements.insert(sql.into(), Arc::clone(&statement));
            }
        }
        statement
    }
}

/// By the driver's name, and by the URL's scheme where the driver is for any database.
fn system(driver: &str, scheme: &str) -> (&'static str, Dialect) {
    match driver {
        "PostgreSQL" => ("postgresql", Dialect::Postgres),
        "MySQL" => ("mysql", Dialect::MySql),
        "SQLite" => ("sqlite", Dialect::Sqlite),
        "MSSQL" => ("microsoft.sql_server", Dialect::Other),
        "Any" => match scheme {
            "postgres" | "postgresql" => ("postgresql", Dialect::Postgres),
            "mysql" => ("mysql", Dialect::MySql),
            "mariadb" => ("mariadb", Dialect::MySql),
            "sqlite" => ("sqlite", Dialect::Sqlite),
            _ => ("other_sql", Dialect::Other),
        },
        _ => ("other_sql", Dialect::Other),
    }
}

impl fmt::Debug for Endpoint {
    /// Without the statements, which may have data in them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint").field("system", &self.system).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_have_the_names_of_the_conventions() {
        for (driver, scheme, expected) in [
            ("PostgreSQL", "", "postgresql"),
            ("MySQL", "", "mysql"),
            ("SQLite", "", "sqlite"),
            ("Any", "mariadb", "mariadb"),
            ("Any", "postgres", "postgresql"),
            ("Any", "oracle", "other_sql"),
            ("Ledger", "", "other_sql"),
        ] {
            assert_eq!(system(driver, scheme).0, expected, "{driver} {scheme}");
            let known = observe_rules::convention::db::SYSTEMS;
            assert!(known.contains(&expected), "{expected}");
        }
    }

    #[test]
    fn statements_are_kept_up_to_a_number() {
        let (system, dialect) = system("SQLite", "");
        let endpoint =
            Endpoint { system, dialect, namespace: None, address: None, port: None, statements: RwLock::default() };
        let first = endpoint.statement("SELECT 0");
        assert!(Arc::ptr_eq(&first, &endpoint.statement("SELECT 0")));
        for at in 0..2 * MOST_STATEMENTS {
            assert_eq!(endpoint.statement(&format!("SELECT {at}")).summary, "SELECT");
        }
        assert_eq!(endpoint.statements.read().unwrap().len(), MOST_STATEMENTS);
        assert!(!format!("{endpoint:?}").contains("SELECT"));
    }
}
