//! A program for tests that need what the example has not: failures, texts of their own, a trace without end. It is
//! this test binary, started again.

use crate::browser::until;
use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use observe::health::Outcome;
use observe::{Capped, current_span, health_check, metered, span, traced};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Where it is to listen; without it, nobody started the program.
const ADDRESS: &str = "DEV_PAGE_PROGRAM";

/// The program, serving; killed with the test that started it.
pub(crate) struct Program {
    child: Child,
    pub(crate) address: String,
}

impl Program {
    pub(crate) fn start(variables: &[(&str, &str)]) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "program::serves", "--ignored", "--nocapture"])
            .env_clear()
            .envs([(ADDRESS, "127.0.0.1:0"), ("OBSERVE_DEV_PAGE", "on"), ("OTEL_TRACES_SAMPLER", "always_on")])
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (sender, lines) = mpsc::channel();
        let output = BufReader::new(child.stdout.take().unwrap()).lines();
        thread::spawn(move || output.map_while(Result::ok).for_each(|line| drop(sender.send(line))));
        let mut program = Self { child, address: String::new() };
        program.address = until("the program", || {
            let line = lines.recv().expect("the program ended");
            Some(line.split_once("serves at ")?.1.to_owned())
        });
        program
    }

    /// Asks for a path; status of the answer.
    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> u16 {
        crate::http::ask(&self.address, &format!("GET {path}"), &[], "").status
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One that is well, so that there is one.
#[health_check(kind = component)]
fn cupboard() -> Outcome {
    Outcome::warn("it is half empty")
}

#[traced]
async fn well() -> &'static str {
    tracing::debug!("what only a debug line says");
    "well\n"
}

/// A failure with this text as its reason.
async fn fails(Path(text): Path<String>) -> StatusCode {
    current_span().fail(&text);
    StatusCode::INTERNAL_SERVER_ERROR
}

/// Puts a text wherever a program can put one: names, attributes, labels, lines, errors.
#[traced(fields(said = scrub(text)), err)]
#[metered(name = "told", labels(text: Capped<20> = Capped::new(text)))]
fn tell(text: &str) -> Result<(), std::io::Error> {
    let _named = tracing::info_span!("named", otel.name = text, note = text).entered();
    tracing::warn!(note = text, "{text}");
    let error = std::io::Error::other(text);
    tracing::error!(error = &error as &dyn std::error::Error, "it failed: {text}");
    Err(error)
}

async fn tells(Path(text): Path<String>) -> StatusCode {
    if let Err(error) = tell(&text) {
        current_span().error(&error);
    }
    StatusCode::INTERNAL_SERVER_ERROR
}

/// A trace of so many spans below its request.
async fn many(Path(count): Path<usize>) -> String {
    for hundred in 0..count.div_ceil(100) {
        let _group = span!("group", group = hundred);
        for _ in 0..100.min(count - hundred * 100) - 1 {
            let _one = span!("one of many");
        }
    }
    format!("{count}\n")
}

#[tokio::main(flavor = "current_thread")]
async fn serve(address: &str) -> observe::Result<()> {
    let _guard = observe::init!()?;
    let app = Router::new()
        .route("/well", get(well))
        .route("/fails/{text}", get(fails))
        .route("/tells/{text}", get(tells))
        .route("/many/{count}", get(many))
        .route("/slow", get(|| tokio::time::sleep(Duration::from_mins(1))))
        .layer(observe::axum::layer());
    let server = observe::axum::bind(address).await?;
    // Past the test harness, which would keep it to itself.
    let mut output = std::io::stdout();
    writeln!(output, "serves at {}", server.address()).unwrap();
    server.serve(app).await
}

#[test]
#[ignore = "the program that other tests start"]
fn serves() {
    let Ok(address) = std::env::var(ADDRESS) else { return };
    serve(&address).unwrap();
}
