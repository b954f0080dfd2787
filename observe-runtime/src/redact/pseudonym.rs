//! Keyed pseudonyms: HMAC-SHA-256 (FIPS 198-1, FIPS 180-4), cut to 128 bits.
//!
//! Keyed, because an unkeyed hash of a number with nine digits is read back by trying them all.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt::Write as _;
use std::sync::OnceLock;

static KEY: OnceLock<Vec<u8>> = OnceLock::new();

/// Sets the key of this process; `false` where pseudonyms have already been made with another one.
pub(crate) fn set_key(key: &[u8]) -> bool {
    KEY.get_or_init(|| key.to_vec()) == key
}

/// The pseudonym of a text: `h:` and 32 hexadecimal digits.
///
/// Equal texts have equal pseudonyms as long as the key is the same: it comes from
/// `OBSERVE_HASH_KEY`, and is random for each process where that is not set.
///
/// ```
/// assert_eq!(observe::pseudonym("u-17"), observe::pseudonym("u-17"));
/// assert!(!observe::pseudonym("u-17").contains("17-"));
/// ```
#[must_use]
pub fn pseudonym(text: &str) -> String {
    let key = KEY.get_or_init(random_key);
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        // HMAC takes keys of every length; should that change, nothing is better than the text.
        return super::MASK.to_owned();
    };
    mac.update(text.as_bytes());
    let digest = mac.finalize().into_bytes();
    let mut pseudonym = String::with_capacity(34);
    pseudonym.push_str("h:");
    for byte in &digest[..16] {
        let _ = write!(pseudonym, "{byte:02x}");
    }
    pseudonym
}

fn random_key() -> Vec<u8> {
    let mut key = vec![0; 32];
    if getrandom::fill(&mut key).is_err() {
        // No entropy from the system: the standard library's seeds still differ between processes.
        key.fill_with(|| fastrand::u8(..));
    }
    key
}
