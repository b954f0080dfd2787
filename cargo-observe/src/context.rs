//! What every command knows: the workspace, its settings, and how to talk to the terminal.

use crate::error::{Error, Result};
use crate::settings::Settings;
use std::path::{Path, PathBuf};

/// What every command knows.
#[derive(Debug)]
pub(crate) struct Context {
    /// The root of the workspace: paths in the settings begin here, and those of generated files.
    pub(crate) root: PathBuf,
    pub(crate) settings: Settings,
    /// Whether nothing but reports and errors is written.
    pub(crate) is_quiet: bool,
}

impl Context {
    /// The workspace around a manifest, or around the current folder; a folder that belongs to none is its own.
    pub(crate) fn new(manifest: Option<&Path>, is_quiet: bool) -> Result<Self> {
        let root = match (workspace_root(manifest), manifest) {
            (Ok(root), _) => root,
            (Err(error), Some(_)) => return Err(error),
            (Err(_), None) => std::env::current_dir().map_err(|error| Error::new(error.to_string()))?,
        };
        let settings = Settings::read(&root)?;
        Ok(Self { root, settings, is_quiet })
    }
}

fn workspace_root(manifest: Option<&Path>) -> Result<PathBuf> {
    let mut cargo = cargo_metadata::MetadataCommand::new();
    cargo.no_deps().other_options(["--offline".to_owned()]);
    if let Some(manifest) = manifest {
        cargo.manifest_path(manifest);
    }
    let metadata = cargo.exec().map_err(|error| Error::new(error.to_string()))?;
    Ok(metadata.workspace_root.into())
}
