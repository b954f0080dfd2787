//! Keyed pseudonyms: HMAC-SHA-256 (FIPS 198-1, FIPS 180-4), cut to 128 bits.
//!
//! Keyed, because an unkeyed hash of a number with nine digits is read back by trying them all.

use super::key_ring::KeyRing;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

static KEYS: OnceLock<KeyRing> = OnceLock::new();
/// Whether a pseudonym under a random key has still to be warned of.
static IS_RANDOM: AtomicBool = AtomicBool::new(false);

/// Sets the keys of this process; `false` where pseudonyms have already been made with another one.
pub(crate) fn set_keys(keys: &KeyRing) -> bool {
    KEYS.get_or_init(|| keys.clone()).is_same(keys)
}

fn keys() -> &'static KeyRing {
    let keys = KEYS.get_or_init(|| {
        // What is wrong with the variable is said by `init!`, which reads it too.
        let text = std::env::var("OBSERVE_HASH_KEY").ok();
        text.and_then(|text| KeyRing::read(&text, drop)).unwrap_or_else(|| {
            IS_RANDOM.store(true, Relaxed);
            KeyRing::random()
        })
    });
    // Behind the lock: a log line may make a pseudonym itself.
    if IS_RANDOM.load(Relaxed) && IS_RANDOM.swap(false, Relaxed) {
        tracing::warn!(
            target: "observe",
            "pseudonyms have a random key and change with each restart; \
             set OBSERVE_HASH_KEY to a key made with `openssl rand -hex 32`",
        );
    }
    keys
}

/// The pseudonym of a text: `h:`, the id of the key where it has one, and 32 hexadecimal digits.
///
/// Equal texts have equal pseudonyms as long as the key is the same: it comes from
/// `OBSERVE_HASH_KEY`, and is random for each process where that is not set, of which the first
/// pseudonym warns. The variable holds one key, or `id:key` pairs between commas; of these the first one
/// is used, and the others are there for [`pseudonym_matches`]. No key is ever shown.
///
/// ```
/// assert_eq!(observe::pseudonym("u-17"), observe::pseudonym("u-17"));
/// assert!(!observe::pseudonym("u-17").contains("17-"));
/// ```
#[must_use]
pub fn pseudonym(text: &str) -> String {
    keys().pseudonym(text)
}

/// Whether a pseudonym is that of this text, under the key that is used or one that was.
///
/// The comparison takes the same time wherever two pseudonyms differ. What is no pseudonym matches nothing.
///
/// ```
/// let kept = observe::pseudonym("u-17");
/// assert!(observe::pseudonym_matches("u-17", &kept));
/// assert!(!observe::pseudonym_matches("u-18", &kept));
/// ```
#[must_use]
pub fn pseudonym_matches(text: &str, pseudonym: &str) -> bool {
    keys().matches(text, pseudonym)
}
