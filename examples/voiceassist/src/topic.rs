//! Topics: the part of medicine a note belongs to, by one name in JSON, notes and database.

use observe::Label;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::{Deserialize, Serialize};

/// The part of medicine a note belongs to.
#[derive(Label, Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Topic {
    /// Heart and vessels.
    Cardiology,
    /// Hormones and metabolism.
    Endocrinology,
    /// Infections and antibiotics.
    Infection,
    /// Lungs and airways.
    Respiratory,
    /// Kidneys and electrolytes.
    Renal,
    /// Everything else.
    General,
}

impl Topic {
    /// Every topic, in the order they are listed to clients.
    pub(crate) const ALL: [Self; 6] =
        [Self::Cardiology, Self::Endocrinology, Self::Infection, Self::Respiratory, Self::Renal, Self::General];

    /// The name in JSON, in the notes and in the database.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Cardiology => "cardiology",
            Self::Endocrinology => "endocrinology",
            Self::Infection => "infection",
            Self::Respiratory => "respiratory",
            Self::Renal => "renal",
            Self::General => "general",
        }
    }

    /// The topic of that name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.name() == name)
    }
}

impl ToSql for Topic {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.name()))
    }
}

impl FromSql for Topic {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Self::from_name(value.as_str()?).ok_or(FromSqlError::InvalidType)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_have_one_name() {
        for topic in Topic::ALL {
            assert_eq!(Topic::from_name(topic.name()), Some(topic));
            let json = serde_json::to_string(&topic).unwrap();
            assert_eq!(json, format!("\"{}\"", topic.name()));
        }
        assert_eq!(Topic::from_name("Renal"), None);
    }

    #[test]
    fn an_unknown_name_in_the_database_is_an_error() {
        assert!(Topic::column_result(ValueRef::Text(b"astrology")).is_err());
        assert!(Topic::column_result(ValueRef::Null).is_err());
        assert_eq!(Topic::column_result(ValueRef::Text(b"renal")).ok(), Some(Topic::Renal));
    }
}
