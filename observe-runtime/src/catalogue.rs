//! What annotations leave in the binary for tools to read. Nothing of it is looked at while the program runs.
#![expect(unsafe_code, reason = "a static in a section of its own, that no code refers to")]

use observe_rules::catalogue::{NAME, NOTE_TYPE, Reference, VERSION};

/// One record, laid out as `observe_rules::catalogue` says. Without pointers, whatever the linker does to them, and
/// aligned as a note is, whatever its numbers ask for.
#[derive(Debug)]
#[repr(C, packed(4))]
pub struct Record<
    const LITERAL: usize,
    const PLACE: usize,
    const REFERENCES: usize = 0,
    const NUMBERS: usize = 0,
    const LIST: usize = 0,
> {
    name_len: u32,
    len: u32,
    note_type: u32,
    name: [u8; NAME.len()],
    version: u32,
    checksum: u32,
    line: u32,
    column: u32,
    literal_len: u32,
    place_len: u32,
    references_count: u32,
    numbers_count: u32,
    list_count: u32,
    references: [Reference; REFERENCES],
    numbers: [f64; NUMBERS],
    list: [f64; LIST],
    literal: [u8; LITERAL],
    place: [u8; PLACE],
}

/// What comes before the part that `len` counts.
const HEADER: usize = 3 * size_of::<u32>() + NAME.len();

impl<const LITERAL: usize, const PLACE: usize> Record<LITERAL, PLACE> {
    /// The record of this literal, at this place: the module and the file with a zero between them, and where in it.
    #[must_use]
    pub const fn new(literal: [u8; LITERAL], checksum: u32, place: &'static str, at: (u32, u32)) -> Self {
        Record::with(literal, checksum, place, at, [], [], &[])
    }
}

impl<const LITERAL: usize, const PLACE: usize, const REFERENCES: usize, const NUMBERS: usize, const LIST: usize>
    Record<LITERAL, PLACE, REFERENCES, NUMBERS, LIST>
{
    /// The same, with what only the compiler knows. The list has `LIST` numbers.
    #[must_use]
    pub const fn with(
        literal: [u8; LITERAL],
        checksum: u32,
        place: &'static str,
        at: (u32, u32),
        references: [Reference; REFERENCES],
        numbers: [f64; NUMBERS],
        list: &'static [f64],
    ) -> Self {
        Self {
            name_len: short(NAME.len()),
            len: short(size_of::<Self>() - HEADER),
            note_type: NOTE_TYPE,
            name: *NAME,
            version: VERSION,
            checksum,
            line: at.0,
            column: at.1,
            literal_len: short(LITERAL),
            place_len: short(PLACE),
            references_count: short(REFERENCES),
            numbers_count: short(NUMBERS),
            list_count: short(LIST),
            references,
            numbers,
            list: match list.first_chunk() {
                Some(list) => *list,
                None => [f64::NAN; LIST],
            },
            literal,
            place: match place.as_bytes().first_chunk() {
                Some(place) => *place,
                None => [b'?'; PLACE],
            },
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "lengths of names")]
const fn short(len: usize) -> u32 {
    len as u32
}

impl<const LITERAL: usize, const PLACE: usize> Record<LITERAL, PLACE> {
    /// The module, a zero and the file.
    pub(crate) const fn place(&self) -> &[u8] {
        let place = &raw const self.place;
        // SAFETY: it is the field's own memory, as long as it is borrowed, and bytes lie everywhere as they should.
        unsafe { std::slice::from_raw_parts(place.cast(), PLACE) }
    }
}

/// A number of things, as a record takes it.
#[expect(clippy::cast_precision_loss, reason = "a budget beyond 2^53 is none")]
#[must_use]
pub const fn count(number: usize) -> f64 {
    number as f64
}

/// Leaves a record by hand, where there is no attribute that does: `record!(Kind::Families, "group" => "http");`.
///
/// The texts are any constants, and a loop copies them while the program compiles: for what there is one of in a
/// program. It is an item, or a statement.
#[doc(hidden)]
#[macro_export]
macro_rules! __record {
    ($kind:expr $(, $key:expr => $value:expr)* $(,)?) => {
        const _: () = {
            const TEXTS: &[(&str, &str)] = &[$(($key, $value)),*];
            const LITERAL: [u8; $crate::__private::catalogue::literal_len(TEXTS)] =
                $crate::__private::catalogue::literal_bytes($kind, TEXTS);
            const PLACE: &str = ::core::concat!(::core::module_path!(), "\0", ::core::file!());
            #[used]
            #[cfg_attr(
                any(target_os = "linux", target_os = "android", target_os = "freebsd", target_os = "netbsd", target_os = "openbsd"),
                unsafe(link_section = ".note.observe")
            )]
            #[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__observe,regular,no_dead_strip"))]
            #[cfg_attr(windows, unsafe(link_section = ".observ"))]
            static RECORD: $crate::__private::catalogue::Record<{ LITERAL.len() }, { PLACE.len() }> =
                $crate::__private::catalogue::Record::new(
                    LITERAL,
                    $crate::__private::catalogue::checksum(&LITERAL),
                    PLACE,
                    (::core::line!(), ::core::column!()),
                );
        };
    };
}

