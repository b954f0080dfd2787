//! The checks of a workspace.

use crate::context::Context;
use crate::error::{Error, Result};
use crate::source::Source;
use std::process::ExitCode;

/// Check what a workspace declares, and the rules, dashboards and queries that use it
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    source: Source,
}

/// Say what a code means, and what to do about it
#[derive(Debug, clap::Args)]
pub(crate) struct ExplainArgs {
    /// The code, such as OBS0201
    code: String,
}

pub(crate) fn run(args: &Args, context: &Context) -> Result<ExitCode> {
    args.source.catalogue(context)?;
    Err(Error::new("there are no checks yet"))
}

pub(crate) fn explain(args: &ExplainArgs) -> Result<ExitCode> {
    Err(Error::new(format!("`{}` is no code", args.code)))
}
