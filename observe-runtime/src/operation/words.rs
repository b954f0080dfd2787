//! Labels whose values are words of a list; any other word is `other`.

use crate::metric::Label;
use observe_rules::convention::{cache, db, messaging};

/// The value of every word that is not in the list.
const OTHER: &str = "other";

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident = $list:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) struct $name(usize);

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                Self($list.iter().position(|known| known.eq_ignore_ascii_case(word)).unwrap_or($list.len()))
            }
        }

        impl Label for $name {
            const CARDINALITY: usize = $list.len() + 1;

            fn index(&self) -> usize {
                self.0
            }

            fn value(index: usize) -> &'static str {
                if index == $list.len() { OTHER } else { $list.get(index).copied().unwrap_or_default() }
            }
        }
    )*};
}

words! {
    /// What is done with a database.
    DatabaseOperation = db::OPERATIONS;
    /// What is done with a cache.
    CacheOperation = cache::OPERATIONS;
    /// What is done with messages.
    MessagingOperation = messaging::OPERATIONS;
}

/// Whether a model has read tokens, or written them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenType {
    Input,
    Output,
}

impl Label for TokenType {
    const CARDINALITY: usize = 2;

    fn index(&self) -> usize {
        *self as usize
    }

    fn value(index: usize) -> &'static str {
        ["input", "output"].get(index).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_known_in_any_case_and_else_it_is_other() {
        let value = |word: &str| DatabaseOperation::value(DatabaseOperation::from(word).index());
        assert_eq!(["SELECT", "insert", "VACUUM", ""].map(value), ["select", "insert", "other", "other"]);
        assert!((0..DatabaseOperation::CARDINALITY).all(|index| !DatabaseOperation::value(index).is_empty()));
        assert_eq!(DatabaseOperation::value(DatabaseOperation::CARDINALITY), "");
    }
}
