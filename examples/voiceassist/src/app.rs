//! What requests share.

use std::sync::Arc;

use crate::audit::AuditLog;
use crate::auth::{DemoPassword, Passwords, Sessions, create_demo_users};
use crate::backup::Backup;
use crate::config::Config;
use crate::error::StartError;
use crate::store::Store;
use crate::{health, integrity};

/// The service without its routes.
pub(crate) struct App {
    /// Passages and users.
    pub(crate) store: Arc<Store>,
    /// Checks passwords.
    pub(crate) passwords: Arc<Passwords>,
    /// Who is logged in.
    pub(crate) sessions: Sessions,
    /// What was done.
    pub(crate) audit: Arc<AuditLog>,
}

impl App {
    /// The service as `config` wants it, and where the demo users' password is. Blocks.
    pub(crate) fn start(config: &Config) -> Result<(Arc<Self>, DemoPassword), StartError> {
        let store = config.open_store()?;
        let passwords = Passwords::new(config.hash_memory_kib)?;
        let demo_password = create_demo_users(&store, &passwords, config.demo_password.as_deref())?;
        let audit = config.open_audit().map_err(StartError::Audit)?;
        let app = Self {
            store: Arc::new(store),
            passwords: Arc::new(passwords),
            sessions: Sessions::default(),
            audit: Arc::new(audit),
        };
        Ok((Arc::new(app), demo_password))
    }

    /// Begins what goes on beside requests: health, the checks of what is stored, and the backup where there is to be
    /// one. Needs a runtime of tokio.
    pub(crate) fn begin(self: &Arc<Self>, config: &Config) {
        health::register(self, config.backup.is_some());
        tokio::spawn(integrity::keep_checking(Arc::clone(self)));
        if let Some(path) = config.backup.clone() {
            tokio::spawn(Backup::at(path).keep(Arc::clone(&self.store), config.backup_every));
        }
    }
}

/// The demo users' password in tests.
#[cfg(test)]
pub(crate) const TEST_PASSWORD: &str = "the password of tests";

/// A service in memory, whose passwords cost little.
#[cfg(test)]
pub(crate) fn for_tests() -> Arc<App> {
    with_audit(None)
}

/// The same with its audit log in this file.
#[cfg(test)]
pub(crate) fn with_audit(audit: Option<std::path::PathBuf>) -> Arc<App> {
    let config = Config {
        addr: std::net::SocketAddr::from(([127, 0, 0, 1], 0)),
        database: None,
        demo_password: Some(TEST_PASSWORD.to_owned()),
        hash_memory_kib: *crate::auth::MEMORY_KIB.start(),
        audit,
        backup: None,
        backup_every: crate::config::DEFAULT_BACKUP_EVERY,
    };
    App::start(&config).unwrap().0
}
