//! The model's file: JSON with a format's number and a checksum.

use std::fmt;
use std::io::ErrorKind;
use std::path::Path;

use observe::{Counter, Label, metric, traced};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::model::Model;

/// The format that this program writes, and the only one it reads.
const FORMAT: u32 = 1;

/// Models that could not be loaded.
#[metric(labels(reason), init = all)]
static MODEL_LOAD_FAILURES_TOTAL: Counter<LoadError>;

/// Why there is no model.
#[derive(Label, Clone, Copy, Debug, PartialEq, Eq)]
#[label(ignore_data)]
pub(crate) enum LoadError {
    /// There is no such file.
    Missing,
    /// There is one, and the system does not give it out.
    Unreadable(ErrorKind),
    /// It is of another format.
    Format(u32),
    /// It is no model, or was changed.
    Corrupt(&'static str),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("the model's file is missing"),
            Self::Unreadable(kind) => write!(f, "the model's file can't be read: {kind}"),
            Self::Format(format) => write!(f, "the model's file has format {format}, and {FORMAT} is known here"),
            Self::Corrupt(how) => write!(f, "the model's file is damaged: {how}"),
        }
    }
}

impl std::error::Error for LoadError {}

/// What every format has, so that another one is told from a damaged file.
#[derive(Deserialize)]
struct Head {
    format: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: u32,
    /// SHA-256 of the model as this program writes it, in hexadecimal digits.
    checksum: String,
    model: Model,
}

/// Writes `model` to `path`.
pub(crate) fn save(model: &Model, path: &Path) -> std::io::Result<()> {
    let file = File { format: FORMAT, checksum: checksum(model)?, model: model.clone() };
    std::fs::write(path, serde_json::to_string_pretty(&file)? + "\n")
}

/// Reads the model at `path`, and counts it where there is none.
#[traced(name = "load model")]
pub(crate) fn load(path: &Path) -> Result<Model, LoadError> {
    read(path).inspect_err(|error| MODEL_LOAD_FAILURES_TOTAL.with(*error).inc())
}

fn read(path: &Path) -> Result<Model, LoadError> {
    let bytes = std::fs::read(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => LoadError::Missing,
        kind => LoadError::Unreadable(kind),
    })?;
    let Head { format } = serde_json::from_slice(&bytes).map_err(|_| LoadError::Corrupt("it is no model"))?;
    if format != FORMAT {
        return Err(LoadError::Format(format));
    }
    let file: File = serde_json::from_slice(&bytes).map_err(|_| LoadError::Corrupt("a part is missing or wrong"))?;
    if checksum(&file.model).ok() != Some(file.checksum) {
        return Err(LoadError::Corrupt("its checksum does not fit"));
    }
    if !file.model.is_sound() {
        return Err(LoadError::Corrupt("its numbers can't be calculated with"));
    }
    Ok(file.model)
}

/// Over the model's values and not over the file's bytes: who formats the file does not damage it.
fn checksum(model: &Model) -> serde_json::Result<String> {
    let digest = Sha256::digest(serde_json::to_vec(model)?);
    Ok(digest
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::trained;

    /// What loading a file with this text says.
    fn load_text(name: &str, text: &str) -> Result<Model, LoadError> {
        let path = std::env::temp_dir().join(format!("iit-ml-{}-{name}.json", std::process::id()));
        std::fs::write(&path, text).unwrap();
        let loaded = load(&path);
        std::fs::remove_file(&path).unwrap();
        loaded
    }

    fn written(model: &Model, name: &str) -> String {
        let path = std::env::temp_dir().join(format!("iit-ml-{}-{name}.json", std::process::id()));
        save(model, &path).unwrap();
        std::fs::read_to_string(path).unwrap()
    }

    #[test]
    fn what_is_saved_is_loaded_to_the_last_digit() {
        let model = trained();
        let text = written(&model, "saved");
        assert_eq!(load_text("saved", &text).unwrap(), model);
        assert_eq!(load_text("saved", &text.replace(char::is_whitespace, "")), Ok(model));
    }

    // ML-M1
    #[test]
    fn each_way_to_fail_has_its_reason() {
        let model = trained();
        let text = written(&model, "failing");
        let weight = model.terms[0].weight;
        let capture = observe::testing::capture();
        let endless = written(&Model { intercept: 0.0, terms: Default::default(), ..model }, "failing");
        for (name, text, error) in [
            ("format", text.replace("\"format\": 1", "\"format\": 2"), LoadError::Format(2)),
            ("changed", text.replace(&weight.to_string(), "9.5"), LoadError::Corrupt("its checksum does not fit")),
            ("cut", text[..text.len() / 2].to_owned(), LoadError::Corrupt("it is no model")),
            ("list", "[]".to_owned(), LoadError::Corrupt("it is no model")),
            ("bare", r#"{"format":1}"#.to_owned(), LoadError::Corrupt("a part is missing or wrong")),
            ("zero", endless, LoadError::Corrupt("its numbers can't be calculated with")),
        ] {
            assert_eq!(load_text(name, &text), Err(error), "{name}");
        }
        assert_eq!(load(Path::new("/no/such/model.json")), Err(LoadError::Missing));
        let counted = |reason| capture.metric("model_load_failures_total", &[("reason", reason)]);
        assert!(counted("corrupt") >= 5.0 && counted("format") >= 1.0 && counted("missing") >= 1.0);
        let failed = capture.spans().iter().filter(|span| span.name == "load model").count();
        assert_eq!(failed, 7);
    }
}
