//! How long health checks may take, and how often they are asked.

use super::reader::Reader;
use std::time::Duration;

/// The longest that an answer may take.
const LONGEST: Duration = Duration::from_secs(5);

/// What `OBSERVE_HEALTH_…` says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "health"), allow(dead_code, reason = "only tests ask"))]
pub(crate) struct HealthSettings {
    pub(crate) budget: Duration,
    pub(crate) ready_budget: Duration,
    /// `None` where checks run only when somebody asks.
    pub(crate) interval: Option<Duration>,
    /// By the name of a check or of a kind of them.
    pub(crate) timeouts: Vec<(String, Duration)>,
}

impl Default for HealthSettings {
    /// Kubernetes gives up on a readiness probe after a second, unless it is told otherwise.
    fn default() -> Self {
        Self {
            budget: Duration::from_millis(4_500),
            ready_budget: Duration::from_millis(800),
            interval: Some(Duration::from_secs(15)),
            timeouts: Vec::new(),
        }
    }
}

impl HealthSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let default = Self::default();
        let interval = reader.duration_or_off("OBSERVE_HEALTH_INTERVAL", Duration::from_secs(15));
        Self {
            budget: budget(reader, "OBSERVE_HEALTH_BUDGET", default.budget),
            ready_budget: budget(reader, "OBSERVE_HEALTH_READY_BUDGET", default.ready_budget),
            // Without any pause there would be nothing but checks.
            interval: interval.map(|interval| interval.max(Duration::from_secs(1))),
            timeouts: timeouts(reader),
        }
    }
}

fn budget(reader: &mut Reader<'_>, name: &str, default: Duration) -> Duration {
    let asked = reader.duration(name, default);
    if fits(asked) {
        return asked;
    }
    reader.refuse(
        name,
        &humantime::format_duration(asked).to_string(),
        "a time above zero, of five seconds at most",
        &humantime::format_duration(default).to_string(),
    );
    default
}

/// `database=2s,ledger=500ms`; of what is not understood the rest is still used.
fn timeouts(reader: &mut Reader<'_>) -> Vec<(String, Duration)> {
    const NAME: &str = "OBSERVE_HEALTH_TIMEOUTS";
    let mut timeouts = Vec::new();
    for entry in reader.list(NAME).unwrap_or_default() {
        let pair = entry.split_once('=').map(|(name, time)| (name.trim(), humantime::parse_duration(time.trim())));
        match pair {
            Some((name, Ok(time))) if !name.is_empty() && fits(time) => timeouts.push((name.to_owned(), time)),
            _ => reader.refuse(NAME, &entry, "pairs such as `database=2s`, of five seconds at most", "the others"),
        }
    }
    timeouts
}

fn fits(time: Duration) -> bool {
    !time.is_zero() && time <= LONGEST
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> (HealthSettings, Vec<String>) {
        let variables = pairs.iter().collect();
        let mut reader = Reader::new(&variables);
        let settings = HealthSettings::read(&mut reader);
        (settings, reader.into_warnings())
    }

    #[test]
    fn readiness_answers_before_kubernetes_gives_up() {
        let (settings, said) = read(&[]);
        assert_eq!((&settings, &*said), (&HealthSettings::default(), &[][..]));
        assert!(settings.ready_budget < Duration::from_secs(1) && settings.budget < LONGEST);
    }

    #[test]
    fn checks_have_times_by_name_or_by_kind() {
        let (settings, said) = read(&[("OBSERVE_HEALTH_TIMEOUTS", "database=1s, ledger = 500ms,x=9s,nothing")]);
        let millis = Duration::from_millis;
        assert_eq!(settings.timeouts, [("database".to_owned(), millis(1000)), ("ledger".to_owned(), millis(500))]);
        assert!(said.len() == 2 && said[0].contains("`x=9s`") && said[1].contains("`nothing`"), "{said:?}");
    }

    #[test]
    fn an_answer_takes_five_seconds_at_most() {
        let (settings, said) = read(&[("OBSERVE_HEALTH_BUDGET", "6s"), ("OBSERVE_HEALTH_READY_BUDGET", "2s")]);
        assert_eq!(settings.budget, HealthSettings::default().budget);
        assert_eq!(settings.ready_budget, Duration::from_secs(2));
        assert!(said.len() == 1 && said[0].contains("OBSERVE_HEALTH_BUDGET=`6s`"), "{said:?}");
        assert_eq!(read(&[("OBSERVE_HEALTH_READY_BUDGET", "0s")]).1.len(), 1);
    }

    #[test]
    fn asking_by_itself_can_be_switched_off() {
        assert_eq!(read(&[("OBSERVE_HEALTH_INTERVAL", "off")]).0.interval, None);
        assert_eq!(read(&[("OBSERVE_HEALTH_INTERVAL", "0s")]).0.interval, Some(Duration::from_secs(1)));
    }
}
