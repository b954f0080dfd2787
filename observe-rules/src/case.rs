//! Case conversion, with the names that serde gave the cases.

/// The cases that `rename_all` knows, as they are written.
pub const NAMES: &[&str] = &[
    "lowercase",
    "UPPERCASE",
    "PascalCase",
    "camelCase",
    "snake_case",
    "SCREAMING_SNAKE_CASE",
    "kebab-case",
    "SCREAMING-KEBAB-CASE",
];

/// Rewrites the name of a variant, `PascalCase` by Rust's habit, in the case of this name.
///
/// `None` means that there is no such case; [`NAMES`] has them all.
///
/// ```
/// # use observe_rules::case;
/// assert_eq!(case::apply("snake_case", "NotFound").as_deref(), Some("not_found"));
/// assert_eq!(case::apply("kebab-case", "Gpt4").as_deref(), Some("gpt4"));
/// assert_eq!(case::apply("Snake", "NotFound"), None);
/// ```
#[must_use]
pub fn apply(case: &str, variant: &str) -> Option<String> {
    Some(match case {
        "lowercase" => variant.to_lowercase(),
        "UPPERCASE" => variant.to_uppercase(),
        "PascalCase" => variant.to_owned(),
        "camelCase" => camel(variant),
        "snake_case" => snake(variant),
        "SCREAMING_SNAKE_CASE" => snake(variant).to_uppercase(),
        "kebab-case" => snake(variant).replace('_', "-"),
        "SCREAMING-KEBAB-CASE" => snake(variant).to_uppercase().replace('_', "-"),
        _ => return None,
    })
}

/// `snake_case` of any name: an underscore goes before each capital that begins a word.
///
/// ```
/// # use observe_rules::case;
/// assert_eq!(case::snake("cacheHitCount"), "cache_hit_count");
/// assert_eq!(case::snake("HTTPServer-Errors"), "http_server_errors");
/// ```
#[must_use]
pub fn snake(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::with_capacity(name.len() + 4);
    for (at, &letter) in letters.iter().enumerate() {
        let previous = at.checked_sub(1).map(|before| letters[before]);
        let next_is_lower = letters.get(at + 1).is_some_and(|next| next.is_lowercase());
        let begins_word = letter.is_uppercase()
            && previous.is_some_and(|previous| {
                previous.is_lowercase() || previous.is_numeric() || (previous.is_uppercase() && next_is_lower)
            });
        if begins_word {
            snake.push('_');
        }
        if letter.is_alphanumeric() {
            snake.extend(letter.to_lowercase());
        } else if !snake.is_empty() && !snake.ends_with('_') {
            snake.push('_');
        }
    }
    snake.truncate(snake.trim_end_matches('_').len());
    snake
}

fn camel(variant: &str) -> String {
    let mut letters = variant.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_case_exists() {
        for case in NAMES {
            assert!(apply(case, "NotFound").is_some(), "{case}");
        }
    }

    #[test]
    fn each_case_is_spelled_as_its_name() {
        let spelled: Vec<_> = NAMES.iter().filter_map(|case| apply(case, "NotFoundX2")).collect();
        assert_eq!(
            spelled,
            [
                "notfoundx2",
                "NOTFOUNDX2",
                "NotFoundX2",
                "notFoundX2",
                "not_found_x2",
                "NOT_FOUND_X2",
                "not-found-x2",
                "NOT-FOUND-X2"
            ]
        );
    }
}
