//! The keys of pseudonyms: the one in use, and older ones whose pseudonyms are still compared.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;

const SHORTEST: usize = 16;
const LONGEST_ID: usize = 16;
/// Of the 32 bytes of a tag: no two texts of all that there are will share that many.
const TAG_BYTES: usize = 16;

/// Keys, of which the first one is used.
#[derive(Clone)]
pub(crate) struct KeyRing {
    keys: Vec<Key>,
}

/// A key that has been mixed into the hash already, which is half of the work of a pseudonym.
#[derive(Clone)]
struct Key {
    /// What its pseudonyms begin with: `h:`, or `h:2026:` of a key that has an id.
    prefix: String,
    mac: Hmac<Sha256>,
}

impl Key {
    fn new(id: Option<&str>, key: &[u8]) -> Option<Self> {
        let prefix = id.map_or_else(|| "h:".to_owned(), |id| format!("h:{id}:"));
        Some(Self { prefix, mac: Hmac::new_from_slice(key).ok()? })
    }

    fn of(&self, text: &str) -> Hmac<Sha256> {
        let mut mac = self.mac.clone();
        mac.update(text.as_bytes());
        mac
    }
}

impl KeyRing {
    /// Reads the value of `OBSERVE_HASH_KEY`: one key, or `id:key` pairs between commas. `None` where no
    /// key is left. What is wrong is said, without the key.
    pub(crate) fn read(text: &str, mut warn: impl FnMut(String)) -> Option<Self> {
        let pairs: Option<Vec<(&str, &str)>> = text.split(',').map(|part| pair(part.trim())).collect();
        let entries: Vec<(Option<&str>, &str)> = match pairs {
            Some(pairs) => pairs.into_iter().map(|(id, key)| (Some(id), key)).collect(),
            None => {
                if text.contains(',') && text.contains(':') {
                    warn(
                        "OBSERVE_HASH_KEY is read as one key: not every part between its commas is `id:key`".to_owned(),
                    );
                }
                vec![(None, text)]
            }
        };
        let mut ring = Self { keys: Vec::new() };
        for (id, key) in entries {
            let what = id.map_or_else(|| "OBSERVE_HASH_KEY".to_owned(), |id| format!("OBSERVE_HASH_KEY: key `{id}`"));
            if key.len() < SHORTEST {
                warn(format!(
                    "{what} is shorter than {SHORTEST} bytes and not used; make a key with `openssl rand -hex 32`"
                ));
                continue;
            }
            let key = Key::new(id, key.as_bytes());
            if key.as_ref().is_some_and(|key| ring.keys.iter().any(|known| known.prefix == key.prefix)) {
                warn(format!("{what} is given twice; only the first one is used"));
                continue;
            }
            ring.keys.extend(key);
        }
        (!ring.keys.is_empty()).then_some(ring)
    }

    /// A key that nobody knows, and that is gone with the process.
    pub(crate) fn random() -> Self {
        let mut key = [0; 32];
        if getrandom::fill(&mut key).is_err() {
            // No entropy from the system: the standard library's seeds still differ between processes.
            key.fill_with(|| fastrand::u8(..));
        }
        Self { keys: Key::new(None, &key).into_iter().collect() }
    }

    /// The pseudonym of a text under the key in use.
    pub(crate) fn pseudonym(&self, text: &str) -> String {
        let Some(key) = self.keys.first() else {
            // HMAC takes keys of every length; should that change, nothing is better than the text.
            return super::MASK.to_owned();
        };
        let tag = key.of(text).finalize().into_bytes();
        let mut pseudonym = String::with_capacity(key.prefix.len() + 2 * TAG_BYTES);
        pseudonym.push_str(&key.prefix);
        for byte in tag.iter().take(TAG_BYTES) {
            pseudonym.extend([byte >> 4, byte & 15].iter().filter_map(|digit| char::from_digit((*digit).into(), 16)));
        }
        pseudonym
    }

    /// Whether a pseudonym is that of a text, under any of the keys. Tags are compared in constant time.
    ///
    /// One without an id may be older than the ids, and is compared under every key.
    pub(crate) fn matches(&self, text: &str, pseudonym: &str) -> bool {
        let Some((prefix, tag)) = split(pseudonym) else { return false };
        let mut matches = false;
        for key in self.keys.iter().filter(|key| prefix == "h:" || key.prefix == prefix) {
            matches |= key.of(text).verify_truncated_left(&tag).is_ok();
        }
        matches
    }

    /// Whether both make the same pseudonyms.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.pseudonym("") == other.pseudonym("")
    }
}

/// Without the keys.
impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys.iter().map(|key| &key.prefix)).finish()
    }
}

