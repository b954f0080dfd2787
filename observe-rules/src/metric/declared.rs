//! The full name of a metric that is declared on its own.

use super::{TYPES, UNITLESS_TIME, is_snake_case, not_base_unit, not_snake_case, repeats_type, without_unit};
use crate::{Code, Violation, case, unit};
use std::iter;

/// What a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A number that only grows, from zero.
    Counter,
    /// A number that goes up and down.
    Gauge,
    /// Values counted by size, in buckets.
    Histogram,
    /// Values of which some quantiles are kept.
    Summary,
    /// Facts that stay as they are while the program runs, in labels.
    Info,
}

impl Kind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[Self::Counter, Self::Gauge, Self::Histogram, Self::Summary, Self::Info];

    /// The kind as the exposition formats write it, such as `counter`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
            Self::Summary => "summary",
            Self::Info => "info",
        }
    }

    /// How a name of this kind ends, and no other; `""` where there is no such ending.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Counter => "_total",
            Self::Info => "_info",
            Self::Gauge | Self::Histogram | Self::Summary => "",
        }
    }

    /// The kind with its article.
    const fn described(self) -> &'static str {
        match self {
            Self::Counter => "a counter",
            Self::Gauge => "a gauge",
            Self::Histogram => "a histogram",
            Self::Summary => "a summary",
            Self::Info => "an info",
        }
    }

    /// A name that breaks no rule, for help where nothing of a name can be kept.
    const fn example(self) -> &'static str {
        match self {
            Self::Counter => "cache_hits_total",
            Self::Gauge => "queue_depth",
            Self::Histogram | Self::Summary => "request_duration_seconds",
            Self::Info => "build_info",
        }
    }

    /// Whether a metric of this kind keeps single values, of which each has a size or takes a time.
    const fn observes(self) -> bool {
        matches!(self, Self::Histogram | Self::Summary)
    }
}

/// Endings of lines that the exposition formats make by themselves, or of names of one kind.
const ENDINGS: &[&str] = &["_total", "_info", "_bucket", "_count", "_sum", "_created", "_gcount", "_gsum"];

/// Words that make a histogram one of times wherever they stand. `time` is not one of them: `time_series`.
const TIME: &[&str] = &["latency", "duration", "elapsed"];

/// Checks the full name of a metric; all violations at once.
///
/// Each has help with a name that breaks no rule.
///
/// ```
/// # use observe_rules::metric::{Kind, check_declared};
/// assert!(check_declared(Kind::Counter, "document_uploads_total").is_empty());
/// let violations = check_declared(Kind::Gauge, "last_backup_timestamp_ms");
/// assert_eq!(violations[0].code().id(), "OBS0304");
/// assert!(violations[0].to_string().contains("name = \"last_backup_timestamp_seconds\""));
/// ```
#[must_use]
pub fn check_declared(kind: Kind, name: &str) -> Vec<Violation> {
    let breaches = breaches(kind, name);
    if breaches.is_empty() {
        return Vec::new();
    }
    let help = help(kind, name);
    breaches.into_iter().map(|(code, message)| Violation::new(code, message, &help)).collect()
}

fn help(kind: Kind, name: &str) -> String {
    match corrected(kind, name) {
        Some((other, fixed)) if other != kind => format!("make it {}: `name = \"{fixed}\"`", other.described()),
        Some((_, fixed)) => format!("write `name = \"{fixed}\"`"),
        None => format!("name what is measured, such as `name = \"{}\"`", kind.example()),
    }
}

/// What is wrong with the name.
fn breaches(kind: Kind, name: &str) -> Vec<(Code, String)> {
    if !is_snake_case(name) {
        // The other rules read words, and a name that is not snake_case has none.
        return vec![(Code::Obs0301, not_snake_case(name))];
    }
    let mut breaches = Vec::new();
    let body = match check_ending(kind, name) {
        Ok(body) => body,
        Err((message, body)) => {
            breaches.push((Code::Obs0307, message));
            body
        }
    };
    let (named, unit) = unit::split_off(body);
    let mut words = named.split('_').peekable();
    let mut previous = "";
    // A second unit at the end is not the last word any more, and is no reason to ask for a unit.
    let mut has_unit = !unit.is_empty();
    while let Some(word) = words.next() {
        let is_last = words.peek().is_none() && unit.is_empty();
        let base = unit::base_for(word).or_else(|| plural_at_end(previous, word, is_last));
        if let Some(base) = base.filter(|_| kind != Kind::Info) {
            breaches.push((Code::Obs0304, not_base_unit(name, word, base)));
        } else if unit::BASE.contains(&word) && kind != Kind::Info {
            let message = format!("the unit of `{name}` stands last, and `{word}` does not");
            breaches.push((Code::Obs0310, message));
        } else if base.is_some() || unit::BASE.contains(&word) {
            breaches.push((Code::Obs0310, format!("an info has no unit, and `{name}` says `{word}`")));
        } else if says_type(kind, word, words.peek().is_none()) {
            breaches.push((Code::Obs0306, repeats_type(name, word)));
        }
        has_unit |= base.is_some() || unit::BASE.contains(&word);
        previous = word;
    }
    if kind == Kind::Info {
        if !unit.is_empty() {
            breaches.push((Code::Obs0310, format!("an info has no unit, and `{name}` says `{unit}`")));
        }
    } else if !has_unit && let Some(word) = time_without_unit(kind, named) {
        breaches.push((Code::Obs0304, without_unit(name, word)));
    }
    if is_timestamp(named) {
        if kind != Kind::Gauge {
            let message = format!("`{name}` is {}, and the time of an event is a gauge", kind.described());
            breaches.push((Code::Obs0307, message));
        } else if unit != "seconds" && (!unit.is_empty() || !has_unit) {
            breaches.push((Code::Obs0304, format!("`{name}` is a time, and times are in seconds since 1970")));
        }
    }
    breaches
}

