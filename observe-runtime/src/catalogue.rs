//! What annotations leave in the binary for tools to read. Nothing of it is looked at while the program runs.
#![expect(unsafe_code, reason = "a static in a section of its own, that no code refers to")]

use observe_rules::catalogue::{NAME, NOTE_TYPE, VERSION};
use std::fmt;

/// One record, laid out as `observe_rules::catalogue` says. Without pointers, whatever the linker does to them.
#[repr(C)]
pub struct Record<const LITERAL: usize, const MODULE: usize, B = ()> {
    name_len: u32,
    len: u32,
    note_type: u32,
    name: [u8; NAME.len()],
    version: u32,
    checksum: u32,
    literal_len: u32,
    module_len: u32,
    before_len: u32,
    before: B,
    literal: [u8; LITERAL],
    module: [u8; MODULE],
}

/// What only the compiler knows: arrays of [`Reference`](observe_rules::catalogue::Reference) and of numbers.
///
/// Aligned as a note is, whatever its numbers ask for.
#[derive(Clone, Copy, Debug)]
#[repr(C, packed(4))]
pub struct Before<R: Copy, N: Copy, L: Copy> {
    /// The labels and sets.
    pub references: R,
    /// Single numbers.
    pub numbers: N,
    /// Bounds or quantiles.
    pub list: L,
}

/// What comes before the part that `len` counts.
const HEADER: usize = 3 * size_of::<u32>() + NAME.len();

impl<const LITERAL: usize, const MODULE: usize, B: Copy> Record<LITERAL, MODULE, B> {
    /// The record of this literal, in this module, whose path has zeros behind it where it is too short.
    #[must_use]
    pub const fn new(literal: [u8; LITERAL], checksum: u32, module: &'static str, before: B) -> Self {
        Self {
            name_len: short(NAME.len()),
            len: short(size_of::<Self>() - HEADER),
            note_type: NOTE_TYPE,
            name: *NAME,
            version: VERSION,
            checksum,
            literal_len: short(LITERAL),
            module_len: short(MODULE),
            before_len: short(size_of::<B>()),
            before,
            literal,
            module: match module.as_bytes().first_chunk() {
                Some(module) => *module,
                None => [0; MODULE],
            },
        }
    }

    /// The module, with the zeros behind it.
    pub(crate) const fn module(&self) -> &[u8; MODULE] {
        &self.module
    }
}

impl<const LITERAL: usize, const MODULE: usize, B> fmt::Debug for Record<LITERAL, MODULE, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record").finish_non_exhaustive()
    }
}

#[expect(clippy::cast_possible_truncation, reason = "lengths of names")]
const fn short(len: usize) -> u32 {
    len as u32
}

/// A number of things, as a record takes it.
#[expect(clippy::cast_precision_loss, reason = "a budget beyond 2^53 is none")]
#[must_use]
pub const fn count(number: usize) -> f64 {
    number as f64
}

