//! Names and times of health checks.

use crate::{Code, Violation, case, metric};
use std::time::Duration;

/// The longest name, in bytes: it is a label's value, and a key in every answer.
pub const MAX_NAME: usize = 64;

/// The longest that a check may take: the whole answer has to be there within this time.
pub const LONGEST: Duration = Duration::from_secs(5);

/// How long a check of this kind may take, where nothing else is said: `database`, `redis`, `external`, `system`, and
/// `component` for all others.
///
/// ```
/// # use observe_rules::health::default_timeout;
/// assert_eq!(default_timeout("redis").as_secs(), 1);
/// ```
#[must_use]
pub fn default_timeout(kind: &str) -> Duration {
    Duration::from_secs(match kind {
        "redis" | "system" => 1,
        "external" => 3,
        _ => 2,
    })
}

/// Checks the name of a health check.
///
/// ```
/// # use observe_rules::health::check_name;
/// assert!(check_name("vector_store").is_ok());
/// assert_eq!(check_name("Vector store").unwrap_err().code().id(), "OBS1102");
/// ```
///
/// # Errors
///
/// `OBS1102` where the name is not `snake_case`, or too long.
pub fn check_name(name: &str) -> Result<(), Violation> {
    if name.len() > MAX_NAME {
        let message = format!("the name of a health check has {} bytes, and {MAX_NAME} are allowed", name.len());
        return Err(Violation::new(Code::Obs1102, message, "shorten it"));
    }
    if metric::is_snake_case(name) {
        return Ok(());
    }
    let words: Vec<&str> = name.split(|letter: char| !letter.is_ascii_alphanumeric()).collect();
    let snake =
        words.iter().map(|word| case::snake(word)).filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_");
    let help = if metric::is_snake_case(&snake) {
        format!("write `{snake}`")
    } else {
        "use lower-case ASCII letters, digits and single underscores, a letter first".to_owned()
    };
    Err(Violation::new(Code::Obs1102, format!("health check `{name}` is not snake_case"), help))
}

/// Reads a time such as `500ms`, `2s` or `1m`.
///
/// ```
/// # use observe_rules::health::time;
/// assert_eq!(time("500ms").map(|time| time.as_millis()), Some(500));
/// assert_eq!(time("2"), None);
/// ```
#[must_use]
pub fn time(text: &str) -> Option<Duration> {
    let units = [("ms", 1), ("s", 1000), ("m", 60_000)];
    let (number, factor) = units.iter().find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, factor)))?;
    let number: u64 = number.trim_end().parse().ok()?;
    Some(Duration::from_millis(number.checked_mul(*factor)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_nearly_right_is_suggested() {
        let said = |name: &str| check_name(name).unwrap_err().to_string();
        assert!(said("Vector store").contains("write `vector_store`"));
        assert!(said("9").contains("use lower-case"));
        assert!(said(&"x".repeat(65)).contains("65 bytes"));
    }

    #[test]
    fn a_time_has_a_unit() {
        let millis = |text| time(text).map(|time| time.as_millis());
        assert_eq!((millis("2s"), millis("1m"), millis("0ms")), (Some(2000), Some(60_000), Some(0)));
        for text in ["", "s", "1.5s", "-1s", "2h", "99999999999999999999s", "18446744073709551615m"] {
            assert_eq!(millis(text), None, "{text}");
        }
    }
}
