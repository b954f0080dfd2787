//! What the environment says.

use std::time::Duration;

use crate::error::StartError;

/// The settings of one run.
pub(crate) struct Config {
    pub(crate) addr: String,
    pub(crate) redis: Option<String>,
    pub(crate) model_url: String,
    /// How long a model that fails is left alone.
    pub(crate) breaker_pause: Duration,
}

impl Config {
    /// Reads the variables that `BALIBLISSED_` begins.
    pub(crate) fn from_env() -> Result<Self, StartError> {
        let text = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let redis = text("BALIBLISSED_REDIS");
        if redis.as_deref().is_some_and(|url| redis::Client::open(url).is_err()) {
            return Err(StartError::Variable("BALIBLISSED_REDIS", "a URL such as redis://127.0.0.1"));
        }
        let model_url = text("BALIBLISSED_MODEL_URL").unwrap_or_else(|| "http://127.0.0.1:9100".to_owned());
        if !reqwest::Url::parse(&model_url).is_ok_and(|url| url.scheme() == "http" && url.has_host()) {
            return Err(StartError::Variable("BALIBLISSED_MODEL_URL", "a URL that begins with http://"));
        }
        let pause = text("BALIBLISSED_BREAKER_MS").map_or(Some(10_000), |text| text.parse().ok());
        let pause = pause.filter(|milliseconds| *milliseconds > 0);
        Ok(Self {
            addr: text("BALIBLISSED_ADDR").unwrap_or_else(|| "127.0.0.1:8040".to_owned()),
            redis,
            model_url: model_url.trim_end_matches('/').to_owned(),
            breaker_pause: pause
                .map(Duration::from_millis)
                .ok_or(StartError::Variable("BALIBLISSED_BREAKER_MS", "a whole number of 1 or more"))?,
        })
    }
}
