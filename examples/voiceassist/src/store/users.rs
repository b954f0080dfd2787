//! The users.

use observe::traced;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use crate::auth::User;
use crate::error::StoreError;
use crate::store::Store;

const FIND: &str = "SELECT name, role, password_hash FROM users WHERE name = ?1";

const COUNT: &str = "SELECT count(*) FROM users";

const INSERT: &str = "INSERT INTO users (name, role, password_hash) VALUES (?1, ?2, ?3)";

impl Store {
    /// The user of that name.
    pub(crate) fn find_user(&self, name: &str) -> Result<Option<User>, StoreError> {
        self.database.with(|connection| select_user(connection, name))
    }

    /// How many users there are.
    pub(crate) fn count_users(&self) -> Result<i64, StoreError> {
        self.database.with(|connection| count_users(connection))
    }

    /// Adds all of `users`, or none.
    pub(crate) fn insert_users(&self, users: &[User]) -> Result<(), StoreError> {
        self.database.with(|connection| insert_users(connection, users))
    }
}

#[traced(db(system = "sqlite", operation = "select", table = "users"))]
fn select_user(connection: &Connection, name: &str) -> Result<Option<User>, StoreError> {
    let mut statement = connection.prepare_cached(FIND)?;
    let read = |row: &Row<'_>| Ok(User { name: row.get(0)?, role: row.get(1)?, password_hash: row.get(2)? });
    Ok(statement.query_row([name], read).optional()?)
}

#[traced(db(system = "sqlite", operation = "count", table = "users"))]
fn count_users(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.query_row(COUNT, [], |row| row.get(0))?)
}

#[traced(db(system = "sqlite", operation = "insert", table = "users"), fields(rows = users.len()))]
fn insert_users(connection: &mut Connection, users: &[User]) -> Result<(), StoreError> {
    let transaction = connection.transaction()?;
    for user in users {
        transaction.execute(INSERT, params![user.name, user.role, user.password_hash])?;
    }
    Ok(transaction.commit()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::Role;

    fn user(name: &str) -> User {
        User { name: name.to_owned(), role: Role::Admin, password_hash: "$argon2id$".to_owned() }
    }

    #[test]
    fn users_are_found_by_their_name() {
        let store = Store::in_memory().unwrap();
        assert_eq!(store.count_users().unwrap(), 0);
        store.insert_users(&[user("ada"), user("ben")]).unwrap();
        let found = store.find_user("ada").unwrap().unwrap();
        assert_eq!((found.name.as_str(), found.role), ("ada", Role::Admin));
        for other in ["Ada", "", "ada' OR '1'='1"] {
            assert!(store.find_user(other).unwrap().is_none(), "{other}");
        }
    }

    #[test]
    fn a_name_that_is_taken_adds_nobody() {
        let store = Store::in_memory().unwrap();
        store.insert_users(&[user("ada")]).unwrap();
        assert!(store.insert_users(&[user("ben"), user("ada")]).is_err());
        assert_eq!(store.count_users().unwrap(), 1);
    }
}
