//! Building the programs of the workspace.

use cargo_metadata::Message;
use std::env;
use std::io::BufReader;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Builds the workspace and returns its programs.
pub(crate) fn executables() -> Result<Vec<PathBuf>, String> {
    // Cargo says which one runs the subcommand.
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo)
        .args(["build", "--workspace", "--bins", "--message-format=json-render-diagnostics"])
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cargo can't be run: {error}"))?;
    let mut programs = Vec::new();
    let output = build.stdout.take().map(BufReader::new);
    for message in output.into_iter().flat_map(Message::parse_stream) {
        if let Message::CompilerArtifact(artifact) = message.map_err(|error| error.to_string())? {
            programs.extend(artifact.executable.map(PathBuf::from));
        }
    }
    match build.wait() {
        Ok(status) if status.success() && !programs.is_empty() => Ok(programs),
        Ok(status) if status.success() => Err("the workspace has no program to read".to_owned()),
        Ok(_) => Err("the workspace does not build".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}
