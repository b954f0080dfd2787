//! What the environment says: where to listen and where the database is.

use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use crate::error::{StartError, StoreError};
use crate::store::Store;

/// Address used when `VOICEASSIST_ADDR` is not set.
const DEFAULT_ADDR: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8000);

/// The settings of one run.
#[derive(Debug)]
pub(crate) struct Config {
    /// Where to listen.
    pub(crate) addr: SocketAddr,
    /// The database file; in memory without one.
    pub(crate) database: Option<PathBuf>,
}

impl Config {
    /// Reads `VOICEASSIST_ADDR` and `VOICEASSIST_DB`.
    pub(crate) fn from_env() -> Result<Self, StartError> {
        Ok(Self {
            addr: parse_addr(std::env::var_os("VOICEASSIST_ADDR"))?,
            database: parse_database(std::env::var_os("VOICEASSIST_DB"))?,
        })
    }

    /// Opens the store the settings name.
    pub(crate) fn open_store(&self) -> Result<Store, StoreError> {
        match &self.database {
            Some(path) => Store::at(path),
            None => Store::in_memory(),
        }
    }
}

/// The address in `value`, or the default.
fn parse_addr(value: Option<OsString>) -> Result<SocketAddr, StartError> {
    match value {
        None => Ok(DEFAULT_ADDR),
        Some(value) => value.to_str().and_then(|text| text.trim().parse().ok()).ok_or(StartError::Addr),
    }
}

/// The database path in `value`; an empty value is a mistake, not a choice.
fn parse_database(value: Option<OsString>) -> Result<Option<PathBuf>, StartError> {
    match value {
        Some(value) if value.is_empty() => Err(StartError::Database),
        value => Ok(value.map(PathBuf::from)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults() {
        assert_eq!(parse_addr(None).unwrap().to_string(), "127.0.0.1:8000");
        assert_eq!(parse_database(None).unwrap(), None);
    }

    #[test]
    fn given_values() {
        let addr = parse_addr(Some("[::1]:9000".into())).unwrap();
        assert_eq!(addr.to_string(), "[::1]:9000");
        let path = parse_database(Some("notes.db".into())).unwrap();
        assert_eq!(path, Some(PathBuf::from("notes.db")));
    }

    #[test]
    fn bad_values_name_the_variable() {
        for bad in ["", "8000", "localhost", "127.0.0.1", "127.0.0.1:99999"] {
            let error = parse_addr(Some(bad.into())).unwrap_err();
            assert!(error.to_string().contains("VOICEASSIST_ADDR"), "{bad}");
        }
        let error = parse_database(Some("".into())).unwrap_err();
        assert!(error.to_string().contains("VOICEASSIST_DB"));
    }

    #[test]
    fn a_database_that_cannot_be_opened_is_an_error() {
        let config = Config {
            addr: DEFAULT_ADDR,
            database: Some(std::env::temp_dir().join("voiceassist-no-such-folder/x/notes.db")),
        };
        assert!(config.open_store().is_err());
    }
}
