//! VoiceAssist: a small service that answers a clinician's question from guideline notes.
//!
//! The notes are embedded in the program, and searched twice: with `SQLite` full-text search and by
//! vectors that are computed here. An answer is made of sentences of the notes, each with the title
//! of the note it comes from. `voiceassist demo` sends the service traffic and shows what came out.
//!
//! | Variable | Meaning | Default |
//! |---|---|---|
//! | `VOICEASSIST_ADDR` | address and port to listen on | `127.0.0.1:8000` |
//! | `VOICEASSIST_DB` | database file | in memory |
//! | `VOICEASSIST_AUDIT` | file of the audit log | beside the database file, or the latest 1000 records in memory |
//! | `VOICEASSIST_BACKUP` | file to copy the database to | no backup |
//! | `VOICEASSIST_BACKUP_SECONDS` | how often it is copied | 3600 |
//! | `VOICEASSIST_DEMO_PASSWORD` | password of the users `clinician` and `admin`, at the first start | random |
//! | `VOICEASSIST_HASH_MEMORY_KIB` | memory that hashing a password takes | 19456 |

mod answer;
mod app;
mod args;
mod audit;
mod auth;
mod backup;
mod choose;
mod config;
mod demo;
mod documents;
mod error;
mod greeting;
mod health;
mod hex;
mod integrity;
mod model;
mod notes;
mod routes;
mod search;
mod store;
mod text;
mod topic;
mod vector;
mod words;

use std::io::Write as _;
use std::process::ExitCode;

use crate::app::App;
use crate::args::Command;
use crate::config::Config;
use crate::error::StartError;

fn main() -> ExitCode {
    let done = match Command::parse(std::env::args_os().skip(1)) {
        Ok(Command::Serve) => serve().map_err(|error| error.to_string()),
        Ok(Command::Demo(length)) => demo::run(length).map_err(|error| error.to_string()),
        Ok(Command::Help) => {
            let _ = std::io::stdout().write_all(args::HELP.as_bytes());
            Ok(())
        }
        Err(error) => {
            eprintln!("voiceassist: {error}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("voiceassist: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Serves until the process is asked to stop.
#[tokio::main]
async fn serve() -> Result<(), StartError> {
    let _guard = observe::init!()?;
    let config = Config::from_env()?;
    let (app, demo_password) = App::start(&config)?;
    app.begin(&config);
    let server = observe::axum::bind(&config.addr.to_string()).await?;
    greeting::greet(&format!("http://{}", server.address()), &demo_password);
    Ok(server.serve(routes::router(app)).await?)
}
