//! Reading single variables; what is wrong is remembered as a sentence, and the default is used.

use super::names;
use super::variables::Variables;
use crate::percent;
use crate::redact::scrub::scrub;
use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

/// The smallest buffer: a few of the pieces that it is filled in.
const LEAST_BUFFER: usize = 64 << 10;

pub(super) struct Reader<'a> {
    pub(super) variables: &'a Variables,
    warnings: Vec<String>,
    /// The names that were asked for.
    #[cfg(test)]
    pub(super) asked: std::cell::RefCell<std::collections::BTreeSet<String>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(variables: &'a Variables) -> Self {
        Self {
            variables,
            warnings: Vec::new(),
            #[cfg(test)]
            asked: std::cell::RefCell::default(),
        }
    }

    /// Remembers a sentence; once, where several settings read one variable.
    pub(super) fn warn(&mut self, warning: impl Into<String>) {
        let warning = warning.into();
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    pub(super) fn into_warnings(self) -> Vec<String> {
        self.warnings
    }

    /// The value; an empty one counts as none.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        #[cfg(test)]
        self.asked.borrow_mut().insert(name.to_owned());
        self.variables.get(name).map(str::to_owned)
    }

    /// One of several words, without regard to case.
    pub(super) fn choice<T: Copy + PartialEq>(&mut self, name: &str, choices: &[(&str, T)], default: T) -> T {
        let Some(value) = self.text(name) else { return default };
        if let Some((_, chosen)) = choices.iter().find(|(word, _)| word.eq_ignore_ascii_case(&value)) {
            return *chosen;
        }
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        let used = choices.iter().find(|(_, choice)| *choice == default).map_or("the default", |(word, _)| word);
        self.refuse(name, &value, &words.join(", "), used);
        default
    }

    /// A switch, `false` by default.
    pub(super) fn is_true(&mut self, name: &str) -> bool {
        self.choice(name, &[("false", false), ("true", true)], false)
    }

    /// A switch, `on` by default.
    pub(super) fn is_on(&mut self, name: &str) -> bool {
        self.choice(name, &[("on", true), ("off", false)], true)
    }

    /// A whole number above zero.
    pub(super) fn number(&mut self, name: &str, default: usize) -> usize {
        self.parsed(name, "a whole number above zero", &default, positive).unwrap_or(default)
    }

    /// The same where there is none by default.
    pub(super) fn number_if_any(&mut self, name: &str) -> Option<usize> {
        self.parsed(name, "a whole number above zero", &"none", positive)
    }

    /// A number of things, which may be none at all; no limit by default.
    pub(super) fn limit(&mut self, name: &str) -> Option<usize> {
        self.parsed(name, "a whole number", &"no limit", |value| value.parse().ok())
    }

    /// A number of milliseconds, as the `OTEL_*` variables have them.
    pub(super) fn milliseconds(&mut self, name: &str, default: Duration) -> Duration {
        let read = |value: &str| value.parse().ok().map(Duration::from_millis);
        self.parsed(name, "a number of milliseconds", &default.as_millis(), read).unwrap_or(default)
    }

    /// The same for how long something may take: in no time, nothing would ever succeed.
    pub(super) fn timeout(&mut self, name: &str, default: Duration) -> Duration {
        let read = |value: &str| value.parse().ok().filter(|millis| *millis > 0).map(Duration::from_millis);
        self.parsed(name, "a number of milliseconds above zero", &default.as_millis(), read).unwrap_or(default)
    }

    /// A time with its unit, as the `OBSERVE_*` variables have them.
    pub(super) fn duration(&mut self, name: &str, default: Duration) -> Duration {
        self.time(name, default, "a time with its unit, such as `3s` or `500ms`")
    }

    /// A time with its unit, or `None` for `off`.
    pub(super) fn duration_or_off(&mut self, name: &str, default: Duration) -> Option<Duration> {
        let is_off = self.text(name).is_some_and(|value| value.eq_ignore_ascii_case("off"));
        (!is_off).then(|| self.time(name, default, "a time with its unit, such as `3s` or `500ms`, or `off`"))
    }

    fn time(&mut self, name: &str, default: Duration, accepted: &str) -> Duration {
        let read = |value: &str| humantime::parse_duration(value).ok();
        self.parsed(name, accepted, &humantime::format_duration(default), read).unwrap_or(default)
    }

    /// A number of bytes, with a unit or without.
    pub(super) fn size(&mut self, name: &str, default: usize) -> usize {
        let shown = format!("{}MiB", default >> 20);
        let accepted = "a size of 64KiB or more, such as `64MiB`, `500kB` or `1000000`";
        self.parsed(name, accepted, &shown, |text| bytes(text).filter(|size| *size >= LEAST_BUFFER)).unwrap_or(default)
    }

    /// The same where there is none by default.
    pub(super) fn size_if_any(&mut self, name: &str) -> Option<usize> {
        let accepted = "a size of 64KiB or more, such as `64MiB`, `500kB` or `1000000`";
        self.parsed(name, accepted, &"no limit", |text| bytes(text).filter(|size| *size >= LEAST_BUFFER))
    }

    /// What `read` makes of the value. One that is not understood is refused, and `used` in its place.
    fn parsed<T>(
        &mut self,
        name: &str,
        accepted: &str,
        used: &dyn Display,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let value = self.text(name)?;
        let read = read(&value);
        if read.is_none() {
            self.refuse(name, &value, accepted, &used.to_string());
        }
        read
    }

    /// Words with commas between them.
    pub(super) fn list(&self, name: &str) -> Option<Vec<String>> {
        let value = self.text(name)?;
        let words = value.split(',').map(str::trim).filter(|word| !word.is_empty());
        Some(words.map(str::to_owned).collect())
    }

    /// `key=value,key=value`, percent-decoded (W3C Baggage, as `OTEL_RESOURCE_ATTRIBUTES` has it): those of the
    /// environment behind those of the code.
    pub(super) fn pairs(&mut self, name: &str) -> Vec<(String, String)> {
        #[cfg(test)]
        self.asked.borrow_mut().insert(name.to_owned());
        let variables = self.variables;
        let mut pairs = Vec::new();
        for text in [variables.in_code(name), variables.in_environment(name)].into_iter().flatten() {
            for entry in text.split(',').filter(|entry| !entry.trim().is_empty()) {
                let pair = entry.split_once('=');
                // Who can't be read may still be somebody: the value is not repeated.
                let shown = pair.map_or_else(|| entry.to_owned(), |(key, _)| format!("{key}=…"));
                match pair.map(|(key, value)| (percent::decoded(key.trim()), percent::decoded(value.trim()))) {
                    Some((Some(key), Some(value))) if !key.is_empty() => pairs.push((key, value)),
                    _ => self.refuse(name, &shown, "`key=value` pairs with commas between them", "the other pairs"),
                }
            }
        }
        pairs
    }

    /// Remembers that a value is not understood, what is, and what is used in its place.
    pub(super) fn refuse(&mut self, name: &str, value: &str, accepted: &str, used: &str) {
        let what = shown(name, value);
        self.warn(format!("{what} is not understood; accepted: {accepted}; using {used}"));
    }
}

