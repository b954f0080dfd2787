//! Labels whose values are known only at run time: the first `N` keep their own series.

use super::Label;
use crate::count::Count;
use crate::metric::{ENABLED, registry};
use crate::redact;
use observe_rules::catalogue::Domain;
use observe_rules::label::MAX_VALUE;
use std::borrow::Cow;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

/// The most values that a capped label may keep.
pub(crate) const MAX_CAP: usize = 1000;

/// The value of all that has no series of its own.
const OTHER: &str = "other";

/// The value of an empty text, which Prometheus would read as no label at all.
const EMPTY: &str = "empty";

/// A label for text that is known only at run time: `N` values, 1 to 1,000, and `other`.
///
/// The first `N` distinct values that a metric meets keep a series each until the process ends; every
/// further one is `other`, and each call that ends there is counted in `observe_label_overflow_total`.
/// The label's cardinality is `N + 1`, and all of it counts against the metric's budget.
///
/// Each label of each metric has a list of its own. To look up a value that is known takes no lock
/// and no memory.
///
/// ```
/// use observe::{Capped, metered, testing};
///
/// #[metered(name = "upload", labels(tenant: Capped<2> = Capped::new(tenant)))]
/// fn upload(tenant: &str) {}
///
/// let capture = testing::capture();
/// for tenant in ["acme", "globex", "initech", "acme", "hooli"] {
///     upload(tenant);
/// }
/// assert_eq!(capture.metric("upload_total", &[("tenant", "acme")]), 2.0);
/// assert_eq!(capture.metric("upload_total", &[("tenant", "other")]), 2.0);
/// ```
///
/// # What becomes of a value
///
/// | value | label |
/// |---|---|
/// | empty | `empty`, because Prometheus reads an empty value as no label |
/// | with personal data or a secret | scrubbed, as [`scrub`](crate::scrub) does it and counted there |
/// | with control characters | `_` in place of each |
/// | longer than 1,024 bytes, scrubbed or not | `other`, counted: cut short it could be taken for another |
/// | `other` | `other`, not counted: nothing is lost |
///
/// A value that scrubbing changes is scrubbed at every call: what was found is never kept.
///
/// # Errors
///
/// OBS0108 where a metric has a label with an `N` of 0 or above 1,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capped<'a, const N: usize>(&'a str);

impl<'a, const N: usize> Capped<'a, N> {
    /// The label for this text.
    ///
    /// ```
    /// use observe::{Capped, Label};
    ///
    /// let tenant: Capped<64> = Capped::new("acme");
    /// assert_eq!(Capped::<64>::CARDINALITY, 65);
    /// # let _ = tenant;
    /// ```
    #[must_use]
    pub const fn new(value: &'a str) -> Self {
        Self(value)
    }
}

/// Which values are known depends on the metric: without one, every value is `other`.
#[diagnostic::do_not_recommend]
impl<const N: usize> Label for Capped<'_, N> {
    const CARDINALITY: usize = N.saturating_add(1);
    const CAP: Option<usize> = Some(N);
    const DOMAIN: &'static Domain = &Domain::capped(N);

    fn index(&self) -> usize {
        N
    }

    fn value(index: usize) -> &'static str {
        if index == N { OTHER } else { "" }
    }

    fn index_in(&self, interners: &Interners, place: usize) -> usize {
        interners.own().values(place, N).index(self.0).unwrap_or(N)
    }

    fn value_in(index: usize, interners: &Interners, place: usize) -> &'static str {
        let known = interners.shared().find(place).and_then(|values| values.texts.get(index)?.get());
        known.copied().unwrap_or_else(|| Self::value(index))
    }
}

/// The values that the labels of one metric have met at run time: for each label a list of its own.
#[derive(Debug, Default)]
pub struct Interners {
    /// Those of the equal declaration whose numbers this one adds to; `None` inside where there is none.
    shared: OnceLock<Option<&'static Interners>>,
    first: OnceLock<Box<Node>>,
}

/// The values of the label at one place, and those of another place behind them.
#[derive(Debug)]
struct Node {
    place: usize,
    values: Values,
    next: OnceLock<Box<Node>>,
}

