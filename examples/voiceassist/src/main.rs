//! VoiceAssist: a small service that answers a clinician's question from guideline notes.
//!
//! The notes are embedded in the program and searched with `SQLite` full-text search. An answer
//! is made of sentences of the notes, each with the title of the note it comes from.
//!
//! | Variable | Meaning | Default |
//! |---|---|---|
//! | `VOICEASSIST_ADDR` | address and port to listen on | `127.0.0.1:8000` |
//! | `VOICEASSIST_DB` | database file | in memory |

mod answer;
mod choose;
mod config;
mod documents;
mod error;
mod model;
mod notes;
mod routes;
mod schema;
mod store;
mod text;
mod topic;
mod words;

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use crate::config::Config;
use crate::error::StartError;

#[tokio::main]
async fn main() -> ExitCode {
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("voiceassist: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Serves until the process is asked to stop.
async fn serve() -> Result<(), StartError> {
    let _guard = observe::init!()?;
    let config = Config::from_env()?;
    let store = config.open_store()?;
    let server = observe::axum::bind(&config.addr.to_string()).await?;
    say_where_to_look(&format!("http://{}", server.address()));
    Ok(server.serve(routes::router(Arc::new(store))).await?)
}

/// The first thing that a newcomer sees.
fn say_where_to_look(url: &str) {
    let question = r#"{"id":"q1","text":"Which antibiotics in the first hour of sepsis?","patient":{"name":"Jane Roe","mrn":"MRN-0042"}}"#;
    // Nobody may be reading, and that is no reason not to serve.
    let _ = writeln!(
        std::io::stdout(),
        "VoiceAssist answers from clinical guideline notes at {url}\n\
         ask      curl -s {url}/ask -H 'content-type: application/json' -d '{question}'\n\
         metrics  curl -s {url}/metrics\n\
         health   curl -s {url}/health/live\n\
         traces   OTEL_TRACES_EXPORTER=console shows spans here, OTEL_EXPORTER_OTLP_ENDPOINT sends them to a collector",
    );
}
