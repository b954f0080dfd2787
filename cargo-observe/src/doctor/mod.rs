//! Not built yet.

use crate::context::Context;
use crate::error::{Error, Result};
use crate::source::Source;
use std::process::ExitCode;

/// Not built yet
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    source: Source,
}

pub(crate) fn run(args: &Args, context: &Context) -> Result<ExitCode> {
    args.source.catalogue(context)?;
    Err(Error::new("not built yet"))
}
