//! Who is logged in: bearer tokens, kept in memory until they expire.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::auth::{Caller, SecretError, random_hex};

/// How long a token is good for.
pub(crate) const LIFETIME: Duration = Duration::from_hours(1);

/// Random bytes of a token.
const TOKEN_BYTES: usize = 32;

/// The tokens that were given out. They end with the process.
#[derive(Default)]
pub(crate) struct Sessions {
    by_token: Mutex<HashMap<String, Session>>,
}

struct Session {
    caller: Caller,
    ends: Instant,
}

impl Sessions {
    /// A new token for `caller`, from `now` on.
    pub(crate) fn open(&self, caller: Caller, now: Instant) -> Result<String, SecretError> {
        let token = random_hex(TOKEN_BYTES)?;
        let mut by_token = self.lock();
        // Here and not on a timer: what has expired takes no more room than those who log in.
        by_token.retain(|_, session| session.ends > now);
        by_token.insert(token.clone(), Session { caller, ends: now + LIFETIME });
        Ok(token)
    }

    /// Whose token this is; `None` where it was never given out, or has expired.
    pub(crate) fn caller(&self, token: &str, now: Instant) -> Option<Caller> {
        let by_token = self.lock();
        let session = by_token.get(token)?;
        (session.ends > now).then(|| session.caller.clone())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        self.by_token.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::Role;

    fn ada() -> Caller {
        Caller { user: "ada".to_owned(), role: Role::Clinician }
    }

    #[test]
    fn a_token_is_good_until_it_expires() {
        let (sessions, now) = (Sessions::default(), Instant::now());
        let token = sessions.open(ada(), now).unwrap();
        assert_eq!(token.len(), 2 * TOKEN_BYTES);
        let user = |at| sessions.caller(&token, at).map(|caller| caller.user);
        assert_eq!(user(now).as_deref(), Some("ada"));
        assert!(user(now + LIFETIME.mul_f64(0.99)).is_some());
        assert!(user(now + LIFETIME).is_none());
    }

    #[test]
    fn no_other_text_is_a_token() {
        let (sessions, now) = (Sessions::default(), Instant::now());
        let token = sessions.open(ada(), now).unwrap();
        assert_ne!(sessions.open(ada(), now).unwrap(), token);
        for other in ["", "0", &token[1..], &token.to_uppercase(), &format!("{token} ")] {
            assert!(sessions.caller(other, now).is_none(), "{other}");
        }
    }

    #[test]
    fn expired_ones_are_forgotten() {
        let (sessions, now) = (Sessions::default(), Instant::now());
        for _ in 0..10 {
            sessions.open(ada(), now).unwrap();
        }
        sessions.open(ada(), now + LIFETIME).unwrap();
        assert_eq!(sessions.lock().len(), 1);
    }
}
