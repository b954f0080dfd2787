//! `cargo observe tail`: the requests and log lines of a running service, as they come.
//!
//! ```text
//! service.rs   the service's address, what it is asked, and what its refusals mean
//! lines.rs     lines out of a stream, of which none is too long
//! session.rs   from the past into the present, and on after a restart
//! show.rs      a line for each
//! ```

mod lines;
mod service;
mod session;
mod show;

use crate::end;
use crate::error::{Error, Result};
use service::Service;
use session::Session;
use show::Show;
use std::process::ExitCode;
use std::time::Duration;

/// The service's own variable: whoever starts both in one shell says it once.
const TOKEN: &str = "OBSERVE_DEV_PAGE_TOKEN";

/// Show the requests of a running service as they come, and its log lines
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo observe tail
  cargo observe tail --errors --lines 20
  cargo observe tail --logs --text 4bf92f35
  cargo observe tail http://127.0.0.1:3000 --slow 500ms --json | jq .request.trace_id

The service shows itself where it has the feature `dev-page`; a release build with OBSERVE_DEV_PAGE=on. A token is better
given by the variable OBSERVE_DEV_PAGE_TOKEN than by --token, which others on this machine can see. Times are UTC; that
of a request is when it ended.

Exit codes: 0 ended by Ctrl-C or by who read, 2 the service does not answer or refuses.")]
pub(crate) struct Args {
    /// Where the service answers
    #[arg(value_name = "URL", default_value = "http://127.0.0.1:8000")]
    url: String,
    /// Log lines too
    #[arg(long)]
    logs: bool,
    /// Only requests that failed; with --logs, lines of errors
    #[arg(long)]
    errors: bool,
    /// Only requests that took this long or longer
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    slow: Option<Duration>,
    /// Only requests with this in their route
    #[arg(long, value_name = "TEXT")]
    route: Option<String>,
    /// Only requests with this in their name, route, trace id or error; with --logs, lines with this in them
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
    /// The lines as the service writes them: a JSON object each
    #[arg(long)]
    json: bool,
    /// The service's token
    #[arg(long, value_name = "TOKEN")]
    token: Option<String>,
    /// First so many lines of the past
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    lines: usize,
}

pub(crate) fn run(args: &Args, is_quiet: bool) -> Result<ExitCode> {
    let token = args.token.clone().or_else(|| std::env::var(TOKEN).ok());
    let service = Service::new(&args.url, token, args.filters())?;
    let session = Session::new(service, Show::new(args.json), args.logs, is_quiet);
    let lines = args.lines;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Error::new(error.to_string()))?;
    let ended = runtime.block_on(async {
        // The client blocks its thread, which ends with the program.
        let followed = tokio::task::spawn_blocking(move || session.run(lines));
        tokio::select! {
            () = end::asked() => Ok(()),
            ended = followed => ended.unwrap_or_else(|error| Err(Error::new(error.to_string()))),
        }
    });
    runtime.shutdown_background();
    ended.map(|()| ExitCode::SUCCESS)
}

impl Args {
    /// What is asked for, as the service's interface calls it.
    fn filters(&self) -> Vec<(&'static str, String)> {
        let mut filters = Vec::new();
        if self.errors {
            filters.extend([("errors", "1".to_owned()), ("level", "error".to_owned())]);
        }
        filters.extend(self.slow.map(|time| ("slow", (time.as_secs_f64() * 1e3).to_string())));
        filters.extend(self.route.clone().map(|text| ("route", text)));
        filters.extend(self.text.clone().map(|text| ("text", text)));
        filters
    }
}