impl Interners {
    /// No values yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { shared: OnceLock::new(), first: OnceLock::new() }
    }

    /// Takes the values of an equal declaration for its own, and says whether it still could.
    pub(crate) fn share(&self, first: &'static Interners) -> bool {
        self.shared.get_or_init(|| Some(first)).is_some_and(|shared| std::ptr::eq(shared, first))
    }

    /// Where values are kept, decided for good: no index is given out before.
    fn own(&self) -> &Self {
        if self.shared.get().is_none() {
            // Every declaration is compared with the others here.
            registry();
            let _ = self.shared.set(None);
        }
        self.shared()
    }

    fn shared(&self) -> &Self {
        self.shared.get().copied().flatten().unwrap_or(self)
    }

    /// The values of the label at this place, which keeps `cap` of them.
    fn values(&self, place: usize, cap: usize) -> &Values {
        let mut next = &self.first;
        loop {
            let node =
                next.get_or_init(|| Box::new(Node { place, values: Values::with_cap(cap), next: OnceLock::new() }));
            if node.place == place {
                return &node.values;
            }
            next = &node.next;
        }
    }

    fn nodes(&self) -> impl Iterator<Item = &Node> {
        std::iter::successors(self.first.get(), |node| node.next.get()).map(|node| &**node)
    }

    fn find(&self, place: usize) -> Option<&Values> {
        self.nodes().find(|node| node.place == place).map(|node| &node.values)
    }

    /// How many calls found the label at this place full.
    pub(crate) fn overflow(&self, place: usize) -> u64 {
        self.find(place).map_or(0, |values| values.overflow.load())
    }

    /// What the values take, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.nodes().map(|node| size_of::<Node>() + node.values.bytes()).sum()
    }
}

/// The values of one label: found by a hash table that only grows, so that readers need no lock.
#[derive(Debug)]
pub(crate) struct Values {
    /// By index.
    texts: Box<[OnceLock<&'static str>]>,
    /// One more than the index of a text, 0 where there is none. Twice as many as texts at least.
    slots: Box<[AtomicUsize]>,
    hasher: RandomState,
    /// How many there are; held by whoever adds one.
    known: Mutex<usize>,
    full: AtomicBool,
    overflow: Count,
}

impl Values {
    pub(crate) fn with_cap(cap: usize) -> Self {
        let cap = cap.min(MAX_CAP);
        Self {
            texts: (0..cap).map(|_| OnceLock::new()).collect(),
            slots: (0..(2 * cap).next_power_of_two()).map(|_| AtomicUsize::new(0)).collect(),
            hasher: RandomState::new(),
            known: Mutex::new(0),
            full: AtomicBool::new(cap == 0),
            overflow: Count::new(),
        }
    }

    /// The index of a value; `None` for `other`.
    fn index(&self, value: &str) -> Option<usize> {
        // Nobody hashes or scrubs more than could be a value.
        if value.len() > MAX_VALUE {
            return self.lost();
        }
        self.find(value).ok().or_else(|| self.meet(value))
    }

    /// The index of a value that is not known as it is.
    #[cold]
    fn meet(&self, value: &str) -> Option<usize> {
        // Nothing is counted, so that nothing needs a series.
        if !ENABLED.load(Ordering::Relaxed) {
            return None;
        }
        let value = clean(value);
        if value == OTHER {
            return None;
        }
        let index = if value.len() > MAX_VALUE { None } else { self.find_or_add(&value) };
        index.or_else(|| self.lost())
    }

    /// The index of a value, whether metrics count or not; `None` where it has no place. Nothing is lost: what has the
    /// index shows another text.
    #[cfg(feature = "tower")]
    pub(crate) fn intern(&self, value: &str) -> Option<usize> {
        if value.len() > MAX_VALUE {
            return None;
        }
        self.find(value).ok().or_else(|| self.find_or_add(&clean(value)))
    }

    /// The value with this index.
    #[cfg(feature = "tower")]
    pub(crate) fn text(&self, index: usize) -> Option<&'static str> {
        self.texts.get(index)?.get().copied()
    }

    fn lost(&self) -> Option<usize> {
        if ENABLED.load(Ordering::Relaxed) {
            self.overflow.add(1);
        }
        None
    }

    /// The index of a text, else the free slot where it belongs.
    fn find(&self, text: &str) -> Result<usize, usize> {
        let mask = self.slots.len() - 1;
        #[expect(clippy::cast_possible_truncation, reason = "any bits of a hash will do")]
        let mut slot = self.hasher.hash_one(text) as usize & mask;
        // At least half of the slots are free.
        loop {
            match self.slots[slot].load(Ordering::Acquire).checked_sub(1) {
                None => return Err(slot),
                Some(index) if self.texts[index].get().is_some_and(|known| *known == text) => return Ok(index),
                Some(_) => slot = (slot + 1) & mask,
            }
        }
    }

    fn find_or_add(&self, text: &str) -> Option<usize> {
        // Asked before looking: whoever sees the list full then sees all of it.
        let full = self.full.load(Ordering::Acquire);
        if let Ok(index) = self.find(text) {
            return Some(index);
        }
        if full {
            return None;
        }
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = match self.find(text) {
            Ok(index) => return Some(index),
            Err(slot) => slot,
        };
        let index = *known;
        // Kept for ever: a series shows its labels as long as the process runs.
        self.texts.get(index)?.get_or_init(|| Box::leak(text.into()));
        self.slots[slot].store(index + 1, Ordering::Release);
        *known += 1;
        self.full.store(*known == self.texts.len(), Ordering::Release);
        Some(index)
    }

