//! One trace joins a request with its calls: of the database, of Redis, of another service.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod redis_server;

use axum::extract::State;
use axum::routing::get;
use axum::{Router, http::HeaderMap};
use observe::{SpanKind, SpanRecord, testing};
use redis::AsyncCommands as _;
use redis::aio::MultiplexedConnection;
use redis_server::RedisServer;
use sqlx::Sqlite;
use sqlx::sqlite::SqlitePoolOptions;
use std::net::SocketAddr;
use tokio::net::TcpListener;

#[derive(Clone)]
struct Service {
    pool: observe::sqlx::Pool<Sqlite>,
    redis: Option<observe::redis::Connection<MultiplexedConnection>>,
    client: reqwest_middleware::ClientWithMiddleware,
    behind: SocketAddr,
}

async fn answer(State(service): State<Service>) -> String {
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM beds").fetch_one(&service.pool).await.unwrap();
    if let Some(mut redis) = service.redis {
        let () = redis.set("beds", count).await.unwrap();
    }
    let url = format!("http://{}/prices", service.behind);
    service.client.get(url).send().await.unwrap().text().await.unwrap()
}

/// Serves on a free port, as long as the runtime of the test lives.
async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router.layer(observe::axum::layer())).await.unwrap() });
    address
}

#[tokio::test]
async fn one_trace_joins_a_request_with_its_calls() {
    let server = RedisServer::start();
    let redis = match &server {
        Some(server) => {
            let client = redis::Client::open(server.url()).unwrap();
            Some(observe::redis::Connection::new(client.get_multiplexed_async_connection().await.unwrap()))
        }
        None => None,
    };
    let has_redis = redis.is_some();
    let pool = SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await.unwrap();
    sqlx::query("CREATE TABLE beds (id INTEGER)").execute(&pool).await.unwrap();
    let capture = testing::capture();
    let said = |headers: HeaderMap| async move { headers["traceparent"].to_str().unwrap().to_owned() };
    let behind = serve(Router::new().route("/prices", get(said))).await;
    let client = observe::reqwest::client(reqwest::Client::new());
    let service = Service { pool: pool.into(), redis, client, behind };
    let address = serve(Router::new().route("/beds", get(answer)).with_state(service)).await;

    let caller = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let request = reqwest::Client::new().get(format!("http://{address}/beds")).header("traceparent", caller);
    let passed_on = request.send().await.unwrap().text().await.unwrap();

    let all = capture.spans();
    let find = |name: &str| -> SpanRecord {
        all.iter().find(|span| span.name == name).unwrap_or_else(|| panic!("{name} in {all:?}")).clone()
    };
    let request = find("GET /beds");
    assert_eq!(request.trace_id.to_string(), &caller[3..35]);
    let client = find("GET");
    let mut calls = vec![find("SELECT beds"), client.clone()];
    if has_redis {
        calls.push(find("SET"));
    }
    for call in &calls {
        assert_eq!((call.trace_id, call.parent_id), (request.trace_id, Some(request.span_id)), "{}", call.name);
        assert_eq!(call.kind, SpanKind::Client);
    }
    let price = find("GET /prices");
    assert_eq!((price.trace_id, price.parent_id), (request.trace_id, Some(client.span_id)));
    assert_eq!(passed_on, format!("00-{}-{}-01", request.trace_id, client.span_id));
}
