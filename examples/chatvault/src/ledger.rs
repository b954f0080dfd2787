//! The ledger: who used how many tokens of which model, and what it cost.

use std::path::Path;

use observe::health::{Check, checks};
use observe::sqlx::Pool;
use serde::Serialize;
use sqlx::Sqlite;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

use crate::catalog::{Model, Tokens};

const TABLE: &str = "CREATE TABLE IF NOT EXISTS usage (
    user TEXT NOT NULL, model TEXT NOT NULL, input INTEGER NOT NULL, output INTEGER NOT NULL, cost REAL NOT NULL
)";

const INSERT: &str = "INSERT INTO usage (user, model, input, output, cost) VALUES (?, ?, ?, ?, ?)";

const SUM: &str = "SELECT model, count(*), sum(input), sum(output), sum(cost) FROM usage \
    WHERE user = ? GROUP BY model ORDER BY model";

/// A table in `SQLite`.
#[derive(Clone, Debug)]
pub(crate) struct Ledger {
    pool: Pool<Sqlite>,
}

/// What somebody has used of one model.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Used {
    model: String,
    requests: i64,
    input_tokens: i64,
    output_tokens: i64,
    cost_usd: f64,
}

impl Ledger {
    /// The ledger in this file, or in memory.
    pub(crate) async fn open(path: Option<&Path>) -> Result<Self, sqlx::Error> {
        let options = SqliteConnectOptions::new().create_if_missing(true);
        let options = match path {
            Some(path) => options.filename(path),
            None => options.in_memory(true),
        };
        // In memory each connection is a database of its own: there has to be one, and it has to stay.
        let pool = SqlitePoolOptions::new().min_connections(1).max_connections(1).idle_timeout(None).max_lifetime(None);
        let ledger = Self { pool: Pool::new(pool.connect_with(options).await?).in_namespace("chatvault") };
        sqlx::query(TABLE).execute(&ledger.pool).await?;
        Ok(ledger)
    }

    /// Whether it can be written to.
    pub(crate) fn check(&self) -> Check {
        checks::sql("database", self.pool.inner().clone())
    }

    /// Adds one answer, while its reader goes on.
    pub(crate) fn note(&self, user: String, model: Model, tokens: Tokens) {
        let ledger = self.clone();
        let write = observe::in_current_span(async move {
            if let Err(error) = ledger.add(user, model, tokens).await {
                tracing::error!(%error, "the ledger can't be written");
            }
        });
        // Outside of a runtime the process is about to end, and the ledger with it.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(write);
        }
    }

    async fn add(&self, user: String, model: Model, tokens: Tokens) -> Result<(), sqlx::Error> {
        let insert = sqlx::query(INSERT).bind(user).bind(model.name()).bind(tokens.input).bind(tokens.output);
        insert.bind(tokens.cost(model)).execute(&self.pool).await.map(drop)
    }

    /// What this user has used.
    pub(crate) async fn sum(&self, user: &str) -> Result<Vec<Used>, sqlx::Error> {
        let rows: Vec<(String, i64, i64, i64, f64)> = sqlx::query_as(SUM).bind(user).fetch_all(&self.pool).await?;
        let to_used = |(model, requests, input_tokens, output_tokens, cost_usd)| Used {
            model,
            requests,
            input_tokens,
            output_tokens,
            cost_usd,
        };
        Ok(rows.into_iter().map(to_used).collect())
    }
}
