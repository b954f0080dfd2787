//! IIT-ML: a small service that predicts who is likely to interrupt treatment.
//!
//! The model is a logistic regression, trained here from invented patients: `iit-ml train` writes it
//! to a file with a checksum, and `iit-ml serve` predicts with it. A service whose model is missing,
//! damaged or of another format starts all the same, and says in `/health` what it can't do.
//!
//! ```sh
//! cargo run -p iit-ml -- train /tmp/model.json
//! IIT_ML_MODEL=/tmp/model.json cargo run -p iit-ml -- serve
//! ```
//!
//! | Variable | Meaning | Default |
//! |---|---|---|
//! | `IIT_ML_ADDR` | address and port to listen on | `127.0.0.1:8030` |
//! | `IIT_ML_MODEL` | the model's file | `iit-ml-model.json` |

mod app;
mod data;
mod error;
mod features;
mod model;
mod model_file;
mod predict;
mod routes;
mod train;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use crate::app::App;

const HELP: &str = "\
IIT-ML predicts who is likely to interrupt treatment: an example service of observe.

usage: iit-ml [serve]        serves until it is told to stop
       iit-ml train FILE     trains a model from invented patients, and writes it to FILE
       iit-ml --help

Settings are in the environment: IIT_ML_ADDR (address and port, 127.0.0.1:8030), IIT_ML_MODEL
(the model's file, iit-ml-model.json), and those of observe, such as OTEL_EXPORTER_OTLP_ENDPOINT.
";

/// Address used when `IIT_ML_ADDR` is not set.
const DEFAULT_ADDR: &str = "127.0.0.1:8030";

/// File used when `IIT_ML_MODEL` is not set.
const DEFAULT_MODEL: &str = "iit-ml-model.json";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args_os().skip(1).map(|arg| arg.to_string_lossy().into_owned()).collect();
    let done = match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] | ["serve"] => serve().map_err(|error| error.to_string()),
        ["train", file] => train_to(Path::new(file)),
        ["-h" | "--help" | "help"] => {
            say(HELP);
            Ok(())
        }
        _ => {
            eprintln!("iit-ml: unknown arguments: see iit-ml --help");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("iit-ml: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Trains, and writes what was learned.
fn train_to(file: &Path) -> Result<(), String> {
    let (model, accuracy) = train::train();
    model_file::save(&model, file).map_err(|error| format!("{} can't be written: {error}", file.display()))?;
    say(&format!(
        "trained {} {}: right about {:.1} % of {} patients that it was not trained with\nwritten to {}\n",
        model.name,
        model.version,
        accuracy * 100.0,
        train::TEST_PATIENTS,
        file.display()
    ));
    Ok(())
}

/// Serves until the process is asked to stop.
#[tokio::main]
async fn serve() -> observe::Result<()> {
    let _guard = observe::init!()?;
    let file = std::env::var_os("IIT_ML_MODEL").map_or_else(|| PathBuf::from(DEFAULT_MODEL), PathBuf::from);
    let app = Arc::new(App::start(&file));
    observe::health::register(app.check()).keep();
    let addr = std::env::var("IIT_ML_ADDR").unwrap_or_else(|_| DEFAULT_ADDR.to_owned());
    let server = observe::axum::bind(&addr).await?;
    say(&greeting(&format!("http://{}", server.address()), &app, &file));
    server.serve(routes::router(app)).await
}

/// The first thing that a newcomer sees: what there is, and a command that can be pasted.
fn greeting(url: &str, app: &App, file: &Path) -> String {
    let model = match app.model() {
        Ok(model) => format!("{} {}", model.name, model.version),
        Err(error) => format!("none: {error} (iit-ml train {} writes one)", file.display()),
    };
    format!(
        "IIT-ML predicts at {url}, model {model}\n\
         predict  curl -s {url}/v1/predict -H 'content-type: application/json' -d '{EXAMPLE}'\n\
         metrics  curl -s {url}/metrics\n\
         health   curl -s {url}/health\n"
    )
}

/// A patient whose risk is high.
const EXAMPLE: &str = concat!(
    r#"{"patient_id":"p-17","features":{"age_years":24,"months_on_treatment":3,"#,
    r#""missed_visits":6,"days_late":45,"distance_km":38,"suppressed":false}}"#
);

/// Nobody may be reading, and that is no reason not to go on.
fn say(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}
