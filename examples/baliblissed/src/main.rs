//! `BaliBlissed`: offers for travellers, an itinerary that a language model writes, and a way to write to us.
//!
//! | Variable | Meaning | Default |
//! |---|---|---|
//! | `BALIBLISSED_ADDR` | address and port to listen on | `127.0.0.1:8040` |
//! | `BALIBLISSED_REDIS` | where the cache is, such as `redis://127.0.0.1` | none: the cache is in memory |
//! | `BALIBLISSED_MODEL_URL` | where the language model is | `http://127.0.0.1:9100` |
//! | `BALIBLISSED_BREAKER_MS` | how long a model that fails is left alone, in milliseconds | `10000` |
//!
//! ```text
//! cargo run -p model-server &
//! cargo run -p baliblissed &
//! curl -s '127.0.0.1:8040/v1/offers?destination=ubud'
//! curl -s 127.0.0.1:8040/v1/itinerary -H 'content-type: application/json' \
//!   -d '{"destination":"amed","days":3,"wishes":"corals and quiet mornings"}'
//! curl -X PUT 127.0.0.1:9100/fault -d broken       # three itineraries later the breaker is open
//! curl -s 127.0.0.1:8040/metrics | grep -E 'cache_|ai_|circuit_breaker'
//! ```

mod app;
mod breaker;
mod cache;
mod config;
mod contact;
mod error;
mod health;
mod itinerary;
mod offers;
mod routes;

use std::process::ExitCode;

use crate::app::App;
use crate::config::Config;
use crate::error::StartError;

#[tokio::main]
async fn main() -> ExitCode {
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("baliblissed: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Serves until the process is asked to stop.
async fn serve() -> Result<(), StartError> {
    let _guard = observe::init!(namespace = "baliblissed")?;
    let config = Config::from_env()?;
    let app = App::start(&config).await?;
    health::register(&app);
    Ok(observe::axum::serve(routes::router(app), &config.addr).await?)
}
