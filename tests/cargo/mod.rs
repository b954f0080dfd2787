//! Cargo, for tests that build something.

use std::process::Command;

/// Cargo, without what it told this test of its own package: build scripts that read it would run again, in this build and
/// in every other after it.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    let is_of_this_test = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(is_of_this_test)) {
        cargo.env_remove(name);
    }
    cargo
}
