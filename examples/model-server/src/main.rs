//! The stand-in as a program of its own.
//!
//! | Variable | Meaning | Default |
//! |---|---|---|
//! | `MODEL_SERVER_ADDR` | address and port to listen on | `127.0.0.1:9100` |
//!
//! ```text
//! cargo run -p model-server
//! curl -s 127.0.0.1:9100/api/chat -d '{"model":"llama3","messages":[{"role":"user","content":"Where is Ubud?"}]}'
//! curl -X PUT 127.0.0.1:9100/fault -d broken     # every answer fails, until `none` is put there
//! ```

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let address = std::env::var("MODEL_SERVER_ADDR").unwrap_or_else(|_| "127.0.0.1:9100".to_owned());
    let served = match tokio::net::TcpListener::bind(&address).await {
        Ok(listener) => {
            eprintln!("model-server answers at http://{address}");
            model_server::serve(listener).await
        }
        Err(error) => Err(error),
    };
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("model-server: cannot serve at MODEL_SERVER_ADDR={address}: {error}");
            ExitCode::FAILURE
        }
    }
}
