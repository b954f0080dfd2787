use super::form::{Shown, TextPolicy};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Write as _;
use std::rc::Rc;
use std::sync::{Arc, Mutex, RwLock, TryLockError};

/// A value that policies which work on text (`hash`, `keep_last`, `scrub`, …) can be applied to.
///
/// Implemented for text, characters and integers, for references, boxes, cells, locks and options of
/// these, and for lists, sets and maps of them: there the policy works on each value and each key, and
/// the number of them is seen. Bytes are one value, written with hexadecimal digits. A value that is
/// borrowed or locked at the moment is as good as none. Implement it for a type of your own to say
/// what its text is.
///
/// ```
/// use observe::SensitiveText;
/// use std::borrow::Cow;
///
/// struct Mrn(u32);
///
/// impl SensitiveText for Mrn {
///     fn text(&self) -> Option<Cow<'_, str>> {
///         Some(format!("{:08}", self.0).into())
///     }
/// }
/// assert_eq!(Mrn(7).text().as_deref(), Some("00000007"));
/// ```
#[diagnostic::on_unimplemented(
    message = "OBS0506: `{Self}` has no text that could be hashed, cut or scrubbed",
    label = "this policy works on text and integers",
    note = "a type of yours: implement `observe::SensitiveText` for `{Self}` to say what its text is",
    note = "a field of another crate's type: write `#[redact(with = path)]` and a function that says what is shown"
)]
pub trait SensitiveText {
    /// The text; `None` where there is no value, which then shows the same mask as a hidden one.
    /// A list, a set or a map has no text of its own.
    fn text(&self) -> Option<Cow<'_, str>>;

    /// The value under a policy.
    #[doc(hidden)]
    fn show(&self, policy: TextPolicy<'_>) -> Shown {
        Shown::text(policy(self.text().as_deref()))
    }

    /// A list of such values under a policy; bytes have another way.
    #[doc(hidden)]
    fn show_list(items: &[Self], policy: TextPolicy<'_>) -> Shown
    where
        Self: Sized,
    {
        Shown::list(items.iter().map(|item| item.show(policy)))
    }
}

#[diagnostic::do_not_recommend]
impl SensitiveText for str {
    fn text(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(self))
    }
}

#[diagnostic::do_not_recommend]
impl SensitiveText for String {
    fn text(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(self))
    }
}

#[diagnostic::do_not_recommend]
impl SensitiveText for Cow<'_, str> {
    fn text(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(self))
    }
}

#[diagnostic::do_not_recommend]
impl<T: SensitiveText> SensitiveText for Option<T> {
    fn text(&self) -> Option<Cow<'_, str>> {
        self.as_ref().and_then(SensitiveText::text)
    }

    fn show(&self, policy: TextPolicy<'_>) -> Shown {
        self.as_ref().map_or_else(|| Shown::text(policy(None)), |value| value.show(policy))
    }
}

macro_rules! through_deref {
    ($($ty:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: SensitiveText + ?Sized> SensitiveText for $ty {
            fn text(&self) -> Option<Cow<'_, str>> {
                (**self).text()
            }

            fn show(&self, policy: TextPolicy<'_>) -> Shown {
                (**self).show(policy)
            }
        }
    )*};
}

through_deref!(&T, &mut T, Box<T>, Rc<T>, Arc<T>);

macro_rules! integers {
    ($($ty:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl SensitiveText for $ty {
            fn text(&self) -> Option<Cow<'_, str>> {
                Some(Cow::Owned(self.to_string()))
            }
        }
    )*};
}

integers!(u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);

#[diagnostic::do_not_recommend]
impl SensitiveText for char {
    fn text(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Owned(self.to_string()))
    }
}

/// Alone it is a number; a list of them is one value, because a pseudonym for each byte would be a
/// cipher that anybody solves.
#[diagnostic::do_not_recommend]
impl SensitiveText for u8 {
    fn text(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Owned(self.to_string()))
    }

    fn show_list(items: &[Self], policy: TextPolicy<'_>) -> Shown {
        let mut text = String::with_capacity(2 * items.len());
        for byte in items {
            let _ = write!(text, "{byte:02x}");
        }
        Shown::text(policy(Some(&text)))
    }
}

/// What others hold at the moment is as good as no value: waiting for it could take for ever.
macro_rules! locked {
    ($($ty:ident: $lock:ident),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: SensitiveText + ?Sized> SensitiveText for $ty<T> {
            fn text(&self) -> Option<Cow<'_, str>> {
                match self.$lock() {
                    Ok(value) => value.text().map(|text| Cow::Owned(text.into_owned())),
                    Err(TryLockError::Poisoned(value)) => {
                        value.into_inner().text().map(|text| Cow::Owned(text.into_owned()))
                    }
                    Err(TryLockError::WouldBlock) => None,
                }
            }

            fn show(&self, policy: TextPolicy<'_>) -> Shown {
                match self.$lock() {
                    Ok(value) => value.show(policy),
                    Err(TryLockError::Poisoned(value)) => value.into_inner().show(policy),
                    Err(TryLockError::WouldBlock) => Shown::text(policy(None)),
                }
            }
        }
    )*};
}

locked!(Mutex: try_lock, RwLock: try_read);

#[diagnostic::do_not_recommend]
impl<T: SensitiveText + ?Sized> SensitiveText for RefCell<T> {
    fn text(&self) -> Option<Cow<'_, str>> {
        let value = self.try_borrow().ok()?;
        value.text().map(|text| Cow::Owned(text.into_owned()))
    }

    fn show(&self, policy: TextPolicy<'_>) -> Shown {
        self.try_borrow().map_or_else(|_| Shown::text(policy(None)), |value| value.show(policy))
    }
}

macro_rules! lists {
    ($([$($generics:tt)*] $ty:ty: |$list:ident, $policy:ident| $shown:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> SensitiveText for $ty {
            fn text(&self) -> Option<Cow<'_, str>> {
                None
            }

            fn show(&self, $policy: TextPolicy<'_>) -> Shown {
                let $list = self;
                $shown
            }
        }
    )*};
}

lists! {
    [T: SensitiveText] [T]: |list, policy| T::show_list(list, policy);
    [T: SensitiveText] Vec<T>: |list, policy| T::show_list(list, policy);
    [T: SensitiveText, const N: usize] [T; N]: |list, policy| T::show_list(list, policy);
    [T: SensitiveText] BTreeSet<T>: |set, policy| Shown::set(set.iter().map(|item| item.show(policy)));
    [T: SensitiveText, S] HashSet<T, S>: |set, policy| Shown::set(set.iter().map(|item| item.show(policy)));
    [K: SensitiveText, V: SensitiveText] BTreeMap<K, V>: |map, policy| {
        Shown::map(map.iter().map(|(key, value)| (key.show(policy), value.show(policy))))
    };
    [K: SensitiveText, V: SensitiveText, S] HashMap<K, V, S>: |map, policy| {
        Shown::map(map.iter().map(|(key, value)| (key.show(policy), value.show(policy))))
    };
}
