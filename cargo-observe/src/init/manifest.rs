//! The dependency in a manifest. Comments, order and layout stay.

use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, Value};

/// The package, and what its library is called.
const PACKAGE: &str = "observe-runtime";
const NAME: &str = "observe";

/// The version that belongs to this tool: `0.1`.
fn version() -> String {
    let mut parts = env!("CARGO_PKG_VERSION").split('.');
    [parts.next(), parts.next()].into_iter().flatten().collect::<Vec<_>>().join(".")
}

/// Adds the dependency to a package's manifest, or the features that it lacks; taken from the workspace where that
/// declares its dependencies in one place.
pub(super) fn with_dependency(text: &str, features: &[&str], of_workspace: bool) -> Result<String, String> {
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| error.to_string())?;
    let dependencies = table(document.as_table_mut(), "dependencies")?;
    if let Some(name) = key(dependencies) {
        if let Some(dependency) = dependencies.get_mut(&name) {
            add_features(dependency, features)?;
        }
    } else {
        let mut dependency =
            if of_workspace { [("workspace", Value::from(true))].into_iter().collect() } else { described() };
        dependency.insert("features", Value::Array(features.iter().copied().collect()));
        dependencies.insert(NAME, Item::Value(Value::InlineTable(dependency)));
    }
    Ok(document.to_string())
}

/// Adds the dependency to a workspace's manifest.
pub(super) fn with_workspace_dependency(text: &str) -> Result<String, String> {
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| error.to_string())?;
    let workspace = table(document.as_table_mut(), "workspace")?;
    let dependencies = table(workspace, "dependencies")?;
    if key(dependencies).is_none() {
        dependencies.insert(NAME, Item::Value(Value::InlineTable(described())));
    }
    Ok(document.to_string())
}

/// Whether a workspace declares its dependencies in one place.
pub(super) fn has_workspace_dependencies(text: &str) -> bool {
    let document = text.parse::<DocumentMut>();
    document
        .is_ok_and(|document| document.get("workspace").and_then(|workspace| workspace.get("dependencies")).is_some())
}

/// `package` and `version`.
fn described() -> InlineTable {
    [("package", Value::from(PACKAGE)), ("version", Value::from(version()))].into_iter().collect()
}

fn table<'a>(of: &'a mut dyn TableLike, name: &str) -> Result<&'a mut dyn TableLike, String> {
    if !of.contains_key(name) {
        of.insert(name, Item::Table(Table::new()));
    }
    let found = of.get_mut(name).and_then(Item::as_table_like_mut);
    found.ok_or_else(|| format!("`{name}` is no table"))
}

/// Under which name the package is a dependency.
fn key(dependencies: &dyn TableLike) -> Option<String> {
    let is_ours = |name: &str, item: &Item| {
        let package = item.get("package").and_then(Item::as_str);
        package.unwrap_or(name) == PACKAGE || (name == NAME && is_inherited(item))
    };
    dependencies.iter().find(|(name, item)| is_ours(name, item)).map(|(name, _)| name.to_owned())
}

fn is_inherited(item: &Item) -> bool {
    item.get("workspace").and_then(Item::as_bool) == Some(true)
}

fn add_features(dependency: &mut Item, features: &[&str]) -> Result<(), String> {
    if let Some(version) = dependency.as_str().map(str::to_owned) {
        *dependency = Item::Value(Value::InlineTable([("version", Value::from(version))].into_iter().collect()));
    }
    let table = dependency.as_table_like_mut().ok_or("the dependency is neither a version nor a table")?;
    if !table.contains_key("features") {
        table.insert("features", Item::Value(Value::Array(Array::new())));
    }
    let there = table.get_mut("features").and_then(Item::as_array_mut).ok_or("`features` is no list")?;
    for feature in features {
        if !there.iter().any(|one| matches!(one.as_str(), Some(one) if one == *feature || one == "full")) {
            there.push(*feature);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "[package]\nname = \"app\" # the app\n\n[dependencies]\n# The web.\naxum = \"0.8\"\n\n[dev-dependencies]\na = \"1\"\n";

    #[test]
    fn the_dependency_is_added_and_all_else_stays() {
        let text = with_dependency(MANIFEST, &["axum", "otlp"], false).unwrap();
        let line = "observe = { package = \"observe-runtime\", version = \"0.1\", features = [\"axum\", \"otlp\"] }\n";
        assert_eq!(text, MANIFEST.replace("axum = \"0.8\"\n", &format!("axum = \"0.8\"\n{line}")));
        assert_eq!(with_dependency(&text, &["axum", "otlp"], false).unwrap(), text);
    }

    #[test]
    fn a_manifest_without_dependencies_gets_some() {
        let text = with_dependency("[package]\nname = \"app\"\n", &["otlp"], false).unwrap();
        assert!(text.contains("[dependencies]\nobserve = {"), "{text}");
    }

    #[test]
    fn a_workspace_that_declares_its_dependencies_does_so_for_this_one() {
        let workspace = "[workspace]\nmembers = [\"app\"]\n\n[workspace.dependencies]\nserde = \"1\"\n";
        assert!(has_workspace_dependencies(workspace) && !has_workspace_dependencies(MANIFEST));
        let text = with_workspace_dependency(workspace).unwrap();
        assert!(
            text.ends_with("serde = \"1\"\nobserve = { package = \"observe-runtime\", version = \"0.1\" }\n"),
            "{text}"
        );
        assert_eq!(with_workspace_dependency(&text).unwrap(), text);
        let member = with_dependency(MANIFEST, &["otlp"], true).unwrap();
        assert!(member.contains("observe = { workspace = true, features = [\"otlp\"] }"), "{member}");
        assert_eq!(with_dependency(&member, &["otlp"], true).unwrap(), member);
    }

    #[test]
    fn features_that_are_missing_are_added_and_others_stay() {
        for (before, after) in [
            ("observe-runtime = \"0.1\"", "observe-runtime = { version = \"0.1\", features = [\"otlp\"] }"),
            (
                "o = { package = \"observe-runtime\", version = \"0.1\", features = [\"testing\"] }",
                "o = { package = \"observe-runtime\", version = \"0.1\", features = [\"testing\", \"otlp\"] }",
            ),
            (
                "observe-runtime = { version = \"0.1\", features = [\"full\"] }",
                "observe-runtime = { version = \"0.1\", features = [\"full\"] }",
            ),
        ] {
            let text = with_dependency(&format!("[dependencies]\n{before}\n"), &["otlp"], false).unwrap();
            assert_eq!(text, format!("[dependencies]\n{after}\n"));
        }
    }
}
