//! Choosing the sentences of an answer by the words they share with the question.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::model::Passage;
use crate::text;
use crate::words::stems;

/// Most sentences of an answer.
const MAX_SENTENCES: usize = 4;

/// A sentence that may become part of the answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Sentence<'a> {
    /// The place of its passage among those found, and its own place in there.
    pub(crate) place: (usize, usize),
    /// The title of its passage.
    pub(crate) title: &'a str,
    /// The sentence itself.
    pub(crate) text: String,
    /// How much it has in common with the question.
    score: usize,
}

/// The sentences that share most words with `question`, in reading order. Where none shares a
/// word, the first sentence of the best passage.
pub(crate) fn choose_sentences<'a>(question: &str, passages: &'a [Passage]) -> Vec<Sentence<'a>> {
    let words = stems(question);
    let mut all = score_sentences(&words, leading(passages));
    let Some(best) = all.iter().map(|sentence| sentence.score).max() else {
        return all;
    };
    if best == 0 {
        all.truncate(1);
        return all;
    }
    all.retain(|sentence| sentence.score * 2 > best);
    all.sort_by_key(|sentence| (Reverse(sentence.score), sentence.place));
    all.truncate(MAX_SENTENCES);
    all.sort_by_key(|sentence| sentence.place);
    all
}

/// The passages that fit at least half as well as the first, which fits best.
fn leading(passages: &[Passage]) -> &[Passage] {
    let best = passages.first().map_or(0.0, |passage| passage.score);
    let count = passages.iter().take_while(|passage| passage.score * 2.0 >= best).count();
    passages.get(..count).unwrap_or_default()
}

/// Every sentence of `passages` with its score.
fn score_sentences<'a>(words: &BTreeSet<String>, passages: &'a [Passage]) -> Vec<Sentence<'a>> {
    let mut all = Vec::new();
    let mut shared = Vec::new();
    for (rank, passage) in passages.iter().enumerate() {
        for (index, text) in text::sentences(&passage.body).into_iter().enumerate() {
            shared.push(common(words, &text));
            all.push(Sentence { place: (rank, index), title: &passage.title, text, score: 0 });
        }
    }
    let weights = weigh(&shared);
    for (sentence, shared) in all.iter_mut().zip(&shared) {
        let in_title = common(words, sentence.title).len();
        sentence.score = score(shared, &weights, in_title);
    }
    all
}

/// The words that `text` has in common with the question.
fn common<'w>(words: &'w BTreeSet<String>, text: &str) -> Vec<&'w str> {
    let found = stems(text);
    words.iter().filter(|word| found.contains(*word)).map(String::as_str).collect()
}

/// How much each shared word counts: more the fewer sentences have it.
fn weigh<'w>(shared: &[Vec<&'w str>]) -> BTreeMap<&'w str, usize> {
    let mut counts = BTreeMap::new();
    for word in shared.iter().flatten() {
        *counts.entry(*word).or_insert(0) += 1;
    }
    let weight = |count: usize| 1 + (shared.len() / count).max(1).ilog2() as usize;
    counts.into_iter().map(|(word, count)| (word, weight(count))).collect()
}

/// The score of a sentence by the words it and its title share with the question. The title alone
/// makes no sentence fit.
fn score(shared: &[&str], weights: &BTreeMap<&str, usize>, in_title: usize) -> usize {
    if shared.is_empty() {
        return 0;
    }
    let in_sentence: usize = shared.iter().filter_map(|word| weights.get(word)).sum();
    in_sentence + 2 * in_title
}

/// A passage for tests.
#[cfg(test)]
pub(crate) fn passage(title: &str, body: &str) -> Passage {
    Passage {
        id: 0,
        title: title.to_owned(),
        topic: crate::topic::Topic::General,
        snippet: String::new(),
        score: 1.0,
        body: body.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(question: &str, passages: &[Passage]) -> Vec<String> {
        let chosen = choose_sentences(question, passages);
        chosen.into_iter().map(|sentence| sentence.text).collect()
    }

    #[test]
    fn rare_words_count_more() {
        let body = "Red apples. Red plums. Red pears. Green sky. Red sky. Grey sky.";
        let passages = [passage("A", body)];
        let text = texts("red green", &passages);
        assert_eq!(text, ["Green sky."]);
    }

    #[test]
    fn passages_that_fit_far_worse_are_left_out() {
        let mut passages = [passage("A", "Red apples."), passage("B", "Red apples.")];
        assert_eq!(leading(&passages).len(), 2);
        passages[1].score = 0.4;
        assert_eq!(leading(&passages).len(), 1);
        assert!(leading(&[]).is_empty());
    }

    #[test]
    fn answers_stay_short() {
        let passages = [passage("A", &"Red apples. ".repeat(50))];
        assert_eq!(choose_sentences("apples", &passages).len(), MAX_SENTENCES);
    }

    #[test]
    fn without_a_shared_word_the_best_passage_opens() {
        let passages = [passage("A", "First. Second."), passage("B", "Third.")];
        assert_eq!(texts("nothing", &passages), ["First."]);
        assert!(choose_sentences("nothing", &[]).is_empty());
    }
}
