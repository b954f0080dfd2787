//! The four services, each a process of its own.

use std::net::{Ipv4Addr, SocketAddr};

/// Which of the services a process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Gateway,
    Auth,
    Education,
    Pay,
}

impl Role {
    /// All of them, each after those that it calls.
    pub(crate) const ALL: [Self; 4] = [Self::Auth, Self::Pay, Self::Education, Self::Gateway];

    /// The command that starts it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Auth => "auth",
            Self::Education => "education",
            Self::Pay => "pay",
        }
    }

    /// The name that telemetry knows it by.
    pub(crate) fn service(self) -> String {
        format!("azora-{}", self.name())
    }

    /// Where it listens unless `AZORA_ADDR` says otherwise.
    pub(crate) const fn default_addr(self) -> SocketAddr {
        let port = match self {
            Self::Gateway => 8020,
            Self::Auth => 8021,
            Self::Education => 8022,
            Self::Pay => 8023,
        };
        SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), port)
    }

    /// The variable that tells the others where it is.
    pub(crate) const fn url_variable(self) -> &'static str {
        match self {
            Self::Gateway => "AZORA_GATEWAY_URL",
            Self::Auth => "AZORA_AUTH_URL",
            Self::Education => "AZORA_EDUCATION_URL",
            Self::Pay => "AZORA_PAY_URL",
        }
    }
}
