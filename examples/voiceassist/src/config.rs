//! What the environment says: where to listen, where the database is, and about passwords.

use std::ffi::OsString;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use crate::audit::AuditLog;
use crate::auth::{DEFAULT_MEMORY_KIB, MEMORY_KIB};
use crate::error::{StartError, StoreError};
use crate::store::Store;

/// Address used when `VOICEASSIST_ADDR` is not set.
const DEFAULT_ADDR: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8000);

/// The fewest and the most bytes of a password for the demo users.
const PASSWORD_BYTES: std::ops::RangeInclusive<usize> = 8..=200;

/// How often a backup is made when nothing is said.
pub(crate) const DEFAULT_BACKUP_EVERY: Duration = Duration::from_hours(1);

/// How often one may be made.
const BACKUP_SECONDS: std::ops::RangeInclusive<u64> = 1..=86_400;

/// The settings of one run.
pub(crate) struct Config {
    /// Where to listen.
    pub(crate) addr: SocketAddr,
    /// The database file; in memory without one.
    pub(crate) database: Option<PathBuf>,
    /// The password of the demo users; a random one without it.
    pub(crate) demo_password: Option<String>,
    /// Memory that hashing a password takes, in KiB.
    pub(crate) hash_memory_kib: u32,
    /// The file of the audit log; beside the database without one.
    pub(crate) audit: Option<PathBuf>,
    /// Where the database is copied to.
    pub(crate) backup: Option<PathBuf>,
    /// How often.
    pub(crate) backup_every: Duration,
}

impl Config {
    /// Reads the variables that `VOICEASSIST_` begins.
    pub(crate) fn from_env() -> Result<Self, StartError> {
        Ok(Self {
            addr: parse_addr(std::env::var_os("VOICEASSIST_ADDR"))?,
            database: parse_file(std::env::var_os("VOICEASSIST_DB"), StartError::Database)?,
            demo_password: parse_password(std::env::var_os("VOICEASSIST_DEMO_PASSWORD"))?,
            hash_memory_kib: parse_memory(std::env::var_os("VOICEASSIST_HASH_MEMORY_KIB"))?,
            audit: parse_file(std::env::var_os("VOICEASSIST_AUDIT"), StartError::Empty("VOICEASSIST_AUDIT"))?,
            backup: parse_file(std::env::var_os("VOICEASSIST_BACKUP"), StartError::Empty("VOICEASSIST_BACKUP"))?,
            backup_every: parse_seconds(std::env::var_os("VOICEASSIST_BACKUP_SECONDS"))?,
        })
    }

    /// Opens the audit log the settings name.
    pub(crate) fn open_audit(&self) -> io::Result<AuditLog> {
        match (&self.audit, &self.database) {
            (Some(path), _) => AuditLog::at(path),
            (None, Some(database)) => {
                let mut path = database.clone().into_os_string();
                path.push(".audit");
                AuditLog::at(path.as_ref())
            }
            (None, None) => Ok(AuditLog::in_memory()),
        }
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

/// The path in `value`; an empty value is a mistake, not a choice.
fn parse_file(value: Option<OsString>, empty: StartError) -> Result<Option<PathBuf>, StartError> {
    match value {
        Some(value) if value.is_empty() => Err(empty),
        value => Ok(value.map(PathBuf::from)),
    }
}

/// The password in `value`, which is not repeated where it is no good.
fn parse_password(value: Option<OsString>) -> Result<Option<String>, StartError> {
    let Some(value) = value else { return Ok(None) };
    let password = value.into_string().ok().filter(|text| PASSWORD_BYTES.contains(&text.len()));
    password.map(Some).ok_or(StartError::DemoPassword)
}

/// The time between two backups in `value`, or the default.
fn parse_seconds(value: Option<OsString>) -> Result<Duration, StartError> {
    let Some(value) = value else { return Ok(DEFAULT_BACKUP_EVERY) };
    let seconds = value.to_str().and_then(|text| text.trim().parse().ok());
    seconds.filter(|it| BACKUP_SECONDS.contains(it)).map(Duration::from_secs).ok_or(StartError::BackupSeconds)
}

/// The memory in `value`, in KiB, or the default.
fn parse_memory(value: Option<OsString>) -> Result<u32, StartError> {
    let Some(value) = value else { return Ok(DEFAULT_MEMORY_KIB) };
    let memory = value.to_str().and_then(|text| text.trim().parse().ok());
    memory.filter(|kib| MEMORY_KIB.contains(kib)).ok_or(StartError::HashMemory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults() {
        assert_eq!(parse_password(None).unwrap(), None);
        assert_eq!(parse_memory(None).unwrap(), 19 * 1024);
        assert_eq!(parse_addr(None).unwrap().to_string(), "127.0.0.1:8000");
        assert_eq!(parse_file(None, StartError::Database).unwrap(), None);
    }

    #[test]
    fn given_values() {
        let addr = parse_addr(Some("[::1]:9000".into())).unwrap();
        assert_eq!(addr.to_string(), "[::1]:9000");
        let path = parse_file(Some("notes.db".into()), StartError::Database).unwrap();
        assert_eq!(path, Some(PathBuf::from("notes.db")));
        assert_eq!(parse_password(Some("long enough".into())).unwrap().as_deref(), Some("long enough"));
        assert_eq!(parse_memory(Some("64".into())).unwrap(), 64);
        assert_eq!(parse_seconds(Some("60".into())).unwrap(), Duration::from_mins(1));
    }

    #[test]
    fn bad_values_name_the_variable() {
        for bad in ["", "8000", "localhost", "127.0.0.1", "127.0.0.1:99999"] {
            let error = parse_addr(Some(bad.into())).unwrap_err();
            assert!(error.to_string().contains("VOICEASSIST_ADDR"), "{bad}");
        }
        let error = parse_file(Some("".into()), StartError::Database).unwrap_err();
        assert!(error.to_string().contains("VOICEASSIST_DB"));
        for bad in ["", "a b c d", &"x".repeat(201)] {
            let error = parse_password(Some(bad.into())).unwrap_err().to_string();
            assert!(error.contains("VOICEASSIST_DEMO_PASSWORD") && !error.contains("a b c d"), "{error}");
        }
        for bad in ["", "0", "1h", "86401"] {
            let error = parse_seconds(Some(bad.into())).unwrap_err();
            assert!(error.to_string().contains("VOICEASSIST_BACKUP_SECONDS"), "{bad}");
        }
        for bad in ["", "63", "-64", "64 MiB", "99999999"] {
            let error = parse_memory(Some(bad.into())).unwrap_err();
            assert!(error.to_string().contains("VOICEASSIST_HASH_MEMORY_KIB"), "{bad}");
        }
    }

    #[test]
    fn a_database_that_cannot_be_opened_is_an_error() {
        let config = Config {
            addr: DEFAULT_ADDR,
            database: Some(std::env::temp_dir().join("voiceassist-no-such-folder/x/notes.db")),
            demo_password: None,
            hash_memory_kib: 64,
            audit: None,
            backup: None,
            backup_every: DEFAULT_BACKUP_EVERY,
        };
        assert!(config.open_store().is_err() && config.open_audit().is_err());
    }
}
