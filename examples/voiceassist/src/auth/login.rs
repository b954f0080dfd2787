//! Logging in: a name and a password for a token.

use std::sync::Arc;
use std::time::Instant;

use observe::{redact, traced};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::audit::{Entry, Event, Outcome};
use crate::auth::sessions::LIFETIME;
use crate::auth::{Caller, Role, password};
use crate::error::ServiceError;
use crate::store::with_store;

/// Longest name and longest password, in bytes.
const MAX_BYTES: usize = 200;

/// Who wants to log in.
#[redact]
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Login {
    /// The user's name. People put their e-mail address here, or their password.
    #[redact(hash)]
    user: String,
    /// The password.
    password: String,
}

impl Login {
    /// Whether the texts are no longer than a name and a password can be.
    pub(crate) fn check(&self) -> Result<(), ServiceError> {
        if [&self.user, &self.password].into_iter().all(|text| (1..=MAX_BYTES).contains(&text.len())) {
            Ok(())
        } else {
            Err(ServiceError::BadInput("user and password must have 1 to 200 bytes each"))
        }
    }
}

/// Who has logged in.
#[redact]
#[derive(Clone, Serialize)]
pub(crate) struct LoggedIn {
    /// What later requests show: `authorization: Bearer …`.
    pub(crate) token: String,
    /// What the user may do.
    #[redact(clear)]
    pub(crate) role: Role,
    /// How long the token is good for.
    #[redact(clear)]
    pub(crate) expires_in_seconds: u64,
}

/// Logs a user in. Which of name and password is wrong, neither the answer nor its duration says.
#[traced(name = "log in", authentication(method = "password"), fields(login))]
pub(crate) async fn log_in(app: Arc<App>, login: Login) -> Result<LoggedIn, ServiceError> {
    let checked = check_password(&app, &login).await;
    let outcome = match &checked {
        Ok(_) => Outcome::Granted,
        Err(ServiceError::Unauthorized(_)) => Outcome::Refused,
        Err(_) => Outcome::Failed,
    };
    let entry = Entry::new(Event::Login, outcome);
    let entry = match &checked {
        Ok(caller) => entry.caller(caller),
        Err(_) => entry.user(&login.user),
    };
    let recorded = app.audit.record(entry).await;
    let caller = checked?;
    recorded?;
    open_session(&app, caller)
}

async fn check_password(app: &App, login: &Login) -> Result<Caller, ServiceError> {
    let Login { user: name, password } = login.clone();
    let user = with_store(Arc::clone(&app.store), move |store| store.find_user(&name)).await?;
    let stored = user.as_ref().map(|user| user.password_hash.clone());
    let right = password::verify(Arc::clone(&app.passwords), password, stored).await?;
    match user.filter(|_| right) {
        Some(user) => Ok(Caller { user: user.name, role: user.role }),
        None => Err(ServiceError::Unauthorized("user or password is wrong")),
    }
}

fn open_session(app: &App, caller: Caller) -> Result<LoggedIn, ServiceError> {
    let role = caller.role;
    let token = app.sessions.open(caller, Instant::now())?;
    Ok(LoggedIn { token, role, expires_in_seconds: LIFETIME.as_secs() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app;

    fn login(user: &str, password: &str) -> Login {
        Login { user: user.to_owned(), password: password.to_owned() }
    }

    #[tokio::test]
    async fn the_right_password_gives_a_token() {
        let app = app::for_tests();
        for (user, role) in [("clinician", Role::Clinician), ("admin", Role::Admin)] {
            let logged_in = log_in(Arc::clone(&app), login(user, app::TEST_PASSWORD)).await.unwrap();
            let caller = app.sessions.caller(&logged_in.token, Instant::now()).unwrap();
            assert_eq!((caller.user.as_str(), caller.role, logged_in.role), (user, role, role));
        }
    }

    #[tokio::test]
    async fn a_wrong_password_and_an_unknown_user_are_told_the_same() {
        let app = app::for_tests();
        for (user, password) in [("clinician", "wrong"), ("nobody", app::TEST_PASSWORD), ("nobody", "wrong")] {
            let error = log_in(Arc::clone(&app), login(user, password)).await.unwrap_err();
            assert!(matches!(error, ServiceError::Unauthorized("user or password is wrong")), "{user}");
        }
    }

    #[test]
    fn limits() {
        assert!(login("ada", "x").check().is_ok());
        for (user, password) in [("", "x"), ("ada", ""), (&"a".repeat(201), "x"), ("ada", &"x".repeat(201))] {
            assert!(login(user, password).check().is_err());
        }
    }

    #[test]
    fn debug_shows_no_text() {
        let shown = format!("{:?}", login("ada@example.org", "s3cret-s3cret"));
        assert!(!shown.contains("ada@") && !shown.contains("s3cret"), "{shown}");
        let logged_in = LoggedIn { token: "0123abcd".to_owned(), role: Role::Admin, expires_in_seconds: 1 };
        assert!(!format!("{logged_in:?}").contains("0123abcd"));
    }
}
