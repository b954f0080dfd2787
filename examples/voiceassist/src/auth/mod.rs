//! Who may do what: users, their passwords, log-in and sessions.

mod caller;
mod demo_users;
mod login;
mod logout;
mod password;
mod sessions;
mod user;

pub(crate) use caller::{Admin, Caller, Token};
pub(crate) use demo_users::{DemoPassword, create_demo_users};
pub(crate) use login::{LoggedIn, Login, log_in};
pub(crate) use logout::{check_revocation, is_revoked, log_out};
pub(crate) use password::{DEFAULT_MEMORY_KIB, MEMORY_KIB, Passwords, SecretError};
pub(crate) use sessions::Sessions;
pub(crate) use user::{Role, User};

use crate::hex::hex;

/// `bytes` random bytes as hexadecimal digits: a token, or a password nobody chose.
fn random_hex(bytes: usize) -> Result<String, SecretError> {
    let mut random = vec![0; bytes];
    getrandom::fill(&mut random).map_err(|_| SecretError)?;
    Ok(hex(&random))
}
