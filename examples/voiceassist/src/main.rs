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

use std::process::ExitCode;
use std::sync::Arc;

use tokio::net::TcpListener;

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
    let config = Config::from_env()?;
    let store = config.open_store()?;
    let listener = TcpListener::bind(config.addr).await.map_err(|error| StartError::Listen(config.addr, error))?;
    eprintln!("voiceassist: listening on {}", config.addr);
    axum::serve(listener, routes::router(Arc::new(store)))
        .with_graceful_shutdown(stop_requested())
        .await
        .map_err(StartError::Serve)
}

/// Returns on Ctrl-C, and on Unix on a termination signal as well.
async fn stop_requested() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
