//! What annotations leave in a binary for tools to read: records in a section of their own.
//!
//! A record is a note as ELF has them, on every platform, so that linkers and `strip` treat it as one:
//!
//! ```text
//! u32 8, u32 length of what follows the name, u32 1, "observe\0"      the header of a note
//! u32 version, u32 checksum of the literal
//! u32 length of the literal, u32 of the module, u32 of what stands before them
//! references: 16 bytes id, u32 none, u32 cap, u32 cardinality         see `Reference`
//! numbers, and behind them the list                                   each as f64
//! the literal, the module's path                                      as bytes, and zeros up to a multiple of 4
//! ```
//!
//! Numbers have the byte order of the machine that it is built for. A record holds no pointer: in a file a
//! pointer is often nothing but a relocation. The literal is what the macro knew, and the rest what only the
//! compiler does: which values a label's type has, what a constant is, what module this is. Nothing is computed for a
//! record while it compiles, not even the length of the module's path: it is cut, or has zeros behind it.
//!
//! ```text
//! u16 kind, u16 number of references, u16 of numbers, u32 line, u32 column, u16 length of the file's path, the path
//! u16 number of texts; for each text: u16 length of the key, the key, u16 length of the value, the value
//! ```
//!
//! In the literal numbers are little-endian. The writer is [`literal`] and the reader [`read`].
//!
//! # What a record says
//!
//! | kind | texts, in order; those in parentheses are not always there | beside them |
//! |---|---|---|
//! | `Metric` | `type`, `name`, `help`, (`unit`), `label` or `set` each, `fact` each, (`buckets`: a preset) | a reference for each `label` and `set`; bounds or quantiles as the list; numbers by `number` |
//! | `Meter` | `name`, `help`, (`calls`, `duration`, `in_progress`: a name, or empty where it is off), (`outcome`), `label` or `set` each, (`error`), (`buckets`) | the same, and a reference for `error` |
//! | `Label` | `type`, `value` each | |
//! | `LabelSet` | `type`, `label` or `set` each | a reference to itself, then one for each of them |
//! | `Span` | `name`, `kind`, `function`, `level`, (`preset`), (`return`, `error`), then for each field `field`, `how`, (`reason`) | |
//! | `Families` | `group` | |
//! | `Redaction` | `name`, then for each field `field`, `policy`, (`reason`) | |
//! | `HealthCheck` | `name`, `critical`: `true` or `false`, `timeout_ms` | |
//! | `Service` | (`name`), (`namespace`) | |
//! | the others, each a way around a rule | `name`, `reason`, (`place`) | |
//!
//! `number` texts name the numbers: `success`, `latency`, `target` of an objective, and `max_series`.

mod domain;
mod read;
mod write;

pub use domain::{Domain, Reference, domain_id, known_values, set_id};
pub use read::{Endian, Unreadable, read};
pub use write::{Stands, literal, literal_bytes, literal_len};

/// The section on Linux, Android and the BSDs.
pub const ELF_SECTION: &str = ".note.observe";
/// The section on Apple's systems, without its segment, `__DATA`.
pub const MACH_O_SECTION: &str = "__observe";
/// The section on Windows: names in executables have eight letters at most.
pub const COFF_SECTION: &str = ".observ";

/// The version of the format. A reader reads one.
pub const VERSION: u32 = 2;

/// The name that begins each record, as a note has it.
pub const NAME: &[u8; 8] = b"observe\0";

/// The type of the note.
pub const NOTE_TYPE: u32 = 1;

/// What a record is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Kind {
    /// The runtime is linked; it leaves one record.
    Runtime,
    /// A field of a redacted type is shown in clear.
    ClearField,
    /// A field of a span is recorded in clear.
    ClearSpanField,
    /// Values of a function are recorded by their `Debug`.
    Unchecked,
    /// A name that sounds sensitive is harmless in the workspace.
    HarmlessName,
    /// A redacted type is serialised raw.
    RawSerialize,
    /// A field of a redacted type is shown as a function of its author's says.
    FieldByFunction,
    /// `#[metric]` declares one family.
    Metric,
    /// `#[metered]`, or `#[metric]` on `Calls`, declares the families of calls.
    Meter,
    /// The values of a label's type.
    Label,
    /// The labels of a set.
    LabelSet,
    /// `#[traced]` or `span!` opens a span.
    Span,
    /// A group of the families that observe has built in is there.
    Families,
    /// A type shows no more than its policies let it.
    Redaction,
    /// A check of the service's health.
    HealthCheck,
    /// What the service is called.
    Service,
}

