//! How a server knows where a request comes from.

use super::reader::Reader;
use std::sync::OnceLock;

/// Where the address of a request's client is found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ClientAddress {
    /// The other end of the connection.
    #[default]
    Peer,
    /// The headers in which a proxy says it.
    Forwarded,
    /// Nowhere.
    Off,
}

static CHOSEN: OnceLock<ClientAddress> = OnceLock::new();

impl ClientAddress {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let words = [("peer", Self::Peer), ("forwarded", Self::Forwarded), ("off", Self::Off)];
        reader.choice("OBSERVE_CLIENT_ADDRESS", &words, Self::Peer)
    }

    /// Makes it the choice of the process.
    pub(crate) fn choose(self) {
        let _ = CHOSEN.set(self);
    }

    #[cfg(feature = "tower")]
    pub(crate) fn chosen() -> Self {
        CHOSEN.get().copied().unwrap_or_default()
    }
}
