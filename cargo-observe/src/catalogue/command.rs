//! `cargo observe catalog`.

use super::{json, markdown, schema, table};
use crate::context::Context;
use crate::error::Result;
use crate::source::Source;
use crate::terminal;
use std::process::ExitCode;

/// Print every metric, span, redacted type and health check that the workspace declares
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo observe catalog
  cargo observe catalog --format json > catalogue.json
  cargo observe catalog --from-binary target/release/app --format markdown")]
pub(crate) struct Args {
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    #[command(flatten)]
    source: Source,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// For people
    Table,
    /// For a page
    Markdown,
    /// For programs, in the form that docs/catalogue.schema.json describes
    Json,
    /// The schema of the JSON itself
    Schema,
}

pub(crate) fn run(args: &Args, context: &Context) -> Result<ExitCode> {
    let text = match args.format {
        Format::Schema => schema(),
        Format::Table => table(&args.source.catalogue(context)?),
        Format::Markdown => markdown(&args.source.catalogue(context)?),
        Format::Json => json(&args.source.catalogue(context)?),
    };
    terminal::print(&text);
    Ok(ExitCode::SUCCESS)
}
