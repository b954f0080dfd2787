//! The words of a text that carry meaning, for the search and for choosing sentences.

use std::collections::BTreeSet;

/// Most words one search uses.
const MAX_QUERY_WORDS: usize = 64;

/// Words that say nothing about a subject, in order.
const STOP_WORDS: &[&str] = &[
    "about", "after", "again", "all", "also", "an", "and", "any", "are", "as", "at", "be", "because", "been", "before",
    "being", "both", "but", "by", "can", "could", "did", "do", "does", "doing", "for", "from", "given", "had", "has",
    "have", "having", "he", "her", "hers", "him", "his", "how", "if", "in", "into", "is", "it", "its", "may", "me",
    "might", "more", "most", "mr", "mrs", "ms", "must", "my", "no", "nor", "not", "of", "on", "once", "only", "or",
    "other", "our", "out", "over", "own", "patient", "patients", "please", "same", "she", "should", "so", "some",
    "such", "than", "that", "the", "their", "them", "then", "there", "these", "they", "this", "those", "to", "too",
    "under", "until", "up", "us", "very", "was", "we", "were", "what", "when", "where", "which", "while", "who",
    "whom", "why", "will", "with", "would", "you", "your",
];

/// The distinct words of `text` in lower case and in order, without stop words and single
/// letters.
pub(crate) fn content_words(text: &str) -> Vec<String> {
    let mut seen = BTreeSet::new();
    all_content_words(text).filter(|word| seen.insert(word.clone())).collect()
}

/// As [`content_words`], each word as often as it occurs.
fn all_content_words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c| !is_word_char(c)).map(str::to_lowercase).filter(|word| is_content(word))
}

/// The words of `text` as [`stems`] has them, each as often as it occurs.
pub(crate) fn all_stems(text: &str) -> impl Iterator<Item = String> {
    all_content_words(text).map(|word| stem(&word).to_owned())
}

/// The words of `text` as a full-text query: any of them, each in quotes, so that nothing of the
/// text is read as query syntax. `None` when no word is left.
pub(crate) fn full_text_query(text: &str) -> Option<String> {
    let words: Vec<String> =
        content_words(text).into_iter().take(MAX_QUERY_WORDS).map(|word| format!("\"{word}\"")).collect();
    (!words.is_empty()).then(|| words.join(" OR "))
}

/// The words of `text` in a form in which singular and plural are the same.
pub(crate) fn stems(text: &str) -> BTreeSet<String> {
    content_words(text).iter().map(|word| stem(word).to_owned()).collect()
}

/// `word` without a plural ending.
fn stem(word: &str) -> &str {
    match word.strip_suffix('s') {
        Some(rest) if rest.len() > 2 && !rest.ends_with(['s', 'i', 'u']) => rest,
        _ => word,
    }
}

/// Whether `c` belongs to a word. Combining marks do, as decomposed letters have them.
fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&c)
}

/// Whether `word` is worth searching for.
fn is_content(word: &str) -> bool {
    let short = word.len() < 2;
    let only_marks = !word.contains(char::is_alphanumeric);
    !short && !only_marks && STOP_WORDS.binary_search(&word).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stop_words_are_in_order() {
        assert!(STOP_WORDS.is_sorted());
    }

    #[test]
    fn keeps_what_carries_meaning() {
        let words = content_words("What is the HbA1c target in Type 2 diabetes, and the target?");
        assert_eq!(words, ["hba1c", "target", "type", "diabetes"]);
        assert!(content_words("What is it? - \u{301} !?").is_empty());
    }

    #[test]
    fn query_quotes_each_word() {
        let query = full_text_query("sepsis NEAR(first hour, 2)").unwrap();
        assert_eq!(query, r#""sepsis" OR "near" OR "first" OR "hour""#);
    }

    #[test]
    fn nothing_of_the_text_is_syntax() {
        for attack in ["\" OR 1", "\"", "*", "NEAR(", "col:", "^a", "-{}", "\0", "'; --", "AND OR NOT"] {
            let query = full_text_query(attack).unwrap_or_default();
            let plain = query.replace(" OR ", "");
            let inner = plain.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            let words = inner.unwrap_or_default().replace("\"\"", "");
            assert!(words.chars().all(char::is_alphanumeric), "{attack}: {query}");
        }
        assert_eq!(full_text_query("* ( ) \" : ^"), None);
    }

    #[test]
    fn long_questions_are_cut() {
        let text: Vec<String> = (0..500).map(|number| format!("word{number}")).collect();
        let query = full_text_query(&text.join(" ")).unwrap();
        assert_eq!(query.matches(" OR ").count(), MAX_QUERY_WORDS - 1);
    }

    #[test]
    fn unicode_words_stay_whole() {
        assert_eq!(content_words("Übelkeit, nai\u{308}ve 糖尿病"), ["übelkeit", "nai\u{308}ve", "糖尿病"]);
    }

    #[test]
    fn plurals_match() {
        assert_eq!(stems("drugs inhibitors"), stems("drug inhibitor"));
        for word in ["sepsis", "illness", "virus", "gas"] {
            assert_eq!(stem(word), word);
        }
    }
}
