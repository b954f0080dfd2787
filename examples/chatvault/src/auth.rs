//! Who asks, by the key in the request.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use observe::{Label, operation, redact, traced};
use serde::Deserialize;

use crate::app::App;
use crate::error::GatewayError;

/// The fewest bytes of a key.
const MIN_KEY: usize = 16;

/// What kind of user somebody is.
#[derive(Label, Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum UserType {
    Free,
    Pro,
    Internal,
}

impl UserType {
    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        Self::value(self.index())
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Free, Self::Pro, Self::Internal].into_iter().find(|it| it.name() == name)
    }
}

/// Somebody whose key is known. As an argument of a handler: the request needs a key.
#[redact]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    #[redact(hash)]
    pub(crate) user: String,
    #[redact(clear)]
    pub(crate) user_type: UserType,
}

/// The users by the pseudonyms of their keys: the keys themselves are not kept, and how long it
/// takes to look for one says nothing about it.
#[derive(Clone, Debug)]
pub(crate) struct Keys(Arc<HashMap<String, Caller>>);

impl Keys {
    /// The keys in `name:type:key,…`; `None` where that can't be read, is empty or has a short key.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let read = |entry: &str| {
            let mut parts = entry.trim().splitn(3, ':');
            let (user, user_type, key) = (parts.next()?, parts.next()?, parts.next()?);
            let caller = Caller { user: user.to_owned(), user_type: UserType::from_name(user_type)? };
            (!user.is_empty() && key.len() >= MIN_KEY).then(|| (observe::pseudonym(key), caller))
        };
        text.split(',').map(read).collect::<Option<_>>().map(|users| Self(Arc::new(users)))
    }

    /// Whether anybody can be let in.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = GatewayError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, GatewayError> {
        let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let caller = authenticate(&app.keys, header)?;
        observe::current_span().set_user(&caller.user);
        Ok(caller)
    }
}

/// The user whose key stands in the header.
#[traced(authentication(method = "api_key"))]
fn authenticate(keys: &Keys, header: Option<&str>) -> Result<Caller, GatewayError> {
    let (scheme, key) = header.and_then(|header| header.split_once(' ')).ok_or(GatewayError::Unauthorized)?;
    let caller = keys.0.get(&observe::pseudonym(key.trim())).filter(|_| scheme.eq_ignore_ascii_case("bearer"));
    let caller = caller.ok_or(GatewayError::Unauthorized)?;
    operation::user(&caller.user);
    Ok(caller.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef";

    #[test]
    fn a_key_in_the_header_is_somebody() {
        let keys = Keys::parse(&format!("ilda:pro:{KEY}, bob:free:{KEY}x")).unwrap();
        let ilda = authenticate(&keys, Some(&format!("bearer {KEY}"))).unwrap();
        assert_eq!((ilda.user.as_str(), ilda.user_type), ("ilda", UserType::Pro));
        for header in [None, Some(KEY), Some("Bearer 0123456789abcdeX"), Some("Basic 0123456789abcdef")] {
            assert!(matches!(authenticate(&keys, header), Err(GatewayError::Unauthorized)), "{header:?}");
        }
        assert!(!format!("{keys:?}").contains(KEY) && !format!("{keys:?}").contains("ilda"));
    }

    #[test]
    fn keys_that_are_none_are_refused() {
        for text in ["", "ada", "ada:pro", "ada:pro:short", "ada:emperor:0123456789abcdef", ":pro:0123456789abcdef"] {
            assert!(Keys::parse(text).is_none(), "{text}");
        }
    }
}
