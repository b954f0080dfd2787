//! Names as `rename_all` writes them, by serde's rules: each capital of a variant begins a word.

/// All cases.
pub(super) const CASES: &[&str] = &[
    "lowercase",
    "UPPERCASE",
    "PascalCase",
    "camelCase",
    "snake_case",
    "SCREAMING_SNAKE_CASE",
    "kebab-case",
    "SCREAMING-KEBAB-CASE",
];

/// The name of a field, `snake_case` by Rust's habit, in the case of this name.
pub(super) fn of_field(case: Option<&str>, field: &str) -> String {
    match case {
        Some("UPPERCASE" | "SCREAMING_SNAKE_CASE") => field.to_ascii_uppercase(),
        Some("PascalCase") => pascal(field),
        Some("camelCase") => first_lower(&pascal(field)),
        Some("kebab-case") => field.replace('_', "-"),
        Some("SCREAMING-KEBAB-CASE") => field.to_ascii_uppercase().replace('_', "-"),
        _ => field.to_owned(),
    }
}

/// The name of a variant, `PascalCase` by Rust's habit, in the case of this name.
pub(super) fn of_variant(case: Option<&str>, variant: &str) -> String {
    match case {
        Some("lowercase") => variant.to_ascii_lowercase(),
        Some("UPPERCASE") => variant.to_ascii_uppercase(),
        Some("camelCase") => first_lower(variant),
        Some("snake_case") => snake(variant),
        Some("SCREAMING_SNAKE_CASE") => snake(variant).to_ascii_uppercase(),
        Some("kebab-case") => snake(variant).replace('_', "-"),
        Some("SCREAMING-KEBAB-CASE") => snake(variant).to_ascii_uppercase().replace('_', "-"),
        _ => variant.to_owned(),
    }
}

fn pascal(field: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
    };
    field.split('_').map(word).collect()
}

fn first_lower(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + letters.as_str())
}

fn snake(variant: &str) -> String {
    let mut name = String::with_capacity(variant.len() + 4);
    for (at, letter) in variant.char_indices() {
        if at > 0 && letter.is_uppercase() {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}
