//! `cargo observe init`: observe's lines in a project that has none.

mod code;
mod manifest;

use crate::context::Context;
use crate::error::{Error, Result};
use crate::terminal;
use cargo_metadata::{Metadata, MetadataCommand, Package, Target};
use code::{Change, INIT, LAYER, with_init, with_layer};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// What a workspace decides, to begin with.
const SETTINGS: &str = "\
# What this workspace decides about its telemetry.

[metrics]
# The most series that the metrics of one program may have together.
max_series = 100000

[retention]
metrics_days = 90
logs_days = 90
traces_days = 90
";

/// Add observe to a package: the dependency, observe.toml, and the line in main
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo observe init --dry-run
  cargo observe init --package shop --axum

Each change is shown as a diff. What is there already stays, so that it can be run again.")]
pub(crate) struct Args {
    /// The package, where the workspace has more than one
    #[arg(short, long, value_name = "NAME")]
    package: Option<String>,
    /// With the server for axum; a package that depends on axum has it anyway
    #[arg(long)]
    axum: bool,
    /// Show what would change, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Write although the git working tree has changes that are not committed
    #[arg(long)]
    allow_dirty: bool,
}

/// A file before and after.
#[derive(Debug)]
struct Edit {
    file: PathBuf,
    before: String,
    after: String,
}

impl Edit {
    /// What `change` makes of a file.
    fn of(file: &Path, change: impl FnOnce(&str) -> Result<String, String>) -> Result<Self> {
        let before = fs::read_to_string(file).map_err(|error| Error::of(file, error))?;
        let after = change(&before).map_err(|error| Error::of(file, error))?;
        Ok(Self { file: file.to_owned(), before, after })
    }

    fn diff(&self, root: &Path) -> String {
        let shown = self.file.strip_prefix(root).unwrap_or(&self.file).display().to_string();
        let diff = similar::TextDiff::from_lines(self.before.as_str(), self.after.as_str());
        diff.unified_diff().header(&shown, &shown).to_string()
    }

    /// Adds to what the same file becomes, where it was changed before.
    fn add_to(self, edits: &mut Vec<Self>) {
        if self.before != self.after {
            edits.push(self);
        }
    }
}

pub(crate) fn run(args: &Args, context: &Context) -> Result<ExitCode> {
    let root = &context.root;
    let metadata = MetadataCommand::new()
        .current_dir(root)
        .no_deps()
        .other_options(["--offline".to_owned()])
        .exec()
        .map_err(|error| Error::new(error.to_string()))?;
    let package = chosen(&metadata, args.package.as_deref())?;
    if !args.dry_run && !args.allow_dirty && is_dirty(root) {
        return Err(Error::new("the git working tree has changes that are not committed")
            .help("commit or stash them, or say --allow-dirty; --dry-run only shows what would change"));
    }
    let is_axum = args.axum || package.dependencies.iter().any(|dependency| dependency.name == "axum");
    let mut said = String::new();
    let mut edits = dependency(package, root, if is_axum { &["axum", "otlp"] } else { &["otlp"] })?;
    settings(root).add_to(&mut edits);
    let programs: Vec<_> = package.targets.iter().filter(|target| target.is_bin()).collect();
    for program in &programs {
        main_function(program, &mut edits, &mut said)?;
    }
    if programs.is_empty() {
        said += "\nA library switches nothing on: annotate its functions with `#[observe::traced]` and \
                 `#[observe::metered]`, and call `observe::init!()` in the `main` of each program that uses it.\n";
    }
    for edit in &edits {
        terminal::print(&edit.diff(root));
    }
    if is_axum && !programs.is_empty() {
        said += &router(package, root);
    }
    if edits.is_empty() {
        said.insert_str(0, "nothing to change\n");
    } else if args.dry_run {
        said.insert_str(0, "nothing was written (--dry-run)\n");
    } else {
        for edit in &edits {
            fs::write(&edit.file, &edit.after).map_err(|error| Error::of(&edit.file, error))?;
        }
    }
    terminal::print(&said);
    Ok(ExitCode::SUCCESS)
}

