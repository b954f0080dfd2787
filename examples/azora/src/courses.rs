//! The courses' database: `SQLite` through a pool of connections.

use std::str::FromStr as _;

use observe::health::{self, checks};
use observe::sqlx::Pool;
use serde::Serialize;
use sqlx::Sqlite;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

use crate::error::{ServiceError, StartError};

/// Connections, where the database is a file. In memory there is one, as each would have its own database.
const CONNECTIONS: u32 = 4;

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS courses (
        id TEXT PRIMARY KEY, title TEXT NOT NULL, fee_cents INTEGER NOT NULL, places INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS enrolments (
        user TEXT NOT NULL, course TEXT NOT NULL REFERENCES courses, PRIMARY KEY (user, course)
    ) WITHOUT ROWID;
    INSERT OR IGNORE INTO courses VALUES
        ('rust', 'Rust from the beginning', 0, 1000),
        ('traces', 'Reading traces', 4900, 1000),
        ('latin', 'Latin in a small group', 1250, 1);";

const ONE: &str = "SELECT id, title, fee_cents FROM courses WHERE id = ?";
const ALL: &str = "SELECT id, title, fee_cents FROM courses ORDER BY id";
const TAKE: &str = "
    INSERT INTO enrolments SELECT ?, id FROM courses
    WHERE id = ? AND places > (SELECT count(*) FROM enrolments WHERE course = courses.id)";
const GIVE_BACK: &str = "DELETE FROM enrolments WHERE user = ? AND course = ?";

/// A course.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Course {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) fee_cents: u32,
}

/// A row of [`ALL`] and of [`ONE`].
type Row = (String, String, u32);

impl From<Row> for Course {
    fn from((id, title, fee_cents): Row) -> Self {
        Self { id, title, fee_cents }
    }
}

/// All courses, and who takes part.
pub(crate) struct Courses {
    pool: Pool<Sqlite>,
}

impl Courses {
    /// Opens the database that `AZORA_DB` names, or one in memory.
    pub(crate) async fn open() -> Result<Self, StartError> {
        let (options, connections) = match std::env::var_os("AZORA_DB") {
            Some(path) if path.is_empty() => return Err("AZORA_DB is empty: give a path, or unset it".into()),
            Some(path) => (SqliteConnectOptions::new().filename(path).create_if_missing(true), CONNECTIONS),
            None => (SqliteConnectOptions::from_str("sqlite::memory:")?, 1),
        };
        let pool = SqlitePoolOptions::new().max_connections(connections).min_connections(1);
        let pool = pool.idle_timeout(None).max_lifetime(None).connect_with(options).await?;
        sqlx::raw_sql(TABLES).execute(&pool).await?;
        health::register(checks::sql("database", pool.clone())).keep();
        Ok(Self { pool: Pool::new(pool) })
    }

    /// All courses.
    pub(crate) async fn all(&self) -> Result<Vec<Course>, ServiceError> {
        let rows: Vec<Row> = sqlx::query_as(ALL).fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(Course::from).collect())
    }

    /// The course of this name.
    pub(crate) async fn find(&self, id: &str) -> Result<Course, ServiceError> {
        let found: Option<Row> = sqlx::query_as(ONE).bind(id).fetch_optional(&self.pool).await?;
        found.map(Course::from).ok_or(ServiceError::NotFound("no such course: GET /v1/courses lists them"))
    }

    /// Takes a place in `course` for `user`.
    pub(crate) async fn take_place(&self, user: &str, course: &Course) -> Result<(), ServiceError> {
        match sqlx::query(TAKE).bind(user).bind(&course.id).execute(&self.pool).await {
            Ok(done) if done.rows_affected() == 1 => Ok(()),
            Ok(_) => Err(ServiceError::Conflict("the course is full")),
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
                Err(ServiceError::Conflict("you take part in this course already"))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Gives a place back that was not paid.
    pub(crate) async fn give_back(&self, user: &str, course: &Course) -> Result<(), ServiceError> {
        sqlx::query(GIVE_BACK).bind(user).bind(&course.id).execute(&self.pool).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_place_is_taken_once_and_given_back() {
        let courses = Courses::open().await.unwrap();
        let latin = courses.find("latin").await.unwrap();
        courses.take_place("ada", &latin).await.unwrap();
        for user in ["ada", "grace"] {
            assert!(matches!(courses.take_place(user, &latin).await, Err(ServiceError::Conflict(_))), "{user}");
        }
        courses.give_back("ada", &latin).await.unwrap();
        courses.take_place("grace", &latin).await.unwrap();
    }

    #[tokio::test]
    async fn courses_are_listed_and_others_are_not_found() {
        let courses = Courses::open().await.unwrap();
        let ids: Vec<String> = courses.all().await.unwrap().into_iter().map(|course| course.id).collect();
        assert_eq!(ids, ["latin", "rust", "traces"]);
        assert!(matches!(courses.find("' OR 1=1").await, Err(ServiceError::NotFound(_))));
    }
}