impl Kind {
    /// All kinds, each at its number.
    pub const ALL: &'static [Self] = &[
        Self::Runtime,
        Self::ClearField,
        Self::ClearSpanField,
        Self::Unchecked,
        Self::HarmlessName,
        Self::RawSerialize,
        Self::FieldByFunction,
        Self::Metric,
        Self::Meter,
        Self::Label,
        Self::LabelSet,
        Self::Span,
        Self::Families,
        Self::Redaction,
        Self::HealthCheck,
        Self::Service,
    ];

    /// Whether something is shown that the rules would hide.
    #[must_use]
    pub const fn is_exception(self) -> bool {
        matches!(
            self,
            Self::ClearField
                | Self::ClearSpanField
                | Self::Unchecked
                | Self::HarmlessName
                | Self::RawSerialize
                | Self::FieldByFunction
        )
    }

    /// The kind's name in a report.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Runtime => "runtime",
            Self::ClearField => "clear field",
            Self::ClearSpanField => "clear span field",
            Self::Unchecked => "unchecked values",
            Self::HarmlessName => "harmless name",
            Self::RawSerialize => "raw serialize",
            Self::FieldByFunction => "field by function",
            Self::Metric => "metric",
            Self::Meter => "meter",
            Self::Label => "label",
            Self::LabelSet => "label set",
            Self::Span => "span",
            Self::Families => "families",
            Self::Redaction => "redaction",
            Self::HealthCheck => "health check",
            Self::Service => "service",
        }
    }
}

/// One record, read back.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// What it is about.
    pub kind: Kind,
    /// What is said, by key, in order. A key may be there more than once.
    pub texts: Vec<(String, String)>,
    /// The labels and sets that the texts name, in their order.
    pub references: Vec<Reference>,
    /// The numbers that the texts name, in their order.
    pub numbers: Vec<f64>,
    /// The bounds of a histogram, or the quantiles of a summary, where they are no preset.
    pub list: Vec<f64>,
    /// The module that it stands in; a very long path is cut.
    pub module: String,
    /// The file, as the compiler was given it.
    pub file: String,
    /// The line, counted from 1.
    pub line: u32,
    /// The column, counted from 1.
    pub column: u32,
}

impl Record {
    /// The text under this key; empty where there is none.
    #[must_use]
    pub fn text(&self, key: &str) -> &str {
        self.find(key).unwrap_or_default()
    }

    /// The text under this key.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<&str> {
        self.all(key).next()
    }

    /// All texts under this key.
    pub fn all(&self, key: &str) -> impl Iterator<Item = &str> {
        self.texts.iter().filter(move |(known, _)| known == key).map(|(_, value)| value.as_str())
    }

    /// The texts in groups, each from this key on to the next of it: `field`, `how`, `reason`.
    pub fn groups(&self, key: &str) -> impl Iterator<Item = &[(String, String)]> {
        let first = self.texts.iter().position(|(known, _)| known == key).unwrap_or(self.texts.len());
        let mut rest = &self.texts[first..];
        std::iter::from_fn(move || {
            let end = rest.iter().skip(1).position(|(known, _)| known == key).map_or(rest.len(), |at| at + 1);
            let (group, after) = rest.split_at(end);
            rest = after;
            (!group.is_empty()).then_some(group)
        })
    }

    /// The number that is called so.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<f64> {
        let at = self.all("number").position(|known| known == name)?;
        self.numbers.get(at).copied()
    }
}

/// FNV-1a of 32 bits: what tells a record from bytes that only begin like one.
#[must_use]
pub const fn checksum(bytes: &[u8]) -> u32 {
    let (mut sum, mut at) = (0x811C_9DC5_u32, 0);
    while at < bytes.len() {
        sum = (sum ^ bytes[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    sum
}

#[cfg(test)]
mod tests;
