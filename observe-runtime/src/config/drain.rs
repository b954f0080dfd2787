//! How a server stops.

use super::reader::Reader;
use std::time::Duration;

/// So long balancers may need to see that a service is not ready: two or three probes.
const DELAY_IN_PRODUCTION: Duration = Duration::from_secs(5);

/// With the delay and the last export, less than the half minute that Kubernetes gives.
const TIMEOUT: Duration = Duration::from_secs(20);

/// The times between the request to stop and the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DrainSettings {
    /// How long requests are taken while readiness says no.
    pub(crate) delay: Duration,
    /// How long requests under way may take after that.
    pub(crate) timeout: Duration,
}

impl Default for DrainSettings {
    fn default() -> Self {
        Self { delay: Duration::ZERO, timeout: TIMEOUT }
    }
}

impl DrainSettings {
    pub(super) fn read(reader: &mut Reader<'_>, is_production: bool) -> Self {
        let delay = if is_production { DELAY_IN_PRODUCTION } else { Duration::ZERO };
        Self {
            delay: reader.duration("OBSERVE_DRAIN_DELAY", delay),
            timeout: reader.duration("OBSERVE_DRAIN_TIMEOUT", TIMEOUT),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)], is_production: bool) -> DrainSettings {
        let variables = variables.iter().collect();
        let mut reader = Reader::new(&variables);
        let settings = DrainSettings::read(&mut reader, is_production);
        assert_eq!(reader.into_warnings(), [""; 0]);
        settings
    }

    #[test]
    fn only_production_waits_for_balancers() {
        assert_eq!(read(&[], false), DrainSettings::default());
        assert_eq!(read(&[], true), DrainSettings { delay: Duration::from_secs(5), ..DrainSettings::default() });
        let set = read(&[("OBSERVE_DRAIN_DELAY", "0s"), ("OBSERVE_DRAIN_TIMEOUT", "300ms")], true);
        assert_eq!(set, DrainSettings { delay: Duration::ZERO, timeout: Duration::from_millis(300) });
    }
}
