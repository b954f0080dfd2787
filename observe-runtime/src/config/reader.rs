//! Reading single variables; what is wrong is remembered as a sentence, and the default is used.

use std::time::Duration;

pub(super) struct Reader<'a> {
    variable: &'a dyn Fn(&str) -> Option<String>,
    warnings: Vec<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(variable: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { variable, warnings: Vec::new() }
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

    /// The value; an empty one counts as none, as the OpenTelemetry specification says.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let value = (self.variable)(name)?.trim().to_owned();
        (!value.is_empty()).then_some(value)
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

    /// A whole number above zero.
    pub(super) fn number(&mut self, name: &str, default: usize) -> usize {
        let Some(value) = self.text(name) else { return default };
        value.parse().ok().filter(|number| *number > 0).unwrap_or_else(|| {
            self.refuse(name, &value, "a whole number above zero", &default.to_string());
            default
        })
    }

    /// A number of milliseconds, as the `OTEL_*` variables have them.
    pub(super) fn milliseconds(&mut self, name: &str, default: Duration) -> Duration {
        let Some(value) = self.text(name) else { return default };
        value.parse().map_or_else(
            |_| {
                self.refuse(name, &value, "a number of milliseconds", &default.as_millis().to_string());
                default
            },
            Duration::from_millis,
        )
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
        let Some(value) = self.text(name) else { return default };
        humantime::parse_duration(&value).unwrap_or_else(|_| {
            self.refuse(name, &value, accepted, &humantime::format_duration(default).to_string());
            default
        })
    }

    /// `key=value,key=value`, percent-decoded (W3C Baggage, as `OTEL_RESOURCE_ATTRIBUTES` has it).
    pub(super) fn pairs(&mut self, name: &str) -> Vec<(String, String)> {
        let Some(text) = self.text(name) else { return Vec::new() };
        let mut pairs = Vec::new();
        for entry in text.split(',').filter(|entry| !entry.trim().is_empty()) {
            match entry.split_once('=').map(|(key, value)| (key.trim(), percent_decoded(value.trim()))) {
                Some((key, Some(value))) if !key.is_empty() => pairs.push((key.to_owned(), value)),
                _ => self.refuse(name, entry, "`key=value` pairs with commas between them", "the other pairs"),
            }
        }
        pairs
    }

    /// Remembers that a value is not understood, what is, and what is used in its place.
    pub(super) fn refuse(&mut self, name: &str, value: &str, accepted: &str, used: &str) {
        self.warn(format!("{name}=`{value}` is not understood; accepted: {accepted}; using {used}"));
    }
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        if byte == b'%' {
            let digits = std::str::from_utf8(after.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &after[2..];
        } else {
            bytes.push(byte);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}
