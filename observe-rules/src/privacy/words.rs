//! The words of a name, taken where they stand.

/// One word, without the digits at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part<'a> {
    pub(super) text: &'a [u8],
    /// The letters as one number, small ones, of a long word the last: equal words have equal keys.
    pub(super) key: Key,
    /// Whether it is the first one, or stands behind a dot.
    pub(super) opens_segment: bool,
}

/// Up to sixteen letters, a byte each, the last one lowest.
pub(super) type Key = u128;

/// The key with one letter more.
pub(super) const fn push(key: Key, letter: u8) -> Key {
    // The bit that tells a small letter from its capital is set, so that both are one.
    key << 8 | (letter | 0x20) as Key
}

/// The key of a whole word.
pub(super) const fn key_of(word: &str) -> Key {
    let (mut key, mut at) = (0, 0);
    while at < word.len() {
        key = push(key, word.as_bytes()[at]);
        at += 1;
    }
    key
}

/// An iterator over the words of a name, however they are separated. Words of digits only are left out.
#[derive(Clone, Debug)]
pub(super) struct Words<'a> {
    name: &'a str,
    at: usize,
    opens_segment: bool,
}

impl<'a> Words<'a> {
    pub(super) fn of(name: &'a str) -> Self {
        Self { name, at: 0, opens_segment: true }
    }
}

/// What a byte is to a word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Separator,
    /// Bytes of other alphabets are small letters: they are in no table, and a word is never cut between them.
    Small,
    Capital,
    Digit,
}

static KINDS: [Kind; 256] = {
    let mut kinds = [Kind::Separator; 256];
    let mut byte = u8::MIN;
    loop {
        kinds[byte as usize] = match byte {
            b'A'..=b'Z' => Kind::Capital,
            b'a'..=b'z' | 0x80.. => Kind::Small,
            b'0'..=b'9' => Kind::Digit,
            _ => Kind::Separator,
        };
        if byte == u8::MAX {
            break;
        }
        byte += 1;
    }
    kinds
};

impl<'a> Iterator for Words<'a> {
    type Item = Part<'a>;

    #[inline]
    fn next(&mut self) -> Option<Part<'a>> {
        let bytes = self.name.as_bytes();
        let kind = |at: usize| bytes.get(at).map(|byte| KINDS[usize::from(*byte)]);
        loop {
            while kind(self.at) == Some(Kind::Separator) {
                self.opens_segment |= bytes[self.at] == b'.';
                self.at += 1;
            }
            let start = self.at;
            let mut last = kind(start)?;
            let (mut key, mut letters) = (0, (0, start));
            loop {
                key = push(key, bytes[self.at]);
                self.at += 1;
                if last != Kind::Digit {
                    letters = (key, self.at);
                }
                match kind(self.at) {
                    None | Some(Kind::Separator) => break,
                    // A capital begins a word: `userId`, and in `APIKey` the second one.
                    Some(Kind::Capital) if last != Kind::Capital || kind(self.at + 1) == Some(Kind::Small) => break,
                    Some(next) => last = next,
                }
            }
            let (key, end) = letters;
            if end > start {
                let opens_segment = std::mem::take(&mut self.opens_segment);
                return Some(Part { text: &bytes[start..end], key, opens_segment });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_words(name: &str, expected: &[&str]) {
        let words: Vec<&[u8]> = Words::of(name).map(|part| part.text).collect();
        let expected: Vec<&[u8]> = expected.iter().map(|word| word.as_bytes()).collect();
        assert_eq!(words, expected, "{name}");
    }

    #[test]
    fn every_way_to_write_a_name_has_the_same_words() {
        for name in ["user_api_key", "userApiKey", "USER_API_KEY", "User-Api-Key", "user.api.key", "userAPIKey"] {
            let words: Vec<Key> = Words::of(name).map(|part| part.key).collect();
            assert_eq!(words, ["user", "api", "key"].map(key_of), "{name}");
        }
    }

    #[test]
    fn digits_at_the_end_of_a_word_are_left_out() {
        assert_words("address2", &["address"]);
        assert_words("X-Hub-Signature-256", &["X", "Hub", "Signature"]);
        assert_words("k8s.pod", &["k8s", "pod"]);
        assert_words("oauth2Token", &["oauth", "Token"]);
    }

    #[test]
    fn nothing_and_signs_have_no_words() {
        assert_words("", &[]);
        assert_words("_.-7", &[]);
    }

    #[test]
    fn letters_of_other_alphabets_stay_together() {
        assert_words("größe_имя", &["größe", "имя"]);
        assert_words("имяX", &["имя", "X"]);
    }

    #[test]
    fn a_segment_opens_at_the_start_and_behind_a_dot() {
        let opens: Vec<bool> = Words::of("a_b.c_d").map(|part| part.opens_segment).collect();
        assert_eq!(opens, [true, false, true, false]);
    }
}
