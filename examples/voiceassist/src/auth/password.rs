//! Hashing passwords, and checking them, with Argon2id.

use std::error::Error;
use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Argon2, Params};
use observe::traced;
use tokio::sync::Semaphore;

use crate::auth::random_hex;
use crate::error::ServiceError;

/// Memory that one hash takes, in KiB: the first choice of OWASP's Password Storage Cheat Sheet,
/// with two passes.
pub(crate) const DEFAULT_MEMORY_KIB: u32 = Params::DEFAULT_M_COST;

/// What can be chosen instead: less for tests, more for a machine that has it.
pub(crate) const MEMORY_KIB: RangeInclusive<u32> = 64..=1024 * 1024;

/// Checks that run at once. Each takes all its memory: without a limit, a flood of log-ins would
/// take the machine's.
const AT_ONCE: usize = 2;

/// A password could not be hashed, or the system has no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SecretError;

impl fmt::Display for SecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a secret could not be made")
    }
}

impl Error for SecretError {}

/// Hashes and checks passwords at one cost.
pub(crate) struct Passwords {
    argon2: Argon2<'static>,
    /// The hash of a password that nobody has, at the same cost.
    decoy: String,
    places: Semaphore,
}

impl Passwords {
    /// Hashes that take `memory_kib` of memory each.
    pub(crate) fn new(memory_kib: u32) -> Result<Self, SecretError> {
        let params =
            Params::new(memory_kib, Params::DEFAULT_T_COST, Params::DEFAULT_P_COST, None).map_err(|_| SecretError)?;
        let argon2 = Argon2::from(params);
        let decoy = hash(&argon2, &random_hex(16)?)?;
        Ok(Self { argon2, decoy, places: Semaphore::new(AT_ONCE) })
    }

    /// The hash of `password`, with a salt of its own. Blocks.
    pub(crate) fn hash(&self, password: &str) -> Result<String, SecretError> {
        hash(&self.argon2, password)
    }

    /// Whether `stored` is the hash of `password`. Without one, and with one that can't be read, the
    /// answer is no, and takes as long.
    pub(crate) fn is_right(&self, password: &str, stored: Option<&str>) -> bool {
        let right = self.argon2.verify_password(password.as_bytes(), stored.unwrap_or(&self.decoy));
        right.is_ok() && stored.is_some()
    }
}

fn hash(argon2: &Argon2<'_>, password: &str) -> Result<String, SecretError> {
    argon2.hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(|_| SecretError)
}

/// As [`Passwords::is_right`], where blocking does no harm.
#[traced(name = "verify password")]
pub(crate) async fn verify(
    passwords: Arc<Passwords>,
    password: String,
    stored: Option<String>,
) -> Result<bool, ServiceError> {
    let span = tracing::Span::current();
    let _place = passwords.places.acquire().await.map_err(|_| ServiceError::Task)?;
    let passwords = Arc::clone(&passwords);
    let check = move || span.in_scope(|| passwords.is_right(&password, stored.as_deref()));
    tokio::task::spawn_blocking(check).await.map_err(|_| ServiceError::Task)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_fits_its_hash_and_no_other_does() {
        let passwords = Passwords::new(*MEMORY_KIB.start()).unwrap();
        let stored = passwords.hash("correct horse").unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=64,t=2,p=1$") && !stored.contains("horse"), "{stored}");
        assert!(passwords.is_right("correct horse", Some(&stored)));
        for wrong in ["", "Correct horse", "correct horse ", &stored] {
            assert!(!passwords.is_right(wrong, Some(&stored)), "{wrong}");
        }
        assert_ne!(passwords.hash("correct horse").unwrap(), stored, "the salt is the same");
    }

    #[test]
    fn nobody_has_no_password() {
        let passwords = Passwords::new(*MEMORY_KIB.start()).unwrap();
        assert!(!passwords.is_right("anything", None));
        assert!(!passwords.is_right("", Some("")));
        assert!(!passwords.is_right("x", Some("$argon2id$v=19$m=64,t=2,p=1$broken")));
    }

    /// The decoy has the cost of a real hash, so that time does not tell who is a user.
    #[test]
    fn an_unknown_user_costs_the_same() {
        let passwords = Passwords::new(128).unwrap();
        let cost = |hash: &str| hash.split('$').nth(3).map(str::to_owned);
        assert_eq!(cost(&passwords.decoy), cost(&passwords.hash("x").unwrap()));
        assert_eq!(cost(&passwords.decoy).as_deref(), Some("m=128,t=2,p=1"));
    }

    #[tokio::test]
    async fn more_checks_than_places_all_end() {
        let passwords = Arc::new(Passwords::new(*MEMORY_KIB.start()).unwrap());
        let stored = passwords.hash("right").unwrap();
        let checks = (0..AT_ONCE * 4).map(|number| {
            let password = if number % 2 == 0 { "right" } else { "wrong" };
            tokio::spawn(verify(Arc::clone(&passwords), password.to_owned(), Some(stored.clone())))
        });
        for (number, check) in checks.collect::<Vec<_>>().into_iter().enumerate() {
            assert_eq!(check.await.unwrap().unwrap(), number % 2 == 0);
        }
    }
}
