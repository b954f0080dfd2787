//! What requests share.

use std::sync::Arc;

use crate::auth::{DemoPassword, Passwords, Sessions, create_demo_users};
use crate::config::Config;
use crate::error::StartError;
use crate::store::Store;

/// The service without its routes.
pub(crate) struct App {
    /// Passages and users.
    pub(crate) store: Arc<Store>,
    /// Checks passwords.
    pub(crate) passwords: Arc<Passwords>,
    /// Who is logged in.
    pub(crate) sessions: Sessions,
}

impl App {
    /// The service as `config` wants it, and where the demo users' password is. Blocks.
    pub(crate) fn start(config: &Config) -> Result<(Arc<Self>, DemoPassword), StartError> {
        let store = config.open_store()?;
        let passwords = Passwords::new(config.hash_memory_kib)?;
        let demo_password = create_demo_users(&store, &passwords, config.demo_password.as_deref())?;
        let app = Self { store: Arc::new(store), passwords: Arc::new(passwords), sessions: Sessions::default() };
        Ok((Arc::new(app), demo_password))
    }
}

/// The demo users' password in tests.
#[cfg(test)]
pub(crate) const TEST_PASSWORD: &str = "the password of tests";

/// A service in memory, whose passwords cost little.
#[cfg(test)]
pub(crate) fn for_tests() -> Arc<App> {
    let config = Config {
        addr: std::net::SocketAddr::from(([127, 0, 0, 1], 0)),
        database: None,
        demo_password: Some(TEST_PASSWORD.to_owned()),
        hash_memory_kib: *crate::auth::MEMORY_KIB.start(),
    };
    App::start(&config).unwrap().0
}
