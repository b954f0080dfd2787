//! Checks that most services need, ready to be registered.
//!
//! ```
//! use observe::health::{checks, register};
//!
//! for check in [checks::configuration(), checks::tracing(), checks::metrics(), checks::memory(), checks::disk("/")] {
//!     register(check).keep();
//! }
//! ```
//!
//! | check | with feature | fails | warns |
//! |---|---|---|---|
//! | [`configuration`] | | | a setting is not used as it is written |
//! | [`tracing`](fn@tracing), [`metrics`], [`logs`] | | the collector does not take them | some were lost; metrics are switched off |
//! | [`disk`], [`memory`] | | 95 % is in use | 85 % is in use |
//! | [`models`] | | none is available | some are not |
//! | [`authentication`] | | as your function says | |
//! | [`tcp`] | | nobody takes a connection | |
//! | `http`, `service` | `otlp` or `reqwest` | no answer, or one of 500 and above | an answer of 400 and above |
//! | `sql` | `sqlx` | `SELECT 1` fails | |
//! | `redis` | `redis` | PING fails | |
//!
//! All of them but `sql` and `redis` degrade the service only; [`critical`](super::Check::critical) changes that.

#[cfg(any(feature = "otlp", feature = "reqwest"))]
mod http;
mod models;
#[cfg(feature = "redis")]
mod redis;
#[cfg(feature = "sqlx")]
mod sql;
mod system;
mod telemetry;

#[cfg(any(feature = "otlp", feature = "reqwest"))]
pub use self::http::{http, service};
#[cfg(feature = "redis")]
pub use self::redis::redis;
pub use models::{Model, models};
#[cfg(feature = "sqlx")]
pub use sql::sql;
pub use system::{disk, memory};
pub(super) use telemetry::remember_warnings;
pub use telemetry::{configuration, logs, metrics, tracing};

use super::{Check, IntoOutcome, Kind};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::Duration;

/// Whether users can log in, as your function finds out: that keys are loaded, that the service of tokens answers.
///
/// ```
/// use observe::health::checks;
/// let check = checks::authentication(|| async { Ok::<(), std::io::Error>(()) });
/// ```
pub fn authentication<M, F>(ask: M) -> Check
where
    M: Fn() -> F + Send + Sync + 'static,
    F: Future<Output: IntoOutcome>,
{
    Check::new("authentication", ask).degrading()
}

/// Whether somebody takes a connection at this address, such as `vectors:6333`. Nothing is sent.
///
/// ```
/// use observe::health::checks;
/// let check = checks::tcp("vector_store", "vectors:6333");
/// ```
pub fn tcp(name: impl Into<String>, address: impl Into<String>) -> Check {
    let address = address.into();
    let connect = move || {
        let mut last = std::io::Error::other("the name has no address");
        for address in address.to_socket_addrs()? {
            // The check's own time-out is the limit; this one ends the thread some time after it.
            match TcpStream::connect_timeout(&address, Duration::from_secs(5)) {
                Ok(_) => return Ok(()),
                Err(error) => last = error,
            }
        }
        Err(last)
    };
    Check::blocking(name, connect).kind(Kind::External).degrading().quiet()
}