pub use __record as record;

// The runtime's own: a binary without it was linked without the catalogue, and one with nothing else has nothing to
// say.
record!(observe_rules::catalogue::Kind::Runtime);

#[cfg(test)]
mod tests {
    use super::*;
    use std::mem::offset_of;

    #[test]
    fn a_record_has_no_padding_but_at_its_end() {
        type R = Record<3, 5, 2, 1, 3>;
        assert_eq!((size_of::<R>() % 4, align_of::<R>()), (0, 4));
        let words = HEADER + 9 * 4;
        assert_eq!((size_of::<Reference>(), offset_of!(R, references)), (28, words));
        assert_eq!(offset_of!(R, numbers), words + 2 * 28);
        assert_eq!(offset_of!(R, literal), words + 2 * 28 + 4 * 8);
        assert_eq!(offset_of!(R, place), words + 2 * 28 + 4 * 8 + 3);
        assert_eq!(Record::<3, 6>::new([0; 3], 0, "m\0f.rs", (1, 1)).len as usize, 9 * 4 + 12);
    }

    #[test]
    fn a_record_is_read_back() {
        use observe_rules::catalogue::{Domain, Endian, Kind, checksum, literal_bytes, literal_len, read};
        const TEXTS: &[(&str, &str)] = &[("name", "a")];
        const LITERAL: [u8; literal_len(TEXTS)] = literal_bytes(Kind::Metric, TEXTS);
        type R = Record<{ LITERAL.len() }, 7, 1, 1, 2>;
        static RECORD: R = Record::with(
            LITERAL,
            checksum(&LITERAL),
            "m\0f.rs ",
            (3, 9),
            [Domain::BOOL.or_none().reference(3)],
            [count(7)],
            &[0.5, 1.0],
        );
        // SAFETY: it has no padding between its fields, and the bytes behind them are not looked at.
        let bytes = unsafe { std::slice::from_raw_parts((&raw const RECORD).cast::<u8>(), size_of::<R>()) };
        let endian = if cfg!(target_endian = "little") { Endian::Little } else { Endian::Big };
        let record = read(bytes, endian).unwrap().remove(0);
        assert_eq!((record.kind, record.text("name"), record.file.as_str()), (Kind::Metric, "a", "f.rs "));
        assert_eq!((record.line, record.column, record.module.as_str()), (3, 9, "m"));
        assert_eq!(record.references, [Domain::BOOL.or_none().reference(3)]);
        assert_eq!((&record.numbers[..], &record.list[..]), (&[7.0][..], &[0.5, 1.0][..]));
    }
}
