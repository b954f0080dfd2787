//! What the `Debug` and `Display` of a redacted type write. Generated code only lists the parts: a
//! hidden field is text of the program, and writing needs no memory.

use super::Shown;
use crate::redact::{MASK, counters};
use std::fmt::{self, Debug, Display};

/// A part of a type, as its `Debug` shows it.
pub enum Part<'a> {
    /// Hidden fields in a row, `, name: [REDACTED], mrn: [REDACTED]`, and how many they are.
    Hidden(&'static str, usize),
    /// The name of a field, `, id: `, and its value.
    Shown(&'static str, &'a dyn Debug),
}

impl Debug for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hidden(text, _) => f.write_str(text),
            Self::Shown(name, value) => f.write_str(name).and_then(|()| value.fmt(f)),
        }
    }
}

const BETWEEN: &str = ", ";

/// `Patient { id: 7, name: [REDACTED] }`, where `open` is `Patient { `.
///
/// # Errors
///
/// As the formatter's.
pub fn fields(f: &mut fmt::Formatter<'_>, open: &'static str, parts: &[Part<'_>]) -> fmt::Result {
    let name = open.strip_suffix(" { ").unwrap_or(open);
    if parts.is_empty() {
        return f.write_str(name);
    }
    count(parts);
    if !f.alternate() {
        return plain(f, open, parts, " }");
    }
    let mut shown = f.debug_struct(name);
    for part in parts {
        match part {
            Part::Hidden(text, _) => {
                for field in text.split(BETWEEN).skip(1) {
                    let name = field.split(':').next().unwrap_or_default();
                    shown.field(name, &Mask);
                }
            }
            Part::Shown(text, value) => {
                let name = text.trim_start_matches(BETWEEN).trim_end_matches(": ");
                shown.field(name, value);
            }
        }
    }
    shown.finish()
}

/// `Visit(3, [REDACTED])`, where `open` is `Visit(`.
///
/// # Errors
///
/// As the formatter's.
pub fn tuple(f: &mut fmt::Formatter<'_>, open: &'static str, parts: &[Part<'_>]) -> fmt::Result {
    let name = open.strip_suffix('(').unwrap_or(open);
    if parts.is_empty() {
        return f.write_str(name);
    }
    count(parts);
    if !f.alternate() {
        return plain(f, open, parts, ")");
    }
    let mut shown = f.debug_tuple(name);
    for part in parts {
        match part {
            Part::Hidden(_, count) => {
                for _ in 0..*count {
                    shown.field(&Mask);
                }
            }
            Part::Shown(_, value) => {
                shown.field(value);
            }
        }
    }
    shown.finish()
}

fn count(parts: &[Part<'_>]) {
    let hidden = parts.iter().map(|part| if let Part::Hidden(_, count) = part { *count } else { 0 }).sum();
    if hidden > 0 {
        counters::FIELD.add(hidden);
    }
}

fn plain(f: &mut fmt::Formatter<'_>, open: &str, parts: &[Part<'_>], close: &str) -> fmt::Result {
    f.write_str(open)?;
    for (at, part) in parts.iter().enumerate() {
        let (Part::Hidden(text, _) | Part::Shown(text, _)) = part;
        // Nothing is before the first one.
        f.write_str(if at == 0 { text.strip_prefix(BETWEEN).unwrap_or(text) } else { text })?;
        if let Part::Shown(_, value) = part {
            value.fmt(f)?;
        }
    }
    f.write_str(close)
}

/// Counted already.
struct Mask;

impl Debug for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

/// A template: the texts, and between them the values. `hidden` fields are in the texts already.
///
/// # Errors
///
/// As the formatter's.
pub fn template(
    f: &mut fmt::Formatter<'_>,
    hidden: usize,
    texts: &[&'static str],
    values: &[&dyn Display],
) -> fmt::Result {
    if hidden > 0 {
        counters::FIELD.add(hidden);
    }
    for (at, text) in texts.iter().enumerate() {
        f.write_str(text)?;
        if let Some(value) = values.get(at) {
            // Without the width that the whole was asked for.
            write!(f, "{value}")?;
        }
    }
    Ok(())
}

/// `Display` of a type or variant that has no template.
///
/// # Errors
///
/// As the formatter's.
pub fn debug_as_display(f: &mut fmt::Formatter<'_>, value: &dyn Debug) -> fmt::Result {
    write!(f, "{value:?}")
}

impl Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Debug::fmt(self, f)
    }
}

/// Asks a value that is shown in a template for its `Display`, and where it has none for its `Debug`.
#[derive(Debug)]
pub struct DisplayProbe<'a, T: ?Sized>(pub &'a T);

/// What has a `Display`.
pub trait ViaDisplayText<'a> {
    /// The form.
    type Form;
    /// The value's form.
    fn text(&self) -> Self::Form;
}

/// What has a `Debug` only.
pub trait ViaDebugText<'a> {
    /// The form.
    type Form;
    /// The value's form.
    fn text(&self) -> Self::Form;
}

impl<'a, T: Display + ?Sized> ViaDisplayText<'a> for &DisplayProbe<'a, T> {
    type Form = &'a T;

    fn text(&self) -> &'a T {
        self.0
    }
}

impl<'a, T: Debug + ?Sized> ViaDebugText<'a> for DisplayProbe<'a, T> {
    type Form = AsDebug<'a, T>;

    fn text(&self) -> AsDebug<'a, T> {
        AsDebug(self.0)
    }
}

/// Shows its value by its `Debug`.
#[derive(Debug)]
pub struct AsDebug<'a, T: ?Sized>(&'a T);

impl<T: Debug + ?Sized> Display for AsDebug<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
