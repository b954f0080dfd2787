//! What the workspace of the crate decides: its `observe.toml`, read once for each crate.

use crate::catalogue;
use crate::paths::Runtime;
use observe_rules::Violation;
use observe_rules::catalogue::Kind;
use observe_rules::label;
use observe_rules::policy::{FILE, Policy, Problem};
use observe_rules::privacy::Names;
use proc_macro2::{Span, TokenStream};
use quote::quote;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::{env, fs};

/// The policy that holds for one crate.
#[derive(Default)]
struct Workspace {
    policy: Policy,
    problems: Vec<Problem>,
    /// The file, where there is one.
    file: Option<PathBuf>,
    is_tracked: AtomicBool,
    is_reported: AtomicBool,
}

impl Workspace {
    /// Of the crate that is compiled. An editor expands the macros of many crates in one process.
    fn of_this_crate() -> &'static Self {
        static KNOWN: Mutex<Option<HashMap<PathBuf, &'static Workspace>>> = Mutex::new(None);
        let package = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        // It lasts as long as the compiler does.
        known
            .get_or_insert_default()
            .entry(package)
            .or_insert_with_key(|package| Box::leak(Box::new(Self::read(package))))
    }

    fn read(package: &Path) -> Self {
        let file = root(package).join(FILE);
        match fs::read_to_string(&file) {
            Ok(text) => {
                let (policy, problems) = Policy::parse(&text);
                Self { policy, problems, file: Some(file), ..Self::default() }
            }
            Err(_) => Self::default(),
        }
    }

    /// Makes the compiler look at the crate again when the file changes.
    fn include(&self) -> Option<TokenStream> {
        let path = self.file.as_ref()?.to_str()?;
        Some(quote!(
            const _: &[u8] = ::core::include_bytes!(#path);
        ))
    }
}

/// The folder of the workspace: the nearest one whose manifest has a `[workspace]`, else the package's own.
fn root(package: &Path) -> &Path {
    let is_root = |folder: &&Path| {
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
        manifest
            .lines()
            .map(str::trim_start)
            .any(|line| line.starts_with("[workspace]") || line.starts_with("[workspace."))
    };
    package.ancestors().filter(|folder| folder.is_absolute()).find(is_root).unwrap_or(package)
}

/// Whether a name is taken for personal data or a secret, here.
pub(crate) fn is_sensitive(name: &str) -> bool {
    names().is_sensitive(name)
}

/// What is wrong with the name of a label, here.
pub(crate) fn check_label(name: &str) -> Vec<Violation> {
    label::check_name(name, names())
}

fn names() -> &'static Names {
    Workspace::of_this_crate().policy.names()
}

/// For one annotation of a crate, the item that makes a change of the file noticed; nothing for the others.
pub(crate) fn tracked() -> Option<TokenStream> {
    let workspace = Workspace::of_this_crate();
    workspace.include().filter(|_| !workspace.is_tracked.swap(true, Ordering::Relaxed))
}

/// For the first annotation of a crate, what is wrong with the file; nothing for the others.
pub(crate) fn report() -> TokenStream {
    let workspace = Workspace::of_this_crate();
    if workspace.is_reported.swap(true, Ordering::Relaxed) {
        return TokenStream::new();
    }
    let errors =
        workspace.problems.iter().map(|problem| syn::Error::new(Span::call_site(), problem).to_compile_error());
    errors.collect()
}

/// The names for a program that runs: `(sensitive, harmless)`, two lists. The harmless ones are a way around the
/// rules, and leave a record each.
pub(crate) fn names_at_run_time(krate: Option<&syn::Path>) -> TokenStream {
    let workspace = Workspace::of_this_crate();
    let private = Runtime::new(krate);
    let records = workspace.policy.harmless().iter().map(|harmless| {
        let line = format!("{FILE}:{}", harmless.line);
        let texts = [("name", harmless.name.as_str()), ("reason", &harmless.reason), ("place", &line)];
        catalogue::record(Kind::HarmlessName, &texts, Span::call_site(), &private)
    });
    let (include, names) = (workspace.include(), workspace.policy.names());
    let (sensitive, harmless) = (names.sensitive(), names.harmless());
    quote!({
        #include
        #(#records)*
        (&[#(#sensitive),*] as &'static [&'static str], &[#(#harmless),*] as &'static [&'static str])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_where_the_workspace_is() {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert_eq!(root(package), package.ancestors().nth(2).unwrap_or(package));
        // Nothing above the root of all folders says otherwise.
        assert_eq!(root(Path::new("/nowhere/at/all")), Path::new("/nowhere/at/all"));
    }

    #[test]
    fn a_workspace_without_a_file_decides_nothing() {
        let workspace = Workspace::read(Path::new("/nowhere/at/all"));
        assert!(workspace.include().is_none() && workspace.problems.is_empty());
        assert_eq!(workspace.policy, Policy::default());
    }
}
