//! Names and values of metric labels.

use crate::{Code, Violation, case, metric};

/// The longest name that a label may have, in bytes.
pub const MAX_NAME: usize = 128;

/// The longest value that a label may have, in bytes.
pub const MAX_VALUE: usize = 1024;

/// Set by Prometheus, by the exposition formats or by the OpenTelemetry mapping.
const RESERVED: &[&str] = &["le", "quantile", "job", "instance"];

/// Each value of these is one person, one session, one request: one series a value, without end.
const UNBOUNDED: &[&str] = &[
    "user",
    "user_id",
    "username",
    "user_name",
    "account_id",
    "customer_id",
    "patient_id",
    "client_id",
    "session",
    "session_id",
    "request_id",
    "correlation_id",
    "trace_id",
    "span_id",
    "transaction_id",
    "order_id",
    "email",
    "phone",
    "ip",
    "ip_address",
    "client_ip",
    "remote_addr",
    "address",
    "name",
    "mrn",
    "ssn",
    "token",
    "uuid",
    "guid",
    "id",
    "url",
    "uri",
    "full_url",
    "path",
    "full_path",
    "raw_path",
    "query",
    "sql",
    "message",
    "error_message",
    "timestamp",
    "user_agent",
];

/// Checks the name of a label; all violations at once.
///
/// ```
/// # use observe_rules::label::check_name;
/// assert!(check_name("user_type").is_empty());
/// assert_eq!(check_name("user_id")[0].code().id(), "OBS0202");
/// ```
#[must_use]
pub fn check_name(name: &str) -> Vec<Violation> {
    let snake = case::snake(name);
    if RESERVED.contains(&name) || name.starts_with("__") || name.starts_with("otel_") {
        let base = Some(snake.trim_start_matches("otel_")).filter(|base| !base.is_empty()).unwrap_or("value");
        return vec![Violation::new(
            Code::Obs0303,
            format!("label `{name}` is reserved: the scrape or the exposition format sets it"),
            format!("choose another name, such as `{base}_kind`"),
        )];
    }
    if UNBOUNDED.contains(&snake.as_str()) {
        return vec![Violation::new(
            Code::Obs0202,
            format!("label `{name}` has one series for every value, and no end of values"),
            format!(
                "put it on the span: `#[traced(fields({snake} = hash({name})))]`; label with a group, such as `user_type`"
            ),
        )];
    }
    if name.len() > MAX_NAME {
        let message = format!("the name of a label has {} bytes, and {MAX_NAME} are allowed", name.len());
        return vec![Violation::new(Code::Obs0303, message, "shorten it")];
    }
    if !metric::is_snake_case(name) {
        let help = if metric::is_snake_case(&snake) {
            format!("write `{snake}`")
        } else {
            "use lower-case ASCII letters, digits and single underscores, a letter first".to_owned()
        };
        return vec![Violation::new(Code::Obs0303, format!("label name `{name}` is not snake_case"), help)];
    }
    Vec::new()
}

/// Checks the value that a variant stands for.
///
/// # Errors
///
/// `OBS0106` where the value is empty (which Prometheus reads as no label), too long, or has
/// control characters.
pub fn check_value(value: &str) -> Result<(), Violation> {
    let fact = if value.is_empty() {
        "a label's value is empty, which Prometheus reads as no label at all".to_owned()
    } else if value.len() > MAX_VALUE {
        format!("a label's value has {} bytes, and {MAX_VALUE} are allowed", value.len())
    } else if value.chars().any(char::is_control) {
        format!("a label's value has control characters: {value:?}")
    } else {
        return Ok(());
    };
    Err(Violation::new(Code::Obs0106, fact, "give a short, printable name: `#[label(rename = \"none\")]`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_the_requirements_pass() {
        for name in [
            "method",
            "endpoint",
            "status",
            "outcome",
            "operation",
            "table",
            "provider",
            "model",
            "user_type",
            "breaker",
            "component",
            "error_type",
            "version",
            "environment",
        ] {
            assert_eq!(check_name(name), [], "{name}");
        }
    }

    #[test]
    fn each_wrong_name_has_one_violation() {
        for (name, code) in [
            ("le", "OBS0303"),
            ("__name__", "OBS0303"),
            ("otel_scope_name", "OBS0303"),
            ("userType", "OBS0303"),
            ("größe", "OBS0303"),
            (&"x".repeat(MAX_NAME + 1), "OBS0303"),
            ("full_path", "OBS0202"),
            ("userId", "OBS0202"),
            ("email", "OBS0202"),
        ] {
            let violations = check_name(name);
            assert_eq!(violations.len(), 1, "{name}");
            assert_eq!(violations[0].code().id(), code, "{name}");
        }
    }

    #[test]
    fn values_are_short_printable_text() {
        assert!(check_value("gpt-4").is_ok());
        for value in ["", "a\nb", &"x".repeat(MAX_VALUE + 1)] {
            assert!(check_value(value).is_err(), "{value:?}");
        }
    }
}
