//! The checks that come with observe, each against what it looks at.

use super::{FAR, ask};
use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use observe::health::{Check, Health, checks};
use redis::aio::ConnectionLike;
use redis::{Arg, Cmd, ErrorKind, Pipeline, RedisError, RedisFuture, Value};
use sqlx::sqlite::SqlitePoolOptions;
use tokio::net::TcpListener;

/// The status of one check, and its entry.
async fn asked(check: Check) -> (String, serde_json::Value) {
    let health = Health::new().budget(FAR);
    health.register(check).keep();
    let (_, answer) = ask(&health, "/health").await;
    let entry = answer["components"].as_object().unwrap().values().next().unwrap().clone();
    (entry["status"].as_str().unwrap().to_owned(), entry)
}

#[tokio::test]
async fn a_pool_is_asked_for_one_and_tells_its_figures() {
    let pool = SqlitePoolOptions::new().max_connections(3).connect("sqlite::memory:").await.unwrap();
    let (status, entry) = asked(checks::sql("database", pool.clone())).await;
    assert_eq!((&*status, &entry["max_connections"]), ("healthy", &3.0.into()), "{entry}");
    assert_eq!(entry["connections"], 1.0);
    pool.close().await;
    let (status, entry) = asked(checks::sql("database", pool)).await;
    assert!(status == "unhealthy" && entry["output"].as_str().unwrap().contains("closed"), "{entry}");
}

/// Answers PING, or does not.
#[derive(Clone)]
struct Fake {
    works: bool,
}

impl ConnectionLike for Fake {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        Box::pin(async move {
            assert!(matches!(command.args_iter().next(), Some(Arg::Simple(b"PING"))));
            let refused = || RedisError::from((ErrorKind::Io, "connection refused"));
            self.works.then(|| Value::SimpleString("PONG".to_owned())).ok_or_else(refused)
        })
    }

    fn req_packed_commands<'a>(&'a mut self, _: &'a Pipeline, _: usize, _: usize) -> RedisFuture<'a, Vec<Value>> {
        Box::pin(async { unreachable!("one command is enough") })
    }

    fn get_db(&self) -> i64 {
        0
    }
}

#[tokio::test]
async fn redis_is_asked_for_a_pong() {
    assert_eq!(asked(checks::redis("redis", Fake { works: true })).await.0, "healthy");
    let (status, entry) = asked(checks::redis("redis", Fake { works: false })).await;
    assert!(status == "unhealthy" && entry["output"].as_str().unwrap().contains("refused"), "{entry}");
}

#[tokio::test]
async fn a_service_is_asked_over_http() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = Router::new()
        .route("/fine", get(|| async { "fine" }))
        .route("/broken", get(|| async { StatusCode::BAD_GATEWAY }));
    let server = tokio::spawn(async move { axum::serve(listener, app).await });
    let of = |path: &str| asked(checks::http("payments", format!("http://{address}/{path}?token=hunter2")));
    assert_eq!(of("fine").await.0, "healthy");
    let (status, entry) = of("missing").await;
    assert_eq!((&*status, &entry["output"]), ("degraded", &"answers 404".into()));
    assert_eq!(of("broken").await.1["output"], "answers 502");
    assert_eq!(asked(checks::tcp("payments", address.to_string())).await.0, "healthy");
    server.abort();
    let _ = server.await;
    let (status, entry) = of("fine").await;
    assert_eq!(status, "unhealthy", "{entry}");
    assert!(!entry.to_string().contains("hunter2"), "{entry}");
    assert_eq!(asked(checks::tcp("payments", address.to_string())).await.0, "unhealthy");
}

#[tokio::test]
async fn cv_h2_all_components_of_the_requirement_can_be_checked() {
    let pool = SqlitePoolOptions::new().connect("sqlite::memory:").await.unwrap();
    let model = || async { vec![checks::Model { name: "gpt-4".to_owned(), is_available: true }] };
    let health = Health::new().budget(FAR);
    for check in [
        checks::sql("database", pool),
        checks::configuration(),
        checks::authentication(|| async {}),
        checks::metrics(),
        checks::tracing(),
        checks::logs(),
        checks::models(model),
        checks::disk("/"),
        checks::memory(),
    ] {
        health.register(check).keep();
    }
    let (_, answer) = ask(&health, "/health").await;
    for name in ["database", "authentication", "metrics", "tracing", "logs", "models"] {
        assert_eq!(answer["components"][name]["status"], "healthy", "{answer}");
    }
    // Another test of this process may have called `init!`, with or without warnings.
    assert!(["healthy", "degraded"].map(Into::into).contains(&answer["components"]["configuration"]["status"]));
    for name in ["disk", "memory"] {
        assert!(answer["components"][name]["usage_percent"].as_f64().unwrap() > 0.0, "{answer}");
    }
}
