//! What the environment says.

use std::path::PathBuf;
use std::time::Duration;

use crate::auth::Keys;
use crate::catalog::Provider;
use crate::error::StartError;

/// Where the stand-in of all providers listens.
const MODEL_SERVER: &str = "http://127.0.0.1:9100";

/// The settings of one run.
pub(crate) struct Config {
    pub(crate) addr: String,
    pub(crate) keys: Keys,
    pub(crate) urls: ProviderUrls,
    /// Requests a minute and user.
    pub(crate) rate_limit: u32,
    /// How long a provider may be silent.
    pub(crate) timeout: Duration,
    /// The ledger's file; in memory without one.
    pub(crate) database: Option<PathBuf>,
}

/// Where each provider is.
#[derive(Clone, Debug)]
pub(crate) struct ProviderUrls {
    openai: String,
    mistral: String,
    ollama: String,
}

impl ProviderUrls {
    /// Where this one is, without a slash at the end.
    pub(crate) fn of(&self, provider: Provider) -> &str {
        match provider {
            Provider::OpenAi => &self.openai,
            Provider::Mistral => &self.mistral,
            Provider::Ollama => &self.ollama,
        }
    }

    /// Its host and port.
    pub(crate) fn address_of(&self, provider: Provider) -> String {
        let url = reqwest::Url::parse(self.of(provider)).ok();
        let address = url.and_then(|url| Some(format!("{}:{}", url.host_str()?, url.port_or_known_default()?)));
        address.unwrap_or_default()
    }
}

impl Config {
    /// Reads the variables that `CHATVAULT_` begins.
    pub(crate) fn from_env() -> Result<Self, StartError> {
        Ok(Self {
            addr: text("CHATVAULT_ADDR", "127.0.0.1:8010"),
            keys: Keys::parse(&text("CHATVAULT_KEYS", ""))
                .ok_or(StartError::Variable("CHATVAULT_KEYS", "name:type:key,… with keys of 16 bytes or more"))?,
            urls: ProviderUrls {
                openai: url("CHATVAULT_OPENAI_URL")?,
                mistral: url("CHATVAULT_MISTRAL_URL")?,
                ollama: url("CHATVAULT_OLLAMA_URL")?,
            },
            rate_limit: number("CHATVAULT_RATE_LIMIT", 60)?,
            timeout: Duration::from_millis(number("CHATVAULT_TIMEOUT_MS", 10_000)?.into()),
            database: std::env::var_os("CHATVAULT_DB").filter(|path| !path.is_empty()).map(PathBuf::from),
        })
    }
}

fn text(name: &'static str, default: &str) -> String {
    std::env::var(name).ok().filter(|value| !value.is_empty()).unwrap_or_else(|| default.to_owned())
}

fn url(name: &'static str) -> Result<String, StartError> {
    let url = text(name, MODEL_SERVER);
    let is_url = reqwest::Url::parse(&url).is_ok_and(|url| url.scheme() == "http" && url.has_host());
    if !is_url {
        return Err(StartError::Variable(name, "a URL that begins with http://"));
    }
    Ok(url.trim_end_matches('/').to_owned())
}

fn number(name: &'static str, default: u32) -> Result<u32, StartError> {
    let number = text(name, &default.to_string()).parse().ok().filter(|number| *number > 0);
    number.ok_or(StartError::Variable(name, "a whole number of 1 or more"))
}
