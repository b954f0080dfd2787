//! The two users that a new database gets, so that there is somebody to log in as.

use observe::traced;

use crate::auth::{Passwords, Role, User, random_hex};
use crate::error::StartError;
use crate::store::Store;

/// Random bytes of a password that nobody chose.
const PASSWORD_BYTES: usize = 10;

/// Where the demo users' password is to be found.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum DemoPassword {
    /// In the setting.
    Given,
    /// Here, and nowhere else.
    Made(String),
    /// With those who were there at the first start: the users are older than this process.
    Kept,
}

/// Creates `clinician` and `admin` where there is no user yet, with the password that is `given` or
/// with a random one.
#[traced(name = "create demo users")]
pub(crate) fn create_demo_users(
    store: &Store,
    passwords: &Passwords,
    given: Option<&str>,
) -> Result<DemoPassword, StartError> {
    if store.count_users()? > 0 {
        return Ok(DemoPassword::Kept);
    }
    let (password, whence) = match given {
        Some(given) => (given.to_owned(), DemoPassword::Given),
        None => {
            let made = random_hex(PASSWORD_BYTES)?;
            (made.clone(), DemoPassword::Made(made))
        }
    };
    let user = |name: &str, role| {
        let password_hash = passwords.hash(&password)?;
        Ok::<_, StartError>(User { name: name.to_owned(), role, password_hash })
    };
    store.insert_users(&[user("clinician", Role::Clinician)?, user("admin", Role::Admin)?])?;
    Ok(whence)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password_of(store: &Store, name: &str) -> String {
        store.find_user(name).unwrap().unwrap().password_hash
    }

    #[test]
    fn the_given_password_is_used_once() {
        let (store, passwords) = (Store::in_memory().unwrap(), Passwords::new(64).unwrap());
        assert!(create_demo_users(&store, &passwords, Some("of the first start")).unwrap() == DemoPassword::Given);
        assert!(create_demo_users(&store, &passwords, Some("of the second start")).unwrap() == DemoPassword::Kept);
        for name in ["clinician", "admin"] {
            assert!(passwords.is_right("of the first start", Some(&password_of(&store, name))));
        }
        assert_ne!(password_of(&store, "clinician"), password_of(&store, "admin"), "the salt is the same");
    }

    #[test]
    fn without_one_it_is_random() {
        let passwords = Passwords::new(64).unwrap();
        let made = || match create_demo_users(&Store::in_memory().unwrap(), &passwords, None).unwrap() {
            DemoPassword::Made(password) => password,
            _ => panic!("no password was made"),
        };
        assert_eq!(made().len(), 2 * PASSWORD_BYTES);
        assert_ne!(made(), made());
    }
}
