//! What hides: `Debug` and JSON of a struct, and free text.

mod debug;
mod json;
mod lines;

use crate::subject::{Entry, Make, Section};

const fn entry(name: &'static str, what: &'static str, make: Make) -> Entry {
    Entry::new(Section::Redaction, name, what, make)
}

const LINES: [&[&str]; 2] = [&["regex-clean", "regexes-clean"], &["regex-dirty", "regexes-dirty"]];

/// The table.
pub const ENTRIES: &[Entry] = &[
    entry("debug-derived", "derive(Debug), 8 fields, nothing hidden", debug::derived),
    entry("debug", "ours #[redact], 3 of 8 hidden", debug::ours).against(&[
        "debug-veil",
        "debug-redactable",
        "debug-secrecy",
        "debug-data-privacy",
    ]),
    entry("debug-veil", "veil", debug::veil),
    entry("debug-redactable", "redactable Sensitive", debug::redactable),
    entry("debug-secrecy", "secrecy, derive(Debug)", debug::secrecy),
    entry("debug-data-privacy", "data_privacy classified, derive(Debug)", debug::data_privacy),
    entry("json-derived", "derive(Serialize) to JSON, 8 fields, nothing hidden", json::derived),
    entry("json", "ours, the view to JSON, 3 of 8 hidden", json::ours).against(&["json-redactable"]),
    entry("json-redactable", "redactable Sensitive, a redacted copy to JSON", json::redactable),
    entry("scrub-clean", "ours, a clean line of 204 bytes", lines::scrub_clean).against(LINES[0]),
    entry("regex-clean", "one regex of 9 alternatives, the same line", lines::regex_clean),
    entry("regexes-clean", "9 x replace_all, the same line", lines::regexes_clean),
    entry("scrub-dirty", "ours, 209 bytes with e-mail and SSN", lines::scrub_dirty).against(LINES[1]),
    entry("regex-dirty", "one regex of 9 alternatives, the same line", lines::regex_dirty),
    entry("regexes-dirty", "9 x replace_all, the same line", lines::regexes_dirty),
];
