//! What stands behind the `?` of a question.

use crate::percent;
use std::str::FromStr;

/// The pairs of a query. Of a name that is there twice, the last counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Query<'a>(pub(super) &'a str);

/// A value that is not understood, as a sentence.
pub(super) type Refused = String;

impl Query<'_> {
    pub(super) fn text(self, name: &str) -> Option<String> {
        let mut pairs = self.0.split('&').filter_map(|pair| pair.split_once('='));
        let value = pairs.rfind(|(key, _)| *key == name)?.1;
        Some(percent::decoded_lossy(&value.replace('+', " ")).into_owned()).filter(|text| !text.is_empty())
    }

    pub(super) fn number<T: FromStr>(self, name: &str) -> Result<Option<T>, Refused> {
        let Some(text) = self.text(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| format!("`{name}` takes a number: `{name}=100`"))
    }

    /// `errors=1`.
    pub(super) fn is_on(self, name: &str) -> bool {
        self.text(name).is_some_and(|value| matches!(value.as_str(), "1" | "true" | "on"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_read_as_forms_write_them() {
        let query = Query("a=1&text=POST+%2Fask&empty=&a=2&errors=true&wrong=x");
        assert_eq!(query.text("text").as_deref(), Some("POST /ask"));
        assert_eq!(query.number::<u64>("a"), Ok(Some(2)));
        assert_eq!((query.text("empty"), query.number::<u64>("none")), (None, Ok(None)));
        assert!(query.is_on("errors") && !query.is_on("a") && query.number::<u64>("wrong").is_err());
    }
}
