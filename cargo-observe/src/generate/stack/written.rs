//! What the other parts make, as far as it is mounted: rules, the Alertmanager's configuration, dashboards.
//!
//! They are known by what is in them and not by their names, so that those parts may put them where they like.

use crate::error::{Error, Result};
use crate::files::Files;
use crate::generate::{Model, alerts, dashboards};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The files of other parts.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// Rule files of Prometheus.
    pub(super) rules: Vec<(PathBuf, Value)>,
    /// The folder of the Alertmanager's configuration, and the file's name in it.
    pub(super) alertmanager: (PathBuf, String),
    /// All files of that folder.
    pub(super) beside_alertmanager: Vec<PathBuf>,
    /// Dashboards.
    pub(super) dashboards: Vec<(PathBuf, Value)>,
}

impl Written {
    pub(super) fn by_other_parts(model: &Model<'_>) -> Result<Self> {
        let mut files = alerts::files(model)?;
        files.extend(dashboards::files(model)?);
        Self::of(&files)
    }

    fn of(files: &Files) -> Result<Self> {
        let mut written =
            Self { alertmanager: (PathBuf::from("alertmanager"), "alertmanager.yml".to_owned()), ..Self::default() };
        for (path, text) in files.iter() {
            let ending = path.extension().unwrap_or_default();
            if ending == "json" {
                let value: Value = serde_json::from_str(text).map_err(|error| Error::of(path, error))?;
                if value.get("panels").is_some() {
                    written.dashboards.push((path.to_owned(), value));
                }
            } else if ending == "yml" || ending == "yaml" {
                let value: Value = serde_saphyr::from_str(text).map_err(|error| Error::of(path, error))?;
                if value.get("groups").is_some_and(Value::is_array) && value.get("rule_files").is_none() {
                    written.rules.push((path.to_owned(), value));
                } else if value.get("route").is_some() && value.get("receivers").is_some() {
                    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                    written.alertmanager = (folder(path), name);
                }
            }
        }
        let is_beside = |path: &&Path| path.starts_with(&written.alertmanager.0);
        written.beside_alertmanager =
            files.iter().map(|(path, _)| path).filter(is_beside).map(Path::to_owned).collect();
        Ok(written)
    }
}

fn folder(path: &Path) -> PathBuf {
    path.parent().map(Path::to_path_buf).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_what_is_in_them() {
        let mut files = Files::default();
        files.add("alerts/rules/slo.yml", "groups: []\n");
        files.add("alerts/rules/slo.test.yml", "rule_files: [slo.yml]\ntests: []\n");
        files.add("alerts/am/templates/one.tmpl", "");
        files.add("alerts/am/config.yml", "route: {receiver: none}\nreceivers: [{name: none}]\n");
        files.add("dashboards/ops/one.json", r#"{"panels": []}"#);
        files.add("dashboards/index.json", "{}");
        files.add("runbooks/HighErrorRate.md", "# High error rate");
        let written = Written::of(&files).expect("they can be read");
        assert_eq!(written.rules.len(), 1);
        assert_eq!(written.alertmanager, (PathBuf::from("alerts/am"), "config.yml".to_owned()));
        assert_eq!(written.dashboards.len(), 1);
        let beside = ["alerts/am/config.yml", "alerts/am/templates/one.tmpl"].map(PathBuf::from);
        assert_eq!(written.beside_alertmanager, beside);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_named() {
        let mut files = Files::default();
        files.add("dashboards/one.json", "{");
        assert!(Written::of(&files).expect_err("it is no JSON").message.starts_with("dashboards/one.json: "));
    }
}