/// The name without the ending that its kind demands, or what is wrong with its ending and the name
/// without any.
fn check_ending(kind: Kind, name: &str) -> Result<&str, (String, &str)> {
    let ending = kind.ending();
    if !ending.is_empty() {
        return match name.strip_suffix(ending) {
            // An info's line and a counter of infos would have the same name.
            Some(body) if !(kind == Kind::Counter && body.ends_with(Kind::Info.ending())) => Ok(body),
            Some(body) => {
                Err((format!("`{body}` is the name of an info, and `{name}` is a counter"), bare(kind, body)))
            }
            None => {
                let message = format!("the name of {} ends in `{ending}`, and `{name}` does not", kind.described());
                Err((message, bare(kind, name)))
            }
        };
    }
    match ENDINGS.iter().find(|ending| name.ends_with(**ending) || name == &ending[1..]) {
        None => Ok(name),
        Some(ending) => {
            let message = format!("`{name}` is {} and ends in `{ending}`, {}", kind.described(), owner(ending));
            Err((message, bare(kind, name)))
        }
    }
}

fn owner(ending: &str) -> &'static str {
    match ending {
        "_total" => "which is the ending of a counter",
        "_info" => "which is the ending of an info",
        _ => "which the exposition formats keep for lines of their own",
    }
}

/// The name without any ending.
fn bare(kind: Kind, name: &str) -> &str {
    let mut rest = name;
    while let Some(shorter) = endings(kind).find_map(|ending| rest.strip_suffix(ending)) {
        rest = shorter;
    }
    rest
}

/// The endings that no metric of this kind has before its own. What was created can be counted:
/// `accounts_created_total`.
fn endings(kind: Kind) -> impl Iterator<Item = &'static str> {
    ENDINGS.iter().copied().filter(move |ending| kind != Kind::Counter || *ending != "_created")
}

/// The plural of a unit in the singular that ends a name; not in `per_second`, which is how rates are written.
fn plural_at_end(previous: &str, word: &str, is_last: bool) -> Option<&'static str> {
    unit::plural_of(word).filter(|_| is_last && previous != "per")
}

/// Whether the word only repeats the type. That of another type may be what is measured, as in
/// `summary_requests_total`, but not where it ends the name.
fn says_type(kind: Kind, word: &str, is_last: bool) -> bool {
    word == "metric" || (word == kind.name() && kind != Kind::Info) || (is_last && TYPES.contains(&word))
}

fn time_without_unit(kind: Kind, named: &str) -> Option<&str> {
    let last = named.rsplit('_').next().filter(|word| UNITLESS_TIME.contains(word) || TIME.contains(word));
    last.or_else(|| named.split('_').find(|word| kind.observes() && TIME.contains(word)))
}

fn is_timestamp(named: &str) -> bool {
    named.rsplit('_').next() == Some("timestamp")
}

/// The name with all that breaks a rule taken out or replaced, and the kind that it is a name for: that
/// of a time is a gauge, and power is the rate of a counter of joules.
fn corrected(kind: Kind, name: &str) -> Option<(Kind, String)> {
    // A word that is gone may leave another one where it breaks a rule, and seldom more than one.
    let first = correct_once(kind, &case::snake(name));
    iter::successors(first, |(kind, name)| correct_once(*kind, name))
        .take(3)
        .find(|(kind, name)| breaches(*kind, name).is_empty())
}

fn correct_once(kind: Kind, name: &str) -> Option<(Kind, String)> {
    let (mut words, mut unit, is_power) = without_units(bare(kind, name));
    let kind = match kind {
        _ if words.last() == Some(&"timestamp") => Kind::Gauge,
        Kind::Info => Kind::Info,
        _ if is_power => Kind::Counter,
        _ => kind,
    };
    words.retain(|word| !says_type(kind, word, false));
    // What stood before a word that is gone may be an ending now.
    while words.last().is_some_and(|last| {
        says_type(kind, last, true) || endings(kind).any(|ending| ending.strip_prefix('_') == Some(last))
    }) {
        words.pop();
    }
    let named = words.join("_");
    if is_timestamp(&named) || (unit.is_empty() && time_without_unit(kind, &named).is_some()) {
        unit = "seconds";
    }
    if kind == Kind::Info {
        unit = "";
    }
    let between = if unit.is_empty() { "" } else { "_" };
    let fixed = format!("{named}{between}{unit}{}", kind.ending());
    (!words.is_empty()).then_some((kind, fixed))
}

/// The words of a name that are no units, the base unit in place of those that are, and whether one of
/// them was a unit of power.
fn without_units(name: &str) -> (Vec<&str>, &'static str, bool) {
    let (named, mut unit) = unit::split_off(name);
    let mut is_power = false;
    let mut words: Vec<&str> = Vec::new();
    let mut rest = named.split('_').filter(|word| !word.is_empty()).peekable();
    while let Some(word) = rest.next() {
        let is_last = rest.peek().is_none() && unit.is_empty();
        let base = unit::base_for(word)
            .or_else(|| unit::BASE.iter().copied().find(|base| *base == word))
            .or_else(|| plural_at_end(words.last().copied().unwrap_or_default(), word, is_last));
        match base {
            Some(base) => {
                // One that stands at the end already is the one that was meant.
                unit = if named.len() == name.len() { base } else { unit };
                is_power |= unit::is_power(word);
            }
            None => words.push(word),
        }
    }
    (words, unit, is_power)
}

#[cfg(test)]
mod tests;
