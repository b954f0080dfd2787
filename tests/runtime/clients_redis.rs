//! Commands of Redis: their spans, their numbers, and nothing of keys and values.

#![expect(clippy::float_cmp, reason = "counts are whole numbers, and exact")]
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod redis_server;

use observe::testing::{self, Capture};
use observe::{AttributeValue, SpanKind, SpanRecord, Status};
use redis::aio::{ConnectionLike, MultiplexedConnection};
use redis::{AsyncCommands as _, Cmd, Pipeline, RedisFuture, Value};
use redis_server::RedisServer;
use std::time::Duration;

/// Somebody, wherever data may be.
const PLANTED: &str = "xjanex";

fn text(span: &SpanRecord, name: &str) -> String {
    span.attribute(name).map(ToString::to_string).unwrap_or_default()
}

/// Nothing that leaves says it: no span, no line, no metric.
#[track_caller]
fn assert_not_told(capture: &Capture) {
    let told = format!("{:?}\n{}\n{}", capture.spans(), capture.log_lines().join("\n"), observe::exposition());
    assert!(!told.to_lowercase().contains(PLANTED), "{told}");
}

/// A server of which only the answers are known.
#[derive(Clone)]
struct Answers(Result<Value, &'static str>);

impl Answers {
    fn answer(&self) -> redis::RedisResult<Value> {
        self.0.clone().map_err(|code| {
            redis::make_extension_error(code.to_owned(), Some(format!("the key {PLANTED} holds something else")))
        })
    }
}

impl ConnectionLike for Answers {
    fn req_packed_command<'a>(&'a mut self, _: &'a Cmd) -> RedisFuture<'a, Value> {
        Box::pin(async { self.answer() })
    }

    fn req_packed_commands<'a>(&'a mut self, _: &'a Pipeline, _: usize, count: usize) -> RedisFuture<'a, Vec<Value>> {
        Box::pin(async move { (0..count).map(|_| self.answer()).collect() })
    }

    fn get_db(&self) -> i64 {
        3
    }
}

#[tokio::test]
async fn a_command_is_a_span_and_is_counted() {
    let capture = testing::capture();
    let mut redis = observe::redis::Connection::new(Answers(Ok(Value::Int(7))));
    let seven: i64 = redis.hget(PLANTED, PLANTED).await.unwrap();
    assert_eq!(seven, 7);
    let span = capture.span("HGET");
    assert_eq!((span.kind, &span.status), (SpanKind::Client, &Status::Unset));
    for (name, expected) in [("db.system.name", "redis"), ("db.operation.name", "HGET"), ("db.namespace", "3")] {
        assert_eq!(text(&span, name), expected, "{name}");
    }
    assert_eq!(capture.metric("redis_operations_total", &[("operation", "hget"), ("status", "ok")]), 1.0);
    assert_eq!(capture.metric("redis_operation_duration_seconds_count", &[("operation", "hget")]), 1.0);
    assert_not_told(&capture);
}

#[tokio::test]
async fn a_pipeline_is_one_span() {
    let capture = testing::capture();
    let mut redis = observe::redis::Connection::new(Answers(Ok(Value::Okay)));
    let () = redis::pipe().set(PLANTED, PLANTED).set(PLANTED, 2).query_async(&mut redis).await.unwrap();
    let () = redis::pipe().append(PLANTED, PLANTED).query_async(&mut redis).await.unwrap();
    let spans = capture.spans();
    assert_eq!(spans[0].name, "PIPELINE");
    assert_eq!(spans[0].attribute("db.operation.batch.size"), Some(&AttributeValue::U64(2)));
    assert_eq!((spans[1].name.as_ref(), spans[1].attribute("db.operation.batch.size")), ("APPEND", None));
    assert_eq!(capture.metric("redis_operations_total", &[("operation", "pipeline")]), 1.0);
    assert_not_told(&capture);
}

#[tokio::test]
async fn an_error_is_told_by_its_class_and_its_known_code() {
    let capture = testing::capture();
    for (code, status) in [("WRONGTYPE", "WRONGTYPE"), ("XJANEX", "")] {
        let mut redis = observe::redis::Connection::new(Answers(Err(code)));
        assert!(redis.strlen::<_, i64>(PLANTED).await.is_err());
        let span = capture.spans().pop().unwrap();
        assert_eq!((text(&span, "error.type").as_str(), &span.status), ("extension", &Status::Error("".into())));
        assert_eq!(text(&span, "db.response.status_code"), status, "{code}");
    }
    assert_eq!(capture.metric("redis_operations_total", &[("operation", "strlen"), ("status", "error")]), 2.0);
    assert_not_told(&capture);
}

#[tokio::test]
async fn a_word_that_is_no_command_is_not_told() {
    let capture = testing::capture();
    let mut redis = observe::redis::Connection::new(Answers(Ok(Value::Nil)));
    let _: Value = redis::cmd(PLANTED).arg(PLANTED).query_async(&mut redis).await.unwrap();
    assert_eq!(text(&capture.span("other"), "db.operation.name"), "other");
    assert_eq!(capture.metric("redis_operations_total", &[("operation", "other")]), 1.0);
    assert_not_told(&capture);
}

#[tokio::test]
async fn a_command_that_nobody_waits_for_is_cancelled() {
    let capture = testing::capture();
    let mut redis = observe::redis::Connection::new(Answers(Ok(Value::Nil)));
    let mut command = redis::cmd("ECHO");
    drop(redis.req_packed_command(command.arg(PLANTED)));
    let span = capture.span("ECHO");
    assert_eq!((text(&span, "outcome").as_str(), &span.status), ("cancelled", &Status::Unset));
    assert_eq!(capture.metric("redis_operations_total", &[("operation", "echo"), ("status", "cancelled")]), 1.0);
}

async fn connection(server: &RedisServer) -> MultiplexedConnection {
    redis::Client::open(server.url()).unwrap().get_multiplexed_async_connection().await.unwrap()
}

#[tokio::test]
async fn a_real_server_answers_as_it_does_without() {
    let Some(server) = RedisServer::start() else { return };
    let connection = connection(&server).await;
    let capture = testing::capture();
    let mut redis = observe::redis::Connection::new(connection);
    let () = redis.set(PLANTED, PLANTED).await.unwrap();
    assert_eq!(redis.get::<_, String>(PLANTED).await.unwrap(), PLANTED);
    assert!(redis.lpush::<_, _, i64>(PLANTED, 1).await.is_err(), "it is no list");
    let unknown = redis::cmd("FROBNICATE").arg(PLANTED).query_async::<Value>(&mut redis.clone()).await;
    assert!(unknown.unwrap_err().to_string().contains(PLANTED), "the server quotes the command");
    let (one, two): (i64, i64) =
        redis::pipe().atomic().incr("a", 1).incr("a", 1).query_async(&mut redis).await.unwrap();
    assert_eq!((one, two), (1, 2));

    let names: Vec<String> = capture.spans().iter().map(|span| span.name.to_string()).collect();
    assert_eq!(names, ["SET", "GET", "LPUSH", "other", "MULTI"]);
    let spans = capture.spans();
    assert_eq!(text(&spans[2], "db.response.status_code"), "WRONGTYPE");
    assert_eq!(text(&spans[3], "db.response.status_code"), "ERR");
    assert_not_told(&capture);

    let pid = server.stop();
    let gone = redis.get::<_, String>("a").await.unwrap_err();
    let span = capture.spans().pop().unwrap();
    assert_eq!(span.status, Status::Error("".into()), "{pid}: {gone}");
}

#[tokio::test]
async fn the_memory_of_a_real_server_is_shown() {
    let Some(server) = RedisServer::start() else { return };
    let watched = connection(&server).await;
    let watch = tokio::spawn(observe::redis::watch_memory(watched, Duration::from_millis(20)));
    let shown = |name: &str| {
        let text = observe::exposition();
        let line = text.lines().find(|line| line.starts_with(&format!("{name} ")));
        line.and_then(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
    };
    while shown("redis_memory_bytes").is_none() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(shown("redis_memory_bytes").unwrap() > 100_000.0);
    assert_eq!(shown("redis_memory_max_bytes"), Some(64.0 * 1024.0 * 1024.0));
    server.stop();
    while !shown("redis_memory_bytes").unwrap().is_nan() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    watch.abort();
}