/// The id and the key of `2026:…`.
fn pair(text: &str) -> Option<(&str, &str)> {
    let (id, key) = text.split_once(':')?;
    let is_id = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let has_id = (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(is_id);
    (has_id && !key.is_empty()).then_some((id, key))
}

/// The prefix and the tag of a pseudonym.
fn split(pseudonym: &str) -> Option<(&str, [u8; TAG_BYTES])> {
    let (prefix, digits) = pseudonym.split_at_checked(pseudonym.rfind(':')? + 1)?;
    let mut tag = [0; TAG_BYTES];
    let is_hex = digits.len() == 2 * TAG_BYTES && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_hex {
        return None;
    }
    for (byte, at) in tag.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()?;
    }
    Some((prefix, tag))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::scrub;

    const OLD: &str = "a key of last year";
    const NEW: &str = "a key of this year";

    fn read(text: &str) -> (Option<KeyRing>, Vec<String>) {
        let mut warnings = Vec::new();
        let ring = KeyRing::read(text, |warning| warnings.push(warning));
        (ring, warnings)
    }

    #[track_caller]
    fn ring(text: &str) -> KeyRing {
        let (ring, warnings) = read(text);
        assert_eq!(warnings, [""; 0]);
        ring.unwrap()
    }

    /// As `openssl dgst -sha256 -hmac` says.
    #[test]
    fn a_pseudonym_is_an_hmac() {
        let expected = "h:158c003136e2dd83b253c011902a1f64";
        assert_eq!(ring("0123456789abcdef").pseudonym("Hi There"), expected);
    }

    #[test]
    fn the_first_key_is_used_and_named() {
        let ring = ring(&format!("2026:{NEW}, 2025:{OLD}"));
        let pseudonym = ring.pseudonym("MRN-1");
        assert!(pseudonym.starts_with("h:2026:") && pseudonym.len() == 7 + 32, "{pseudonym}");
        assert!(ring.matches("MRN-1", &pseudonym) && !ring.matches("MRN-2", &pseudonym));
    }

    #[test]
    fn pseudonyms_of_older_keys_are_still_compared() {
        let before = ring(&format!("2025:{OLD}")).pseudonym("MRN-1");
        let bare = ring(OLD).pseudonym("MRN-1");
        let after = ring(&format!("2026:{NEW},2025:{OLD}"));
        assert!(after.matches("MRN-1", &before) && after.matches("MRN-1", &bare));
        assert!(!after.matches("MRN-2", &before) && !after.matches("MRN-2", &bare));
        assert!(!ring(&format!("2026:{NEW}")).matches("MRN-1", &before));
        // The same key under another id is another key.
        assert!(!ring(&format!("x:{OLD}")).matches("MRN-1", &before));
    }

    #[test]
    fn what_is_no_pseudonym_matches_nothing() {
        let ring = ring(NEW);
        let pseudonym = ring.pseudonym("x");
        for odd in ["", "h:", ":", "h:é", &pseudonym[..33], &format!("{pseudonym}0"), &pseudonym.replace('h', "g")] {
            assert!(!ring.matches("x", odd), "{odd}");
        }
        assert!(ring.matches("x", &pseudonym));
    }

    #[test]
    fn one_key_may_have_any_characters() {
        for key in ["sixteen bytes, or more", "sixteen bytes: or more", "a b:sixteen bytes or more"] {
            assert!(ring(key).pseudonym("x").starts_with("h:"), "{key}");
            assert_eq!(ring(key).pseudonym("x").len(), 34);
        }
    }

    #[test]
    fn wrong_keys_are_said_and_not_shown() {
        let (none, warnings) = read("short-secret");
        assert!(none.is_none() && warnings[0].contains("openssl rand -hex 32"), "{warnings:?}");
        let (some, warnings) = read(&format!("2026:short-secret,2025:{OLD},2025:{NEW}"));
        assert!(some.unwrap().pseudonym("x").starts_with("h:2025:"));
        assert!(warnings[0].contains("key `2026` is shorter") && warnings[1].contains("key `2025` is given twice"));
        let (some, more) = read(&format!("2026:{NEW},{OLD}"));
        assert!(some.is_some() && more[0].contains("read as one key"), "{more:?}");
        for warning in warnings.iter().chain(&more) {
            assert!(!warning.contains("secret") && !warning.contains("year"), "{warning}");
        }
    }

    #[test]
    fn keys_are_not_shown() {
        let shown = format!("{:?} {:#?}", ring(&format!("2026:{NEW},2025:{OLD}")), ring(NEW));
        assert!(shown.contains("h:2026:") && !shown.contains("year"), "{shown}");
    }

    #[test]
    fn random_keys_differ() {
        assert!(!KeyRing::random().is_same(&KeyRing::random()));
        assert!(ring(NEW).is_same(&ring(NEW)) && !ring(NEW).is_same(&ring(&format!("a:{NEW}"))));
    }

    #[test]
    fn detectors_leave_pseudonyms_alone() {
        for ring in [KeyRing::random(), ring(&format!("2026-01:{NEW}"))] {
            for text in 0..200 {
                let line = format!("patient {} is in", ring.pseudonym(&text.to_string()));
                assert_eq!(scrub::scrub(&line), line);
            }
        }
    }
}