/// What attributes leave: a static of this name that is the record. A macro of the compiler's own kind, because it makes
/// more of fewer words, and faster, than the code behind an attribute.
///
/// It has no `allow`, and is ours for the compiler: so a crate that forbids unsafe code takes it.
#[doc(hidden)]
#[macro_export]
macro_rules! __leave {
    ($name:ident, $len:literal, $checksum:literal, $literal:literal, $module:literal) => {
        $crate::__leave!(@$name, $checksum, *$literal, [$len, $module, ()], (), "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    };
    (
        $name:ident, $len:literal, $checksum:literal, $literal:literal, $module:literal,
        [$($reference:expr),*]: $references:literal
    ) => {
        $crate::__leave!(
            @$name, $checksum, *$literal,
            [$len, $module, [$crate::__private::catalogue::Reference; $references]],
            [$($reference),*], "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
        );
    };
    (
        $name:ident, $len:literal, $checksum:literal, $literal:literal, $module:literal,
        [$($reference:expr),*]: $references:literal, [$($number:expr),*]: $numbers:literal, $list:expr
    ) => {
        $crate::__leave!(
            @$name, $checksum, *$literal,
            [
                $len,
                $module,
                $crate::__private::catalogue::Before<
                    [$crate::__private::catalogue::Reference; $references],
                    [f64; $numbers],
                    [f64; $list.len()],
                >
            ],
            $crate::__private::catalogue::Before {
                references: [$($reference),*],
                numbers: [$($number),*],
                list: match $list.first_chunk() {
                    ::core::option::Option::Some(list) => *list,
                    ::core::option::Option::None => [0.0; $list.len()],
                },
            },
            "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
        );
    };
    (@$name:ident, $checksum:expr, $literal:expr, [$len:expr, $module:expr, $before:ty], $value:expr, $zeros:literal) => {
        #[used]
        #[cfg_attr(
            any(target_os = "linux", target_os = "android", target_os = "freebsd", target_os = "netbsd", target_os = "openbsd"),
            unsafe(link_section = ".note.observe")
        )]
        #[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__observe,regular,no_dead_strip"))]
        #[cfg_attr(windows, unsafe(link_section = ".observ"))]
        static $name: $crate::__private::catalogue::Record<{ $len }, { $module }, $before> =
            $crate::__private::catalogue::Record::new(
                $literal,
                $checksum,
                ::core::concat!(::core::module_path!(), $zeros),
                $value,
            );
    };
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
            const AT: (&str, u32, u32) = (::core::file!(), ::core::line!(), ::core::column!());
            const LITERAL: [u8; $crate::__private::catalogue::literal_len(AT, TEXTS)] =
                $crate::__private::catalogue::literal_bytes($kind, AT, TEXTS);
            $crate::__leave!(
                @RECORD,
                $crate::__private::catalogue::checksum(&LITERAL),
                LITERAL,
                [LITERAL.len(), ::core::module_path!().len(), ()],
                (),
                ""
            );
        };
    };
}

pub use {__leave as leave, __record as record};

// The runtime's own: a binary without it was linked without the catalogue, and one with nothing else has nothing to
// say.
record!(observe_rules::catalogue::Kind::Runtime);

#[cfg(test)]
mod tests {
    use super::*;
    use observe_rules::catalogue::{Domain, Endian, Kind, Reference, checksum, literal_bytes, literal_len, read};
    use std::mem::offset_of;

    #[test]
    fn a_record_has_no_padding_but_at_its_end() {
        type B = Before<[Reference; 2], [f64; 1], [f64; 3]>;
        type R = Record<3, 5, B>;
        assert_eq!((size_of::<R>() % 4, align_of::<R>()), (0, 4));
        let words = HEADER + 5 * 4;
        assert_eq!((size_of::<Reference>(), size_of::<B>(), offset_of!(R, before)), (28, 2 * 28 + 4 * 8, words));
        assert_eq!(offset_of!(R, literal), words + size_of::<B>());
        assert_eq!(offset_of!(R, module), words + size_of::<B>() + 3);
        assert_eq!(Record::<3, 6>::new([0; 3], 0, "m", ()).len as usize, 5 * 4 + 12);
    }

    #[test]
    fn a_record_is_read_back() {
        const AT: (&str, u32, u32) = ("f.rs", 3, 9);
        const TEXTS: &[(&str, &str)] = &[("name", "a")];
        // One reference and one number stand before it.
        const LITERAL: [u8; literal_len(AT, TEXTS)] = {
            let mut literal = literal_bytes(Kind::Metric, AT, TEXTS);
            (literal[2], literal[4]) = (1, 1);
            literal
        };
        type R = Record<{ LITERAL.len() }, 7, Before<[Reference; 1], [f64; 1], [f64; 2]>>;
        static RECORD: R = Record::new(
            LITERAL,
            checksum(&LITERAL),
            "app\0\0\0\0\0",
            Before { references: [Domain::BOOL.or_none().reference(3)], numbers: [count(7)], list: [0.5, 1.0] },
        );
        // SAFETY: it has no padding between its fields, and what is behind them is made zero by nobody and not looked at.
        let bytes = unsafe { std::slice::from_raw_parts((&raw const RECORD).cast::<u8>(), size_of::<R>()) };
        let endian = if cfg!(target_endian = "little") { Endian::Little } else { Endian::Big };
        let record = read(bytes, endian).unwrap().remove(0);
        assert_eq!((record.kind, record.text("name"), record.file.as_str()), (Kind::Metric, "a", "f.rs"));
        assert_eq!((record.line, record.column, record.module.as_str()), (3, 9, "app"));
        assert_eq!(record.references, [Domain::BOOL.or_none().reference(3)]);
        assert_eq!((&record.numbers[..], &record.list[..]), (&[7.0][..], &[0.5, 1.0][..]));
    }
}