/// The package that is meant: the one that is named, the one at the root, or the only one.
fn chosen<'a>(metadata: &'a Metadata, name: Option<&str>) -> Result<&'a Package> {
    let members = metadata.workspace_packages();
    let found = match name {
        Some(name) => members.iter().copied().find(|package| package.name.as_str() == name),
        None => metadata.root_package().or(if let [only] = *members { Some(only) } else { None }),
    };
    found.ok_or_else(|| {
        let names: Vec<_> = members.iter().map(|package| package.name.as_str()).collect();
        let what = name.map_or("the workspace has more than one package".to_owned(), |name| {
            format!("the workspace has no package `{name}`")
        });
        Error::new(what).help(format!("--package with one of {}", names.join(", ")))
    })
}

/// Whether git knows of changes. Where there is no git, nobody asked it to keep anything.
fn is_dirty(root: &Path) -> bool {
    let status = Command::new("git").args(["status", "--porcelain"]).current_dir(root).output();
    status.is_ok_and(|status| status.status.success() && !status.stdout.is_empty())
}

fn dependency(package: &Package, root: &Path, features: &[&str]) -> Result<Vec<Edit>> {
    let own = package.manifest_path.as_std_path();
    let of_workspace = root.join("Cargo.toml");
    let text = fs::read_to_string(&of_workspace).unwrap_or_default();
    let is_inherited = manifest::has_workspace_dependencies(&text);
    let mut edits = Vec::new();
    if own == of_workspace {
        Edit::of(own, |text| {
            let text = if is_inherited { manifest::with_workspace_dependency(text)? } else { text.to_owned() };
            manifest::with_dependency(&text, features, is_inherited)
        })?
        .add_to(&mut edits);
    } else {
        if is_inherited {
            Edit::of(&of_workspace, manifest::with_workspace_dependency)?.add_to(&mut edits);
        }
        Edit::of(own, |text| manifest::with_dependency(text, features, is_inherited))?.add_to(&mut edits);
    }
    Ok(edits)
}

/// The file, where there is none.
fn settings(root: &Path) -> Edit {
    let file = root.join(observe_rules::policy::FILE);
    let (before, after) = if file.exists() { (String::new(), String::new()) } else { (String::new(), SETTINGS.into()) };
    Edit { file, before, after }
}

fn main_function(program: &Target, edits: &mut Vec<Edit>, said: &mut String) -> Result<()> {
    let file = program.src_path.as_std_path();
    let before = fs::read_to_string(file).map_err(|error| Error::of(file, error))?;
    match with_init(&before) {
        Change::Nothing => {}
        Change::To(after) => edits.push(Edit { file: file.to_owned(), before, after }),
        Change::Unclear => {
            let _ = write!(said, "\nAdd this as the first line of `main` in {}:\n\n    {INIT}\n", file.display());
        }
    }
    Ok(())
}

/// Where a router is made, a diff to look at; else the line.
fn router(package: &Package, root: &Path) -> String {
    let folder = package.manifest_path.as_std_path().with_file_name("src");
    let mut files = Vec::new();
    rust_files(&folder, &mut files);
    let texts: Vec<_> = files.iter().filter_map(|file| Some((file, fs::read_to_string(file).ok()?))).collect();
    if texts.iter().any(|(_, text)| text.contains("Router::new()") && with_layer(text) == Change::Nothing) {
        return String::new();
    }
    let found = texts.into_iter().find_map(|(file, before)| match with_layer(&before) {
        Change::To(after) => Some(Edit { file: file.clone(), before, after }),
        _ => None,
    });
    let shown = found.map_or_else(|| format!("\n    {LAYER}\n"), |edit| edit.diff(root));
    format!(
        "\nProposed, and not written: the layer behind the routes, which counts and traces requests; and\n\
         `observe::axum::serve(app, address)` in place of `axum::serve`, which adds /metrics and /health.\n{shown}"
    )
}

/// All files of Rust below a folder, in the order of their names.
fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            rust_files(&entry, found);
        } else if entry.extension().is_some_and(|ending| ending == "rs") {
            found.push(entry);
        }
    }
}
