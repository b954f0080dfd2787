//! How often a user may ask: so many requests in each minute that begins with one of them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use observe::{operation, traced};

use crate::auth::Caller;
use crate::error::GatewayError;

const WINDOW: Duration = Duration::from_mins(1);

/// The requests of each user's minute. There are no more users than keys.
pub(crate) struct Limits {
    limit: u32,
    users: Mutex<HashMap<String, (Instant, u32)>>,
}

impl Limits {
    /// At most `limit` requests a minute.
    pub(crate) fn new(limit: u32) -> Self {
        Self { limit, users: Mutex::default() }
    }

    /// Counts a request of `caller`, who may send it or not.
    pub(crate) fn check(&self, caller: &Caller) -> Result<(), GatewayError> {
        let (current, wait) = self.count(&caller.user, Instant::now());
        check_limit(caller, current, self.limit, wait)
    }

    /// How many requests the user has sent in this minute, and how long that still is.
    fn count(&self, user: &str, now: Instant) -> (u32, Duration) {
        let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, count) = users.entry(user.to_owned()).or_insert((now, 0));
        if now.duration_since(*since) >= WINDOW {
            (*since, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        (*count, WINDOW.saturating_sub(now.duration_since(*since)))
    }
}

/// Refuses what is beyond the limit. That is no failure of this service.
#[traced(rate_limit(user = &caller.user), err = off)]
fn check_limit(caller: &Caller, current: u32, limit: u32, wait: Duration) -> Result<(), GatewayError> {
    operation::within_limit(current <= limit, current.into(), limit.into());
    if current <= limit {
        return Ok(());
    }
    tracing::warn!(limit, "rate limit reached");
    Err(GatewayError::LimitReached(wait))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_user_has_a_minute_of_their_own() {
        let limits = Limits::new(2);
        let begin = Instant::now();
        assert_eq!(limits.count("ada", begin), (1, WINDOW));
        assert_eq!(limits.count("bob", begin).0, 1);
        let later = begin + Duration::from_secs(20);
        assert_eq!(limits.count("ada", later), (2, Duration::from_secs(40)));
        assert_eq!(limits.count("ada", begin + WINDOW), (1, WINDOW));
    }
}
