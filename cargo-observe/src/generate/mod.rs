//! Files made of the catalogue: docs, dashboards, alerts, and the configuration of the stack around a service.
//!
//! Each part makes its files of a [`Model`], and of nothing else: no time, no machine, no order of a hash map. So the same
//! workspace has the same files to the byte, and `--check` can tell CI that somebody forgot to generate.

mod alerts;
mod compliance;
mod dashboards;
mod metrics_page;
mod slo_names;
mod stack;
mod test_alert;

use crate::catalogue::Catalogue;
use crate::context::Context;
use crate::error::Result;
use crate::files::Files;
use crate::settings::Settings;
use crate::source::Source;
use std::path::PathBuf;
use std::process::ExitCode;

pub(crate) use test_alert::{TestAlertArgs, test_alert};

/// Make docs, dashboards, alerts and the stack's configuration of what the workspace declares
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo observe generate
  cargo observe generate dashboards alerts --out ops
  cargo observe generate --check")]
pub(crate) struct Args {
    /// What to make; everything where nothing is named
    #[arg(value_enum)]
    what: Vec<Part>,
    /// Write nothing, say what is out of date, and exit with 1 where something is
    #[arg(long)]
    check: bool,
    /// The folder for the files; `generate.folder` in observe.toml, or `observability`
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    #[command(flatten)]
    source: Source,
}

/// A part of what is generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// docs/metrics.md: every metric, its labels and PromQL for it
    Metrics,
    /// Grafana dashboards
    Dashboards,
    /// Rules for Prometheus with their tests and runbooks, and Alertmanager's configuration
    Alerts,
    /// Prometheus, Collector, Loki, log shipping, Grafana, Compose and Kubernetes
    Stack,
    /// What is recorded, and how it is classified
    Compliance,
}

/// All that generated files depend on.
#[derive(Debug)]
pub(crate) struct Model<'a> {
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) settings: &'a Settings,
}

pub(crate) fn run(args: &Args, context: &Context) -> Result<ExitCode> {
    let catalogue = args.source.catalogue(context)?;
    let model = Model { catalogue: &catalogue, settings: &context.settings };
    let mut files = Files::default();
    for part in [Part::Metrics, Part::Dashboards, Part::Alerts, Part::Stack, Part::Compliance] {
        if args.what.is_empty() || args.what.contains(&part) {
            files.extend(match part {
                Part::Metrics => metrics_page::files(&model)?,
                Part::Dashboards => dashboards::files(&model)?,
                Part::Alerts => alerts::files(&model)?,
                Part::Stack => stack::files(&model)?,
                Part::Compliance => compliance::files(&model)?,
            });
        }
    }
    if !context.is_quiet {
        alerts::warn(&files);
    }
    let folder = context.root.join(args.out.as_deref().unwrap_or(&context.settings.generate.folder));
    if args.check { Ok(files.check(&folder)) } else { files.write(&folder, context.is_quiet) }
}
