//! What requests share.

use std::sync::Arc;
use std::time::Duration;

use reqwest_middleware::ClientWithMiddleware;

use crate::breaker::Breaker;
use crate::cache::Cache;
use crate::config::Config;
use crate::contact::Contacts;
use crate::error::StartError;
use crate::offers::Offers;

/// How long a model may take.
const MODEL_TIMEOUT: Duration = Duration::from_secs(10);

/// The service without its routes.
pub(crate) struct App {
    pub(crate) offers: Offers,
    pub(crate) cache: Cache,
    pub(crate) contacts: Contacts,
    pub(crate) client: ClientWithMiddleware,
    pub(crate) breaker: Breaker,
    pub(crate) model_url: String,
}

impl App {
    /// The service as `config` wants it.
    pub(crate) async fn start(config: &Config) -> Result<Arc<Self>, StartError> {
        let client = reqwest::Client::builder().timeout(MODEL_TIMEOUT).build().map_err(StartError::Client)?;
        Ok(Arc::new(Self {
            offers: Offers::load().map_err(StartError::Offers)?,
            cache: Cache::connect(config.redis.as_deref()).await,
            contacts: Contacts::default(),
            client: observe::reqwest::middleware().provider("model").client(client),
            breaker: Breaker::new("itinerary_model", config.breaker_pause),
            model_url: config.model_url.clone(),
        }))
    }
}
