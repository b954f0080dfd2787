//! Words of PromQL: times, figures and selectors, written as short as they can be.

use crate::error::{Error, Result};
use std::time::Duration;

/// `5m`, `24h`. The word says where it stands.
pub(super) fn duration(text: &str, place: &str) -> Result<Duration> {
    // A number without a unit would be taken for seconds.
    let is_number = text.parse::<f64>().is_ok();
    match promql_parser::util::parse_duration(text) {
        Ok(duration) if !is_number => Ok(duration),
        _ => Err(Error::new(format!("{place}: `{text}` is no time")).help("write `30s`, `5m`, `24h` or `7d`")),
    }
}

/// A time as PromQL writes it, in the unit that people say: `24h` is `1d`, `90m` is `1h30m`.
pub(super) fn time(duration: Duration) -> String {
    promql_parser::util::display_duration(&duration)
}

/// Whole minutes, rounded up.
pub(super) fn minutes(duration: Duration) -> u64 {
    duration.as_secs().div_ceil(60)
}

/// A figure without the noise of binary fractions: `0.0144`, never `0.014400000000000012`.
pub(super) fn short(value: f64) -> String {
    let text = format!("{value:.12}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A text within quotes.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\n' => quoted.push_str("\\n"),
            letter => quoted.push(letter),
        }
    }
    quoted + "\""
}

/// A selector: a name with its matchers, such as `("job", "=", "shop")`.
pub(super) fn select(name: &str, matchers: &[(&str, &str, &str)]) -> String {
    let matchers: Vec<_> =
        matchers.iter().map(|(label, how, value)| format!("{label}{how}{}", quoted(value))).collect();
    format!("{name}{{{}}}", matchers.join(","))
}

/// The value that a pattern of `le` has to have for a bound, as each major of Prometheus keeps it: 3 writes `1.0` for `1`.
pub(super) fn bound_pattern(bound: f64) -> String {
    let text = short(bound);
    let escaped = text.replace('.', "\\.");
    if text.contains('.') { escaped } else { format!("{escaped}(\\.0)?") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_written_in_the_usual_units() {
        let round = |text| time(duration(text, "here").unwrap());
        assert_eq!(["5m", "24h", "90m", "72h", "30d", "15s"].map(round), ["5m", "1d", "1h30m", "3d", "30d", "15s"]);
    }

    #[test]
    fn a_number_without_a_unit_is_no_time() {
        assert_eq!(duration("5", "alerts.X.window").unwrap_err().message, "alerts.X.window: `5` is no time");
        assert!(duration("soon", "alerts.X.window").is_err());
    }

    #[test]
    fn figures_are_short() {
        assert_eq!([14.4 * 0.001, 1.0 - 0.999, 2.0, 0.3].map(short), ["0.0144", "0.001", "2", "0.3"]);
    }

    #[test]
    fn quotes_in_a_name_end_no_string() {
        assert_eq!(select("up", &[("job", "=", "a\"b\\c\n")]), r#"up{job="a\"b\\c\n"}"#);
    }

    #[test]
    fn a_whole_bound_is_found_as_both_majors_write_it() {
        let is_match =
            |bound, text: &str| regex::Regex::new(&format!("^(?:{})$", bound_pattern(bound))).unwrap().is_match(text);
        assert!(is_match(10.0, "10") && is_match(10.0, "10.0") && !is_match(10.0, "100"));
        assert!(is_match(0.25, "0.25") && !is_match(0.25, "0525"));
    }
}
