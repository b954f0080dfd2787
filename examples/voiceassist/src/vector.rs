//! Vectors: a text as a direction in a small space, so that texts with alike words lie close.
//!
//! No model is needed. Each word is a direction of its own, made of itself and of its groups of
//! three letters, which are hashed onto the dimensions with a sign each; so `penicilin` lies close
//! to `penicillin`. A text is the sum of its weightiest words. Rare words weigh more; how rare one
//! is, the embedded notes say, so a vector depends on its text alone and stays right once it is
//! stored.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;

use crate::model::Document;
use crate::notes::{NOTES, parse_note};
use crate::words::all_stems;

/// How many numbers a vector has.
pub(crate) const DIMENSIONS: usize = 256;

/// How many words make up a vector. More of them fill the few dimensions with chance.
const MAX_WORDS: usize = 24;

/// What a group of letters weighs beside its word, both of the same rarity.
const LETTERS_WEIGHT: f32 = 1.5;

/// In how many of the embedded notes a word counts as occurring that none of them has. It may be
/// the subject of an uploaded document; more often it is a word for which a note has another.
const UNKNOWN_IN_NOTES: f32 = 8.0;

/// A text's direction, of length one; or of length zero, which is close to nothing.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Vector(Box<[f32; DIMENSIONS]>);

impl Vector {
    /// The vector of `text`; `None` where no word of it carries meaning.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let mut sums = [0.0; DIMENSIONS];
        let words = weightiest_words(text);
        for (word, weight) in &words {
            add_direction(&mut sums, word, *weight);
        }
        let length = length(&sums);
        (length > 0.0).then(|| Self(Box::new(sums.map(|it| it / length))))
    }

    /// The vector of a passage. Its title says what it is about, and counts twice.
    pub(crate) fn of_passage(title: &str, body: &str) -> Self {
        let text = format!("{title}\n{title}\n{body}");
        Self::of(&text).unwrap_or_else(|| Self(Box::new([0.0; DIMENSIONS])))
    }

    /// How close two texts are: 1 for the same words, about 0 for nothing in common.
    pub(crate) fn cosine(&self, other: &Self) -> f32 {
        self.0.iter().zip(other.0.iter()).map(|(a, b)| a * b).sum()
    }

    /// The numbers, little-endian, as the database keeps them.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    /// The vector that [`Self::to_bytes`] wrote; `None` for a wrong length.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (numbers, []) = bytes.as_chunks::<4>() else { return None };
        let numbers: Vec<f32> = numbers.iter().map(|it| f32::from_le_bytes(*it)).collect();
        Some(Self(Box::new(numbers.try_into().ok()?)))
    }
}

/// The words of `text` that weigh most: those that occur often here and rarely elsewhere.
fn weightiest_words(text: &str) -> Vec<(String, f32)> {
    let mut counts: BTreeMap<String, f32> = BTreeMap::new();
    for word in all_stems(text) {
        *counts.entry(word).or_insert(0.0) += 1.0;
    }
    let weigh = |(word, count): (String, f32)| {
        let weight = (1.0 + count.ln()) * rarity(hash_word(&word));
        (word, weight)
    };
    let mut words: Vec<_> = counts.into_iter().map(weigh).collect();
    // A stable sort over words in order: the same text has the same vector everywhere.
    words.sort_by(|a, b| b.1.total_cmp(&a.1));
    words.truncate(MAX_WORDS);
    words
}

/// Adds the direction of `word`, of length `weight`.
fn add_direction(sums: &mut [f32; DIMENSIONS], word: &str, weight: f32) {
    let unknown = rarity_of(UNKNOWN_IN_NOTES);
    let groups = hash_groups(word).into_iter().map(|group| (group, LETTERS_WEIGHT * rarity(group) / unknown));
    let features: Vec<(u64, f32)> = std::iter::once((hash_word(word), 1.0)).chain(groups).collect();
    let length = features.iter().map(|(_, share)| share * share).sum::<f32>().sqrt();
    for (feature, share) in features {
        let (dimension, sign) = place(feature);
        sums[dimension] += sign * weight * share / length;
    }
}

fn length(numbers: &[f32; DIMENSIONS]) -> f32 {
    numbers.iter().map(|it| it * it).sum::<f32>().sqrt()
}