    pub(crate) fn bytes(&self) -> usize {
        let texts: usize = self.texts.iter().filter_map(OnceLock::get).map(|text| text.len()).sum();
        size_of_val(&*self.texts) + size_of_val(&*self.slots) + texts
    }
}

/// The value as a label shows it: not empty, without control characters, scrubbed.
fn clean(value: &str) -> Cow<'_, str> {
    if value.is_empty() {
        return Cow::Borrowed(EMPTY);
    }
    let scrubbed = redact::scrub::scrub(value);
    if !scrubbed.contains(char::is_control) {
        return scrubbed;
    }
    // Looked at again: `_` may join what a control character kept apart.
    Cow::Owned(redact::scrub_owned(scrubbed.replace(char::is_control, "_")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts<'a>(interners: &Interners, values: impl IntoIterator<Item = &'a str>) -> Vec<&'static str> {
        let text = |value| Capped::<2>::value_in(Capped::<2>::new(value).index_in(interners, 0), interners, 0);
        values.into_iter().map(text).collect()
    }

    #[test]
    fn the_first_values_stay_and_the_rest_is_other() {
        let interners = Interners::new();
        assert_eq!(texts(&interners, ["a", "b", "c", "a", "d", "b"]), ["a", "b", "other", "a", "other", "b"]);
        assert_eq!(interners.overflow(0), 2);
    }

    #[test]
    fn each_place_has_values_of_its_own() {
        let interners = Interners::new();
        for (place, value, index) in [(0, "a", 0), (3, "b", 0), (1, "b", 0), (1, "a", 1), (0, "a", 0)] {
            assert_eq!(Capped::<2>::new(value).index_in(&interners, place), index, "{value} at {place}");
        }
        assert_eq!(Capped::<2>::value_in(0, &interners, 3), "b");
        assert_eq!(Capped::<2>::value_in(0, &interners, 2), "");
    }

    #[test]
    fn other_itself_is_no_value_of_its_own_and_no_loss() {
        let interners = Interners::new();
        assert_eq!(texts(&interners, ["other", "a", "b"]), ["other", "a", "b"]);
        assert_eq!(interners.overflow(0), 0);
    }

    #[test]
    fn an_empty_value_has_a_name() {
        assert_eq!(texts(&Interners::new(), ["", "empty"]), ["empty", "empty"]);
    }

    #[test]
    fn control_characters_never_reach_a_label() {
        assert_eq!(texts(&Interners::new(), ["a\nb", "a_b", "\u{0}"]), ["a_b", "a_b", "_"]);
    }

    #[test]
    fn a_value_is_not_cut_short() {
        let interners = Interners::new();
        let (longest, longer) = ("x".repeat(MAX_VALUE), "x".repeat(MAX_VALUE + 1));
        assert_eq!(texts(&interners, [longer.as_str(), longest.as_str()]), [OTHER, longest.as_str()]);
        assert_eq!(interners.overflow(0), 1);
        // What grows beyond the limit by being scrubbed.
        let grown = format!("{} a@b.example", "x".repeat(MAX_VALUE - 12));
        assert!(grown.len() <= MAX_VALUE && clean(&grown).len() > MAX_VALUE);
        assert_eq!(texts(&interners, [grown.as_str()]), [OTHER]);
        assert_eq!(interners.overflow(0), 2);
    }

    #[test]
    fn addresses_of_people_fall_onto_one_value() {
        let mails = ["ann@example.com", "bob@example.com", "ann\u{0}@example.com", "[REDACTED:email]"];
        let interners = Interners::new();
        assert!(texts(&interners, mails).iter().all(|text| text.contains("[REDACTED:email]")));
        assert!(!format!("{interners:?}").contains("example.com"), "{interners:?}");
    }

    #[test]
    fn values_that_others_share_are_the_first_ones() {
        static FIRST: Interners = Interners::new();
        static LATE: Interners = Interners::new();
        let second = Interners::new();
        assert!(second.share(&FIRST) && second.share(&FIRST) && !second.share(&LATE));
        assert_eq!(Capped::<2>::new("a").index_in(&FIRST, 0), 0);
        assert_eq!(texts(&second, ["b", "a"]), ["b", "a"]);
        assert_eq!(Capped::<2>::value_in(1, &FIRST, 0), "b");
        // One that has given out an index keeps to its own.
        assert!(!FIRST.share(&LATE));
    }

    #[test]
    fn memory_is_told_and_bounded() {
        let interners = Interners::new();
        assert_eq!(interners.bytes(), 0);
        texts(&interners, ["a", "b"]);
        let full = interners.bytes();
        assert!(full > 0);
        let more: Vec<String> = (0..100).map(|at| format!("value {at}")).collect();
        texts(&interners, more.iter().map(String::as_str));
        assert_eq!(interners.bytes(), full);
    }
}
