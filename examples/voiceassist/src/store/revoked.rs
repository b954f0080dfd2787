//! The tokens that were given back before they expired.

use observe::traced;
use rusqlite::{Connection, params};
use sha2::{Digest as _, Sha256};

use crate::error::StoreError;
use crate::store::Store;

const INSERT: &str = "INSERT OR REPLACE INTO revoked_tokens (token, ends) VALUES (?1, ?2)";

const DELETE: &str = "DELETE FROM revoked_tokens WHERE ends <= ?1";

const COUNT: &str = "SELECT count(*) FROM revoked_tokens WHERE token = ?1";

/// What is stored of a token: whoever reads the database can't use it.
fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

impl Store {
    /// Revokes `token`, which would have expired at `ends`, in seconds since 1970. Those that have expired by
    /// `now` are forgotten.
    pub(crate) fn revoke(&self, token: &str, ends: i64, now: i64) -> Result<(), StoreError> {
        self.database.with(|connection| insert_revoked(connection, token, ends, now))
    }

    /// Whether `token` was revoked.
    pub(crate) fn is_revoked(&self, token: &str) -> Result<bool, StoreError> {
        self.database.with(|connection| select_revoked(connection, token))
    }
}

#[traced(db(system = "sqlite", operation = "insert", table = "revoked_tokens"))]
fn insert_revoked(connection: &mut Connection, token: &str, ends: i64, now: i64) -> Result<(), StoreError> {
    let transaction = connection.transaction()?;
    transaction.execute(DELETE, [now])?;
    transaction.execute(INSERT, params![hash(token), ends])?;
    Ok(transaction.commit()?)
}

#[traced(db(system = "sqlite", operation = "select", table = "revoked_tokens"))]
fn select_revoked(connection: &Connection, token: &str) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached(COUNT)?;
    let count: i64 = statement.query_row([hash(token)], |row| row.get(0))?;
    Ok(count > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revoked_token_is_one_until_it_expires() {
        let store = Store::in_memory().unwrap();
        store.revoke("one", 100, 0).unwrap();
        store.revoke("one", 100, 0).unwrap();
        assert!(store.is_revoked("one").unwrap() && !store.is_revoked("other").unwrap());
        store.revoke("other", 200, 100).unwrap();
        assert!(!store.is_revoked("one").unwrap() && store.is_revoked("other").unwrap());
    }

    #[test]
    fn no_token_is_in_the_database() {
        let store = Store::in_memory().unwrap();
        store.revoke("a-token-nobody-may-read", 100, 0).unwrap();
        let kept: Vec<u8> =
            store.database.with(|it| it.query_row("SELECT token FROM revoked_tokens", [], |row| row.get(0))).unwrap();
        assert_eq!(kept.len(), 32);
    }
}