/// The variable with its value, which is left out where the name says that it may be a secret.
pub(super) fn shown(name: &str, value: &str) -> String {
    if names::is_secret(name) { name.to_owned() } else { format!("{name}=`{}`", scrub(value)) }
}

fn positive(value: &str) -> Option<usize> {
    usize::from_str(value).ok().filter(|number| *number > 0)
}

/// What units of memory stand for: powers of 1024 with an `i`, of 1000 without.
const UNITS: [(&str, usize); 7] = [
    ("kib", 1 << 10),
    ("mib", 1 << 20),
    ("gib", 1 << 30),
    ("kb", 1000),
    ("mb", 1_000_000),
    ("gb", 1_000_000_000),
    ("b", 1),
];

/// Reads `64MiB`, without regard to case.
fn bytes(value: &str) -> Option<usize> {
    let value = value.to_ascii_lowercase();
    let unit = UNITS.iter().find_map(|(unit, factor)| Some((value.strip_suffix(unit)?, *factor)));
    let (number, factor) = unit.unwrap_or((&value, 1));
    positive(number.trim())?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units_or_none() {
        for (text, expected) in [
            ("64MiB", 64 << 20),
            ("1 GiB", 1 << 30),
            ("512kib", 512 << 10),
            ("10kB", 10_000),
            ("3MB", 3_000_000),
            ("2GB", 2_000_000_000),
            ("77b", 77),
            ("1000", 1000),
        ] {
            assert_eq!(bytes(text), Some(expected), "{text}");
        }
        for text in ["", "MiB", "0", "0MiB", "-1", "1.5MiB", "64 MiBs", "99999999999999GiB", "ten"] {
            assert_eq!(bytes(text), None, "{text}");
        }
    }

    #[test]
    fn keys_and_values_are_decoded() {
        let variables = [("OTEL_RESOURCE_ATTRIBUTES", "a%3Db=c%2Cd, e = f ,%zz=1,é=%C3%A9")].iter().collect();
        let mut reader = Reader::new(&variables);
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(reader.pairs("OTEL_RESOURCE_ATTRIBUTES"), [pair("a=b", "c,d"), pair("e", "f"), pair("é", "é")]);
        let warnings = reader.into_warnings();
        assert!(warnings.len() == 1 && warnings[0].contains("`%zz=…`"), "{warnings:?}");
    }
}
