//! The catalogue as JSON: read, and described for others.

use super::{Catalogue, SCHEMA};

/// Reads the JSON of a catalogue.
pub(crate) fn read(text: &str) -> Result<Catalogue, String> {
    #[derive(serde::Deserialize)]
    struct Head {
        schema: u32,
    }
    let head: Head = serde_json::from_str(text).map_err(|error| format!("no catalogue: {error}"))?;
    if head.schema != SCHEMA {
        return Err(format!("a catalogue of schema {}, and this tool reads schema {SCHEMA}", head.schema));
    }
    serde_json::from_str(text).map_err(|error| format!("no catalogue: {error}"))
}

/// The JSON Schema of a catalogue.
pub(crate) fn schema() -> String {
    let schema = schemars::schema_for!(Catalogue);
    serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
}
