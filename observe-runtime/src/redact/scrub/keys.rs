//! Which names announce a secret. A name is judged by its last words, so that `db_password` and
//! `X-Api-Key` do and `token_expiry_minutes` and `input_tokens` do not.

use super::ascii::contains_ignore_case;
use super::endings::Endings;
use crate::redact::class_of;
use observe_rules::privacy::{Class, Names, classify};
use std::sync::OnceLock;

/// What a name says about its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// The value is a secret.
    Secret,
    /// The value is a secret unless it is a count, or a word in a sentence: `Unexpected token: end
    /// of file`.
    Token,
    /// The value is a secret unless it is a directory, as that of the variable `PWD` is.
    Directory,
    /// The value is a secret unless it counts what passed.
    Pass,
    /// The value is a secret if it is long: `key=42` selects something.
    Long,
    /// The value is pairs of which each has a secret.
    Cookie,
    /// The value is about a person.
    Personal,
    /// The value is a scheme and credentials, RFC 9110 section 11.6.2.
    Authorization,
}

impl Key {
    pub(super) fn of(name: &str) -> Option<Self> {
        // What the workspace says goes before what everybody does.
        if OWN_ENDINGS.get().is_some() {
            let own = class_of(name);
            if own != classify(name) {
                return own.map(|class| match class {
                    Class::Secret => Key::Secret,
                    Class::Personal => Key::Personal,
                });
            }
        }
        let [last, second] = last_words(name);
        match () {
            () if last.eq_ignore_ascii_case("cookie") && !second.eq_ignore_ascii_case("set") => Some(Key::Cookie),
            () if is_variable(name, "pwd") => Some(Key::Directory),
            () if last.eq_ignore_ascii_case("pass") => Some(Key::Pass),
            () if contains_ignore_case(&["bearer", "jwt"], last) => Some(Key::Token),
            () if last.eq_ignore_ascii_case("token") => {
                (!contains_ignore_case(NO_SECRET_TOKEN, second)).then_some(Key::Token)
            }
            () if last.eq_ignore_ascii_case("authorization") => Some(Key::Authorization),
            () if contains_ignore_case(SECRET, last) || is_pair(second, last) || is_glued(last) => Some(Key::Secret),
            () => Key::of_person(name, last),
        }
    }

    /// Of a list: `api_keys: [a, b]`. Lists of tokens are what parsers and language models have.
    pub(super) fn of_list(name: &str) -> Option<Self> {
        let one = name.strip_suffix(['s', 'S'])?;
        Key::of(one).filter(|key| *key == Key::Secret)
    }

    /// What the policy for names says of others.
    fn of_person(name: &str, last: &str) -> Option<Self> {
        if contains_ignore_case(EVERYWHERE, name) || !contains_ignore_case(PERSONAL, last) {
            return None;
        }
        classify(name).map(|class| match class {
            Class::Secret => Key::Token,
            Class::Personal => Key::Personal,
        })
    }

    /// For a parameter in the query of a URL, where some short names have come to mean a secret.
    pub(super) fn of_parameter(name: &str) -> Option<Self> {
        let [last, second] = last_words(name);
        if contains_ignore_case(SECRET_PARAMETER, last) {
            return Some(Key::Secret);
        }
        let short = second.is_empty() && contains_ignore_case(&["code", "key"], last);
        if short { Some(Key::Long) } else { Key::of(name) }
    }
}

/// Names that programs give to much else in their logs: `address=0x7ffe`, `user=root`.
const EVERYWHERE: &[&str] = &["address", "auth", "session", "user"];

/// The last words of names that the policy for names may call personal.
const PERSONAL: &[&str] = &[
    "addr",
    "address",
    "birth",
    "birthdate",
    "birthday",
    "card",
    "cookie",
    "credential",
    "credentials",
    "diagnosis",
    "dob",
    "dsn",
    "email",
    "fax",
    "iban",
    "id",
    "ip",
    "mail",
    "mobile",
    "mrn",
    "name",
    "number",
    "passport",
    "phone",
    "record",
    "security",
    "ssn",
    "surname",
    "username",
];

/// Where `id` is in that list.
const ID: usize = 15;

/// Words before an `id` that is a person's.
const PERSONS: &[&str] = &["government id", "national id", "patient id", "user id"];

/// How all the names that are looked up here end.
static ENDINGS: Endings = Endings::of(&[
    SECRET,
    SECRET_PARAMETER,
    PERSONS,
    // An `id` is looked up by what it is of.
    PERSONAL.split_at(ID).0,
    PERSONAL.split_at(ID + 1).1,
    &["authorization", "bearer", "code", "jwt", "key", "pass", "token"],
    // The ends of pairs.
    &["base", "confirmation", "digest", "hash", "session id", "sid"],
    // Of lists.
    &["codes", "keys", "passcodes", "passphrases", "passwords", "secrets"],
]);

