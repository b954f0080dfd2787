//! `ChatVault`: a gateway to language models. It knows its users by their keys, limits how often each
//! may ask, turns to the next provider where one fails, and keeps what every answer cost.
//!
//! | Variable | Meaning | Default |
//! |---|---|---|
//! | `CHATVAULT_KEYS` | `name:type:key` of each user, with commas between them; a type is `free`, `pro` or `internal` | none: it has to be set |
//! | `CHATVAULT_ADDR` | address and port to listen on | `127.0.0.1:8010` |
//! | `CHATVAULT_OPENAI_URL`, `CHATVAULT_MISTRAL_URL`, `CHATVAULT_OLLAMA_URL` | where the providers are | `http://127.0.0.1:9100` |
//! | `CHATVAULT_RATE_LIMIT` | requests that a user may send a minute | `60` |
//! | `CHATVAULT_TIMEOUT_MS` | how long a provider may be silent, in milliseconds | `10000` |
//! | `CHATVAULT_DB` | file of the ledger | in memory |
//!
//! ```text
//! cargo run -p model-server &
//! CHATVAULT_KEYS=ada:pro:a-key-of-16-bytes cargo run -p chatvault &
//! AUTH='authorization: Bearer a-key-of-16-bytes'
//! curl -sN 127.0.0.1:8010/v1/chat -H "$AUTH" -H 'content-type: application/json' -d \
//!   '{"model":"gpt4o-mini","stream":true,"messages":[{"role":"user","content":"What is a warung?"}]}'
//! curl -s 127.0.0.1:8010/v1/usage -H "$AUTH"
//! curl -s 127.0.0.1:8010/metrics | grep -E 'tokens|cost|model_requests'
//! ```

mod app;
mod auth;
mod catalog;
mod chat;
mod config;
mod error;
mod health;
mod ledger;
mod limits;
mod message;
mod provider;
mod routes;
mod usage;
mod wire;

use std::process::ExitCode;

use crate::app::App;
use crate::config::Config;
use crate::error::StartError;

#[tokio::main]
async fn main() -> ExitCode {
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chatvault: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Serves until the process is asked to stop.
async fn serve() -> Result<(), StartError> {
    let _guard = observe::init!(namespace = "chatvault")?;
    let config = Config::from_env()?;
    let app = App::start(&config).await?;
    health::register(&app);
    Ok(observe::axum::serve(routes::router(app), &config.addr).await?)
}
