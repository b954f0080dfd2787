//! `cargo observe diff`: what changed between two catalogues, which version that requires, and what it breaks.
//!
//! ```text
//! baseline   the catalogue that is compared with
//! pairs      which of the old is which of the new
//! metrics, spans, privacy, services   what changed of them
//! breaks     rules, dashboards and queries that no longer work
//! version    how far a version moved
//! report     the forms of the report
//! ```

mod baseline;
mod breaks;
mod change;
mod metrics;
mod pairs;
mod privacy;
mod report;
mod services;
mod spans;
#[cfg(test)]
mod tests;
mod version;

use crate::catalogue::Catalogue;
use crate::context::Context;
use crate::error::{Error, FOUND, Result};
use crate::source::Source;
use crate::terminal;
use baseline::Baseline;
use change::{Bump, Change, Changes};
use report::{Format, Report};
use std::process::ExitCode;

/// Say what changed since another catalogue, which version that requires, and which queries it breaks
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo observe diff --baseline git:main
  cargo observe diff --baseline git:v1.4.0 --queries 'observability/**/*' --format github
  cargo observe diff --baseline old/catalogue.json --allow minor

Exits with 1 where a change requires a version that did not move so far, or a query breaks.")]
pub(crate) struct Args {
    /// The catalogue to compare with: a file of `cargo observe catalog --format json`, `git:REVISION`, or a program
    #[arg(long, value_name = "FILE|git:REV")]
    baseline: String,
    /// Say which PromQL in these files breaks, too, beside those of the settings; a pattern from the workspace's root
    #[arg(long, value_name = "PATTERN")]
    queries: Vec<String>,
    /// The version then, in place of the workspace's in that revision
    #[arg(long, value_name = "VERSION")]
    version_from: Option<String>,
    /// The version now, in place of the workspace's
    #[arg(long, value_name = "VERSION")]
    version_to: Option<String>,
    /// Accept changes up to this one without another version
    #[arg(long, value_enum, value_name = "BUMP", default_value = "patch")]
    allow: Bump,
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    source: Source,
}

pub(crate) fn run(args: &Args, context: &Context) -> Result<ExitCode> {
    let baseline = Baseline::from(&*args.baseline);
    let old = baseline.catalogue(&args.source, context)?;
    let new = args.source.catalogue(context)?;
    let patterns: Vec<String> = context.settings.check.queries.iter().chain(&args.queries).cloned().collect();
    let breaks = breaks::find(&old, &new, &patterns, context)?;
    let changes = compare(&old, &new);
    let from = args.version_from.clone().or_else(|| baseline.version(&context.root));
    let to = match (&args.version_to, &from) {
        (Some(version), _) => Some(version.clone()),
        (None, Some(_)) => Some(version_now(context)?),
        (None, None) => None,
    };
    let moved = match (&from, &to) {
        (Some(from), Some(to)) => Some(version::bump(from, to)?),
        (None, Some(_)) => {
            return Err(Error::new("`--version-to` needs a version to compare with").help("add `--version-from`"));
        }
        _ => None,
    };
    let required = changes.iter().map(|change| change.bump).max().unwrap_or(Bump::None);
    let mut report = Report { required, moved, from, to, allowed: args.allow, is_enough: false, changes, breaks };
    report.is_enough = required <= report.accepted();
    terminal::print(&report.render(args.format));
    let is_fine = report.is_enough && report.breaks.is_empty();
    Ok(if is_fine { ExitCode::SUCCESS } else { ExitCode::from(FOUND) })
}

fn version_now(context: &Context) -> Result<String> {
    let manifest = context.root.join("Cargo.toml");
    let text = std::fs::read_to_string(&manifest).map_err(|error| Error::of(&manifest, error))?;
    let missing = || Error::of(&manifest, "there is no version").help("say it by `--version-to`");
    baseline::version_in(&text).ok_or_else(missing)
}

/// Everything that changed, what weakens privacy first.
fn compare(old: &Catalogue, new: &Catalogue) -> Vec<Change> {
    let mut changes = Changes::default();
    metrics::compare(old, new, &mut changes);
    spans::compare(old, new, &mut changes);
    privacy::compare(old, new, &mut changes);
    services::compare(old, new, &mut changes);
    changes.sorted()
}
