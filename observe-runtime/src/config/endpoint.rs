//! Where metrics can be read, and who may read them.

use super::reader::Reader;

const PLACE: &str = "OBSERVE_METRICS_ENDPOINT";
const ALLOW: &str = "OBSERVE_METRICS_ALLOW";
const TOKEN: &str = "OBSERVE_METRICS_TOKEN";
const PROXIES: &str = "OBSERVE_TRUSTED_PROXIES";
const HOST: &str = "OTEL_EXPORTER_PROMETHEUS_HOST";
const PORT: &str = "OTEL_EXPORTER_PROMETHEUS_PORT";

#[cfg(feature = "metrics-endpoint")]
pub(crate) use with_endpoint::{EndpointSettings, Networks, Place};

/// Says that these variables do nothing here.
#[cfg(not(feature = "metrics-endpoint"))]
pub(super) fn warn_unused(reader: &mut Reader<'_>) {
    for name in [PLACE, ALLOW, TOKEN, PROXIES, HOST, PORT] {
        if reader.text(name).is_some() {
            reader.warn(format!("{name} is not used: it needs the feature `metrics-endpoint` of observe-runtime"));
        }
    }
}

#[cfg(feature = "metrics-endpoint")]
mod with_endpoint {
    use super::{ALLOW, HOST, PLACE, PORT, PROXIES, Reader, TOKEN};
    use ipnet::IpNet;
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

    /// A token that is shorter than this is said to be.
    const SHORT_TOKEN: usize = 16;

    /// There is no `Debug` of it: it has a secret.
    pub(crate) struct EndpointSettings {
        pub(crate) place: Place,
        pub(crate) allow: Networks,
        pub(crate) token: Option<String>,
        pub(crate) proxies: Networks,
    }

