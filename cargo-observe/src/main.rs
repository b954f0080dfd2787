//! `cargo observe`: what the annotations of a workspace declare, read out of its built programs. They are not run.
//!
//! ```text
//! source/      where a catalogue comes from: built programs, given binaries, a file
//! catalogue/   what a workspace can emit, as data; its JSON, Markdown and table
//! query/       PromQL in rules and dashboards, and what of the catalogue it uses
//! check/       the checks of a workspace, and the forms of their report
//! diff/        what changed between two catalogues, and what it breaks
//! generate/    docs, dashboards, alerts, and the configuration of the stack around a service
//! init/        observe's lines in a project that has none
//! doctor/      whether what surrounds a service is as it should be
//! live_check/  what a running service emits, against the catalogue
//! tail/        the requests and log lines of a running service, as they come
//! settings/    `observe.toml`, as far as it concerns the tool
//! ```

mod catalogue;
mod check;
mod cli;
mod context;
mod diff;
mod doctor;
mod end;
mod error;
mod files;
mod generate;
mod http;
mod init;
mod live_check;
mod privacy;
mod query;
mod settings;
mod shell;
mod source;
mod tail;
mod terminal;

use clap::Parser as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    // Cargo passes on the name of the subcommand, and who calls the program itself may leave it out.
    let mut words: Vec<_> = std::env::args_os().collect();
    if words.get(1).is_none_or(|word| word != "observe") {
        words.insert(1.min(words.len()), "observe".into());
    }
    let cli::Cargo::Observe(cli) = cli::Cargo::parse_from(words);
    match cli.run() {
        Ok(code) => code,
        Err(error) => {
            terminal::error(&error);
            ExitCode::from(error::FAILED)
        }
    }
}
