use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

/// A value that policies which work on text (`hash`, `keep_last`, `scrub`) can be applied to.
///
/// Implemented for text, integers, and references, boxes and options of these. Implement it for a
/// type of your own to say what its text is.
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
    note = "use another policy, or implement `observe::SensitiveText` for `{Self}` to say what its text is"
)]
pub trait SensitiveText {
    /// The text; `None` where there is no value, which then shows the same mask as a hidden one.
    fn text(&self) -> Option<Cow<'_, str>>;
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
}

macro_rules! through_deref {
    ($($ty:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: SensitiveText + ?Sized> SensitiveText for $ty {
            fn text(&self) -> Option<Cow<'_, str>> {
                (**self).text()
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

integers!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);
