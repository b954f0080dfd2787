//! What annotations leave in a binary for tools to read: records in a section of their own.
//!
//! A record is a note as ELF has them, on every platform, so that linkers and `strip` treat it as one:
//!
//! ```text
//! u32 8, u32 length of what follows the name, u32 1, "observe\0"      the header of a note
//! u32 version, u32 checksum of the literal, u32 line, u32 column
//! u32 length of the literal, u32 of the module, u32 of the file
//! the literal, the module's path, the file's path                     each as bytes, and zeros up to a multiple of 4
//! ```
//!
//! Numbers have the byte order of the machine that it is built for. A record holds no pointer: in a file a
//! pointer is often nothing but a relocation. The literal is what the macro knew, the rest what only the
//! compiler does:
//!
//! ```text
//! u16 kind, u16 number of texts; for each text: u16 length of the key, the key, u16 length of the value, the value
//! ```
//!
//! In the literal numbers are little-endian. The writer is [`literal`] and the reader [`read`].

mod read;
mod write;

pub use read::{Endian, Unreadable, read};
pub use write::literal;

/// The section on Linux, Android and the BSDs.
pub const ELF_SECTION: &str = ".note.observe";
/// The section on Apple's systems, without its segment, `__DATA`.
pub const MACH_O_SECTION: &str = "__observe";
/// The section on Windows: names in executables have eight letters at most.
pub const COFF_SECTION: &str = ".observ";

/// The version of the format. A reader reads one.
pub const VERSION: u32 = 1;

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
    ];

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
        }
    }
}

/// One record, read back.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Record {
    /// What it is about.
    pub kind: Kind,
    /// What is said, by key.
    pub texts: Vec<(String, String)>,
    /// The module that it stands in.
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
        self.texts.iter().find(|(known, _)| known == key).map_or("", |(_, value)| value)
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
