//! What of a request comes before its body, and the route that is found in it.

use ::http::{Extensions, HeaderMap, Method, Request, Uri, Version};
use std::borrow::Cow;

/// What of a request comes before its body, for who finds its route; see [`HttpLayer::route`](super::HttpLayer::route).
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    method: &'a Method,
    uri: &'a Uri,
    headers: &'a HeaderMap,
    extensions: &'a Extensions,
    version: Version,
}

impl<'a> Head<'a> {
    pub(super) fn of<B>(request: &'a Request<B>) -> Self {
        Self {
            method: request.method(),
            uri: request.uri(),
            headers: request.headers(),
            extensions: request.extensions(),
            version: request.version(),
        }
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &'a Method {
        self.method
    }

    /// The path and the query.
    #[must_use]
    pub fn uri(&self) -> &'a Uri {
        self.uri
    }

    /// The version of HTTP.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &'a HeaderMap {
        self.headers
    }

    /// What layers around this one have left there, such as the route that a router has found.
    #[must_use]
    pub fn extensions(&self) -> &'a Extensions {
        self.extensions
    }
}

/// Finds the routes of requests.
pub trait FindRoute {
    /// The template of the route that a request takes, `/users/{id}`; `None` where there is none.
    fn find<'a>(&self, head: Head<'a>) -> Option<Cow<'a, str>>;
}

/// No routes at all: every request is `unmatched`.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoRoutes;

impl FindRoute for NoRoutes {
    fn find<'a>(&self, _: Head<'a>) -> Option<Cow<'a, str>> {
        None
    }
}

/// A function that finds routes; see [`HttpLayer::route`](super::HttpLayer::route).
#[derive(Clone, Copy, Debug)]
pub struct RouteBy<F>(pub(super) F);

impl<F, T> FindRoute for RouteBy<F>
where
    F: Fn(Head<'_>) -> Option<T>,
    T: Into<Cow<'static, str>>,
{
    fn find<'a>(&self, head: Head<'a>) -> Option<Cow<'a, str>> {
        (self.0)(head).map(Into::into)
    }
}
