//! `cargo observe doctor`: whether what surrounds a service is as it should be.
//!
//! ```text
//! variables.rs, values.rs   the environment: names, values, and what production needs
//! collector.rs              whether exports arrive, and the clock of who takes them
//! ports.rs, machine.rs      ports, limits, disk
//! project.rs                versions, features, the compiler, observe.toml
//! checklist/                --checklist: what has to be there before a service goes live
//! finding.rs                what was found, as text and as JSON
//! ```

mod checklist;
mod collector;
mod finding;
mod machine;
mod ports;
mod project;
mod values;
mod variables;

use crate::context::Context;
use crate::error::{FOUND, Result};
use crate::source::Source;
use crate::terminal;
use finding::{State, Words};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use variables::Variables;

/// Look whether a service's surroundings are as they should be: settings, collector, ports, versions, features, clock
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo observe doctor --port 8000
  OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318 cargo observe doctor --production
  cargo observe doctor --checklist --service http://127.0.0.1:8000
  cargo observe doctor --checklist --service http://127.0.0.1:8000 --run target/release/service

Exit codes: 0 nothing failed, 1 something did, 2 it could not be looked at.")]
pub(crate) struct Args {
    /// Look whether this port is free; it can be named more than once
    #[arg(long, value_name = "PORT")]
    port: Vec<u16>,
    /// Judge as in production, whatever `OBSERVE_ENVIRONMENT` says
    #[arg(long)]
    production: bool,
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Walk the checklist of a service that goes live, and say pass or fail for each item
    #[arg(long)]
    checklist: bool,
    /// Where the service answers; requests with planted values are sent to it
    #[arg(long, value_name = "URL", requires = "checklist", help_heading = "Checklist")]
    service: Option<String>,
    /// A path of the service that the planted values are sent to as well; it can be named more than once
    #[arg(long, value_name = "PATH", requires = "service", help_heading = "Checklist")]
    path: Vec<String>,
    /// Start this program, with a collector that is not there, and end it afterwards
    #[arg(long, value_name = "PROGRAM", requires = "checklist", help_heading = "Checklist")]
    run: Option<PathBuf>,
    /// An argument for that program; it can be named more than once
    #[arg(long, value_name = "ARGUMENT", requires = "run", allow_hyphen_values = true, help_heading = "Checklist")]
    run_arg: Vec<String>,
    /// How long that program may take to answer, and how long it has to stay
    #[arg(
        long,
        value_name = "TIME",
        default_value = "5s",
        value_parser = humantime::parse_duration,
        help_heading = "Checklist"
    )]
    run_for: Duration,
    #[command(flatten)]
    source: Source,
}

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

pub(crate) fn run(args: &Args, context: &Context) -> Result<ExitCode> {
    let variables = Variables::of_environment();
    let (findings, words) = if args.checklist {
        (checklist::walk(args, context, &variables)?, Words::Checklist)
    } else {
        let mut findings = variables::check(&variables);
        findings.extend(variables::check_production(&variables, args.production));
        findings.extend(collector::check(&variables));
        findings.extend(ports::check(&variables, &args.port));
        findings.extend(project::check(context, &variables));
        findings.extend(machine::check(&variables));
        (findings, Words::Doctor)
    };
    terminal::print(&match args.format {
        Format::Text => finding::text(&findings, words),
        Format::Json => finding::json(&findings),
    });
    let has_failed = findings.iter().any(|finding| finding.state == State::Failed);
    Ok(if has_failed { ExitCode::from(FOUND) } else { ExitCode::SUCCESS })
}
