//! Queries of sqlx: their spans, their numbers, and nothing of their data.

#![expect(clippy::float_cmp, reason = "counts are whole numbers, and exact")]
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use futures_util::StreamExt as _;
use observe::testing::{self, Capture};
use observe::{AttributeValue, SpanKind, SpanRecord, Status};
use sqlx::sqlite::{SqlitePoolOptions, SqliteRow};
use sqlx::{Executor, Row as _, Sqlite, Statement as _};
use tokio::sync::{OnceCell, RwLock, RwLockReadGuard};

/// Somebody, wherever data may be.
const PLANTED: &str = "xjanex";

/// One test looks at all pools of the process, and so runs alone.
static ALONE: RwLock<()> = RwLock::const_new(());

/// A place in the code that nobody listens to when it is first come by may stay unheard by a subscriber that is set at
/// that very moment: `tracing` asks them in turn. So somebody listens the first time.
static HEARD: OnceCell<()> = OnceCell::const_new();

async fn pool() -> (observe::sqlx::Pool<Sqlite>, RwLockReadGuard<'static, ()>) {
    let beside = ALONE.read().await;
    let pool = SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await.unwrap();
    let pool = observe::sqlx::Pool::new(pool).in_namespace("wards");
    let hear = || async {
        let _capture = testing::capture();
        pool.execute("SELECT 1").await.unwrap();
    };
    HEARD.get_or_init(hear).await;
    (pool, beside)
}

fn text(span: &SpanRecord, name: &str) -> String {
    span.attribute(name).map(ToString::to_string).unwrap_or_default()
}

fn queries(capture: &Capture, table: &str, status: &str) -> f64 {
    capture.metric("database_query_duration_seconds_count", &[("table", table), ("status", status)])
}

/// Nothing that leaves says it: no span, no line, no metric.
#[track_caller]
fn assert_not_told(capture: &Capture, planted: &str) {
    let told = format!("{:?}\n{}\n{}", capture.spans(), capture.log_lines().join("\n"), observe::exposition());
    let at = told.find(planted);
    assert!(at.is_none(), "{}", &told[at.unwrap().saturating_sub(200)..][..400]);
}

#[tokio::test]
async fn a_query_is_a_span_and_is_counted() {
    let (pool, _beside) = pool().await;
    pool.execute("CREATE TABLE asked (id INTEGER, name TEXT); INSERT INTO asked VALUES (1, 'a'), (2, 'b')")
        .await
        .unwrap();
    let capture = testing::capture();
    let query = sqlx::query("SELECT id, name FROM asked WHERE id < ? AND name != 'xjanex' AND id != 4711 -- xjanex");
    let rows: Vec<SqliteRow> = query.bind(3).fetch_all(&pool).await.unwrap();
    assert_eq!(rows.len(), 2);

    let span = capture.span("SELECT asked");
    assert_eq!((span.kind, &span.status), (SpanKind::Client, &Status::Unset));
    for (name, expected) in [
        ("db.system.name", "sqlite"),
        ("db.namespace", "wards"),
        ("db.operation.name", "SELECT"),
        ("db.collection.name", "asked"),
        ("db.query.summary", "SELECT asked"),
        ("db.query.text", "SELECT id, name FROM asked WHERE id < ? AND name != ? AND id != ?"),
    ] {
        assert_eq!(text(&span, name), expected, "{name}");
    }
    assert_eq!(span.attribute("db.response.returned_rows"), Some(&AttributeValue::U64(2)));
    assert_eq!(span.attribute("outcome"), None);
    let labels = [("operation", "select"), ("table", "asked"), ("status", "ok")];
    assert_eq!(capture.metric("database_query_duration_seconds_count", &labels), 1.0);
    assert_not_told(&capture, PLANTED);
    assert_not_told(&capture, "4711");
}

