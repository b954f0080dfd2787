//! The same names as regular expressions, for tools that can be told nothing else: an OpenTelemetry Collector.
//!
//! A regular expression can't say "and does not end in", so these know names by their ends: `password` and
//! `password_hash`, and not what stands far before the end. They are a second net, for what never went through [`classify`].
//!
//! [`classify`]: super::classify

use super::pairs::{HARMLESS_PAIRS, PERSONAL_PAIRS, SECRET_PAIRS};
use super::tables::{CARRIERS, STEMS, WORDS};
use super::vocabulary::Traits;
use std::collections::BTreeMap;

/// What a sensitive word may be followed by and still is the value, or says as much of it.
const ENDINGS: &[&str] = &["hash", "hint", "text", "plaintext", "prefix", "suffix", "masked"];

/// Regular expressions that find sensitive names, in the syntax that RE2, Go and the crate `regex` share.
///
/// ```
/// # use observe_rules::privacy::key_patterns;
/// assert!(key_patterns([]).iter().all(|pattern| !pattern.contains("(?!") && !pattern.contains('$')));
/// assert!(key_patterns(["case_number"]).iter().any(|pattern| pattern.contains("case[^A-Za-z]*number")));
/// ```
#[must_use]
pub fn key_patterns<'a>(own: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let words = |wanted: Traits| -> Vec<String> {
        let lists = WORDS.iter().filter(|(traits, _)| traits.has(wanted));
        lists.flat_map(|(_, words)| words.iter().map(|word| (*word).to_owned())).collect()
    };
    let mut patterns = Vec::new();
    for wanted in [Traits::SECRET, Traits::PERSONAL] {
        patterns.push(anywhere(&words(wanted)));
    }
    patterns.push(format!(
        "(?i:{}){}",
        one_of(STEMS.iter().map(|stem| (*stem).to_owned()).filter(|stem| stem != "token")),
        end()
    ));
    for wanted in [Traits::ENDS_SECRET, Traits::ENDS_PERSONAL] {
        patterns.push(format!(r"(?:\A|\.){}{}", any_case(&words(wanted)), end()));
    }
    for wanted in [Traits::ALONE_SECRET, Traits::ALONE_PERSONAL] {
        patterns.push(format!(r"\A{}[^A-Za-z]*\z", any_case(&words(wanted))));
    }
    patterns.push(pair(&givers(), &["token".to_owned()]));
    for pairs in [SECRET_PAIRS, PERSONAL_PAIRS] {
        patterns.extend(by_second(pairs).into_iter().map(|(firsts, seconds)| pair(&firsts, &seconds)));
    }
    patterns.extend(own.into_iter().map(run));
    patterns
}

/// Who gives keys, codes and sessions gives tokens too. Those of pages and of languages are none.
fn givers() -> Vec<String> {
    let is_given = |second: &str| ["code", "key", "session", "tokens"].contains(&second);
    let firsts = SECRET_PAIRS.iter().filter(|(_, second)| is_given(second)).flat_map(|(firsts, _)| *firsts);
    firsts.map(|first| (*first).to_owned()).collect()
}

/// Words that are sensitive wherever they stand, as the last one.
fn anywhere(words: &[String]) -> String {
    format!("(?:{}{}|{}){}", START, any_case(words), camel(words), end())
}

/// Where a word of small letters begins.
const START: &str = r"(?:\A|[^A-Za-z])";

fn any_case(words: &[String]) -> String {
    format!("(?i:{})", one_of(words.iter().cloned()))
}

/// Words that begin with a capital behind a small letter.
fn camel(words: &[String]) -> String {
    format!("[a-z](?:{})", one_of(words.iter().map(|word| capital(word))))
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    format!("{}(?i:{rest})", first.to_uppercase())
}

/// Two words in a row, however they are joined.
fn pair(firsts: &[String], seconds: &[String]) -> String {
    let joined = one_of(seconds.iter().map(|second| capital(second)));
    let seconds = format!("(?:[^A-Za-z]+{}|{joined})", any_case(seconds));
    format!("(?:{START}{}|{}){seconds}{}", any_case(firsts), camel(firsts), end())
}

/// The pairs by their first words: those with the same ones make one expression. A pair that is harmless is none of them.
fn by_second(pairs: &[(&[&str], &str)]) -> Vec<(Vec<String>, Vec<String>)> {
    let mut joined: BTreeMap<Vec<String>, Vec<String>> = BTreeMap::new();
    for (firsts, second) in pairs {
        let is_harmless = |first: &str| HARMLESS_PAIRS.iter().any(|(all, of)| of == second && all.contains(&first));
        let firsts = firsts.iter().filter(|first| !is_harmless(first)).map(|first| (*first).to_owned()).collect();
        joined.entry(firsts).or_default().push((*second).to_owned());
    }
    joined.into_iter().collect()
}

/// A name of the workspace's own: its words one behind the other, wherever they stand.
fn run(name: &str) -> String {
    let words = super::words::Words::of(name);
    let words: Vec<_> =
        words.map(|word| String::from_utf8_lossy(word.text).to_lowercase()).map(|word| escaped(&word)).collect();
    let first = words.first().map(|word| capital_of_escaped(word)).unwrap_or_default();
    let rest: String = words.iter().skip(1).map(|word| format!("[^A-Za-z]*{word}")).collect();
    let all = words.join("[^A-Za-z]*");
    format!(r"(?:{START}(?i:{all})|[a-z]{first}(?i:{rest}))(?:[^a-z]|\z)")
}

fn capital_of_escaped(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| format!("{}(?i:{})", first.to_uppercase(), letters.as_str())).unwrap_or_default()
}

/// What is no letter and no digit of ASCII stands for itself.
fn escaped(word: &str) -> String {
    let letter = |letter: char| if letter.is_ascii_punctuation() { format!("\\{letter}") } else { letter.to_string() };
    word.chars().map(letter).collect()
}

/// A plural, words that say how the value is written, digits; and nothing behind them.
fn end() -> String {
    let endings = one_of(CARRIERS.iter().chain(ENDINGS).map(|ending| (*ending).to_owned()));
    format!(r"s?(?:[^A-Za-z]*(?i:{endings}))?[^A-Za-z]*\z")
}

/// Alternatives, each once and in order.
fn one_of(words: impl Iterator<Item = String>) -> String {
    let mut words: Vec<String> = words.collect();
    words.sort();
    words.dedup();
    words.join("|")
}
