//! The catalogue as JSON: written, read, and described for others.

use super::{Catalogue, SCHEMA};

/// The JSON of a catalogue, the same for the same catalogue.
pub(crate) fn json(catalogue: &Catalogue) -> String {
    // What can't be written in JSON is not in a catalogue: no map with keys of another type, no number beyond all bounds.
    serde_json::to_string_pretty(catalogue).unwrap_or_default() + "\n"
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::example;

    const PUBLISHED: &str = include_str!("../../../docs/catalogue.schema.json");
    const SERVICES: &str = include_str!("../../tests/fixtures/services.json");

    #[test]
    fn the_published_schema_is_that_of_the_model() {
        assert_eq!(PUBLISHED, schema(), "write it: cargo observe catalog --format schema > docs/catalogue.schema.json");
    }

    #[test]
    fn a_catalogue_is_read_as_it_was_written_and_keeps_to_the_schema() {
        let schema = serde_json::from_str(PUBLISHED).unwrap_or_default();
        for catalogue in [example(), read(SERVICES).unwrap_or_default()] {
            let text = json(&catalogue);
            assert_eq!(read(&text), Ok(catalogue));
            let value = serde_json::from_str(&text).unwrap_or_default();
            assert!(jsonschema::is_valid(&schema, &value), "{text}");
        }
    }

    #[test]
    fn another_schema_is_refused_before_its_fields_are() {
        let error = read(r#"{"schema": 2, "metrics": "other"}"#);
        assert_eq!(error, Err("a catalogue of schema 2, and this tool reads schema 1".to_owned()));
        assert!(read("[]").is_err_and(|error| error.starts_with("no catalogue: ")));
    }
}
