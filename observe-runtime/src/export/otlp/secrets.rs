//! What must not stand in a log line, though a server may say it: the values of the headers, and those in the URL.

use super::connection::Answer;
use crate::percent;
use hyper::header::HeaderValue;

/// What is shorter is no secret, but a word that a sentence may need.
const SHORTEST: usize = 8;

/// What a masked secret is made of, as long as it was: a message keeps its lengths.
const MASK: u8 = b'*';

/// Texts that are masked.
pub(super) struct Secrets(Vec<Vec<u8>>);

impl Secrets {
    /// The words of the headers' values, as a token is repeated without its `Bearer`, and the values of
    /// what stands behind the URL's question mark.
    pub(super) fn of(headers: &[(String, String)], query: Option<&str>) -> Self {
        let words = headers.iter().flat_map(|(_, value)| value.split_whitespace()).map(str::to_owned);
        let pairs = query.unwrap_or_default().split('&');
        let values = pairs.map(|pair| pair.split_once('=').map_or(pair, |(_, value)| value));
        // A server may say it as it came or as it reads it.
        let values = values.flat_map(|value| [Some(value.to_owned()), percent::decoded(value)]).flatten();
        Self(words.chain(values).filter(|text| text.len() >= SHORTEST).map(String::into_bytes).collect())
    }

    /// Masks them in all of an answer that may be quoted.
    pub(super) fn mask(&self, answer: &mut Answer) {
        self.mask_bytes(&mut answer.body);
        for value in answer.headers.values_mut() {
            let mut bytes = value.as_bytes().to_vec();
            if self.mask_bytes(&mut bytes)
                && let Ok(masked) = HeaderValue::from_bytes(&bytes)
            {
                *value = masked;
            }
            // gRPC has its message percent-encoded, with whatever signs encoded.
            let text = String::from_utf8_lossy(value.as_bytes());
            let mut bytes = percent::decoded_lossy(&text).into_owned().into_bytes();
            if self.mask_bytes(&mut bytes) {
                let mut masked = String::new();
                percent::push_encoded(&mut masked, &String::from_utf8_lossy(&bytes), |byte| {
                    matches!(byte, b' '..=b'~')
                });
                *value = HeaderValue::try_from(masked).unwrap_or(HeaderValue::from_static(""));
            }
        }
    }

    /// Whether there was one.
    fn mask_bytes(&self, bytes: &mut [u8]) -> bool {
        let mut any = false;
        for secret in &self.0 {
            let mut rest = &mut *bytes;
            while let Some(at) = rest.windows(secret.len()).position(|window| window == secret) {
                let (found, behind) = rest[at..].split_at_mut(secret.len());
                found.fill(MASK);
                rest = behind;
                any = true;
            }
        }
        any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::StatusCode;
    use hyper::header::{HeaderMap, HeaderName};

    fn masked(secrets: &[&str], text: &str) -> String {
        let headers: Vec<_> = secrets.iter().map(|secret| ("x-token".to_owned(), (*secret).to_owned())).collect();
        let mut bytes = text.as_bytes().to_vec();
        assert_eq!(Secrets::of(&headers, None).mask_bytes(&mut bytes), bytes != text.as_bytes());
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn every_word_of_every_value_is_masked_wherever_it_stands() {
        assert_eq!(
            masked(&["Bearer abcdefgh", "12345678"], "abcdefgh12345678abcdefghabcdefg"),
            "*".repeat(24) + "abcdefg"
        );
    }

    #[test]
    fn a_secret_is_masked_also_where_it_is_percent_encoded() {
        let secrets = Secrets::of(&[("x-token".to_owned(), "hunter+hunter".to_owned())], None);
        let message = HeaderValue::from_static("no tenant for hunter%2Bh%75nter: 100%25");
        let mut answer = Answer {
            status: StatusCode::OK,
            headers: HeaderMap::from_iter([(HeaderName::from_static("grpc-message"), message)]),
            body: Vec::new(),
            complete: true,
        };
        secrets.mask(&mut answer);
        assert_eq!(answer.headers["grpc-message"], "no tenant for *************: 100%25");
    }

    #[test]
    fn values_in_the_url_are_masked_as_they_came_and_as_they_are_read() {
        let mut bytes = b"no /v1/logs?key=abc%2Fdefgh&tenant=ward&12345678, key abc/defgh".to_vec();
        assert!(Secrets::of(&[], Some("key=abc%2Fdefgh&tenant=ward&12345678")).mask_bytes(&mut bytes));
        let expected = "no /v1/logs?key=***********&tenant=ward&********, key *********";
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    }

    #[test]
    fn short_words_stay() {
        assert_eq!(masked(&["Bearer 7", "", "1234567"], "Bearer 7, 1234567"), "Bearer 7, 1234567");
    }

    #[test]
    fn a_secret_that_looks_like_the_mask_ends_no_worse() {
        let headers = vec![("x-token".to_owned(), "*".repeat(8))];
        let mut bytes = b"<***********>".to_vec();
        assert!(Secrets::of(&headers, None).mask_bytes(&mut bytes));
        assert_eq!(bytes, b"<***********>");
    }
}
