//! Values as YAML files, with a header that says where they come from.

use crate::error::{Error, Result};
use serde_json::Value;

/// The first lines of a generated file.
pub(super) fn header(comment: &str) -> String {
    let made = "Made by `cargo observe generate stack`: change observe.toml, and make it again.";
    format!("{comment} {made}\n")
}

/// One value as a file.
pub(super) fn yaml(value: &Value) -> Result<String> {
    Ok(header("#") + &body(value)?)
}

/// The same below a few lines that say what is to be known of it.
pub(super) fn yaml_about(about: &str, value: &Value) -> Result<String> {
    let about: Vec<String> = about.lines().map(|line| format!("# {line}\n")).collect();
    Ok(header("#") + &about.concat() + &body(value)?)
}

/// Several values in one file, as Kubernetes takes them.
pub(super) fn documents(values: &[Value]) -> Result<String> {
    let bodies: Vec<String> = values.iter().map(body).collect::<Result<_>>()?;
    Ok(header("#") + &bodies.join("---\n"))
}

/// The value alone.
pub(super) fn body(value: &Value) -> Result<String> {
    let mut text =
        serde_saphyr::to_string(value).map_err(|error| Error::new(format!("a value is no YAML: {error}")))?;
    if !text.ends_with('\n') {
        text.push('\n');
    }
    Ok(text)
}