#[tokio::test]
async fn every_way_to_ask_is_seen() {
    let (pool, _beside) = pool().await;
    pool.execute("CREATE TABLE ways (id INTEGER)").await.unwrap();
    let capture = testing::capture();
    sqlx::query("INSERT INTO ways VALUES (?)").bind(1).execute(&pool).await.unwrap();
    let id: i64 = sqlx::query_scalar("SELECT id FROM ways").fetch_one(&pool).await.unwrap();
    assert_eq!(id, 1);
    let ids: Vec<(i64,)> = sqlx::query_as("SELECT id FROM ways").fetch_all(&pool).await.unwrap();
    assert_eq!(ids, [(1,)]);
    assert!(sqlx::query("SELECT id FROM ways WHERE id = 2").fetch_optional(&pool).await.unwrap().is_none());
    let prepared = (&pool).prepare(sqlx::SqlStr::from_static("SELECT id FROM ways WHERE id = ?")).await.unwrap();
    let row = prepared.query().bind(1).fetch_one(&pool).await.unwrap();
    assert_eq!(row.get::<i64, _>(0), 1);
    let mut connection = pool.acquire().await.unwrap();
    sqlx::query("DELETE FROM ways").execute(connection.executor()).await.unwrap();
    drop(connection);

    let names: Vec<String> = capture.spans().iter().map(|span| span.name.to_string()).collect();
    let expected = ["INSERT ways", "SELECT ways", "SELECT ways", "SELECT ways", "SELECT ways", "DELETE ways"];
    assert_eq!(names, expected);
    let rows: Vec<String> = capture.spans().iter().map(|span| text(span, "db.response.returned_rows")).collect();
    assert_eq!(rows, ["0", "1", "1", "0", "1", "0"]);
    assert_eq!(queries(&capture, "ways", "ok"), 6.0);
}

#[tokio::test]
async fn an_error_is_told_by_its_class_and_not_by_its_text() {
    let (pool, _beside) = pool().await;
    pool.execute("CREATE TABLE failing (name TEXT UNIQUE)").await.unwrap();
    let capture = testing::capture();
    let insert = || sqlx::query("INSERT INTO failing VALUES (?)").bind(PLANTED).execute(&pool);
    insert().await.unwrap();
    assert!(insert().await.is_err());
    assert!(sqlx::query("SELECT xjanex FROM failing").fetch_optional(&pool).await.is_err());

    let spans = capture.spans();
    assert_eq!(spans[0].status, Status::Unset);
    for (span, error_type) in [(&spans[1], "unique_violation"), (&spans[2], "database")] {
        assert_eq!(text(span, "error.type"), error_type);
        assert_eq!(span.status, Status::Error("".into()), "no text");
        assert!(!text(span, "db.response.status_code").is_empty());
        assert_eq!(text(span, "outcome"), "error");
    }
    assert_eq!(queries(&capture, "failing", "error"), 2.0);
    // The name of a column is the program's word; the value bound is not to be seen anywhere.
    assert!(!format!("{spans:?}").contains("failing.name"), "{spans:?}");
    assert_not_told(&capture, "UNIQUE");
}

#[tokio::test]
async fn no_row_is_no_failure_of_the_database() {
    let (pool, _beside) = pool().await;
    pool.execute("CREATE TABLE empty_one (id INTEGER)").await.unwrap();
    let capture = testing::capture();
    let answer = sqlx::query("SELECT id FROM empty_one").fetch_one(&pool).await;
    assert!(matches!(answer, Err(sqlx::Error::RowNotFound)));
    assert_eq!(queries(&capture, "empty_one", "ok"), 1.0);
}

