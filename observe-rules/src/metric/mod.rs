//! Names of metrics.
//!
//! `#[metered(name = "rag_query")]` makes three families out of one base name ([`check_base`]); each
//! family can be renamed, and then its full name has rules of its own ([`check_family`]). A metric
//! that is declared on its own has its full name at once ([`check_declared`]). Sources: the
//! Prometheus naming guide, `OpenMetrics` 1.0 (suffixes), promlint.

mod declared;
mod exposed;
mod family;

pub use declared::{Kind, check_declared};
pub use exposed::{clash, exposed_names};
pub use family::{Family, check_base, check_family};

use crate::{Code, Violation, case};

/// Words for time that name no unit.
const UNITLESS_TIME: &[&str] = &["time", "latency", "elapsed"];

/// Words that say what kind of metric it is.
const TYPES: &[&str] = &["counter", "gauge", "histogram", "summary", "metric"];

/// Checks the help text of a metric.
///
/// # Errors
///
/// `OBS0309` where it is missing or has nothing but white space.
///
/// ```
/// # use observe_rules::metric::check_help;
/// assert!(check_help("Documents that were uploaded.").is_ok());
/// assert_eq!(check_help(" ").unwrap_err().code().id(), "OBS0309");
/// ```
pub fn check_help(help: &str) -> Result<(), Violation> {
    if help.trim().is_empty() {
        return Err(Violation::new(
            Code::Obs0309,
            "a metric without help says nothing to those who find it in a scrape",
            "say in a sentence what is counted, in a doc comment or as `help = \"Documents that were uploaded.\"`",
        ));
    }
    Ok(())
}

/// Checks the namespace that goes before every name; it is known only at run time.
///
/// # Errors
///
/// `OBS0301` where the namespace is not one `snake_case` word or more.
pub fn check_namespace(namespace: &str) -> Result<(), Violation> {
    let help =
        format!("use lower-case ASCII letters, digits and single underscores, such as `{}`", namespace_like(namespace));
    charset(namespace, &help).map_or(Ok(()), Err)
}

fn namespace_like(name: &str) -> String {
    Some(case::snake(name)).filter(|fixed| is_snake_case(fixed)).unwrap_or_else(|| "my_service".to_owned())
}

fn charset(name: &str, help: &str) -> Option<Violation> {
    (!is_snake_case(name)).then(|| Violation::new(Code::Obs0301, not_snake_case(name), help))
}

fn not_snake_case(name: &str) -> String {
    format!("metric name `{name}` is not snake_case: letters a to z, digits, single underscores")
}

fn not_base_unit(name: &str, word: &str, base: &str) -> String {
    format!("`{name}` counts in `{word}`, and metrics count in base units, here `{base}`")
}

fn without_unit(name: &str, word: &str) -> String {
    format!("`{name}` says `{word}`, which has no unit")
}

fn repeats_type(name: &str, word: &str) -> String {
    format!("`{name}` repeats its type: the exposition says `{word}` by itself")
}

pub(crate) fn is_snake_case(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        && !name.contains("__")
        && !name.ends_with('_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_namespace_is_snake_case() {
        assert_eq!(check_namespace("voice_assist"), Ok(()));
        for (namespace, fixed) in [("VoiceAssist", "voice_assist"), ("", "my_service"), ("a:b", "a_b")] {
            let violation = check_namespace(namespace).unwrap_err();
            assert!(violation.to_string().ends_with(&format!("such as `{fixed}`")), "{violation}");
            assert_eq!(check_namespace(fixed), Ok(()));
        }
    }

    #[test]
    fn help_is_text() {
        assert_eq!(check_help("Queries that were answered."), Ok(()));
        for help in ["", " ", "\n\t"] {
            assert_eq!(check_help(help).unwrap_err().code(), Code::Obs0309, "{help:?}");
        }
    }
}
