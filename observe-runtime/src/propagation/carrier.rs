//! Carriers: the headers of a request or a message, whatever they are kept in.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;

/// Headers that came with a request, to [`extract`](crate::extract) from.
///
/// ```
/// use observe::Extractor;
///
/// /// The headers of a message queue.
/// struct Message(Vec<(&'static str, Vec<u8>)>);
///
/// impl Extractor for Message {
///     fn get_all(&self, name: &str) -> Vec<&str> {
///         let of_name = self.0.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
///         // A value that is no text is there all the same: a malformed one.
///         of_name.map(|(_, value)| std::str::from_utf8(value).unwrap_or("\u{fffd}")).collect()
///     }
/// }
///
/// let caller = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
/// let message = Message(vec![("traceparent", caller.as_bytes().to_vec())]);
/// assert!(observe::extract(&message).span_context().unwrap().is_sampled());
/// ```
pub trait Extractor {
    /// All values of the headers of this name, in their order. `name` is in lower case; that of a header may be in any.
    fn get_all(&self, name: &str) -> Vec<&str>;
}

/// Headers of a request that is to be sent, to [`inject`](crate::inject) into.
pub trait Injector {
    /// Sets the header of this name, in the place of all that it has. `name` is in lower case, and the value is visible
    /// ASCII, spaces and tabs.
    fn set(&mut self, name: &'static str, value: String);

    /// Removes all headers of this name.
    fn remove(&mut self, name: &'static str);
}

impl<T: Extractor + ?Sized> Extractor for &T {
    fn get_all(&self, name: &str) -> Vec<&str> {
        (**self).get_all(name)
    }
}

impl<T: Injector + ?Sized> Injector for &mut T {
    fn set(&mut self, name: &'static str, value: String) {
        (**self).set(name, value);
    }

    fn remove(&mut self, name: &'static str) {
        (**self).remove(name);
    }
}

fn is(name: &str, header: impl AsRef<str>) -> bool {
    header.as_ref().eq_ignore_ascii_case(name)
}

impl<S: BuildHasher> Extractor for HashMap<String, String, S> {
    fn get_all(&self, name: &str) -> Vec<&str> {
        let mut found: Vec<_> = self.iter().filter(|(header, _)| is(name, header)).collect();
        // The map has no order, and the same headers have to be read in the same way.
        found.sort_unstable();
        found.into_iter().map(|(_, value)| value.as_str()).collect()
    }
}

impl<S: BuildHasher> Injector for HashMap<String, String, S> {
    fn set(&mut self, name: &'static str, value: String) {
        Injector::remove(self, name);
        self.insert(name.to_owned(), value);
    }

    fn remove(&mut self, name: &'static str) {
        self.retain(|header, _| !is(name, header));
    }
}

impl Extractor for BTreeMap<String, String> {
    fn get_all(&self, name: &str) -> Vec<&str> {
        self.iter().filter(|(header, _)| is(name, header)).map(|(_, value)| value.as_str()).collect()
    }
}

impl Injector for BTreeMap<String, String> {
    fn set(&mut self, name: &'static str, value: String) {
        Injector::remove(self, name);
        self.insert(name.to_owned(), value);
    }

    fn remove(&mut self, name: &'static str) {
        self.retain(|header, _| !is(name, header));
    }
}

impl<N: AsRef<str>, V: AsRef<str>> Extractor for [(N, V)] {
    fn get_all(&self, name: &str) -> Vec<&str> {
        self.iter().filter(|(header, _)| is(name, header)).map(|(_, value)| value.as_ref()).collect()
    }
}

impl<N: AsRef<str>, V: AsRef<str>, const COUNT: usize> Extractor for [(N, V); COUNT] {
    fn get_all(&self, name: &str) -> Vec<&str> {
        self.as_slice().get_all(name)
    }
}

impl<N: AsRef<str>, V: AsRef<str>> Extractor for Vec<(N, V)> {
    fn get_all(&self, name: &str) -> Vec<&str> {
        self.as_slice().get_all(name)
    }
}

impl Injector for Vec<(String, String)> {
    fn set(&mut self, name: &'static str, value: String) {
        Injector::remove(self, name);
        self.push((name.to_owned(), value));
    }

    fn remove(&mut self, name: &'static str) {
        self.retain(|(header, _)| !is(name, header));
    }
}

#[cfg(feature = "http")]
static KNOWN_NAMES: [http::HeaderName; 3] = [
    http::HeaderName::from_static("traceparent"),
    http::HeaderName::from_static("tracestate"),
    http::HeaderName::from_static("baggage"),
];

#[cfg(feature = "http")]
impl Extractor for http::HeaderMap {
    fn get_all(&self, name: &str) -> Vec<&str> {
        // Names that are asked for at each request need no look at what they are.
        let values = match KNOWN_NAMES.iter().find(|known| known.as_str() == name) {
            Some(name) => http::HeaderMap::get_all(self, name),
            None => http::HeaderMap::get_all(self, name),
        };
        // What is no text is a value too, and a malformed one.
        values.iter().map(|value| value.to_str().unwrap_or("\u{fffd}")).collect()
    }
}

#[cfg(feature = "http")]
impl Injector for http::HeaderMap {
    fn set(&mut self, name: &'static str, value: String) {
        match http::HeaderValue::try_from(value) {
            Ok(value) => drop(self.insert(name, value)),
            // A stale one would say that the request comes from elsewhere.
            Err(_) => Injector::remove(self, name),
        }
    }

    fn remove(&mut self, name: &'static str) {
        http::HeaderMap::remove(self, name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn names_are_found_in_any_case_and_all_of_them() {
        let pairs = [pair("A", "1"), pair("b", "2"), pair("a", "3")];
        assert_eq!(pairs.get_all("a"), ["1", "3"]);
        assert_eq!(pairs.to_vec().get_all("a"), ["1", "3"]);
        assert_eq!(HashMap::from(pairs.clone()).get_all("a"), ["1", "3"]);
        assert_eq!(BTreeMap::from(pairs).get_all("a"), ["1", "3"]);
        assert_eq!([("Accept", "text")].get_all("accept"), ["text"]);
    }

    #[test]
    fn what_is_set_takes_the_place_of_all_of_that_name() {
        let pairs = [pair("A", "1"), pair("b", "2"), pair("a", "3")];
        let set = |carrier: &mut dyn Injector| carrier.set("a", "4".to_owned());
        let (mut list, mut map, mut tree) = (pairs.to_vec(), HashMap::from(pairs.clone()), BTreeMap::from(pairs));
        set(&mut list);
        set(&mut map);
        set(&mut tree);
        assert_eq!(list, [pair("b", "2"), pair("a", "4")]);
        assert_eq!(map, HashMap::from([pair("b", "2"), pair("a", "4")]));
        assert_eq!(tree, BTreeMap::from([pair("b", "2"), pair("a", "4")]));
        Injector::remove(&mut list, "a");
        assert_eq!(list, [pair("b", "2")]);
    }

    #[cfg(feature = "http")]
    #[test]
    fn a_header_that_is_no_text_is_a_malformed_one() {
        let mut headers = http::HeaderMap::new();
        headers.append("a", http::HeaderValue::from_static("1"));
        headers.append("a", http::HeaderValue::from_bytes(b"\xff").unwrap());
        assert_eq!(Extractor::get_all(&headers, "a"), ["1", "\u{fffd}"]);
        Injector::set(&mut headers, "a", "2".to_owned());
        assert_eq!(Extractor::get_all(&headers, "a"), ["2"]);
        Injector::set(&mut headers, "a", "2\n".to_owned());
        assert_eq!(Extractor::get_all(&headers, "a"), [""; 0], "what is no header value is not sent");
    }
}
