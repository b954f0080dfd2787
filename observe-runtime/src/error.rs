use std::fmt;
use std::io;

/// What can go wrong while telemetry or a server is set up.
///
/// `Debug` shows the same text as `Display`, so that a `main` that returns it prints a sentence.
#[non_exhaustive]
pub enum Error {
    /// `init!` was called before in this process.
    AlreadyInitialised,
    /// Another `tracing` subscriber is installed already.
    SubscriberTaken,
    /// No `init!` was called, or another `tracing` subscriber is in its place.
    NotInitialised,
    /// A filter for log lines is not understood.
    LogFilter {
        /// The filter as it was given.
        filter: String,
        /// What is wrong with it.
        reason: String,
    },
    /// An export thread could not be started.
    Export(String),
    /// The address can't be listened on.
    Bind {
        /// The address as it was given.
        address: String,
        /// What the system says.
        error: io::Error,
    },
    /// The server stopped because of an input or output error.
    Serve(io::Error),
}

/// A result with an [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlreadyInitialised => {
                f.write_str("observe is initialised already; call `observe::init!` once, at the start of `main`")
            }
            Self::SubscriberTaken => f.write_str(
                "another tracing subscriber is installed; remove its set-up, `observe::init!` writes logs and spans itself",
            ),
            Self::NotInitialised => {
                f.write_str("observe writes no log lines here; call `observe::init!` at the start of `main`")
            }
            Self::LogFilter { filter, reason } => write!(
                f,
                "the log filter `{filter}` is not understood ({reason}); write levels and targets such as `info,hyper=warn`"
            ),
            Self::Export(reason) => write!(f, "no thread for exports can be started: {reason}"),
            Self::Bind { address, error } if error.kind() == io::ErrorKind::AddrInUse => {
                write!(f, "{address} is in use by another program; stop it, or choose another port")
            }
            Self::Bind { address, error } => write!(f, "{address} can't be listened on: {error}"),
            Self::Serve(error) => write!(f, "the server stopped: {error}"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Bind { error, .. } | Self::Serve(error) => Some(error),
            _ => None,
        }
    }
}
