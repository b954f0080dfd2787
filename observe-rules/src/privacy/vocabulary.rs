//! What is known of a word: one look into a table that is built while the crate compiles.

use super::Class;
use super::tables::{HARMLESS_PAIRS, PERSONAL_PAIRS, SECRET_PAIRS, STEMS, WORDS};

/// What a word says, depending on where it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Traits(u16);

impl Traits {
    pub(super) const NONE: Self = Self(0);
    /// A secret wherever it stands.
    pub(super) const SECRET: Self = Self(1);
    /// Personal wherever it stands.
    pub(super) const PERSONAL: Self = Self(1 << 1);
    /// A secret where it is the last word.
    pub(super) const ENDS_SECRET: Self = Self(1 << 2);
    /// Personal where it is the last word.
    pub(super) const ENDS_PERSONAL: Self = Self(1 << 3);
    /// A secret where it is the only word.
    pub(super) const ALONE_SECRET: Self = Self(1 << 4);
    /// Personal where it is the only word.
    pub(super) const ALONE_PERSONAL: Self = Self(1 << 5);
    /// At the end it says that the name is about something else: `email_count`.
    pub(super) const QUIET: Self = Self(1 << 6);
    /// The same where a secret is meant: `password_policy`.
    pub(super) const QUIET_SECRET: Self = Self(1 << 7);
    /// At the end it leaves the word before it the last one that counts: `token_value`.
    pub(super) const CARRIER: Self = Self(1 << 8);
    /// In front it makes a question or a number of the name: `has_password`.
    pub(super) const ASKS: Self = Self(1 << 9);
    /// The first word of a pair.
    pub(super) const FIRST: Self = Self(1 << 10);
    /// The second word of a pair.
    pub(super) const SECOND: Self = Self(1 << 11);

    const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[inline]
    pub(super) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    #[inline]
    fn class(self, secret: Self, personal: Self) -> Option<Class> {
        if !self.has(secret.or(personal)) {
            None
        } else if self.has(secret) {
            Some(Class::Secret)
        } else {
            Some(Class::Personal)
        }
    }

    pub(super) fn class_at_the_end(self) -> Option<Class> {
        self.class(Self::ENDS_SECRET, Self::ENDS_PERSONAL)
    }
}

/// A word, and what is known of it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Word {
    /// Its place in the list; 0 where it is not there.
    id: u16,
    pub(super) traits: Traits,
}

impl Word {
    /// Looks a word up, then its singular, then how a compound ends: `emails`, `dbpassword`.
    #[inline]
    pub(super) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        if let Some(word) = find(bytes) {
            return word;
        }
        match bytes {
            [singular @ .., b's' | b'S'] if singular.len() >= SHORTEST_SINGULAR => {
                find(singular).unwrap_or_else(|| of_compound(bytes))
            }
            _ => of_compound(bytes),
        }
    }

    #[inline]
    pub(super) fn has(self, traits: Traits) -> bool {
        self.traits.has(traits)
    }

    #[inline]
    pub(super) fn class_anywhere(self) -> Option<Class> {
        self.traits.class(Traits::SECRET, Traits::PERSONAL)
    }

    pub(super) fn class_alone(self) -> Option<Class> {
        self.traits.class(Traits::ALONE_SECRET, Traits::ALONE_PERSONAL)
    }

    /// What it means together with the word before it.
    #[inline]
    pub(super) fn behind(self, first: Self) -> Option<Pair> {
        if !self.has(Traits::SECOND) || !first.has(Traits::FIRST) {
            return None;
        }
        let key = pair_key(first.id, self.id);
        let mut at = pair_slot(key);
        loop {
            match PAIRS[at] {
                (known, pair) if known == key => return Some(pair),
                (0, _) => return None,
                _ => at = (at + 1) % SLOTS,
            }
        }
    }
}

/// What two words mean together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pair {
    Is(Class),
    /// Whatever the second one means alone: `next_page_token` is no token.
    Harmless,
}

