//! What a shell and a system want of the command line: completions and manual pages.

use crate::cli::Cargo;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::files::Files;
use crate::terminal;
use clap::CommandFactory as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// Print the completions for a shell
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: cargo observe completions bash > ~/.local/share/bash-completion/completions/cargo-observe"
)]
pub(crate) struct CompletionsArgs {
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

/// Write the manual pages, one for each command
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: cargo observe man --out ~/.local/share/man/man1")]
pub(crate) struct ManArgs {
    /// The folder that they are written to
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
}

pub(crate) fn completions(args: &CompletionsArgs) -> ExitCode {
    let mut text = Vec::new();
    // A shell completes what it calls: the program itself, and not cargo.
    clap_complete::generate(args.shell, &mut observe("cargo-observe"), "cargo-observe", &mut text);
    terminal::print(&String::from_utf8_lossy(&text));
    ExitCode::SUCCESS
}

pub(crate) fn man(args: &ManArgs, context: &Context) -> Result<ExitCode> {
    pages()?.write(&args.out, context.is_quiet)
}

fn pages() -> Result<Files> {
    let mut files = Files::default();
    let mut command = observe("cargo observe");
    command.build();
    files.add("cargo-observe.1", page(&command.clone().display_name("cargo-observe"))?);
    for part in command.get_subcommands().filter(|part| !part.is_hide_set()) {
        let name = format!("cargo-observe-{}", part.get_name());
        files.add(format!("{name}.1"), page(&part.clone().display_name(name))?);
    }
    Ok(files)
}

fn page(command: &clap::Command) -> Result<String> {
    let mut text = Vec::new();
    // Without a date, so that a release has the same pages whenever they are made.
    clap_mangen::Man::new(command.clone()).date("").render(&mut text).map_err(|error| Error::new(error.to_string()))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// The command below cargo's word, under a name of its own.
fn observe(name: &'static str) -> clap::Command {
    let mut cargo = Cargo::command();
    let command = cargo.find_subcommand_mut("observe").cloned().unwrap_or_default();
    command.name(name).bin_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap_complete::Shell;

    #[test]
    fn the_command_line_holds_together() {
        Cargo::command().debug_assert();
    }

    #[test]
    fn each_command_has_a_page() {
        let pages = pages().unwrap_or_default();
        let names: Vec<String> = pages.iter().map(|(path, _)| path.display().to_string()).collect();
        for name in ["cargo-observe.1", "cargo-observe-catalog.1", "cargo-observe-check.1", "cargo-observe-diff.1"] {
            assert!(names.iter().any(|known| known == name), "{name} is missing: {names:?}");
        }
        assert!(pages.iter().all(|(_, text)| text.contains(".SH SYNOPSIS")));
    }

    #[test]
    fn completions_know_the_commands() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell, Shell::Elvish] {
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut observe("cargo-observe"), "cargo-observe", &mut text);
            let text = String::from_utf8_lossy(&text).into_owned();
            assert!(text.contains("cargo-observe") && text.contains("catalog"), "{shell}: {text}");
        }
    }
}
