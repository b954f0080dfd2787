//! What is known of a word: one look into a table that is built while the crate compiles.

use super::Class;
use super::pairs::{HARMLESS_PAIRS, PERSONAL_PAIRS, SECRET_PAIRS};
use super::tables::{STEMS, WORDS};
use super::words::{Key, Part, key_of};

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
    pub(super) fn of(part: &Part<'_>) -> Self {
        if let Some(word) = find(part.key) {
            return word;
        }
        Self::of_other_form(part.key, part.text.len())
    }

    #[inline]
    fn of_other_form(key: Key, len: usize) -> Self {
        if len > SHORTEST_SINGULAR
            && key & 0xFF == Key::from(b's')
            && let Some(singular) = find(key >> 8)
        {
            return singular;
        }
        if len < SHORTEST_COMPOUND { Self::default() } else { of_compound(key) }
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

#[inline]
fn of_compound(key: Key) -> Word {
    if !TAILS.contains(&tail(key)) {
        return Word::default();
    }
    let ends_in = |stem: Key| key & (Key::MAX >> stem.leading_zeros()) == stem;
    STEMS.iter().map(|stem| key_of(stem)).find(|stem| ends_in(*stem)).and_then(find).unwrap_or_default()
}

/// How the stems end, which tells them apart from most other words.
const TAILS: [u32; STEMS.len()] = {
    let mut tails = [0; STEMS.len()];
    let mut at = 0;
    while at < STEMS.len() {
        tails[at] = tail(key_of(STEMS[at]));
        at += 1;
    }
    tails
};

#[expect(clippy::cast_possible_truncation, reason = "the last four letters are what is asked for")]
const fn tail(key: Key) -> u32 {
    key as u32
}

/// Four times as many as there are words, so that most words that nobody knows meet an empty slot.
const SLOTS: usize = 2048;
const BITS: u32 = SLOTS.ilog2();

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "both halves are used")]
const fn slot(key: Key) -> usize {
    let halves = (key >> 64) as u64 ^ (key as u64).rotate_left(5);
    (halves.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - BITS)) as usize
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
fn find(key: Key) -> Option<Word> {
    let mut at = slot(key);
    loop {
        let id = VOCABULARY.slots[at];
        if id == 0 {
            return None;
        }
        if VOCABULARY.words[usize::from(id)] == key {
            return Some(Word { id, traits: VOCABULARY.traits[usize::from(id)] });
        }
        at = (at + 1) % SLOTS;
    }
}

/// More than there are words: the build says so where it no longer is.
const MOST_WORDS: usize = 640;

/// All words, and where they are found.
struct Vocabulary {
    /// The first one is none.
    words: [Key; MOST_WORDS],
    /// What each of them says.
    traits: [Traits; MOST_WORDS],
    len: u16,
    /// The places of words, by [`slot`].
    slots: [u16; SLOTS],
}

static VOCABULARY: Vocabulary = Vocabulary::build();

/// The pairs by [`pair_slot`]; no pair has the key 0.
static PAIRS: [(u32, Pair); SLOTS] = pairs();

impl Vocabulary {
    const fn build() -> Self {
        let mut all = Self { words: [0; MOST_WORDS], traits: [Traits::NONE; MOST_WORDS], len: 1, slots: [0; SLOTS] };
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
    const fn add(&mut self, word: &str, traits: Traits) -> u16 {
        assert!(word.len() <= size_of::<Key>(), "a word is longer than its key");
        let key = key_of(word);
        let mut at = slot(key);
        while self.slots[at] != 0 {
            let id = self.slots[at] as usize;
            if self.words[id] == key {
                self.traits[id] = self.traits[id].or(traits);
                return self.slots[at];
            }
            at = (at + 1) % SLOTS;
        }
        self.words[self.len as usize] = key;
        self.traits[self.len as usize] = traits;
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

#[cfg(test)]
mod tests {
    use super::super::words::Words;
    use super::*;

    fn listed() -> impl Iterator<Item = &'static str> {
        WORDS.iter().flat_map(|(_, words)| words.iter().copied())
    }

    fn look(word: &str) -> Option<Word> {
        Words::of(word).next().map(|part| Word::of(&part))
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
        for word in listed() {
            assert!(word.bytes().all(|byte| byte.is_ascii_lowercase()), "{word} is never looked up");
        }
    }

    #[test]
    fn every_word_is_found_in_any_case() {
        for word in listed() {
            let found = look(word).map(|found| found.id);
            assert!(found.is_some_and(|id| id != 0), "{word}");
            assert_eq!(look(&word.to_uppercase()).map(|found| found.id), found, "{word}");
        }
    }

    #[test]
    fn every_pair_is_found() {
        let lists = [
            (SECRET_PAIRS, Pair::Is(Class::Secret)),
            (PERSONAL_PAIRS, Pair::Is(Class::Personal)),
            (HARMLESS_PAIRS, Pair::Harmless),
        ];
        for (list, expected) in lists {
            for (firsts, second) in list {
                for first in *firsts {
                    let pair = look(second).zip(look(first)).and_then(|(second, first)| second.behind(first));
                    assert_eq!(pair, Some(expected), "{first} {second}");
                }
            }
        }
    }

    #[test]
    fn every_stem_is_a_word() {
        for stem in STEMS {
            assert!(find(key_of(stem)).is_some(), "{stem}");
        }
    }
}
