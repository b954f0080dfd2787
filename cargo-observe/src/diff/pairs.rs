//! Which of the old is which of the new.

use std::collections::BTreeMap;

/// What is in both, what was only in the old, and what is only in the new.
#[derive(Debug)]
pub(super) struct Pairs<'a, T> {
    pub(super) both: Vec<(&'a T, &'a T)>,
    pub(super) gone: Vec<&'a T>,
    pub(super) added: Vec<&'a T>,
}

/// Pairs what has the same key; of several with one key, in their order.
pub(super) fn pair<'a, T, K: Ord>(old: &'a [T], new: &'a [T], key: impl Fn(&T) -> K) -> Pairs<'a, T> {
    let mut by_key: BTreeMap<K, Vec<&T>> = BTreeMap::new();
    for one in new.iter().rev() {
        by_key.entry(key(one)).or_default().push(one);
    }
    let mut both = Vec::new();
    let mut gone = Vec::new();
    for one in old {
        match by_key.get_mut(&key(one)).and_then(Vec::pop) {
            Some(other) => both.push((one, other)),
            None => gone.push(one),
        }
    }
    Pairs { both, gone, added: by_key.into_values().flatten().collect() }
}

impl<T> Pairs<'_, T> {
    /// Pairs of the rest what is the same under another name.
    pub(super) fn rename(mut self, is_same: impl Fn(&T, &T) -> bool) -> Self {
        let (gone, mut added) = (self.gone, self.added);
        self.gone = Vec::new();
        for one in gone {
            match added.iter().position(|other| is_same(one, other)) {
                Some(at) => self.both.push((one, added.remove(at))),
                None => self.gone.push(one),
            }
        }
        Self { added, ..self }
    }
}

/// Words in a sentence.
pub(super) fn list(words: impl Iterator<Item = String>) -> String {
    let mut words: Vec<String> = words.collect();
    match words.pop() {
        Some(last) if !words.is_empty() => format!("{} and {last}", words.join(", ")),
        last => last.unwrap_or_default(),
    }
}
