//! The checklist of a service that goes live: each item with pass or fail, and what was seen.
//!
//! ```text
//! declared.rs   what the catalogue, observe.toml and the generated files say
//! service.rs    what a running service answers
//! program.rs    a program that is started where no collector is
//! ```

mod declared;
mod program;
mod service;

use super::Args;
use super::finding::Finding;
use super::variables::Variables;
use crate::context::Context;
use crate::error::{Error, Result};
use program::Program;
use service::Service;
use std::fs::File;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;

/// Walks the list. What needs a running service is left out, with a word on how to ask for it, where there is none.
pub(super) fn walk(args: &Args, context: &Context, variables: &Variables) -> Result<Vec<Finding>> {
    let catalogue = args.source.catalogue(context)?;
    let mut findings = vec![
        declared::redaction(&catalogue),
        declared::label_limits(&catalogue, context.settings.metrics.max_series),
        declared::health_timeouts(&catalogue),
        declared::sampling(variables),
        declared::retention(context),
    ];
    findings.extend(declared::generated(&catalogue, context)?);
    let service = args.service.as_deref().map(Service::new);
    let mut program = None;
    match &args.run {
        Some(file) => {
            let mut started = Program::start(file, &args.run_arg)?;
            findings.push(started.runs_without_collector(service.as_ref(), args.run_for));
            program = Some(started);
        }
        None => findings.push(
            Finding::skipped("starts without a collector", "no program was started").help("--run target/release/NAME"),
        ),
    }
    match &service {
        Some(service) => findings.extend(service.check(&catalogue, &args.path)),
        None => findings.extend(
            service::ITEMS
                .map(|item| Finding::skipped(item, "no service was asked").help("--service http://127.0.0.1:8000")),
        ),
    }
    if let Some(program) = program {
        findings.extend(program.end());
    }
    Ok(findings)
}

/// A new file for a moment, whose name nobody could have foreseen and taken.
fn scratch(ending: &str) -> Result<(PathBuf, File)> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_nanos();
    let path = std::env::temp_dir().join(format!("cargo-observe-{}-{count}-{now}.{ending}", std::process::id()));
    let file = File::options().write(true).create_new(true).open(&path).map_err(|error| Error::of(&path, error))?;
    Ok((path, file))
}
