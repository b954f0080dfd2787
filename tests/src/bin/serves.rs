//! A program that serves: how, is its first argument. Tests ask it, and tell it to stop.

#![expect(clippy::print_stdout, reason = "the tests read it")]

use axum::{Router, routing::get};
use observe::traced;
use std::error::Error;
use std::io;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;

#[traced]
fn work() {}

/// Says something to the test, and waits for its answer.
fn wait(said: &str) {
    println!("{said}");
    let _ = io::stdin().read_line(&mut String::new());
}

fn app() -> Router {
    Router::new()
        .route("/hello", get(|| async { "hello" }))
        .route("/slow", get(slow))
        .route("/metrics", get(|| async { "the app's own" }))
        .layer(observe::axum::layer())
}

/// Answers once the test has sent a line.
async fn slow() -> &'static str {
    let _ = tokio::task::spawn_blocking(|| wait("slow")).await;
    "slow"
}

async fn serve_app() -> observe::Result<()> {
    let server = observe::axum::bind("127.0.0.1:0").await?;
    println!("{}", server.address());
    server.serve(app()).await
}

#[observe::main(service = "care", worker_threads = 2)]
async fn server() -> observe::Result<()> {
    work();
    serve_app().await
}

/// A service with what it depends on, alerts and an interface of its own.
#[observe::main(service = "care", worker_threads = 2)]
async fn whole() -> observe::Result<()> {
    use observe::health::{Check, Kind, Outcome, register, starting};
    static WORKS: AtomicBool = AtomicBool::new(true);
    observe::alerts::on_health_change();
    let database = || async { if WORKS.load(SeqCst) { Ok(()) } else { Err("no route to mail of jane@example.org") } };
    register(Check::new("database", database).kind(Kind::Database).cached_for(Duration::ZERO)).keep();
    register(Check::blocking("disk", || Outcome::warn("nearly full").with("usage_percent", 91.5)).degrading()).keep();
    register(Check::new("search", std::future::pending::<()>).timeout(Duration::from_millis(50)).degrading()).keep();
    let switch = |works| move || async move { WORKS.store(works, SeqCst) };
    let app = app()
        .route("/break", get(switch(false)))
        .route("/mend", get(switch(true)))
        .route("/start", get(|| async { starting() }))
        .route("/started", get(|| async { observe::health::started() }))
        .route("/health/of-the-app", get(|| async { "the app's own" }));
    let server = observe::axum::bind("127.0.0.1:0").await?;
    println!("{}", server.address());
    server.serve(app).await
}

/// Half of ten critical checks never answer.
#[observe::main(worker_threads = 2)]
async fn hung() -> observe::Result<()> {
    use observe::health::{Check, register};
    for number in 0..5 {
        register(Check::new(format!("works_{number}"), || async {})).keep();
        register(Check::new(format!("hangs_{number}"), std::future::pending::<()>)).keep();
    }
    serve_app().await
}

/// Told to stop between the two.
#[observe::main]
async fn bound() -> observe::Result<()> {
    let server = observe::axum::bind("127.0.0.1:0").await?;
    wait(&server.address().to_string());
    server.serve(app()).await
}

#[observe::main]
fn listener() {
    work();
    wait("ready");
}

#[observe::main(flavor = current_thread)]
async fn fails() -> Result<(), Box<dyn Error>> {
    observe::spawn(async {
        work();
        std::future::pending::<()>().await;
    });
    tokio::time::sleep(Duration::from_millis(1)).await;
    Err("no bed".into())
}

#[observe::main]
async fn panics() -> u8 {
    work();
    tokio::task::yield_now().await;
    panic!("no bed")
}

#[observe::main]
async fn twice() -> String {
    tokio::task::yield_now().await;
    observe::init!().map_or_else(|error| error.to_string(), |_| "again".to_owned())
}

/// Without `init!`, which is no mistake that stops a server.
#[tokio::main]
async fn uninitialised() -> observe::Result<()> {
    let first = observe::axum::bind("127.0.0.1:0").await?;
    tokio::spawn(first.serve(app()));
    serve_app().await
}

fn main() -> ExitCode {
    let result: Result<(), Box<dyn Error>> = match std::env::args().nth(1).as_deref() {
        Some("server") => server().map_err(Into::into),
        Some("whole") => whole().map_err(Into::into),
        Some("hung") => hung().map_err(Into::into),
        Some("bound") => bound().map_err(Into::into),
        Some("listener") => {
            listener();
            wait("ended");
            Ok(())
        }
        Some("fails") => fails(),
        Some("panics") => {
            println!("{}", panics());
            Ok(())
        }
        Some("twice") => {
            println!("{}", twice());
            Ok(())
        }
        Some("uninitialised") => uninitialised().map_err(Into::into),
        other => Err(format!("unknown: {other:?}").into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("serves: {error}");
            ExitCode::FAILURE
        }
    }
}
