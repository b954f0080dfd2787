//! Texts that were made to be slow, of 64 KB and of 1 MB: the cost of a byte is the same.

use crate::subject::{Subject, batch};
use observe::scrub::scrub;
use std::hint::black_box;

/// What each of the texts repeats.
const UNITS: [&str; 16] = [
    "@",
    "1",
    "a=",
    ":::::",
    "%41",
    "eyJ",
    "password=\"'\\",
    "1.1.",
    "born ",
    "a1B2",
    "0123456789abcdef",
    "-----BEGIN ",
    "Cookie: ",
    "12 Main ",
    "patient id 1 ",
    "1-",
];

const SHORT: usize = 1 << 16;
const LONG: usize = 1 << 20;

/// One text after the other; an operation is 64 KB of one.
fn texts(length: usize) -> Result<Box<dyn Subject>, String> {
    let texts = UNITS.map(|unit| unit.repeat(length / unit.len()));
    let parts = length / SHORT;
    let mut read = 0;
    // A long text counts for as many operations as there are short ones in it.
    batch(move |operations| {
        let until = read + operations as usize;
        while read < until {
            black_box(scrub(black_box(&texts[read / 16 % UNITS.len()])));
            read += parts;
        }
    })
}

pub(super) fn short() -> Result<Box<dyn Subject>, String> {
    texts(SHORT)
}

pub(super) fn long() -> Result<Box<dyn Subject>, String> {
    texts(LONG)
}