/// How the names end that the workspace has of its own.
static OWN_ENDINGS: OnceLock<Endings> = OnceLock::new();

/// Sets how the names of the workspace end.
pub(in crate::redact) fn set_own(names: &Names) {
    // A joint between words is written in many ways, so that two letters are all that is the same.
    let ends = names.sensitive().iter().filter_map(|name| name.get(name.len().checked_sub(2)?..));
    let _ = OWN_ENDINGS.set(Endings::of(&[&ends.collect::<Vec<_>>()]));
}

/// Whether a name that is looked up here may end at `end`.
#[inline]
pub(super) fn may_end_at(bytes: &[u8], end: usize) -> bool {
    ENDINGS.may_end_at(bytes, end) || OWN_ENDINGS.get().is_some_and(|own| own.may_end_at(bytes, end))
}

const SECRET: &[&str] = &[
    "accesskey",
    "accesstoken",
    "apikey",
    "apitoken",
    "authtoken",
    "clientsecret",
    "csrftoken",
    "cvc",
    "cvv",
    "idtoken",
    "jsessionid",
    "otp",
    "passcode",
    "passphrase",
    "passw",
    "passwd",
    "password",
    "passwort",
    "phpsessid",
    "privatekey",
    "pwd",
    "refreshtoken",
    "secret",
    "secretkey",
    "sessionid",
    "sessiontoken",
    "sshkey",
    "userpassword",
];

/// The last two words of names of which the last alone says little.
const SECRET_PAIR: &[(&str, &str)] = &[
    ("access", "key"),
    ("account", "key"),
    ("api", "key"),
    ("auth", "key"),
    ("client", "key"),
    ("connect", "sid"),
    ("encryption", "key"),
    ("key", "base"),
    ("master", "key"),
    ("password", "confirmation"),
    ("password", "digest"),
    ("password", "hash"),
    ("private", "key"),
    ("secret", "key"),
    ("security", "code"),
    ("session", "id"),
    ("session", "key"),
    ("shared", "key"),
    ("signing", "key"),
    ("storage", "key"),
    ("subscription", "key"),
];

/// Signatures of pre-signed URLs (AWS Signature Version 4, Azure shared access signatures) and
/// session ids.
const SECRET_PARAMETER: &[&str] =
    &["auth", "credential", "hmac", "pin", "pw", "session", "sid", "sig", "signature", "ticket"];

/// Tokens that only mark a place, or that a language model counts.
const NO_SECRET_TOKEN: &[&str] = &[
    "bos",
    "completion",
    "continuation",
    "cursor",
    "end",
    "eos",
    "input",
    "last",
    "max",
    "min",
    "next",
    "num",
    "output",
    "pad",
    "page",
    "pagination",
    "per",
    "prompt",
    "start",
    "stop",
    "total",
    "unk",
];

/// Whether the name is this one, or the word before a space has only been taken for a part of it.
fn is_variable(name: &str, variable: &str) -> bool {
    name.rsplit(' ').next().is_some_and(|name| name.eq_ignore_ascii_case(variable))
}

/// `PGPASSWORD`, `dbpasswd`
fn is_glued(last: &str) -> bool {
    let ends = |with: &str| {
        last.len()
            .checked_sub(with.len())
            .and_then(|at| last.get(at..))
            .is_some_and(|end| end.eq_ignore_ascii_case(with))
    };
    ends("password") || ends("passwd")
}

fn is_pair(second: &str, last: &str) -> bool {
    SECRET_PAIR.iter().any(|(a, b)| a.eq_ignore_ascii_case(second) && b.eq_ignore_ascii_case(last))
}

/// The last word of a name and the one before it, which may be empty.
fn last_words(name: &str) -> [&str; 2] {
    let (rest, last) = split_last_word(name);
    let (_, second) = split_last_word(rest);
    [last, second]
}

fn split_last_word(name: &str) -> (&str, &str) {
    // `password2` is one more password.
    let name = name.trim_end_matches(|c: char| !c.is_ascii_alphabetic());
    let bytes = name.as_bytes();
    let start = (1..bytes.len()).rev().find(|&at| begins_word(bytes, at));
    name.split_at(start.unwrap_or(0))
}

/// Words begin behind punctuation, and at capitals: `dbPassword`, `APIKey`.
fn begins_word(bytes: &[u8], at: usize) -> bool {
    let (before, here) = (bytes[at - 1], bytes[at]);
    let lower_follows = bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase);
    !before.is_ascii_alphanumeric() || here.is_ascii_uppercase() && (!before.is_ascii_uppercase() || lower_follows)
}