const SHORTEST_SINGULAR: usize = 3;

/// Shorter ones are words of their own.
const SHORTEST_COMPOUND: usize = 8;

/// How many of the last bytes tell the stems apart from most other words.
const TAIL: usize = 4;

#[inline]
fn of_compound(word: &[u8]) -> Word {
    if word.len() < SHORTEST_COMPOUND || !TAILS.contains(&tail(word)) {
        return Word::default();
    }
    let stem =
        STEMS.iter().find(|stem| word[word.len() - stem.len().min(word.len())..].eq_ignore_ascii_case(stem.as_bytes()));
    stem.and_then(|stem| find(stem.as_bytes())).unwrap_or_default()
}

const TAILS: [u32; STEMS.len()] = {
    let mut tails = [0; STEMS.len()];
    let mut at = 0;
    while at < STEMS.len() {
        tails[at] = tail(STEMS[at].as_bytes());
        at += 1;
    }
    tails
};

const fn tail(word: &[u8]) -> u32 {
    let (mut tail, mut at) = (0, word.len() - TAIL);
    while at < word.len() {
        tail = tail << 8 | small(word[at]) as u32;
        at += 1;
    }
    tail
}

/// The bit that tells a small letter from its capital is set, so that both are one.
const fn small(byte: u8) -> u8 {
    byte | 0x20
}

/// Four times as many as there are words, so that most words that nobody knows meet an empty slot.
const SLOTS: usize = 2048;
const BITS: u32 = SLOTS.ilog2();

/// The length and some of the letters: a word costs the same, however long it is.
#[inline]
const fn slot(word: &[u8]) -> usize {
    let len = word.len();
    let letters = [word[0], word[len - 1], word[len / 2], word[len / 4], word[if len > 1 { 1 } else { 0 }]];
    let (mut key, mut at) = (len as u64, 0);
    while at < letters.len() {
        key = key << 8 | small(letters[at]) as u64;
        at += 1;
    }
    (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - BITS)) as usize
}

#[inline]
const fn pair_key(first: u16, second: u16) -> u32 {
    (first as u32) << 16 | second as u32
}

#[inline]
const fn pair_slot(key: u32) -> usize {
    (key.wrapping_mul(0x9E37_79B9) >> (u32::BITS - BITS)) as usize
}

#[inline]
fn find(word: &[u8]) -> Option<Word> {
    let mut at = slot(word);
    loop {
        let id = VOCABULARY.slots[at];
        if id == 0 {
            return None;
        }
        let (known, traits) = VOCABULARY.words[usize::from(id)];
        if known.as_bytes().eq_ignore_ascii_case(word) {
            return Some(Word { id, traits });
        }
        at = (at + 1) % SLOTS;
    }
}

/// More than there are words: the build says so where it no longer is.
const MOST_WORDS: usize = 640;

