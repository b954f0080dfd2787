//! Names of spans and of their fields.

use crate::text::Text;
use crate::{Code, Violation, case, metric};

/// The longest name of a span, in bytes.
pub const MAX_NAME: usize = 96;

/// Fields that generated code sets itself, on every span.
pub const RESERVED_FIELDS: &[&str] =
    &["otel.kind", "otel.status_code", "outcome", "error.type", "error.message", "observe.checked"];

/// Checks the name of a span.
///
/// # Errors
///
/// `OBS0603` where the name is empty, too long, has control characters, or has braces: a name is
/// the same for every call, what differs belongs in fields.
pub fn check_name(name: &str) -> Result<(), Violation> {
    let help = "name the operation, such as `\"load user\"`, and record what differs as a field";
    let fact = if name.trim().is_empty() {
        "a span's name is empty".to_owned()
    } else if name.len() > MAX_NAME {
        format!("a span's name has {} bytes, and {MAX_NAME} are allowed", name.len())
    } else if name.chars().any(char::is_control) {
        format!("a span's name has control characters: {name:?}")
    } else if name.contains(['{', '}', '%']) {
        format!("a span's name is the same for every call, and `{name}` has placeholders")
    } else {
        return Ok(());
    };
    Err(Violation::new(Code::Obs0603, fact, help))
}

/// Refuses a name that is a constant, as [`check_name`] refuses one that is written out.
///
/// Meant for a `const` item, whose error shows the message.
///
/// # Panics
///
/// With `OBS0603` where [`check_name`] fails.
#[track_caller]
pub const fn assert_name(name: &str) {
    let bytes = name.as_bytes();
    let (mut at, mut says, mut differs) = (0, false, false);
    while at < bytes.len() {
        says |= bytes[at] != b' ';
        differs |= bytes[at].is_ascii_control() || matches!(bytes[at], b'{' | b'}' | b'%');
        at += 1;
    }
    if !says || differs || bytes.len() > MAX_NAME {
        let text = Text::<512>::new()
            .str("OBS0603: a span's name is `")
            .str(name)
            .str("`, and it is not empty, has at most ")
            .number(MAX_NAME as u128)
            .str(" bytes, and neither placeholders nor control characters")
            .str("\n  = help: name the operation, such as `load user`, and put what differs in `fields(…)`");
        panic!("{}", text.as_str());
    }
}

/// Checks the name of a span's field, such as `top_k` or `question.id`.
///
/// # Errors
///
/// `OBS0604` where the name is no dotted `snake_case`, or one that generated code sets itself.
pub fn check_field(name: &str) -> Result<(), Violation> {
    if RESERVED_FIELDS.contains(&name) {
        return Err(Violation::new(
            Code::Obs0604,
            format!("field `{name}` is set by observe itself"),
            "choose another name; kind, result and errors are recorded without being named",
        ));
    }
    if name.split('.').all(metric::is_snake_case) {
        return Ok(());
    }
    let fixed: Vec<String> = name.split('.').map(case::snake).collect();
    let help = if fixed.iter().all(|group| metric::is_snake_case(group)) {
        format!("write `{} = …`", fixed.join("."))
    } else {
        "use lower-case ASCII letters, digits and single underscores, a letter first".to_owned()
    };
    let message = format!("field name `{name}` is not snake_case, with dots between groups");
    Err(Violation::new(Code::Obs0604, message, help))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_for_every_call() {
        assert!(check_name("answer question").is_ok());
        assert!(check_name("POST /ask").is_ok());
        for name in ["", " ", "user {id}", "a\nb", &"x".repeat(97)] {
            assert!(check_name(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn a_constant_name_is_judged_as_one_that_is_written_out() {
        let long = "x".repeat(MAX_NAME + 1);
        for name in ["answer question", "POST /ask", "ein Ä", "", " ", "user {id}", "50 %", "a\nb", &long] {
            let is_refused = std::panic::catch_unwind(|| assert_name(name)).is_err();
            assert_eq!(is_refused, check_name(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn fields_are_dotted_snake_case() {
        for name in ["top_k", "gen_ai.usage.input_tokens", "question.id"] {
            assert!(check_field(name).is_ok(), "{name}");
        }
        for name in ["topK", "a..b", ".a", "otel.kind", "error.type"] {
            assert!(check_field(name).is_err(), "{name}");
        }
    }
}
