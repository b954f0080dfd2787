//! Who may use the REST interface.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What a token allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    User,
    Superuser,
}

/// The tokens, as what they are compared by: how long that takes tells nothing of them.
#[derive(Default)]
pub(super) struct Tokens(Vec<(Role, Hmac<Sha256>)>);

impl Tokens {
    pub(super) fn new(user: Option<&str>, superuser: Option<&str>) -> Self {
        // The superuser's first: who has set both to one word meant it to allow everything.
        let given = [(Role::Superuser, superuser), (Role::User, user)].into_iter();
        Self(given.filter_map(|(role, token)| Some((role, mac(token?)?))).collect())
    }

    /// Whether there is any: without one there is no interface.
    pub(super) fn any(&self) -> bool {
        !self.0.is_empty()
    }

    pub(super) fn role_of(&self, token: &str) -> Option<Role> {
        let given = mac(token)?.finalize().into_bytes();
        self.0.iter().find(|(_, known)| known.clone().verify_slice(&given).is_ok()).map(|(role, _)| *role)
    }
}

/// Both sides are hashed with the same key, so that all lengths are equal; the comparison takes the same time
/// wherever they differ.
fn mac(token: &str) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(b"observe alerts").ok()?;
    mac.update(token.as_bytes());
    Some(mac)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_its_role_and_anything_else_none() {
        let tokens = Tokens::new(Some("user-token"), Some("admin-token"));
        assert_eq!(tokens.role_of("user-token"), Some(Role::User));
        assert_eq!(tokens.role_of("admin-token"), Some(Role::Superuser));
        for wrong in ["", "user-toke", "user-tokens", "USER-TOKEN", "user-token,admin-token"] {
            assert_eq!(tokens.role_of(wrong), None, "{wrong}");
        }
        assert!(!Tokens::new(None, None).any() && Tokens::default().role_of("").is_none());
    }
}