    /// Where `/metrics` is answered.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub(crate) enum Place {
        Off,
        /// By the server of the app, where it is one of ours.
        #[default]
        WithApp,
        /// By a listener of its own at this address, and nowhere else.
        Own(String),
    }

    /// Addresses that something is allowed for.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Networks {
        is_everyone: bool,
        networks: Vec<IpNet>,
    }

    impl EndpointSettings {
        pub(in crate::config) fn read(reader: &mut Reader<'_>) -> Self {
            let place = place(reader);
            let token = reader.text(TOKEN);
            if token.as_ref().is_some_and(|token| token.len() < SHORT_TOKEN) {
                reader.warn(format!(
                    "{TOKEN} is shorter than {SHORT_TOKEN} bytes, which can be guessed; make one with `openssl rand -hex 32`"
                ));
            }
            let allow = Networks::read(reader, ALLOW, true).unwrap_or_default();
            let proxies = Networks::read(reader, PROXIES, false).unwrap_or_else(Networks::none);
            Self { place, allow, token, proxies }
        }
    }

    fn place(reader: &mut Reader<'_>) -> Place {
        let standard = standard_address(reader);
        let Some(value) = reader.text(PLACE) else { return standard.map_or(Place::WithApp, Place::Own) };
        match value.to_ascii_lowercase().as_str() {
            "on" => Place::WithApp,
            "off" => Place::Off,
            _ => match address(&value) {
                Some(address) => Place::Own(address),
                None => {
                    reader.refuse(PLACE, &value, "on, off, or an address such as `:9090` or `127.0.0.1:9090`", "on");
                    Place::WithApp
                }
            },
        }
    }

    /// What the variables of OpenTelemetry's own exporter say, with its defaults for the one that is not set.
    fn standard_address(reader: &mut Reader<'_>) -> Option<String> {
        let (host, port) = (reader.text(HOST), reader.text(PORT));
        if host.is_none() && port.is_none() {
            return None;
        }
        let host = host.unwrap_or_else(|| "localhost".to_owned());
        let port = match port.as_deref().map(str::parse::<u16>) {
            None => 9464,
            Some(Ok(port)) => port,
            Some(Err(_)) => {
                reader.refuse(PORT, &port.unwrap_or_default(), "a port from 0 to 65535", "9464");
                9464
            }
        };
        // An address of IPv6 has brackets before a port.
        Some(if host.parse::<Ipv6Addr>().is_ok() { format!("[{host}]:{port}") } else { format!("{host}:{port}") })
    }

    /// `host:port`; without a host it is every address of the machine.
    fn address(text: &str) -> Option<String> {
        let (host, port) = text.rsplit_once(':')?;
        port.parse::<u16>().ok()?;
        if host.contains(':') && !(host.starts_with('[') && host.ends_with(']')) || host.contains(['/', ' ', '@']) {
            return None;
        }
        Some(format!("{}:{port}", if host.is_empty() { "0.0.0.0" } else { host }))
    }

    impl Default for Networks {
        /// This machine, and the two larger ranges of private addresses.
        fn default() -> Self {
            let networks: [(IpAddr, u8); 4] = [
                (Ipv4Addr::LOCALHOST.into(), 32),
                (Ipv6Addr::LOCALHOST.into(), 128),
                (Ipv4Addr::new(10, 0, 0, 0).into(), 8),
                (Ipv4Addr::new(172, 16, 0, 0).into(), 12),
            ];
            Self {
                is_everyone: false,
                networks: networks.into_iter().map(|(address, bits)| IpNet::new_assert(address, bits)).collect(),
            }
        }
    }

    impl Networks {
        pub(crate) fn none() -> Self {
            Self { is_everyone: false, networks: Vec::new() }
        }

        /// Networks and addresses with commas between them. What is not understood is left out: a list with a mistake
        /// in it allows less, not more.
        fn read(reader: &mut Reader<'_>, name: &str, may_be_everyone: bool) -> Option<Self> {
            let words = reader.list(name)?;
            let mut networks = Self::none();
            for word in words.iter().filter(|word| !word.eq_ignore_ascii_case("none")) {
                match network(word) {
                    Some(network) => networks.networks.push(network),
                    None if word == "*" && may_be_everyone => networks.is_everyone = true,
                    None => {
                        let everyone = if may_be_everyone { ", or `*`" } else { "" };
                        let accepted = format!("networks and addresses such as `10.0.0.0/8,192.0.2.7`{everyone}");
                        reader.refuse(name, word, &accepted, "the others");
                    }
                }
            }
            Some(networks)
        }

        /// Whether no address has to be known.
        pub(crate) fn is_everyone(&self) -> bool {
            self.is_everyone
        }

        /// Whether the address is in one of them. An IPv4 address in the form of IPv6 is the IPv4 address.
        pub(crate) fn has(&self, address: IpAddr) -> bool {
            let address = address.to_canonical();
            self.is_everyone || self.networks.iter().any(|network| network.contains(&address))
        }
    }

    fn network(word: &str) -> Option<IpNet> {
        let address = || word.parse::<IpAddr>().ok().map(IpNet::from);
        word.parse::<IpNet>().ok().or_else(address)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        fn read(variables: &[(&str, &str)]) -> (EndpointSettings, Vec<String>) {
            let variables = variables.iter().collect();
            let mut reader = Reader::new(&variables);
            let settings = EndpointSettings::read(&mut reader);
            (settings, reader.into_warnings())
        }

        fn place(variables: &[(&str, &str)]) -> Place {
            let (settings, warnings) = read(variables);
            assert_eq!(warnings, [""; 0]);
            settings.place
        }

        fn allows(networks: &Networks, address: &str) -> bool {
            networks.has(address.parse().unwrap())
        }

        #[test]
        fn this_machine_and_private_networks_are_allowed_by_default() {
            let (settings, warnings) = read(&[]);
            assert_eq!((settings.place, warnings), (Place::WithApp, Vec::new()));
            for address in ["127.0.0.1", "::1", "10.255.0.1", "172.16.0.1", "172.31.255.255", "::ffff:10.0.0.1"] {
                assert!(allows(&settings.allow, address), "{address}");
            }
            for address in ["127.0.0.2", "172.32.0.1", "192.168.0.1", "203.0.113.9", "2001:db8::1", "::ffff:192.0.2.1"]
            {
                assert!(!allows(&settings.allow, address), "{address}");
            }
            assert_eq!(settings.proxies, Networks::none());
        }

        #[test]
        fn an_address_is_a_port_of_its_own() {
            assert_eq!(place(&[(PLACE, "OFF")]), Place::Off);
            assert_eq!(place(&[(PLACE, "on"), (PORT, "1")]), Place::WithApp);
            for (text, expected) in [
                (":9090", "0.0.0.0:9090"),
                ("127.0.0.1:0", "127.0.0.1:0"),
                ("[::1]:9090", "[::1]:9090"),
                ("localhost:9090", "localhost:9090"),
            ] {
                assert_eq!(place(&[(PLACE, text)]), Place::Own(expected.to_owned()));
            }
            assert_eq!(place(&[(PORT, "9465")]), Place::Own("localhost:9465".to_owned()));
            assert_eq!(place(&[(HOST, "::1")]), Place::Own("[::1]:9464".to_owned()));
        }

        #[test]
        fn what_is_no_address_is_said() {
            for text in ["9090", "yes", "::1:9090x", "::1:9090", "http://x:9090", "host:70000"] {
                let (settings, warnings) = read(&[(PLACE, text)]);
                assert_eq!(settings.place, Place::WithApp, "{text}");
                assert!(warnings.len() == 1 && warnings[0].starts_with(PLACE), "{warnings:?}");
            }
            assert_eq!(read(&[(PORT, "many")]).1.len(), 1);
        }

        #[test]
        fn a_list_with_a_mistake_allows_less() {
            let (settings, warnings) = read(&[(ALLOW, "192.0.2.0/24, 10.0.0.0/33, 2001:db8::7")]);
            assert!(warnings.len() == 1 && warnings[0].contains("/33` is not understood"), "{warnings:?}");
            assert!(allows(&settings.allow, "192.0.2.9") && allows(&settings.allow, "2001:db8::7"));
            assert!(!allows(&settings.allow, "127.0.0.1") && !allows(&settings.allow, "10.0.0.1"));
            assert!(!allows(&read(&[(ALLOW, "none")]).0.allow, "127.0.0.1"));
            assert!(read(&[(ALLOW, "*")]).0.allow.is_everyone());
        }

        /// Whoever may invent the client's address has it all.
        #[test]
        fn not_everybody_is_a_trusted_proxy() {
            let (settings, warnings) = read(&[(PROXIES, "*")]);
            assert!(!allows(&settings.proxies, "10.0.0.1"));
            assert_eq!(warnings.len(), 1);
        }

        #[test]
        fn a_token_is_never_shown() {
            let (settings, warnings) = read(&[(TOKEN, "hunter2")]);
            assert_eq!(settings.token.as_deref(), Some("hunter2"));
            assert!(warnings.len() == 1 && !warnings[0].contains("hunter2"), "{warnings:?}");
        }
    }
}
