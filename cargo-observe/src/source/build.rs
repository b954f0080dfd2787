//! Building the workspace.

use crate::context::Context;
use crate::error::{Error, Result};
use cargo_metadata::{Artifact, Message, TargetKind};
use std::env;
use std::io::BufReader;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What is built, in the words of `cargo build`.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct BuildArgs {
    /// Build only this package
    #[arg(short, long, value_name = "SPEC", help_heading = "Build")]
    pub(crate) package: Vec<String>,
    /// Build with these features
    #[arg(short = 'F', long, value_name = "FEATURES", help_heading = "Build")]
    pub(crate) features: Vec<String>,
    /// Build with all features
    #[arg(long, help_heading = "Build")]
    pub(crate) all_features: bool,
    /// Build with this profile
    #[arg(long, value_name = "NAME", help_heading = "Build")]
    pub(crate) profile: Option<String>,
    /// Build the test programs too: where libraries are optimised as a whole, they have what no program uses
    #[arg(long, help_heading = "Build")]
    pub(crate) tests: bool,
    /// Build for this target
    #[arg(long, value_name = "TRIPLE", help_heading = "Build")]
    pub(crate) target: Option<String>,
}

impl BuildArgs {
    /// Builds the workspace and returns its programs and libraries.
    pub(super) fn artifacts(&self, context: &Context) -> Result<Vec<PathBuf>> {
        // Cargo says which one runs the subcommand.
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        // Errors of the compiler go to standard error, and so does cargo's progress where that is a terminal.
        build.args(["build", "--message-format=json-render-diagnostics"]).current_dir(&context.root);
        build.args(self.tests.then_some(["--lib", "--bins", "--tests"]).into_iter().flatten());
        if self.package.is_empty() {
            build.arg("--workspace");
        }
        build.args(self.package.iter().flat_map(|package| ["--package", package]));
        build.args(self.features.iter().flat_map(|features| ["--features", features]));
        build.args(self.all_features.then_some("--all-features"));
        build.args(self.profile.iter().flat_map(|profile| ["--profile", profile]));
        build.args(self.target.iter().flat_map(|target| ["--target", target]));
        build.args(context.is_quiet.then_some("--quiet"));
        let mut build =
            build.stdout(Stdio::piped()).spawn().map_err(|error| Error::new(format!("cargo can't be run: {error}")))?;
        let mut files = Vec::new();
        let output = build.stdout.take().map(BufReader::new);
        for message in output.into_iter().flat_map(Message::parse_stream) {
            if let Message::CompilerArtifact(artifact) = message.map_err(|error| Error::new(error.to_string()))?
                && artifact.manifest_path.starts_with(&context.root)
            {
                files.extend(readable(artifact));
            }
        }
        match build.wait() {
            Ok(status) if status.success() && !files.is_empty() => Ok(files),
            Ok(status) if status.success() => Err(Error::new("the workspace has no program and no library to read")),
            Ok(_) => Err(Error::new("the workspace does not build")),
            Err(error) => Err(Error::new(error.to_string())),
        }
    }
}

/// The files of an artifact that have records: programs, and libraries of every kind.
fn readable(artifact: Artifact) -> impl Iterator<Item = PathBuf> {
    let is_library = artifact
        .target
        .kind
        .iter()
        .any(|kind| matches!(kind, TargetKind::Lib | TargetKind::RLib | TargetKind::DyLib | TargetKind::CDyLib));
    let libraries = artifact
        .filenames
        .into_iter()
        .filter(move |file| is_library && matches!(file.extension(), Some("rlib" | "so" | "dylib" | "dll")));
    artifact.executable.into_iter().chain(libraries).map(PathBuf::from)
}