/// All words, and where they are found.
struct Vocabulary {
    /// The first one is none.
    words: [(&'static str, Traits); MOST_WORDS],
    len: u16,
    /// The places of words, by [`slot`].
    slots: [u16; SLOTS],
}

static VOCABULARY: Vocabulary = Vocabulary::build();

/// The pairs by [`pair_slot`]; no pair has the key 0.
static PAIRS: [(u32, Pair); SLOTS] = pairs();

impl Vocabulary {
    const fn build() -> Self {
        let mut all = Self { words: [("", Traits::NONE); MOST_WORDS], len: 1, slots: [0; SLOTS] };
        let mut at = 0;
        while at < WORDS.len() {
            let (traits, words) = WORDS[at];
            let mut word = 0;
            while word < words.len() {
                all.add(words[word], traits);
                word += 1;
            }
            at += 1;
        }
        let (lists, mut list) = ([SECRET_PAIRS, PERSONAL_PAIRS, HARMLESS_PAIRS], 0);
        while list < lists.len() {
            let mut at = 0;
            while at < lists[list].len() {
                let (firsts, second) = lists[list][at];
                all.add(second, Traits::SECOND);
                let mut first = 0;
                while first < firsts.len() {
                    all.add(firsts[first], Traits::FIRST);
                    first += 1;
                }
                at += 1;
            }
            list += 1;
        }
        all
    }

    /// Adds what a word says, and returns its place.
    const fn add(&mut self, word: &'static str, traits: Traits) -> u16 {
        let mut at = slot(word.as_bytes());
        while self.slots[at] != 0 {
            let id = self.slots[at] as usize;
            if equal(self.words[id].0.as_bytes(), word.as_bytes()) {
                self.words[id].1 = self.words[id].1.or(traits);
                return self.slots[at];
            }
            at = (at + 1) % SLOTS;
        }
        self.words[self.len as usize] = (word, traits);
        self.slots[at] = self.len;
        self.len += 1;
        self.slots[at]
    }
}

const fn pairs() -> [(u32, Pair); SLOTS] {
    let mut all = Vocabulary::build();
    let mut pairs = [(0, Pair::Harmless); SLOTS];
    let lists = [
        (SECRET_PAIRS, Pair::Is(Class::Secret)),
        (PERSONAL_PAIRS, Pair::Is(Class::Personal)),
        (HARMLESS_PAIRS, Pair::Harmless),
    ];
    let mut list = 0;
    while list < lists.len() {
        let (of_list, pair) = lists[list];
        let mut entry = 0;
        while entry < of_list.len() {
            let (firsts, second) = of_list[entry];
            let second = all.add(second, Traits::NONE);
            let mut first = 0;
            while first < firsts.len() {
                let key = pair_key(all.add(firsts[first], Traits::NONE), second);
                let mut at = pair_slot(key);
                // What is said first counts.
                while pairs[at].0 != 0 && pairs[at].0 != key {
                    at = (at + 1) % SLOTS;
                }
                if pairs[at].0 == 0 {
                    pairs[at] = (key, pair);
                }
                first += 1;
            }
            entry += 1;
        }
        list += 1;
    }
    pairs
}

const fn equal(a: &[u8], b: &[u8]) -> bool {
    let mut at = 0;
    while at < a.len() && at < b.len() && a[at] == b[at] {
        at += 1;
    }
    at == a.len() && at == b.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> impl Iterator<Item = &'static str> {
        VOCABULARY.words[1..usize::from(VOCABULARY.len)].iter().map(|(word, _)| *word)
    }

    #[test]
    fn the_tables_are_at_most_half_full() {
        let pairs = PAIRS.iter().filter(|(key, _)| *key != 0).count();
        assert!(
            usize::from(VOCABULARY.len) * 2 <= SLOTS && pairs * 2 <= SLOTS,
            "{} words, {pairs} pairs",
            VOCABULARY.len
        );
    }

    #[test]
    fn words_are_listed_in_small_letters_without_digits_at_the_end() {
        for word in words() {
            assert!(word.bytes().all(|byte| byte.is_ascii_lowercase()), "{word} is never looked up");
        }
    }

    #[test]
    fn every_word_is_found_in_any_case() {
        for word in words() {
            let found = find(word.as_bytes()).map(|found| found.id);
            assert!(found.is_some(), "{word}");
            assert_eq!(find(word.to_uppercase().as_bytes()).map(|found| found.id), found, "{word}");
        }
    }

    #[test]
    fn every_pair_is_found() {
        for (list, pair) in [(SECRET_PAIRS, Some(Class::Secret)), (HARMLESS_PAIRS, None)] {
            for (firsts, second) in list {
                for first in *firsts {
                    let expected = pair.map_or(Pair::Harmless, Pair::Is);
                    assert_eq!(Word::of(second).behind(Word::of(first)), Some(expected), "{first} {second}");
                }
            }
        }
        assert_eq!(Word::of("key").behind(Word::of("first")), None);
    }

    #[test]
    fn every_stem_is_a_word() {
        for stem in STEMS {
            assert!(find(stem.as_bytes()).is_some(), "{stem}");
        }
    }
}
