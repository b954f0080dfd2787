//! What annotations leave in the binary for tools to read. Nothing of it is looked at while the program runs.
#![expect(unsafe_code, reason = "a static in a section of its own, that no code refers to")]

use observe_rules::catalogue::{NAME, NOTE_TYPE, VERSION};

/// One record, laid out as `observe_rules::catalogue` says. Without pointers, whatever the linker does to them.
#[derive(Debug)]
#[repr(C)]
pub struct Record<const LITERAL: usize, const MODULE: usize, const FILE: usize> {
    name_len: u32,
    len: u32,
    note_type: u32,
    name: [u8; NAME.len()],
    version: u32,
    checksum: u32,
    line: u32,
    column: u32,
    literal_len: u32,
    module_len: u32,
    file_len: u32,
    literal: [u8; LITERAL],
    module: [u8; MODULE],
    file: [u8; FILE],
}

/// What comes before the part that `len` counts.
const HEADER: usize = 3 * size_of::<u32>() + NAME.len();

impl<const LITERAL: usize, const MODULE: usize, const FILE: usize> Record<LITERAL, MODULE, FILE> {
    /// The record of this literal, at this place: a line and a column.
    #[must_use]
    pub const fn new(
        literal: [u8; LITERAL],
        checksum: u32,
        module: &'static str,
        file: &'static str,
        place: (u32, u32),
    ) -> Self {
        Self {
            name_len: short(NAME.len()),
            len: short(size_of::<Self>() - HEADER),
            note_type: NOTE_TYPE,
            name: *NAME,
            version: VERSION,
            checksum,
            line: place.0,
            column: place.1,
            literal_len: short(LITERAL),
            module_len: short(MODULE),
            file_len: short(FILE),
            literal,
            module: sized(module),
            file: sized(file),
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "lengths of names")]
const fn short(len: usize) -> u32 {
    len as u32
}

/// The bytes of a text whose length is known where it is asked for.
const fn sized<const LEN: usize>(text: &str) -> [u8; LEN] {
    match text.as_bytes().first_chunk() {
        Some(bytes) => *bytes,
        None => [b'?'; LEN],
    }
}

/// The runtime's own: a binary without it was linked without the catalogue, and one with nothing else has
/// nothing to say.
const RUNTIME: [u8; 4] = [0; 4];

#[used]
#[cfg_attr(
    any(
        target_os = "linux",
        target_os = "android",
        target_os = "freebsd",
        target_os = "netbsd",
        target_os = "openbsd"
    ),
    unsafe(link_section = ".note.observe")
)]
#[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__observe,regular,no_dead_strip"))]
#[cfg_attr(windows, unsafe(link_section = ".observ"))]
static OWN: Record<4, { module_path!().len() }, { file!().len() }> =
    Record::new(RUNTIME, observe_rules::catalogue::checksum(&RUNTIME), module_path!(), file!(), (line!(), column!()));

#[cfg(test)]
mod tests {
    use super::*;
    use observe_rules::catalogue::{Kind, literal};

    #[test]
    fn the_runtime_says_no_more_than_that_it_is_there() {
        assert_eq!(literal(Kind::Runtime, &[]), RUNTIME);
        assert_eq!((OWN.version, OWN.literal_len), (VERSION, 4));
    }

    #[test]
    fn a_record_has_no_padding_but_at_its_end() {
        type R = Record<3, 5, 6>;
        assert_eq!(size_of::<R>() % 4, 0);
        assert_eq!(std::mem::offset_of!(R, literal), HEADER + 7 * 4);
        assert_eq!(std::mem::offset_of!(R, file), HEADER + 7 * 4 + 3 + 5);
        assert_eq!(R::new([0; 3], 0, "m::xy", "f.rsxx", (1, 1)).len as usize, size_of::<R>() - HEADER);
    }
}
