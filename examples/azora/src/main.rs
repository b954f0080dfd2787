//! Azora: a small platform of four services, each a process of its own, and one trace through all of them.
//!
//! The gateway finds out who asks (`auth`) and forwards: to `education`, which has the courses in `SQLite` and has
//! `pay` take what a course costs, and to `pay` itself, with a stand-in for a bank.
//!
//! ```sh
//! cargo run -p azora -- all                  # the four, until Ctrl-C; prints commands to paste
//! cargo run -p azora -- demo --seconds 10    # the four on free ports, traffic, and what was counted
//! ```
//!
//! | Variable | Meaning | Default |
//! |---|---|---|
//! | `AZORA_ADDR` | address and port to listen on; with `all`, of each: give port 0 | `127.0.0.1:8020` to `8023` |
//! | `AZORA_AUTH_URL`, `AZORA_EDUCATION_URL`, `AZORA_PAY_URL` | where the others are | the ports above |
//! | `AZORA_DB` | database file of `education` | in memory |
//! | `AZORA_DEMO_PASSWORD` | password of the users `ada` and `grace` | random |

mod auth;
mod card;
mod courses;
mod demo;
mod education;
mod error;
mod gateway;
mod pay;
mod platform;
mod role;
mod upstream;

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use crate::error::StartError;
use crate::role::Role;

const HELP: &str = "\
Azora is a small platform of four services with one trace through them: an example of observe.

usage: azora gateway|auth|education|pay    serves one of them until it is told to stop
       azora all                           starts the four, each as a process of its own
       azora demo [--seconds N]            starts the four on free ports, sends them traffic for
                                           N seconds (10, at most 3600), and shows what they counted
       azora --help

Settings are in the environment: AZORA_ADDR, AZORA_AUTH_URL, AZORA_EDUCATION_URL, AZORA_PAY_URL,
AZORA_DB, AZORA_DEMO_PASSWORD, and those of observe, such as OTEL_EXPORTER_OTLP_ENDPOINT.
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args_os().skip(1).map(|arg| arg.to_string_lossy().into_owned()).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args.as_slice() {
        ["all"] => platform::run(),
        ["demo"] => demo::run(Duration::from_secs(10)),
        ["demo", "--seconds", seconds] => match seconds.parse() {
            Ok(seconds @ 1..=3600) => demo::run(Duration::from_secs(seconds)),
            _ => Err("--seconds expects a whole number from 1 to 3600".into()),
        },
        ["-h" | "--help" | "help"] => {
            say(HELP);
            Ok(())
        }
        [name] if let Some(role) = Role::ALL.into_iter().find(|role| role.name() == *name) => serve(role),
        _ => Err("unknown arguments: see azora --help".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("azora: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Serves one of the four until the process is asked to stop.
#[tokio::main]
async fn serve(role: Role) -> Result<(), StartError> {
    let _guard = observe::init!(role.service())?;
    let (routes, more) = match role {
        Role::Gateway => (gateway::router()?, String::new()),
        Role::Education => (education::router().await?, String::new()),
        Role::Pay => (pay::router(), String::new()),
        Role::Auth => {
            let (routes, password) = auth::router()?;
            let password = password.as_deref().unwrap_or("as AZORA_DEMO_PASSWORD says");
            (routes, format!(" (users {}, password {password})", auth::USERS.join(" and ")))
        }
    };
    let addr = std::env::var("AZORA_ADDR").unwrap_or_else(|_| role.default_addr().to_string());
    let server = observe::axum::bind(&addr).await?;
    let mut greeting = format!("{} serves at http://{}{more}\n", role.service(), server.address());
    if role == Role::Gateway {
        // Writing to a string does not fail.
        let _ = greeting.write_str(&commands(&format!("http://{}", server.address())));
    }
    say(&greeting);
    Ok(server.serve(routes.layer(observe::axum::layer())).await?)
}

/// Commands that can be pasted one after the other, with the password that auth has shown.
fn commands(url: &str) -> String {
    let json = "-H 'content-type: application/json'";
    let card = r#""card":{"number":"5555555555554444","expiry":"11/30","code":"123","holder":"Jane Roe"}"#;
    format!(
        "log in   TOKEN=$(curl -s {url}/v1/login {json} -d '{{\"user\":\"ada\",\"password\":\"<password>\"}}' | cut -d'\"' -f4)\n\
         enrol    curl -s {url}/v1/enrolments -H \"authorization: Bearer $TOKEN\" {json} -d '{{\"course\":\"traces\",{card}}}'\n\
         metrics  curl -s {url}/metrics\n"
    )
}

/// Nobody may be reading, and that is no reason not to go on.
fn say(text: &str) {
    let mut out = std::io::stdout();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
