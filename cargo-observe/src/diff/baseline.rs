//! The catalogue that is compared with: a file, a revision of git, or a program.

use crate::catalogue::{self, Catalogue};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::source::Source;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What comes before a revision.
const GIT: &str = "git:";

/// Where a revision is built, below `target`: a folder of its own, with the build of the last time in it.
const WORKTREE: &str = "target/observe-baseline";

/// Where the catalogue to compare with is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Baseline {
    Revision(String),
    File(PathBuf),
}

impl From<&str> for Baseline {
    fn from(name: &str) -> Self {
        name.strip_prefix(GIT).map_or_else(|| Self::File(name.into()), |revision| Self::Revision(revision.to_owned()))
    }
}

impl Baseline {
    /// Reads it. A revision that has no catalogue committed is built.
    pub(super) fn catalogue(&self, source: &Source, context: &Context) -> Result<Catalogue> {
        match self {
            Self::File(file) => {
                let bytes = fs::read(file).map_err(|error| Error::of(file, error))?;
                match String::from_utf8(bytes) {
                    Ok(text) => catalogue::read(&text).map_err(|error| Error::of(file, error)),
                    // A program is no text.
                    Err(_) => {
                        let source =
                            Source { from_binary: vec![file.clone()], catalogue: None, build: source.build.clone() };
                        source.catalogue(context)
                    }
                }
            }
            Self::Revision(revision) => {
                git(&context.root, &["rev-parse", "--verify", "--quiet", &format!("{revision}^{{commit}}")])
                    .map_err(|_| Error::new(format!("git knows no revision `{revision}`")))?;
                let committed = &context.settings.diff.catalogue;
                match git(&context.root, &["show", &format!("{revision}:./{}", committed.display())]) {
                    Ok(text) => catalogue::read(&text).map_err(|error| Error::of(committed, error)),
                    Err(_) => build(revision, source, context),
                }
            }
        }
    }

    /// The version of the workspace then, where it can be known.
    pub(super) fn version(&self, root: &Path) -> Option<String> {
        match self {
            Self::Revision(revision) => version_in(&git(root, &["show", &format!("{revision}:./Cargo.toml")]).ok()?),
            Self::File(_) => None,
        }
    }
}

/// The version that a manifest gives the workspace, or its one package.
pub(super) fn version_in(manifest: &str) -> Option<String> {
    let manifest: toml::Table = toml::from_str(manifest).ok()?;
    let of = |table: Option<&toml::Value>| table?.get("package")?.get("version")?.as_str().map(str::to_owned);
    of(manifest.get("workspace")).or_else(|| manifest.get("package")?.get("version")?.as_str().map(str::to_owned))
}

/// Builds a revision beside the workspace, which stays as it is.
fn build(revision: &str, source: &Source, context: &Context) -> Result<Catalogue> {
    let top = git(&context.root, &["rev-parse", "--show-toplevel"])?;
    let inside = context.root.strip_prefix(top.trim()).unwrap_or(Path::new("")).to_owned();
    let folder = context.root.join(WORKTREE);
    let place = folder.to_string_lossy().into_owned();
    // One that was left behind by a build that was interrupted is put away first.
    let _ = git(&context.root, &["worktree", "remove", "--force", &place]);
    let _ = git(&context.root, &["worktree", "prune"]);
    git(&context.root, &["worktree", "add", "--force", "--detach", &place, revision])?;
    let built = || {
        let there =
            Context { root: folder.join(&inside), settings: context.settings.clone(), is_quiet: context.is_quiet };
        let source = Source { from_binary: Vec::new(), catalogue: None, build: source.build.clone() };
        source.catalogue(&there)
    };
    let catalogue = built();
    let _ = git(&context.root, &["worktree", "remove", "--force", &place]);
    catalogue.map_err(|error| Error::new(format!("revision `{revision}`: {}", error.message)))
}

fn git(root: &Path, words: &[&str]) -> Result<String> {
    let failed = |why: String| Error::new(format!("`git {}`: {why}", words.join(" ")));
    let output =
        Command::new("git").args(words).current_dir(root).output().map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        return String::from_utf8(output.stdout).map_err(|error| failed(error.to_string()));
    }
    Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
}
