//! Units in metric names: base units, spelled out, or none.
//!
//! The list follows promlint (Prometheus' own linter, `validations/units.go`) and the Prometheus
//! naming guide.

use crate::metric::Kind;

/// Abbreviations, with the base unit to use. No prefix goes before these: they have theirs.
const ABBREVIATED: &[(&str, &str)] = &[
    ("s", "seconds"),
    ("sec", "seconds"),
    ("secs", "seconds"),
    ("ms", "seconds"),
    ("msec", "seconds"),
    ("us", "seconds"),
    ("usec", "seconds"),
    ("ns", "seconds"),
    ("nsec", "seconds"),
    ("millis", "seconds"),
    ("micros", "seconds"),
    ("nanos", "seconds"),
    ("m", "seconds"),
    ("mins", "seconds"),
    ("h", "seconds"),
    ("hrs", "seconds"),
    ("d", "seconds"),
    ("b", "bytes"),
    ("kb", "bytes"),
    ("mb", "bytes"),
    ("gb", "bytes"),
    ("tb", "bytes"),
    ("pb", "bytes"),
    ("kib", "bytes"),
    ("mib", "bytes"),
    ("gib", "bytes"),
    ("tib", "bytes"),
    ("pib", "bytes"),
    ("kilos", "grams"),
    ("kwh", "joules"),
    ("pct", "ratio"),
];

/// Spelled-out units that are no base units, with the base unit to use.
const REPLACED: &[(&str, &str)] = &[
    ("minutes", "seconds"),
    ("hours", "seconds"),
    ("days", "seconds"),
    ("weeks", "seconds"),
    ("months", "seconds"),
    ("years", "seconds"),
    ("bits", "bytes"),
    ("kelvins", "kelvin"),
    ("fahrenheit", "celsius"),
    ("rankine", "celsius"),
    ("centigrade", "celsius"),
    ("inches", "meters"),
    ("feet", "meters"),
    ("yards", "meters"),
    ("miles", "meters"),
    ("calories", "joules"),
    // Power is how fast energy is used: `rate()` of a counter of joules.
    ("watts", "joules"),
    ("pounds", "grams"),
    ("ounces", "grams"),
    ("percent", "ratio"),
    ("percents", "ratio"),
    ("percentage", "ratio"),
];

/// `mibi` is how promlint spells `mebi`.
const PREFIXES: &[&str] = &[
    "pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo", "kibi", "mega", "mebi", "mibi", "giga",
    "gibi", "tera", "tebi", "peta", "pebi", "exa", "exbi",
];

/// The base units of Prometheus.
pub const BASE: &[&str] =
    &["seconds", "bytes", "celsius", "kelvin", "meters", "metres", "grams", "joules", "volts", "amperes", "ratio"];

/// What a gauge of speed or throughput counts in.
const RATES: &[&str] = &["bytes_per_second", "meters_per_second", "metres_per_second", "grams_per_second"];

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
    let listed =
        |list: &[(&str, &'static str)], word: &str| list.iter().find(|(unit, _)| *unit == word).map(|(_, base)| *base);
    listed(ABBREVIATED, word).or_else(|| listed(REPLACED, word)).or_else(|| {
        let unit = PREFIXES.iter().find_map(|prefix| word.strip_prefix(prefix))?;
        BASE.iter().copied().find(|base| *base == unit).or_else(|| listed(REPLACED, unit))
    })
}

/// The base unit that this word is the singular of. As the last word of a name it was meant as a unit.
pub(crate) fn plural_of(word: &str) -> Option<&'static str> {
    BASE.iter().copied().find(|base| base.strip_suffix('s') == Some(word))
}

/// Whether the word measures power, for which Prometheus has no gauge.
pub(crate) fn is_power(word: &str) -> bool {
    word.strip_suffix("watts").is_some_and(|prefix| prefix.is_empty() || PREFIXES.contains(&prefix))
}

/// The name in two: what it names, and the unit at its end, `""` where there is none.
pub(crate) fn split_off(name: &str) -> (&str, &'static str) {
    RATES
        .iter()
        .chain(BASE)
        .find_map(|unit| Some((name.strip_suffix(unit)?, *unit)))
        .and_then(|(before, unit)| match before.strip_suffix('_') {
            Some(before) => Some((before, unit)),
            None => before.is_empty().then_some(("", unit)),
        })
        .unwrap_or((name, ""))
}

/// The base unit that the name of a metric says, for the `# UNIT` line of `OpenMetrics`; `""` if none.
///
/// An info has no unit. The line is allowed only where the name ends in the unit, so a name that is
/// nothing but a unit has none either.
///
/// ```
/// # use observe_rules::{metric::Kind, unit::of_name};
/// assert_eq!(of_name(Kind::Histogram, "rag_query_duration_seconds"), "seconds");
/// assert_eq!(of_name(Kind::Counter, "sent_bytes_total"), "bytes");
/// assert_eq!(of_name(Kind::Gauge, "queue_depth"), "");
/// ```
#[must_use]
pub fn of_name(kind: Kind, name: &str) -> &'static str {
    let (before, unit) = match kind {
        Kind::Info => return "",
        Kind::Counter => split_off(name.strip_suffix(kind.ending()).unwrap_or(name)),
        Kind::Gauge | Kind::Histogram | Kind::Summary => split_off(name),
    };
    if before.is_empty() { "" } else { unit }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_unit_is_replaced_by_none() {
        for base in BASE {
            assert_eq!(base_for(base), None, "{base}");
        }
    }

    #[test]
    fn every_prefix_goes_before_every_spelled_out_unit() {
        let spelled = BASE.iter().map(|base| (*base, *base)).chain(REPLACED.iter().copied());
        for (unit, base) in spelled {
            for prefix in PREFIXES {
                assert_eq!(base_for(&format!("{prefix}{unit}")), Some(base), "{prefix}{unit}");
            }
        }
    }

    #[test]
    fn no_prefix_goes_before_an_abbreviation() {
        assert_eq!(base_for("kilos"), Some("grams"));
        assert_eq!(base_for("decad"), None);
        assert_eq!(base_for("picob"), None);
    }

    #[test]
    fn every_replacement_is_a_base_unit() {
        for (unit, base) in ABBREVIATED.iter().chain(REPLACED) {
            assert!(BASE.contains(base), "{unit}");
        }
    }

    #[test]
    fn power_is_watts_with_any_prefix() {
        assert!(is_power("watts"));
        assert!(is_power("kilowatts"));
        assert!(!is_power("swatts"));
        assert!(!is_power("joules"));
    }

    #[test]
    fn the_unit_of_a_name_stands_at_its_end() {
        for (kind, name, unit) in [
            (Kind::Counter, "cpu_seconds_total", "seconds"),
            (Kind::Counter, "requests_total", ""),
            (Kind::Gauge, "hit_ratio", "ratio"),
            (Kind::Gauge, "room_celsius", "celsius"),
            (Kind::Gauge, "length_metres", "metres"),
            (Kind::Gauge, "wind_meters_per_second", "meters_per_second"),
            (Kind::Gauge, "requests_per_second", ""),
            (Kind::Gauge, "milliseconds", ""),
            (Kind::Gauge, "seconds", ""),
            (Kind::Gauge, "bytes_per_second", ""),
            (Kind::Gauge, "arbitration", ""),
            (Kind::Gauge, "sent_bytes_total", ""),
            (Kind::Histogram, "size_bytes", "bytes"),
            (Kind::Summary, "wait_seconds", "seconds"),
            (Kind::Info, "build_info", ""),
        ] {
            assert_eq!(of_name(kind, name), unit, "{} {name}", kind.name());
        }
    }
}
