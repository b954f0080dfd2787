//! Logging out: a token that nobody can use any more.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use observe::{Counter, metric, traced};

use crate::app::App;
use crate::audit::{Entry, Event, Outcome};
use crate::auth::sessions::LIFETIME;
use crate::auth::{Caller, Token};
use crate::error::{ServiceError, StoreError};
use crate::store::{Store, with_store};

/// Times that nobody could say whether a token was revoked, or revoke one.
#[metric(init = all)]
static TOKEN_REVOCATION_FAILURES_TOTAL: Counter;

/// What no token is, to ask about.
const NO_TOKEN: &str = "no token";

/// Revokes the token of `caller`, which other processes over this database refuse too. It is revoked even where that
/// can't be recorded.
#[traced(name = "log out", fields(caller))]
pub(crate) async fn log_out(app: Arc<App>, caller: Caller, token: Token) -> Result<(), ServiceError> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let ends = now + LIFETIME.as_secs();
    let seconds = |time: u64| i64::try_from(time).unwrap_or(i64::MAX);
    let revoked =
        with_store(Arc::clone(&app.store), move |store| counted(store.revoke(&token.0, seconds(ends), seconds(now))));
    let revoked = revoked.await;
    let outcome = if revoked.is_ok() { Outcome::Granted } else { Outcome::Failed };
    // It is counted and somebody is called; that the token can't be used any more is worth more than the record.
    let _ = app.audit.record(Entry::new(Event::Logout, outcome).caller(&caller)).await;
    revoked
}

/// Whether this token was revoked. Blocks.
pub(crate) fn is_revoked(store: &Store, token: &str) -> Result<bool, StoreError> {
    counted(store.is_revoked(token))
}

/// Whether that can be said at all. Blocks.
pub(crate) fn check_revocation(store: &Store) -> Result<(), StoreError> {
    is_revoked(store, NO_TOKEN).map(drop)
}

fn counted<T>(answer: Result<T, StoreError>) -> Result<T, StoreError> {
    answer.inspect_err(|_| TOKEN_REVOCATION_FAILURES_TOTAL.inc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_does_not_answer_is_counted() {
        let count = || {
            let text = observe::exposition();
            let name = "token_revocation_failures_total ";
            text.lines().find_map(|line| line.strip_prefix(name)?.parse::<f64>().ok()).unwrap()
        };
        let store = Store::in_memory().unwrap();
        assert!(check_revocation(&store).is_ok());
        let before = count();
        store.lose_revoked_tokens();
        assert!(check_revocation(&store).is_err());
        assert!(count() > before);
    }
}
