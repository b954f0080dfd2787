//! Authentication: a name and a password for a token, and whose token it is.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::routing::{get, post};
use axum::{Json, Router};
use observe::{in_current_span_fn, redact, traced};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::{ServiceError, StartError};

/// Who there is to log in.
pub(crate) const USERS: [&str; 2] = ["ada", "grace"];

/// How long a token is good for.
const LIFETIME: Duration = Duration::from_hours(1);

/// Longest name and longest password, in bytes.
const MAX_BYTES: usize = 200;

/// Who may log in, and who has.
struct Auth {
    /// Of all users one, as they are there to be tried.
    password_hash: String,
    /// By token. They end with the process.
    sessions: Mutex<HashMap<String, (String, Instant)>>,
}

/// Who wants to log in.
#[redact]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Login {
    #[redact(hash)]
    user: String,
    password: String,
}

/// The password of the environment, whose length is not looked at yet.
pub(crate) fn given_password() -> Option<String> {
    std::env::var("AZORA_DEMO_PASSWORD").ok()
}

/// The routes, and the users' password where it is a new one, which nobody knows yet.
pub(crate) fn router() -> Result<(Router, Option<String>), StartError> {
    let (password, shown) = match given_password() {
        Some(password) if (8..=MAX_BYTES).contains(&password.len()) => (password, None),
        Some(_) => return Err("AZORA_DEMO_PASSWORD must have 8 to 200 bytes".into()),
        None => {
            let password = random_hex(12)?;
            (password.clone(), Some(password))
        }
    };
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(|error| error.to_string())?;
    let auth = Auth { password_hash: hash.to_string(), sessions: Mutex::default() };
    let router = Router::new()
        .route("/v1/login", post(login))
        .route("/v1/session", get(session))
        .fallback(async || ServiceError::NotFound("no such route"))
        .with_state(Arc::new(auth));
    Ok((router, shown))
}

async fn login(
    State(auth): State<Arc<Auth>>,
    body: Result<Json<Login>, JsonRejection>,
) -> Result<Json<Value>, ServiceError> {
    log_in(auth, body?.0).await.map(|token| Json(json!({ "token": token })))
}

/// Logs a user in. Which of name and password is wrong, neither the answer nor its duration says.
#[traced(name = "log in", authentication(method = "password"), fields(login))]
async fn log_in(auth: Arc<Auth>, login: Login) -> Result<String, ServiceError> {
    if ![&login.user, &login.password].into_iter().all(|text| (1..=MAX_BYTES).contains(&text.len())) {
        return Err(ServiceError::BadInput("user and password must have 1 to 200 bytes each"));
    }
    let Login { user, password } = login;
    let check = {
        let auth = Arc::clone(&auth);
        move || Argon2::default().verify_password(password.as_bytes(), auth.password_hash.as_str()).is_ok()
    };
    let checked = tokio::task::spawn_blocking(in_current_span_fn(check)).await;
    let right = checked.map_err(|_| ServiceError::Internal("the password was not checked".to_owned()))?;
    if !right || !USERS.contains(&user.as_str()) {
        return Err(ServiceError::Unauthorized("user or password is wrong"));
    }
    let token = random_hex(32).map_err(|error| ServiceError::Internal(error.to_string()))?;
    let (mut sessions, now) = (auth.sessions.lock().unwrap_or_else(PoisonError::into_inner), Instant::now());
    sessions.retain(|_, (_, ends)| *ends > now);
    sessions.insert(token.clone(), (user, now + LIFETIME));
    Ok(token)
}

/// Whose token the request has.
async fn session(State(auth): State<Arc<Auth>>, headers: HeaderMap) -> Result<Json<Value>, ServiceError> {
    let token = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let sessions = auth.sessions.lock().unwrap_or_else(PoisonError::into_inner);
    match token.and_then(|token| sessions.get(token)) {
        Some((user, ends)) if *ends > Instant::now() => Ok(Json(json!({ "user": user }))),
        _ => Err(ServiceError::Unauthorized("the token is unknown or has expired")),
    }
}

fn random_hex(bytes: usize) -> Result<String, getrandom::Error> {
    let mut random = vec![0; bytes];
    getrandom::fill(&mut random)?;
    Ok(random
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect())
}
