//! Names that promise personal data or secrets.
//!
//! A name is split into words (`camelCase`, `snake_case`, dots and dashes all separate), and the
//! words are looked up. So `patientEmail` and `X-Api-Key` are found, and `token_expiry_minutes`
//! and `author` are not.

/// Words that are sensitive wherever they stand.
const WORDS: &[&str] = &[
    "ssn",
    "mrn",
    "email",
    "phone",
    "fax",
    "dob",
    "birthdate",
    "birthday",
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "apikey",
    "authorization",
    "cookie",
    "otp",
    "jwt",
    "iban",
    "cvv",
    "cvc",
    "diagnosis",
    "passport",
    "bearer",
    "credential",
    "credentials",
    "dsn",
];

/// Runs of words that are sensitive together.
const PHRASES: &[&[&str]] = &[
    &["date", "of", "birth"],
    &["birth", "date"],
    &["e", "mail"],
    &["first", "name"],
    &["last", "name"],
    &["full", "name"],
    &["patient", "name"],
    &["patient", "id"],
    &["sur", "name"],
    &["maiden", "name"],
    &["street", "address"],
    &["home", "address"],
    &["postal", "address"],
    &["ip", "address"],
    &["client", "ip"],
    &["remote", "addr"],
    &["medical", "record"],
    &["social", "security"],
    &["credit", "card"],
    &["card", "number"],
    &["account", "number"],
    &["api", "key"],
    &["private", "key"],
    &["access", "key"],
    &["session", "id"],
    &["user", "id"],
    &["national", "id"],
    &["government", "id"],
];

/// Names that are sensitive as a whole, but harmless as a word among others.
const WHOLE: &[&str] = &[
    "token",
    "session",
    "auth",
    "surname",
    "address",
    "user",
    "username",
    "access_token",
    "refresh_token",
    "id_token",
    "auth_token",
    "session_token",
    "csrf_token",
    "bearer_token",
    "api_token",
    "connect.sid",
    "phpsessid",
];

/// Words that say that a sensitive word is only talked about: `token_expiry`, `password_attempts`.
const HARMLESS_ENDINGS: &[&str] = &[
    "count", "total", "expiry", "minutes", "seconds", "length", "len", "kind", "type", "attempts", "policy", "enabled",
    "valid", "verified", "present", "failures", "age", "limit",
];

/// What a name promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// A secret: a password, a key, a token, a session.
    Secret,
    /// Something about a person.
    Personal,
}

/// What a field, parameter or header of this name is taken for; `None` where the name is harmless.
#[must_use]
pub fn classify(name: &str) -> Option<Class> {
    is_sensitive(name).then_some(Class::Personal)
}

/// Whether a field, parameter or header of this name is taken for personal data or a secret.
///
/// ```
/// # use observe_rules::privacy::is_sensitive;
/// for name in ["ssn", "patientEmail", "X-Api-Key", "user.session_id", "date_of_birth"] {
///     assert!(is_sensitive(name), "{name}");
/// }
/// for name in ["token_expiry_minutes", "author", "gen_ai.usage.input_tokens", "top_k"] {
///     assert!(!is_sensitive(name), "{name}");
/// }
/// ```
#[must_use]
pub fn is_sensitive(name: &str) -> bool {
    let snake = crate::case::snake(name);
    let words: Vec<&str> = snake.split('_').collect();
    if words.last().is_some_and(|last| HARMLESS_ENDINGS.contains(last)) {
        return false;
    }
    WHOLE.iter().any(|whole| *whole == snake || whole.eq_ignore_ascii_case(name))
        || words.iter().any(|word| WORDS.contains(word))
        || PHRASES.iter().any(|phrase| words.windows(phrase.len()).any(|window| window == *phrase))
}
