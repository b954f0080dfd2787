//! Cutting a text into sentences and passages.

/// Most characters of a passage. A guideline note fits into one.
pub(crate) const MAX_PASSAGE_CHARS: usize = 1500;

/// The sentences of `text`, with single spaces inside. An empty line ends a sentence too.
pub(crate) fn sentences(text: &str) -> Vec<String> {
    paragraphs(text).iter().flat_map(|paragraph| split_sentences(paragraph)).collect()
}

/// `text` in pieces of whole sentences, each at most [`MAX_PASSAGE_CHARS`] long. A longer sentence
/// is cut.
pub(crate) fn passages(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut current = String::new();
    let mut length = 0;
    for piece in sentences(text).iter().flat_map(|sentence| cut(sentence)) {
        let added = piece.chars().count();
        if length > 0 && length + 1 + added > MAX_PASSAGE_CHARS {
            found.push(std::mem::take(&mut current));
            length = 0;
        }
        if length > 0 {
            current.push(' ');
            length += 1;
        }
        current.push_str(&piece);
        length += added;
    }
    if length > 0 {
        found.push(current);
    }
    found
}

/// The paragraphs of `text`, each on one line.
fn paragraphs(text: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    for line in text.lines() {
        let words = line.split_whitespace();
        match found.last_mut() {
            Some(current) if !line.trim().is_empty() => {
                for word in words {
                    if !current.is_empty() {
                        current.push(' ');
                    }
                    current.push_str(word);
                }
            }
            _ => found.push(String::new()),
        }
    }
    found.retain(|paragraph| !paragraph.is_empty());
    found
}

/// The sentences of one paragraph.
fn split_sentences(paragraph: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, c) in paragraph.char_indices() {
        let end = at + c.len_utf8();
        if ends_sentence(c, &paragraph[end..]) {
            found.push(paragraph[start..end].trim().to_owned());
            start = end;
        }
    }
    let rest = paragraph[start..].trim();
    if !rest.is_empty() {
        found.push(rest.to_owned());
    }
    found
}

/// Whether a sentence ends with `c` when `rest` follows: "6.5" and "e.g. aspirin" go on.
fn ends_sentence(c: char, rest: &str) -> bool {
    match c {
        '。' | '！' | '？' => true,
        '.' | '!' | '?' => match rest.strip_prefix(' ') {
            Some(next) => !next.starts_with(char::is_lowercase),
            None => rest.is_empty(),
        },
        _ => false,
    }
}

/// `sentence` in pieces that fit into a passage.
fn cut(sentence: &str) -> Vec<String> {
    let chars: Vec<char> = sentence.chars().collect();
    chars.chunks(MAX_PASSAGE_CHARS).map(|piece| piece.iter().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_they_should() {
        let text = "Aim for 6.5 percent, e.g. with\n metformin. Check it! Why?\r\n\r\nA title\n\nEnd";
        assert_eq!(
            sentences(text),
            ["Aim for 6.5 percent, e.g. with metformin.", "Check it!", "Why?", "A title", "End"]
        );
    }

    #[test]
    fn other_scripts() {
        assert_eq!(sentences("発熱。水分を取る。"), ["発熱。", "水分を取る。"]);
        assert_eq!(sentences("Fièvre. Être à jeun."), ["Fièvre.", "Être à jeun."]);
    }

    #[test]
    fn nothing_gives_nothing() {
        assert!(sentences(" \n\n\t").is_empty());
        assert!(passages("").is_empty());
    }

    #[test]
    fn short_texts_are_one_passage() {
        assert_eq!(passages("One.\n\nTwo. Three."), ["One. Two. Three."]);
    }

    #[test]
    fn long_texts_are_cut_between_sentences() {
        let text = "This sentence is here again. ".repeat(200);
        let found = passages(&text);
        assert!(found.len() > 3);
        for passage in &found {
            assert!(passage.chars().count() <= MAX_PASSAGE_CHARS);
            assert!(passage.ends_with("again."));
        }
        assert_eq!(found.join(" "), text.trim());
    }

    #[test]
    fn a_sentence_without_an_end_is_cut() {
        let found = passages(&"ü".repeat(MAX_PASSAGE_CHARS * 2 + 1));
        assert_eq!(found.len(), 3);
        assert_eq!(found[2], "ü");
    }
}
