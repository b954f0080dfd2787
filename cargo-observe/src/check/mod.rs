//! The checks of a workspace.
//!
//! A [`Group`] is a file of rules about one thing, each rule a code of `observe_rules` with the level that it has where nobody
//! says otherwise. It looks at the whole [`Workspace`] and returns each [`Finding`]; levels and exceptions come later, and the
//! forms of the report behind them.

mod buckets;
mod exceptions;
mod explain;
mod finding;
mod labels;
mod levels;
mod metrics;
mod names;
mod pages;
mod privacy;
pub(crate) mod queries;
mod report;
mod services;
mod spans;

pub(crate) use explain::{ExplainArgs, explain};
pub(crate) use finding::{Finding, Level, Location};

use crate::catalogue::{Catalogue, Conflict};
use crate::context::Context;
use crate::error::{Error, FOUND, Result};
use crate::settings::Settings;
use crate::source::Source;
use crate::terminal;
use levels::{LevelArgs, Levels};
use observe_rules::Code;
use observe_rules::policy::{FILE, Policy};
use report::{Format, Report};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Check what a workspace declares, and the rules, dashboards and queries that use it
///
/// Exits with 0 where nothing is an error, with 1 where something is, and with 2 where the workspace can't be read.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo observe check
  cargo observe check --deny warnings --format github
  cargo observe check --format sarif --output observe.sarif
  cargo observe check --queries 'deploy/**/*.yml' --allow OBS1013")]
pub(crate) struct Args {
    /// Check the queries in these files too, rules, dashboards or pages; a pattern from the workspace's root
    #[arg(long, value_name = "PATTERN")]
    queries: Vec<String>,
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Write the report to this file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    levels: LevelArgs,
    #[command(flatten)]
    source: Source,
}

/// All that a check may look at.
#[derive(Debug)]
pub(crate) struct Workspace<'a> {
    pub(crate) root: &'a Path,
    pub(crate) catalogue: &'a Catalogue,
    /// What was declared twice and differently.
    pub(crate) conflicts: &'a [Conflict],
    pub(crate) settings: &'a Settings,
    /// Where rules, dashboards and queries are, as patterns from the root: those of the settings and of the command line.
    pub(crate) queries: &'a [String],
}

/// Rules about one thing.
#[derive(Debug)]
pub(crate) struct Group {
    /// What levels call it.
    pub(crate) name: &'static str,
    /// Each rule, with its level where nothing else is said.
    pub(crate) rules: &'static [(Code, Level)],
    pub(crate) check: fn(&Workspace<'_>) -> Result<Vec<Finding>>,
}

/// All checks.
const GROUPS: &[Group] = &[
    metrics::GROUP,
    names::GROUP,
    labels::GROUP,
    buckets::GROUP,
    spans::GROUP,
    privacy::GROUP,
    queries::GROUP,
    services::GROUP,
    exceptions::GROUP,
];

/// The group that a code belongs to.
fn group_of(code: Code) -> &'static str {
    let has_it = |group: &&Group| group.rules.iter().any(|(rule, _)| *rule == code);
    GROUPS.iter().find(has_it).map_or("", |group| group.name)
}

/// What the workspace decides about names. The macros have refused a file that they can't read.
fn policy(workspace: &Workspace<'_>) -> Policy {
    Policy::parse(&fs::read_to_string(workspace.root.join(FILE)).unwrap_or_default()).0
}

/// All that the groups find, and the exceptions that nothing needs.
fn findings(workspace: &Workspace<'_>) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for group in GROUPS {
        findings.extend((group.check)(workspace)?);
    }
    let unused = exceptions::unused(&findings, workspace);
    findings.extend(unused);
    Ok(findings)
}

pub(crate) fn run(args: &Args, context: &Context) -> Result<ExitCode> {
    let levels = Levels::new(&context.settings.check, &args.levels)?;
    let (catalogue, conflicts) = match args.format {
        // What describes the form needs nothing to describe.
        Format::Schema => (Catalogue::default(), Vec::new()),
        _ => args.source.catalogue_and_conflicts(context)?,
    };
    let queries: Vec<String> = context.settings.check.queries.iter().chain(&args.queries).cloned().collect();
    let workspace = Workspace {
        root: &context.root,
        catalogue: &catalogue,
        conflicts: &conflicts,
        settings: &context.settings,
        queries: &queries,
    };
    let judged = levels.judge(findings(&workspace)?, &context.settings.check.exceptions);
    let report = Report { judged: &judged, workspace: &workspace, width: report::width() };
    let text = report.render(args.format)?;
    match &args.output {
        Some(file) => {
            let plain = anstream::adapter::strip_str(&text).to_string();
            fs::write(file, plain).map_err(|error| Error::of(file, error))?;
        }
        None => terminal::print(&text),
    }
    if args.format == Format::Schema {
        return Ok(ExitCode::SUCCESS);
    }
    let fails = report.total(Level::Error) > 0;
    if !context.is_quiet {
        let head = if fails { terminal::ERROR } else { terminal::GOOD };
        let word = if fails { "failed" } else { "passed" };
        anstream::eprintln!("{head}check {word}{head:#}: {}", report.summary());
        if let Some(first) = judged.iter().find(|judged| judged.is_active()) {
            anstream::eprintln!("for more, try `cargo observe explain {}`", first.finding.code);
        }
    }
    Ok(if fails { ExitCode::from(FOUND) } else { ExitCode::SUCCESS })
}

#[cfg(test)]
mod tests;
