//! Where settings come from: the environment, and behind it what is given in code.

use crate::percent;
use std::collections::BTreeMap;

/// Variables by name, as they are set. An empty value counts as none, as the OpenTelemetry specification says.
#[derive(Clone, Default)]
pub(crate) struct Variables {
    environment: BTreeMap<String, String>,
    code: BTreeMap<String, String>,
    /// Names out of the environment whose values are no text.
    unreadable: Vec<String>,
}

impl Variables {
    /// Sets a variable in code; a later value takes the place of an earlier one.
    pub(crate) fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.code.insert(name.into(), value.into());
    }

    /// Adds to a variable of `key=value` pairs in code, percent-encoded.
    pub(crate) fn add_pair(&mut self, name: &str, key: &str, value: &str) {
        let pairs = self.code.entry(name.to_owned()).or_default();
        if !pairs.is_empty() {
            pairs.push(',');
        }
        push_encoded(pairs, key);
        pairs.push('=');
        push_encoded(pairs, value);
    }

    /// Reads the environment, as far as it may concern telemetry. The rest is none of our business.
    pub(crate) fn read_environment(&mut self) {
        for (name, value) in std::env::vars_os() {
            let Ok(name) = name.into_string() else { continue };
            if !super::names::concerns_telemetry(&name) {
                continue;
            }
            match value.into_string() {
                Ok(value) => drop(self.environment.insert(name, value)),
                Err(_) => self.unreadable.push(name),
            }
        }
    }

    /// The value that counts.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.in_environment(name).or_else(|| self.in_code(name))
    }

    pub(super) fn in_environment(&self, name: &str) -> Option<&str> {
        filled(self.environment.get(name)?)
    }

    pub(super) fn in_code(&self, name: &str) -> Option<&str> {
        filled(self.code.get(name)?)
    }

    /// Whether the environment has it, and nothing in it.
    pub(super) fn is_empty_in_environment(&self, name: &str) -> bool {
        self.environment.get(name).is_some_and(|value| filled(value).is_none())
    }

    /// What the environment sets, by name.
    pub(super) fn environment(&self) -> impl Iterator<Item = (&str, &str)> {
        self.environment.iter().filter_map(|(name, value)| Some((name.as_str(), filled(value)?)))
    }

    /// The names of what is set in code.
    pub(super) fn code_names(&self) -> impl Iterator<Item = &str> {
        self.code.keys().map(String::as_str)
    }

    /// How many of those that are known are set, and where.
    pub(super) fn origin(&self) -> String {
        let known = |name: &str| super::names::KNOWN.contains(&name);
        let environment = self.environment().filter(|(name, _)| known(name)).count();
        let code = self.code_names().filter(|name| known(name) && self.in_environment(name).is_none()).count();
        match (environment, code) {
            (0, 0) => "defaults".to_owned(),
            (environment, 0) => format!("{environment} from the environment"),
            (0, code) => format!("{code} from the code"),
            (environment, code) => format!("{environment} from the environment, {code} from the code"),
        }
    }

    pub(super) fn unreadable(&self) -> &[String] {
        &self.unreadable
    }
}

fn filled(value: &str) -> Option<&str> {
    Some(value.trim()).filter(|value| !value.is_empty())
}

/// Characters that stand for themselves: those of names in HTTP, without the one that begins an encoded byte.
const PLAIN: &[u8] = b"!#$&'*+-.^_`|~";

fn push_encoded(out: &mut String, text: &str) {
    percent::push_encoded(out, text, |byte| byte.is_ascii_alphanumeric() || PLAIN.contains(&byte));
}

/// Out of the environment, as tests write it.
#[cfg(test)]
impl<'a> FromIterator<&'a (&'a str, &'a str)> for Variables {
    fn from_iter<I: IntoIterator<Item = &'a (&'a str, &'a str)>>(pairs: I) -> Self {
        let environment = pairs.into_iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { environment, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_goes_before_the_code() {
        let mut variables: Variables = [("A", "outer"), ("B", " ")].iter().collect();
        for name in ["A", "B", "C"] {
            variables.set(name, "inner");
        }
        assert_eq!(variables.get("A"), Some("outer"));
        assert_eq!((variables.get("B"), variables.get("C")), (Some("inner"), Some("inner")));
        assert_eq!(variables.get("D"), None);
    }

    #[test]
    fn what_is_set_is_counted_where_it_counts() {
        let mut variables: Variables = [("RUST_LOG", "info"), ("OBSERVE_NO_SUCH", "1")].iter().collect();
        assert_eq!(variables.origin(), "1 from the environment");
        variables.set("RUST_LOG", "warn");
        variables.set("OBSERVE_ENVIRONMENT", "staging");
        assert_eq!(variables.origin(), "1 from the environment, 1 from the code");
        assert_eq!(Variables::default().origin(), "defaults");
    }

    #[test]
    fn pairs_are_encoded_and_add_up() {
        let mut variables = Variables::default();
        variables.add_pair("A", "x-key", "a, b=ü");
        variables.add_pair("A", "other", "100%");
        assert_eq!(variables.get("A"), Some("x-key=a%2C%20b%3D%C3%BC,other=100%25"));
    }
}
