//! Values in the form in which they may be seen; each is both `Debug` and [`Record`].

mod clear;
mod cut;
mod probe;
mod write;
mod year;

pub use clear::{ClearDebug, ClearText, PlainText, Probe, Show, ViaDebug, ViaNothing, ViaRecord, ViaText};
pub use probe::{SCRUB, TextProbe, ViaDisplay, ViaNoText, ViaOption, ViaSensitive, YEAR};
pub use write::{DisplayProbe, Part, ViaDebugText, ViaDisplayText, debug_as_display, fields, template, tuple};

use super::{MASK, SensitiveText, counters, pseudonym, scrub_display};
use crate::span::{Record, Value};
use std::borrow::Cow;
use std::fmt::{self, Debug, Display};

/// A hidden value: the same for all of them.
pub const HIDDEN: Hidden = Hidden;

/// See [`HIDDEN`].
#[derive(Clone, Copy)]
pub struct Hidden;

impl Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        counters::FIELD.add(1);
        f.write_str(MASK)
    }
}

#[diagnostic::do_not_recommend]
impl Record for Hidden {
    fn value(&self) -> Value<'_> {
        counters::FIELD.add(1);
        Value::from(MASK)
    }
}

/// A value that has been made safe: a text, or a list or map of such.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shown(pub(in crate::redact) Parts);

/// What a [`Shown`] consists of.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::redact) enum Parts {
    Text(Cow<'static, str>),
    List(Vec<Shown>),
    Map(Vec<(Shown, Shown)>),
}

/// Makes a text safe; `None` where there is no value.
pub type TextPolicy<'p> = &'p dyn Fn(Option<&str>) -> Cow<'static, str>;

impl Shown {
    pub(in crate::redact) fn text(text: impl Into<Cow<'static, str>>) -> Self {
        Self(Parts::Text(text.into()))
    }

    /// In the order of its values.
    pub(in crate::redact) fn list(items: impl Iterator<Item = Self>) -> Self {
        Self(Parts::List(items.collect()))
    }

    /// Sorted by what is shown: the place in a set would tell something about a hidden value.
    pub(in crate::redact) fn set(items: impl Iterator<Item = Self>) -> Self {
        let mut items: Vec<Self> = items.collect();
        items.sort_unstable();
        Self(Parts::List(items))
    }

    /// Sorted as a set is.
    pub(in crate::redact) fn map(entries: impl Iterator<Item = (Self, Self)>) -> Self {
        let mut entries: Vec<(Self, Self)> = entries.collect();
        entries.sort_unstable();
        Self(Parts::Map(entries))
    }
}

/// Without quotes: it is not the value that is shown, but something about it.
impl Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Parts::Text(text) => f.write_str(text),
            Parts::List(items) => f.debug_list().entries(items).finish(),
            Parts::Map(entries) => f.debug_map().entries(entries.iter().map(|(key, value)| (key, value))).finish(),
        }
    }
}

#[diagnostic::do_not_recommend]
impl Record for Shown {
    fn value(&self) -> Value<'_> {
        match &self.0 {
            Parts::Text(text) => Value::from(text.as_ref()),
            _ => Value::Text(Cow::Owned(format!("{self:?}"))),
        }
    }
}

/// A keyed pseudonym: equal values are equal, and none can be read back.
pub fn hash(value: &dyn SensitiveText) -> Shown {
    value.show(&|text| match text {
        Some(text) => {
            counters::PSEUDONYM.add(1);
            pseudonym(text).into()
        }
        None => hidden(),
    })
}

/// The first `N` letters and digits, before a mask of constant width.
///
/// A value with fewer than twice as many shows none of them: what is left would be the value.
pub fn keep_first<const N: usize>(value: &dyn SensitiveText) -> Shown {
    value.show(&|text| partial(cut::first(text, N)))
}

/// The last `N` letters and digits, behind a mask of constant width.
///
/// A value with fewer than twice as many shows none of them: what is left would be the value.
pub fn keep_last<const N: usize>(value: &dyn SensitiveText) -> Shown {
    value.show(&|text| partial(cut::last(text, N)))
}

/// The first character of an e-mail address: `j***@***`.
///
/// The domain is not shown: it may be that of a family or of a small clinic, and its width differs.
pub fn email(value: &dyn SensitiveText) -> Shown {
    value.show(&|text| partial(cut::email(text)))
}

/// The first three digits of a postal code of the United States, or `000` where few people live.
pub fn zip3(value: &dyn SensitiveText) -> Shown {
    value.show(&|text| partial(cut::zip3(text)))
}

/// The same for a span's field, of anything that has a text.
pub fn scrub(value: &dyn Display) -> Shown {
    Shown::text(scrub_display(value))
}

/// What a function of the user made of a value, with what detectors find taken out of it.
pub fn with(value: &dyn Display) -> Shown {
    Shown::text(partial(scrub_display(value).into()))
}

