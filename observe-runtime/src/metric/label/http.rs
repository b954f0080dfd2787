//! The labels of HTTP: methods, classes of status codes, status codes.

use super::Label;
use crate::span::{Record, Value, label_value};
use observe_rules::catalogue::Domain;

/// Makes a type a label whose value is also recorded on spans.
macro_rules! labels {
    ($($name:ident: $domain:ident, $cardinality:expr, $index:expr, $value:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Label for $name {
            const CARDINALITY: usize = $cardinality;
            const DOMAIN: &'static Domain = &Domain::$domain;

            #[inline]
            fn index(&self) -> usize {
                let index: fn($name) -> usize = $index;
                index(*self)
            }

            fn value(index: usize) -> &'static str {
                let value: fn(usize) -> Option<&'static str> = $value;
                value(index).unwrap_or_default()
            }
        }

        #[diagnostic::do_not_recommend]
        impl Record for $name {
            fn value(&self) -> Value<'_> {
                label_value(self)
            }
        }
    )*};
}

labels! {
    HttpMethod: HTTP_METHOD, METHODS.len(), |method| method as usize, |index| METHODS.get(index).copied();
    HttpStatusClass: HTTP_STATUS_CLASS, CLASSES.len(), |class| class as usize, |index| CLASSES.get(index).copied();
    HttpStatus: HTTP_STATUS, CODES.len() + 1, |status| usize::from(status.0), code;
}

const METHODS: [&str; 10] = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "OTHER"];

/// The method of an HTTP request, 10 values: those of RFC 9110, `PATCH`, and `OTHER`.
///
/// A client may send any word, so what is none of the nine is `OTHER`. Methods are case-sensitive:
/// `get` is none of them.
///
/// ```
/// use observe::{HttpMethod, Label};
///
/// assert_eq!(HttpMethod::CARDINALITY, 10);
/// assert_eq!(HttpMethod::from("POST"), HttpMethod::Post);
/// assert_eq!(HttpMethod::value(HttpMethod::from("BREW").index()), "OTHER");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HttpMethod {
    /// `GET`
    Get,
    /// `HEAD`
    Head,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `DELETE`
    Delete,
    /// `CONNECT`
    Connect,
    /// `OPTIONS`
    Options,
    /// `TRACE`
    Trace,
    /// `PATCH`
    Patch,
    /// Any other word.
    Other,
}

impl From<&str> for HttpMethod {
    fn from(method: &str) -> Self {
        match method {
            "GET" => Self::Get,
            "HEAD" => Self::Head,
            "POST" => Self::Post,
            "PUT" => Self::Put,
            "DELETE" => Self::Delete,
            "CONNECT" => Self::Connect,
            "OPTIONS" => Self::Options,
            "TRACE" => Self::Trace,
            "PATCH" => Self::Patch,
            _ => Self::Other,
        }
    }
}

#[cfg(feature = "http")]
impl From<&http::Method> for HttpMethod {
    fn from(method: &http::Method) -> Self {
        Self::from(method.as_str())
    }
}

const CLASSES: [&str; 6] = ["1xx", "2xx", "3xx", "4xx", "5xx", "other"];

/// The class of an HTTP status code, 6 values: `1xx` to `5xx`, and `other`.
///
/// Enough to tell success from failure, and whose failure it is; [`HttpStatus`] has the code itself.
///
/// ```
/// use observe::{HttpStatusClass, Label};
///
/// assert_eq!(HttpStatusClass::CARDINALITY, 6);
/// assert_eq!(HttpStatusClass::from(404), HttpStatusClass::ClientError);
/// assert_eq!(HttpStatusClass::value(HttpStatusClass::from(404).index()), "4xx");
/// assert_eq!(HttpStatusClass::from(999), HttpStatusClass::Other);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HttpStatusClass {
    /// `1xx`: the answer is still to come.
    Informational,
    /// `2xx`: the request was understood and served.
    Success,
    /// `3xx`: the client has to go elsewhere.
    Redirection,
    /// `4xx`: the client did something wrong.
    ClientError,
    /// `5xx`: the server failed.
    ServerError,
    /// A number that is no status code.
    Other,
}

impl From<u16> for HttpStatusClass {
    fn from(status: u16) -> Self {
        match status {
            100..200 => Self::Informational,
            200..300 => Self::Success,
            300..400 => Self::Redirection,
            400..500 => Self::ClientError,
            500..600 => Self::ServerError,
            _ => Self::Other,
        }
    }
}

#[cfg(feature = "http")]
impl From<http::StatusCode> for HttpStatusClass {
    fn from(status: http::StatusCode) -> Self {
        Self::from(status.as_u16())
    }
}

const FIRST_CODE: u16 = 100;

/// The digits of every code, in order.
static CODES: [[u8; 3]; 500] = {
    let mut codes = [*b"100"; 500];
    let mut at = 1;
    while at < codes.len() {
        let [hundreds, tens, ones] = codes[at - 1];
        codes[at] = match (tens, ones) {
            (b'9', b'9') => [hundreds + 1, b'0', b'0'],
            (_, b'9') => [hundreds, tens + 1, b'0'],
            _ => [hundreds, tens, ones + 1],
        };
        at += 1;
    }
    codes
};

fn code(index: usize) -> Option<&'static str> {
    if index == CODES.len() { Some("other") } else { std::str::from_utf8(CODES.get(index)?).ok() }
}

/// The status code of an HTTP answer, 501 values: `100` to `599`, and `other`.
///
/// All of them count against a metric's budget: a histogram with this label needs a higher one.
/// [`HttpStatusClass`] has 6 values and is enough for most questions.
///
/// ```
/// use observe::{HttpStatus, Label};
///
/// assert_eq!(HttpStatus::CARDINALITY, 501);
/// assert_eq!(HttpStatus::value(HttpStatus::from(404).index()), "404");
/// assert_eq!(HttpStatus::value(HttpStatus::from(0).index()), "other");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HttpStatus(u16);

impl From<u16> for HttpStatus {
    fn from(status: u16) -> Self {
        let other = 500;
        Self(status.checked_sub(FIRST_CODE).filter(|at| *at < other).unwrap_or(other))
    }
}

#[cfg(feature = "http")]
impl From<http::StatusCode> for HttpStatus {
    fn from(status: http::StatusCode) -> Self {
        Self::from(status.as_u16())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text<L: Label>(label: L) -> &'static str {
        L::value(label.index())
    }

    #[test]
    fn every_method_is_called_as_it_is_sent() {
        for method in METHODS {
            assert_eq!(text(HttpMethod::from(method)), method);
        }
        assert_eq!(["get", "", "PROPFIND"].map(|word| text(HttpMethod::from(word))), ["OTHER"; 3]);
    }

    #[test]
    fn every_status_is_its_own_text_and_in_its_class() {
        for status in 100..600 {
            assert_eq!(text(HttpStatus::from(status)), status.to_string());
            assert_eq!(text(HttpStatusClass::from(status)), format!("{}xx", status / 100));
        }
        for status in [0, 99, 600, 999, u16::MAX] {
            assert_eq!([text(HttpStatus::from(status)), text(HttpStatusClass::from(status))], ["other"; 2]);
        }
    }

    #[test]
    fn an_index_that_is_none_has_no_text() {
        assert_eq!(
            [<HttpMethod as Label>::value(10), <HttpStatusClass as Label>::value(6), <HttpStatus as Label>::value(501)],
            [""; 3]
        );
    }
}
