//! The command line.

use crate::context::Context;
use crate::error::Result;
use crate::{catalogue, check, diff, doctor, generate, init, live_check, privacy, shell, tail};
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// What cargo calls: the word `observe` comes first.
#[derive(Debug, Parser)]
#[command(name = "cargo", bin_name = "cargo", disable_help_subcommand = true)]
pub(crate) enum Cargo {
    Observe(Cli),
}

/// Reads what the annotations of observe declare out of built programs; checks it, compares it, and makes docs,
/// dashboards and alerts of it
#[derive(Debug, clap::Args)]
#[command(
    version,
    after_help = "Examples:
  cargo observe catalog
  cargo observe check --queries 'ops/**/*.yml' --format github
  cargo observe diff --baseline git:main
  cargo observe generate --check
  cargo observe tail --errors
  cargo observe explain OBS0201"
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
    /// The workspace's Cargo.toml
    #[arg(long, global = true, value_name = "PATH")]
    manifest_path: Option<PathBuf>,
    /// Write nothing but the report and errors
    #[arg(short, long, global = true)]
    quiet: bool,
    /// When to colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: Color,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    Catalog(catalogue::Args),
    Privacy(privacy::Args),
    Check(check::Args),
    Explain(check::ExplainArgs),
    Diff(diff::Args),
    Generate(generate::Args),
    Init(init::Args),
    Doctor(doctor::Args),
    LiveCheck(live_check::Args),
    Tail(tail::Args),
    TestAlert(generate::TestAlertArgs),
    Completions(shell::CompletionsArgs),
    Man(shell::ManArgs),
}

impl Cli {
    /// Runs the command.
    pub(crate) fn run(&self) -> Result<ExitCode> {
        let choice = match self.color {
            Color::Auto => anstream::ColorChoice::Auto,
            Color::Always => anstream::ColorChoice::Always,
            Color::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
        // These know no workspace.
        match &self.command {
            Command::Explain(args) => return check::explain(args),
            Command::Tail(args) => return tail::run(args, self.quiet),
            Command::Completions(args) => return Ok(shell::completions(args)),
            _ => {}
        }
        let context = Context::new(self.manifest_path.as_deref(), self.quiet)?;
        match &self.command {
            Command::Completions(args) => Ok(shell::completions(args)),
            Command::Man(args) => shell::man(args, &context),
            Command::Catalog(args) => catalogue::run(args, &context),
            Command::Privacy(args) => privacy::run(args, &context),
            Command::Check(args) => check::run(args, &context),
            Command::Explain(args) => check::explain(args),
            Command::Diff(args) => diff::run(args, &context),
            Command::Generate(args) => generate::run(args, &context),
            Command::Init(args) => init::run(args, &context),
            Command::Doctor(args) => doctor::run(args, &context),
            Command::LiveCheck(args) => live_check::run(args, &context),
            Command::Tail(args) => tail::run(args, self.quiet),
            Command::TestAlert(args) => generate::test_alert(args, &context),
        }
    }
}
