//! Units in metric names: base units, spelled out, or none.
//!
//! The list follows promlint (Prometheus' own linter, `validations/units.go`) and the Prometheus
//! naming guide.

/// Spelled-out units that are no base units, and abbreviations, with the base unit to use.
const REPLACED: &[(&str, &str)] = &[
    // abbreviations
    ("s", "seconds"),
    ("sec", "seconds"),
    ("secs", "seconds"),
    ("ms", "seconds"),
    ("us", "seconds"),
    ("ns", "seconds"),
    ("millis", "seconds"),
    ("micros", "seconds"),
    ("nanos", "seconds"),
    ("b", "bytes"),
    ("kb", "bytes"),
    ("mb", "bytes"),
    ("gb", "bytes"),
    ("tb", "bytes"),
    ("kib", "bytes"),
    ("mib", "bytes"),
    ("gib", "bytes"),
    // time
    ("minutes", "seconds"),
    ("hours", "seconds"),
    ("days", "seconds"),
    ("weeks", "seconds"),
    // other quantities
    ("bits", "bytes"),
    ("kelvins", "kelvin"),
    ("fahrenheit", "celsius"),
    ("rankine", "celsius"),
    ("inches", "meters"),
    ("yards", "meters"),
    ("miles", "meters"),
    ("calories", "joules"),
    ("pounds", "grams"),
    ("ounces", "grams"),
    ("percent", "ratio"),
    ("percentage", "ratio"),
];

const PREFIXES: &[&str] = &[
    "pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo", "kibi", "mega", "mibi", "giga", "gibi",
    "tera", "tebi", "peta", "pebi",
];

/// The base units of Prometheus.
pub const BASE: &[&str] =
    &["seconds", "bytes", "celsius", "kelvin", "meters", "grams", "joules", "volts", "amperes", "ratio"];

/// The base unit to use in place of this word, where the word is a unit that is no base unit.
///
/// ```
/// # use observe_rules::unit::base_for;
/// assert_eq!(base_for("ms"), Some("seconds"));
/// assert_eq!(base_for("kilobytes"), Some("bytes"));
/// assert_eq!(base_for("seconds"), None);
/// assert_eq!(base_for("query"), None);
/// ```
#[must_use]
pub fn base_for(word: &str) -> Option<&'static str> {
    if let Some((_, base)) = REPLACED.iter().find(|(unit, _)| *unit == word) {
        return Some(base);
    }
    let unit = PREFIXES.iter().find_map(|prefix| word.strip_prefix(prefix))?;
    BASE.iter().copied().find(|base| *base == unit).or_else(|| base_for(unit))
}