/// A value as it is, on its author's word.
pub fn clear(value: &dyn Display) -> Shown {
    use fmt::Write as _;
    let mut text = String::new();
    let _ = write!(text, "{value}");
    Shown::text(text)
}

fn partial(text: Cow<'static, str>) -> Cow<'static, str> {
    counters::PARTIAL.add(1);
    text
}

/// Where there is no value, which is as good as a hidden one.
fn hidden() -> Cow<'static, str> {
    counters::FIELD.add(1);
    MASK.into()
}

/// A text that stands in the program.
#[must_use]
pub fn fixed(value: &'static str) -> Fixed {
    Fixed(value)
}

/// See [`fixed`].
#[derive(Clone, Copy, Debug)]
pub struct Fixed(&'static str);

#[diagnostic::do_not_recommend]
impl Record for Fixed {
    fn value(&self) -> Value<'_> {
        Value::from(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;
    use std::collections::{BTreeMap, BTreeSet, HashMap};
    use std::sync::{Arc, Mutex};

    fn shown(value: &impl Debug) -> String {
        format!("{value:?}")
    }

    #[test]
    fn absence_looks_like_a_hidden_value() {
        assert_eq!(shown(&hash(&None::<String>)), MASK);
        assert_eq!(shown(&HIDDEN), MASK);
    }

    #[test]
    fn equal_values_have_equal_pseudonyms() {
        assert_eq!(shown(&hash(&"a")), shown(&hash(&"a".to_owned())));
        assert_ne!(shown(&hash(&"a")), shown(&hash(&"b")));
        assert_eq!(shown(&hash(&7_u64)), shown(&hash(&"7")));
    }

    #[test]
    fn a_list_is_a_list_of_what_its_values_are() {
        assert_eq!(shown(&keep_last::<2>(&vec!["abcd", "x"])), "[***cd, *****]");
        assert_eq!(shown(&keep_last::<2>(&["abcd"; 2])), "[***cd, ***cd]");
        assert_eq!(shown(&keep_last::<2>(&[Some("abcd"), None].as_slice())), "[***cd, *****]");
        assert_eq!(shown(&hash(&Vec::<String>::new())), "[]");
        assert_eq!(format!("{:#?}", keep_first::<2>(&vec!["abcd"])), "[\n    ab***,\n]");
        assert_eq!(keep_last::<2>(&vec!["abcd"]).value().into_attribute().unwrap().to_string(), "[***cd]");
    }

    /// Their keys are as personal as their values.
    #[test]
    fn keys_of_maps_are_cut_too() {
        let map = HashMap::from([("jane.roe".to_owned(), 555_0143_u32)]);
        assert_eq!(shown(&keep_last::<3>(&map)), "{***roe: ***143}");
        assert_eq!(shown(&keep_first::<1>(&BTreeMap::from([("roe", "jane")]))), "{r***: j***}");
    }

    /// The place in a sorted set would tell which pseudonym belongs to the smallest value.
    #[test]
    fn sets_are_sorted_by_what_is_shown() {
        let set = BTreeSet::from(["ab 9", "cd 1"]);
        assert_eq!(shown(&keep_last::<1>(&set)), "[***1, ***9]");
    }

    /// A pseudonym a byte would be a substitution cipher.
    #[test]
    fn bytes_are_one_value() {
        let bytes = vec![0xab_u8, 0x01];
        assert_eq!(shown(&hash(&bytes)), shown(&hash(&"ab01")));
        assert_eq!(shown(&hash(&[0xab_u8, 0x01])), shown(&hash(&"ab01")));
        assert_eq!(shown(&hash(&Some(bytes.into_boxed_slice()))), shown(&hash(&"ab01")));
    }

    #[test]
    fn what_is_borrowed_or_locked_is_hidden() {
        let cell = RefCell::new("abcd");
        assert_eq!(shown(&keep_last::<2>(&cell)), "***cd");
        let borrowed = cell.borrow_mut();
        assert_eq!(shown(&keep_last::<2>(&cell)), "*****");
        drop(borrowed);
        let mutex = Arc::new(Mutex::new("abcd".to_owned()));
        assert_eq!(shown(&keep_last::<2>(&mutex)), "***cd");
        let locked = mutex.lock().unwrap();
        assert_eq!(shown(&keep_last::<2>(&mutex)), "*****");
        assert_eq!(shown(&hash(&mutex)), MASK);
        drop(locked);
    }

    #[test]
    fn a_poisoned_lock_still_has_its_value() {
        let mutex = Mutex::new("abcd");
        let _ = std::panic::catch_unwind(|| {
            let _locked = mutex.lock();
            panic!("on purpose");
        });
        assert_eq!(shown(&keep_last::<2>(&mutex)), "***cd");
    }
}
