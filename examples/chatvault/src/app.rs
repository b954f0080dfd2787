//! What requests share.

use std::sync::Arc;
use std::time::Duration;

use reqwest_middleware::ClientWithMiddleware;

use crate::auth::Keys;
use crate::config::{Config, ProviderUrls};
use crate::error::StartError;
use crate::ledger::Ledger;
use crate::limits::Limits;

/// The service without its routes.
pub(crate) struct App {
    pub(crate) keys: Keys,
    pub(crate) limits: Limits,
    pub(crate) ledger: Ledger,
    pub(crate) client: ClientWithMiddleware,
    pub(crate) urls: ProviderUrls,
}

impl App {
    /// The service as `config` wants it.
    pub(crate) async fn start(config: &Config) -> Result<Arc<Self>, StartError> {
        let client = reqwest::Client::builder()
            .connect_timeout(config.timeout.min(Duration::from_secs(3)))
            .read_timeout(config.timeout)
            .build()
            .map_err(StartError::Client)?;
        Ok(Arc::new(Self {
            keys: config.keys.clone(),
            limits: Limits::new(config.rate_limit),
            ledger: Ledger::open(config.database.as_deref()).await.map_err(StartError::Ledger)?,
            client: observe::reqwest::client(client),
            urls: config.urls.clone(),
        }))
    }
}