/// The dimension that a feature is added to, and with which sign: what falls onto one dimension by
/// chance cancels out as often as it adds up.
fn place(feature: u64) -> (usize, f32) {
    let dimension = usize::try_from(feature % DIMENSIONS as u64).unwrap_or(0);
    (dimension, if feature >> 63 == 0 { 1.0 } else { -1.0 })
}

fn hash_word(word: &str) -> u64 {
    hash("w".chars().chain(word.chars()))
}

/// The groups of three letters of `word`, whose beginning and end are letters too.
fn hash_groups(word: &str) -> Vec<u64> {
    let letters: Vec<char> = format!("^{word}$").chars().collect();
    letters.windows(3).map(|group| hash("g".chars().chain(group.iter().copied()))).collect()
}

/// FNV-1a over the characters, mixed once more. Stored vectors live on, so a hash that may change
/// with the compiler's release is no choice.
fn hash(chars: impl Iterator<Item = char>) -> u64 {
    let sum =
        chars.fold(0xcbf2_9ce4_8422_2325, |sum: u64, c| (sum ^ u64::from(u32::from(c))).wrapping_mul(0x0100_0000_01b3));
    let mixed = (sum ^ (sum >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 29)
}

/// How rare a feature is among the embedded notes.
fn rarity(feature: u64) -> f32 {
    rarity_of(IN_NOTES.get(&feature).copied().unwrap_or(UNKNOWN_IN_NOTES))
}

#[expect(clippy::cast_precision_loss, reason = "there are fewer notes than 2^24")]
fn rarity_of(in_notes: f32) -> f32 {
    (1.0 + NOTES.len() as f32 / in_notes).ln()
}

/// In how many of the embedded notes each feature occurs.
static IN_NOTES: LazyLock<HashMap<u64, f32>> = LazyLock::new(|| {
    let mut in_notes = HashMap::new();
    for document in NOTES.iter().filter_map(parse_note) {
        for feature in features(&document) {
            *in_notes.entry(feature).or_insert(0.0) += 1.0;
        }
    }
    in_notes
});

/// Every feature of a document, once.
fn features(document: &Document) -> BTreeSet<u64> {
    let words: BTreeSet<String> = all_stems(&document.title).chain(all_stems(&document.text)).collect();
    words.iter().flat_map(|word| hash_groups(word).into_iter().chain([hash_word(word)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cosine(a: &str, b: &str) -> f32 {
        Vector::of(a).unwrap().cosine(&Vector::of(b).unwrap())
    }

    #[test]
    fn alike_is_close_and_unlike_is_not() {
        let same = cosine("Sepsis: give antibiotics", "antibiotics, give; sepsis");
        assert!((same - 1.0).abs() < 1e-5, "{same}");
        assert!(cosine("penicilin alergy", "penicillin allergy") > 0.4);
        assert!(cosine("penicillin allergy", "stroke thrombolysis window") < 0.2);
    }

    #[test]
    fn rare_words_weigh_more() {
        let near = cosine("dose of apixaban", "apixaban tablets");
        assert!(near > cosine("dose of apixaban", "dose tablets"), "{near}");
    }

    #[test]
    fn nothing_to_say_is_no_direction() {
        for text in ["", "?!", "what is the"] {
            assert!(Vector::of(text).is_none(), "{text}");
        }
        let nowhere = Vector::of_passage("", "");
        assert!(nowhere.cosine(&nowhere).abs() < f32::EPSILON);
    }

    #[test]
    fn bytes_and_back() {
        let vector = Vector::of("Hyperkalaemia").unwrap();
        let bytes = vector.to_bytes();
        assert_eq!(bytes.len(), DIMENSIONS * 4);
        assert_eq!(Vector::from_bytes(&bytes), Some(vector));
        for wrong in [&[][..], &bytes[1..], &bytes[4..]] {
            assert_eq!(Vector::from_bytes(wrong), None);
        }
    }

    /// Stored vectors live on: this number changes together with the version of the tables.
    #[test]
    fn hashes_stay_what_they_are() {
        assert_eq!(place(hash_word("sepsis")), (53, 1.0));
    }
}
