//! Names and values of metric labels.

use crate::privacy::Names;
use crate::{Code, Violation, case, metric};
use std::borrow::Cow;

/// The longest name that a label may have, in bytes.
pub const MAX_NAME: usize = 128;

/// The longest value that a label may have, in bytes.
pub const MAX_VALUE: usize = 1024;

/// Set by Prometheus or by the exposition formats, as all names that begin with an underscore are; those
/// that begin with `otel_` belong to the OpenTelemetry mapping.
const RESERVED: &[&str] = &["le", "quantile", "job", "instance"];

/// Each value of these is one person, one session, one request: one series a value, without end.
const UNBOUNDED: &[&str] = &[
    "user",
    "user_id",
    "username",
    "user_name",
    "user_hash",
    "account_id",
    "customer_id",
    "patient_id",
    "client_id",
    "member_id",
    "visitor_id",
    "device_id",
    "session",
    "session_id",
    "conversation_id",
    "message_id",
    "request_id",
    "correlation_id",
    "idempotency_key",
    "trace_id",
    "span_id",
    "transaction_id",
    "order_id",
    "payment_id",
    "invoice_id",
    "email",
    "email_address",
    "phone",
    "phone_number",
    "date_of_birth",
    "ip",
    "ip_addr",
    "ip_address",
    "client_ip",
    "client_address",
    "remote_ip",
    "remote_addr",
    "remote_address",
    "peer_addr",
    "peer_address",
    "x_forwarded_for",
    "address",
    "name",
    "mrn",
    "ssn",
    "token",
    "access_token",
    "api_key",
    "password",
    "cookie",
    "uuid",
    "guid",
    "id",
    "url",
    "uri",
    "full_url",
    "path",
    "full_path",
    "raw_path",
    "raw_url",
    "request_path",
    "request_uri",
    "request_url",
    "query",
    "query_string",
    "sql",
    "prompt",
    "message",
    "error_message",
    "exception_message",
    "stack_trace",
    "stacktrace",
    "timestamp",
    "user_agent",
];

