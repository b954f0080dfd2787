//! The checks of a workspace.
//!
//! A [`Group`] is a file of rules about one thing, each rule a code of `observe_rules` with the level that it has where nobody
//! says otherwise. It looks at the whole [`Workspace`] and returns each [`Finding`]; levels and exceptions come later, and the
//! forms of the report behind them.

mod finding;
mod levels;
pub(crate) mod queries;

pub(crate) use finding::{Finding, Level, Location};

use crate::catalogue::{Catalogue, Conflict};
use crate::context::Context;
use crate::error::{Error, FOUND, Result};
use crate::settings::Settings;
use crate::source::Source;
use crate::terminal;
use levels::{LevelArgs, Levels};
use observe_rules::Code;
use std::path::Path;
use std::process::ExitCode;

/// Check what a workspace declares, and the rules, dashboards and queries that use it
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Check the PromQL in these files too, rules, dashboards or pages; a pattern from the workspace's root
    #[arg(long, value_name = "PATTERN")]
    queries: Vec<String>,
    #[command(flatten)]
    levels: LevelArgs,
    #[command(flatten)]
    source: Source,
}

/// Say what a code means, and what to do about it
#[derive(Debug, clap::Args)]
pub(crate) struct ExplainArgs {
    /// The code, such as OBS0201
    code: String,
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
const GROUPS: &[Group] = &[queries::GROUP];

pub(crate) fn run(args: &Args, context: &Context) -> Result<ExitCode> {
    let levels = Levels::new(&context.settings.check, &args.levels)?;
    let (catalogue, conflicts) = args.source.catalogue_and_conflicts(context)?;
    let queries: Vec<String> = context.settings.check.queries.iter().chain(&args.queries).cloned().collect();
    let workspace = Workspace {
        root: &context.root,
        catalogue: &catalogue,
        conflicts: &conflicts,
        settings: &context.settings,
        queries: &queries,
    };
    let mut findings = Vec::new();
    for group in GROUPS {
        findings.extend((group.check)(&workspace)?);
    }
    let judged = levels.judge(findings, &workspace);
    for judged in judged.iter().filter(|judged| judged.is_active()) {
        terminal::print(&format!("{}: {}\n", judged.finding.code, judged.finding.message));
    }
    let has_errors = judged.iter().any(|judged| judged.is_active() && judged.level == Level::Error);
    Ok(if has_errors { ExitCode::from(FOUND) } else { ExitCode::SUCCESS })
}

pub(crate) fn explain(args: &ExplainArgs) -> Result<ExitCode> {
    Err(Error::new(format!("`{}` is no code", args.code)))
}
