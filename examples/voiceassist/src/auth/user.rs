//! A user, and the roles there are.

use observe::{Label, redact};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::Serialize;

/// What a user may do.
#[derive(Label, Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Role {
    /// Asks.
    Clinician,
    /// Asks, and adds documents.
    Admin,
}

impl Role {
    const ALL: [Self; 2] = [Self::Clinician, Self::Admin];

    /// The name in the database.
    fn name(self) -> &'static str {
        match self {
            Self::Clinician => "clinician",
            Self::Admin => "admin",
        }
    }
}

impl ToSql for Role {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.name()))
    }
}

impl FromSql for Role {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let name = value.as_str()?;
        Self::ALL.into_iter().find(|role| role.name() == name).ok_or(FromSqlError::InvalidType)
    }
}

/// A user as the database has them.
#[redact]
#[derive(Clone)]
pub(crate) struct User {
    /// The name to log in with.
    #[redact(hash)]
    pub(crate) name: String,
    /// What they may do.
    #[redact(clear)]
    pub(crate) role: Role,
    /// The password's hash, with its salt and its cost.
    pub(crate) password_hash: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_have_one_name() {
        for role in Role::ALL {
            assert_eq!(Role::column_result(ValueRef::Text(role.name().as_bytes())).ok(), Some(role));
            assert_eq!(serde_json::to_string(&role).unwrap(), format!("\"{}\"", role.name()));
        }
        assert!(Role::column_result(ValueRef::Text(b"root")).is_err());
        assert!(Role::column_result(ValueRef::Null).is_err());
    }

    #[test]
    fn debug_shows_neither_name_nor_hash() {
        let user = User { name: "ada".to_owned(), role: Role::Admin, password_hash: "$argon2id$x".to_owned() };
        let shown = format!("{user:?}");
        assert!(shown.contains("Admin") || shown.contains("admin"), "{shown}");
        assert!(!shown.contains("ada\"") && !shown.contains("argon2"), "{shown}");
    }
}
