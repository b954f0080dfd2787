//! What operators read: all families, as one text.

use super::exposition::TextEncoder;
use super::registry::{Reading, registry};
use std::sync::{Mutex, TryLockError};

/// What scrapes use again and again.
#[derive(Default)]
struct Scratch {
    reading: Reading,
    encoder: TextEncoder,
}

/// All metrics of this process, in the Prometheus text format 0.0.4.
///
/// Serve it with the content type [`CONTENT_TYPE`](crate::CONTENT_TYPE). Families are in the order
/// of their names.
///
/// ```
/// assert!(observe::exposition().contains("# TYPE observe_spans_lost_total counter"));
/// ```
#[must_use]
pub fn exposition() -> String {
    let mut text = String::new();
    exposition_into(&mut text);
    text
}

/// Adds the [`exposition`] to a text: one that is used again costs no allocation.
///
/// ```
/// let mut text = String::new();
/// observe::exposition_into(&mut text);
/// assert_eq!(text, observe::exposition());
/// ```
pub fn exposition_into(text: &mut String) {
    static SCRATCH: Mutex<Option<Scratch>> = Mutex::new(None);
    let mut scrape = |scratch: &mut Scratch| {
        std::mem::swap(&mut scratch.encoder.text, text);
        registry().encode(&mut scratch.reading, &mut scratch.encoder);
        std::mem::swap(&mut scratch.encoder.text, text);
    };
    match SCRATCH.try_lock() {
        Ok(mut scratch) => scrape(scratch.get_or_insert_default()),
        Err(TryLockError::Poisoned(poisoned)) => scrape(poisoned.into_inner().get_or_insert_default()),
        // Another scrape is under way, maybe one that waits for this: a user's function may scrape.
        Err(TryLockError::WouldBlock) => scrape(&mut Scratch::default()),
    }
}