/// Checks the name of a label; all violations at once.
///
/// ```
/// # use observe_rules::{label::check_name, privacy::Names};
/// let names = Names::default();
/// assert!(check_name("user_type", &names).is_empty());
/// assert_eq!(check_name("user_id", &names)[0].code().id(), "OBS0202");
/// assert_eq!(check_name("maiden_name", &names)[0].code().id(), "OBS0513");
/// ```
#[must_use]
pub fn check_name(name: &str, names: &Names) -> Vec<Violation> {
    let snake = case::snake(name);
    if is_reserved(name) {
        return vec![Violation::new(
            Code::Obs0303,
            format!("label `{name}` is reserved: the scrape or the exposition format sets it"),
            another_name(&snake),
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
    if names.is_sensitive(name) {
        return vec![Violation::new(
            Code::Obs0513,
            format!("label `{name}` is named after personal data or a secret"),
            format!(
                "put it on the span: `#[traced(fields({snake} = hash({name})))]`; or say in `observe.toml` why the name is harmless: `[privacy.harmless]` and `{snake} = \"…\"`"
            ),
        )];
    }
    if name.len() > MAX_NAME {
        let message = format!("the name of a label has {} bytes, and {MAX_NAME} are allowed", name.len());
        return vec![Violation::new(Code::Obs0303, message, "shorten it")];
    }
    if !metric::is_snake_case(name) {
        let help = if metric::is_snake_case(&snake) {
            // The name may be reserved once it is spelled as it should be: `Le`, `_job`.
            if is_reserved(&snake) { another_name(&snake) } else { format!("write `{snake}`") }
        } else {
            "use lower-case ASCII letters, digits and single underscores, a letter first".to_owned()
        };
        return vec![Violation::new(Code::Obs0303, format!("label name `{name}` is not snake_case"), help)];
    }
    Vec::new()
}

fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name) || name.starts_with("__") || name.starts_with("otel_")
}

fn another_name(snake: &str) -> String {
    let base = snake.trim_start_matches("otel").trim_start_matches('_');
    let base = if metric::is_snake_case(base) { base } else { "value" };
    format!("choose another name, such as `{base}_kind`")
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

/// A value that is known only when the program runs, made fit for a label: at most [`MAX_VALUE`] bytes,
/// cut between characters, with `_` in place of control characters.
///
/// Nothing is copied where nothing is wrong. An empty value stays empty, which Prometheus reads as no
/// label at all; what stands for it is for the caller to say.
///
/// ```
/// # use observe_rules::label::clean_value;
/// assert_eq!(clean_value("gpt-4"), "gpt-4");
/// assert_eq!(clean_value("gpt\n4"), "gpt_4");
/// assert_eq!(clean_value(&"ö".repeat(1000)).len(), 1024);
/// ```
#[must_use]
pub fn clean_value(value: &str) -> Cow<'_, str> {
    let value = &value[..value.floor_char_boundary(MAX_VALUE)];
    if value.contains(char::is_control) {
        // An underscore is no longer than any of them.
        Cow::Owned(value.replace(char::is_control, "_"))
    } else {
        Cow::Borrowed(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str) -> Vec<Violation> {
        check_name(name, &Names::default())
    }

    #[test]
    fn a_workspace_has_names_of_its_own() {
        let names = Names::new(["case_number"], ["card", "email"]);
        assert_eq!(check_name("case_number", &names)[0].code(), Code::Obs0513);
        assert_eq!(check_name("card", &names), []);
        // What has no end of values has none under a harmless name either.
        assert_eq!(check_name("email", &names)[0].code(), Code::Obs0202);
    }

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
            assert_eq!(check(name), [], "{name}");
        }
    }

    #[test]
    fn each_wrong_name_has_one_violation() {
        for (name, code) in [
            ("le", "OBS0303"),
            ("__name__", "OBS0303"),
            ("otel_scope_name", "OBS0303"),
            ("quantile", "OBS0303"),
            ("job", "OBS0303"),
            ("instance", "OBS0303"),
            ("__type__", "OBS0303"),
            ("__unit__", "OBS0303"),
            ("_tenant", "OBS0303"),
            ("_", "OBS0303"),
            ("otel_scope_version", "OBS0303"),
            ("otel.scope", "OBS0303"),
            ("service.name", "OBS0303"),
            ("a:b", "OBS0303"),
            ("", "OBS0303"),
            ("Le", "OBS0303"),
            ("userType", "OBS0303"),
            ("größe", "OBS0303"),
            (&"x".repeat(MAX_NAME + 1), "OBS0303"),
            ("full_path", "OBS0202"),
            ("userId", "OBS0202"),
            ("email", "OBS0202"),
            ("user_email", "OBS0513"),
            ("cardNumber", "OBS0513"),
        ] {
            let violations = check(name);
            assert_eq!(violations.len(), 1, "{name}");
            assert_eq!(violations[0].code().id(), code, "{name}");
        }
    }

    #[test]
    fn a_name_that_help_suggests_is_not_refused() {
        for name in
            ["le", "job", "__name__", "otel_", "otel_9", "Le", "_job", "Quantile", "_tenant", "otel.scope", "userType"]
        {
            let violations = check(name);
            let text = violations[0].to_string();
            let suggested = text.rsplit('`').nth(1).unwrap();
            assert_eq!(check(suggested), [], "{text}");
        }
    }

    #[test]
    fn labels_that_the_requirements_deny_are_refused() {
        for name in ["user_id", "session_id", "request_id", "email", "full_path"] {
            assert_eq!(check(name)[0].code(), Code::Obs0202, "{name}");
        }
    }

    #[test]
    fn every_denied_name_is_spelled_as_it_is_looked_up() {
        for name in UNBOUNDED {
            assert_eq!(case::snake(name), *name);
            assert!(metric::is_snake_case(name), "{name}");
        }
    }

    #[test]
    fn a_clean_value_is_not_copied() {
        let full = "x".repeat(MAX_VALUE);
        for value in ["", "gpt-4", "größe", &full] {
            assert!(matches!(clean_value(value), Cow::Borrowed(clean) if clean == value), "{value}");
        }
    }

    #[test]
    fn a_long_value_is_cut_between_characters() {
        for (letter, len) in [("x", 1024), ("ö", 1024), ("€", 1023), ("🦀", 1024)] {
            let long = letter.repeat(MAX_VALUE);
            let clean = clean_value(&long);
            assert_eq!(clean.len(), len, "{letter}");
            assert!(long.starts_with(&*clean), "{letter}");
        }
    }

    #[test]
    fn a_cleaned_value_is_a_value() {
        let long = "\u{85}\u{0}".repeat(MAX_VALUE);
        for value in ["a\nb", "\r\n", "\u{7f}\u{9f}", &long] {
            let clean = clean_value(value);
            assert_eq!(check_value(&clean), Ok(()), "{value:?}");
            assert!(!clean.contains(char::is_control));
        }
        assert_eq!(clean_value("a\r\nHELP x"), "a__HELP x");
    }

    #[test]
    fn values_are_short_printable_text() {
        assert!(check_value("gpt-4").is_ok());
        for value in ["", "a\nb", &"x".repeat(MAX_VALUE + 1)] {
            assert!(check_value(value).is_err(), "{value:?}");
        }
    }
}