#[tokio::test]
async fn rows_that_nobody_reads_to_the_end_are_cancelled() {
    let (pool, _beside) = pool().await;
    pool.execute("CREATE TABLE streamed (id INTEGER); INSERT INTO streamed VALUES (1), (2), (3)").await.unwrap();
    let capture = testing::capture();
    let mut rows = sqlx::query("SELECT id FROM streamed").fetch(&pool);
    rows.next().await.unwrap().unwrap();
    drop(rows);
    let span = capture.span("SELECT streamed");
    assert_eq!((text(&span, "outcome").as_str(), &span.status), ("cancelled", &Status::Unset));
    assert_eq!(text(&span, "db.response.returned_rows"), "1");
    assert_eq!(queries(&capture, "streamed", "cancelled"), 1.0);

    drop(pool.fetch_optional("SELECT id FROM streamed"));
    assert_eq!(queries(&capture, "streamed", "cancelled"), 2.0);
}

#[tokio::test]
async fn a_transaction_is_seen_from_its_begin_to_its_end() {
    let (pool, _beside) = pool().await;
    pool.execute("CREATE TABLE moved (id INTEGER)").await.unwrap();
    let capture = testing::capture();
    let mut transaction = pool.begin().await.unwrap();
    sqlx::query("INSERT INTO moved VALUES (1)").execute(transaction.executor()).await.unwrap();
    transaction.commit().await.unwrap();
    let mut transaction = pool.begin().await.unwrap();
    sqlx::query("DELETE FROM moved").execute(transaction.executor()).await.unwrap();
    transaction.rollback().await.unwrap();
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM moved").fetch_one(&pool).await.unwrap();
    assert_eq!(count, 1);

    let names: Vec<String> = capture.spans().iter().map(|span| span.name.to_string()).collect();
    let expected = ["BEGIN", "INSERT moved", "COMMIT", "BEGIN", "DELETE moved", "ROLLBACK", "SELECT moved"];
    assert_eq!(names, expected);
    let begun = [("operation", "begin"), ("table", "none"), ("status", "ok")];
    assert!(capture.metric("database_query_duration_seconds_count", &begun) >= 2.0);
}

#[tokio::test]
async fn nobody_has_to_listen() {
    let (pool, _beside) = pool().await;
    let one: i64 = sqlx::query_scalar("SELECT 1").fetch_one(&pool).await.unwrap();
    assert_eq!(one, 1);
}

/// A function for any database takes the pool as it takes that of sqlx.
async fn ping<DB: sqlx::Database>(pool: &observe::sqlx::Pool<DB>) -> Result<(), sqlx::Error>
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    let mut connection = pool.acquire().await?;
    connection.executor().execute("SELECT 1").await?;
    let mut transaction = pool.begin().await?;
    transaction.executor().execute("SELECT 1").await?;
    pool.execute("SELECT 1").await.map(drop).or(Ok(()))
}

#[tokio::test]
async fn a_pool_of_any_database_will_do() {
    let beside = ALONE.read().await;
    let inner = SqlitePoolOptions::new().max_connections(3).connect_lazy("sqlite::memory:").unwrap();
    ping(&inner.into()).await.unwrap();
    drop(beside);
}

fn shown(name: &str) -> f64 {
    let text = observe::exposition();
    let line = text.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap_or_else(|| panic!("{text}"));
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn connections_are_asked_for_when_metrics_are_read() {
    let _alone = ALONE.write().await;
    let inner = SqlitePoolOptions::new().max_connections(7).connect("sqlite::memory:").await.unwrap();
    let pool = observe::sqlx::Pool::new(inner);
    let numbers = || {
        ["active", "idle", "max"].map(|what| {
            #[expect(clippy::cast_possible_truncation, reason = "a number of connections")]
            let number = shown(&format!("database_connections_{what}")) as i64;
            number
        })
    };
    assert_eq!(numbers(), [0, 1, 7]);
    let connection = pool.acquire().await.unwrap();
    assert_eq!(numbers(), [1, 0, 7]);
    drop(connection);
    drop(pool);
    // What the pool leaves behind is gone once its task has run.
    assert_eq!(numbers()[2], 0, "a pool that is gone has no connections");
}
