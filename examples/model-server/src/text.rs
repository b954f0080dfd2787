//! The answers: sentences that repeat what was asked, chosen by the question alone.

use crate::wire::Question;

/// How a sentence about a word goes on.
const SENTENCES: &[&str] = &[
    "About {} there is much to say, and most of it is short.",
    "Begin with {} early in the morning.",
    "Many people ask about {} and stay for the rest.",
    "Without {} nothing of this would work.",
    "Take two days for {} and a third one for nothing.",
    "It is best to look at {} from close by.",
];

/// How many sentences an answer has at most.
const MAX_SENTENCES: usize = 6;

/// An answer to a question, before it has a form.
pub(crate) struct Reply {
    /// Which model gave it.
    pub(crate) model: String,
    /// Its text in the pieces in which it streams.
    pub(crate) pieces: Vec<String>,
    /// Tokens of the question.
    pub(crate) input_tokens: usize,
    /// Tokens of the answer.
    pub(crate) output_tokens: usize,
}

impl Reply {
    /// The answer to `question`. Each piece is a token; so is each word of the question.
    pub(crate) fn to(question: &Question) -> Self {
        let asked = question.messages.last().map_or("", |message| message.content.as_str());
        let pieces = pieces(asked);
        Self {
            model: question.model.clone(),
            input_tokens: question.messages.iter().map(|message| message.content.split_whitespace().count()).sum(),
            output_tokens: pieces.len(),
            pieces,
        }
    }

    /// The whole text.
    pub(crate) fn text(&self) -> String {
        self.pieces.concat()
    }
}

/// The words of sentences about the longest words of `asked`.
fn pieces(asked: &str) -> Vec<String> {
    let mut words: Vec<&str> = asked.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 3).collect();
    words.truncate(MAX_SENTENCES);
    if words.is_empty() {
        words.push("that");
    }
    let sentences = words.iter().enumerate().map(|(place, word)| {
        let number = word.bytes().map(usize::from).sum::<usize>() + place;
        SENTENCES[number % SENTENCES.len()].replace("{}", word)
    });
    let text = sentences.collect::<Vec<_>>().join(" ");
    text.split_inclusive(' ').map(str::to_owned).collect()
}
