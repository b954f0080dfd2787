//! How long things may take.

use super::check::{Kind, LONGEST};
use std::time::Duration;

/// What `OBSERVE_HEALTH_…` sets, and who is speaking.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    /// For the whole answer of `/health`.
    pub(super) budget: Duration,
    /// For that of `/health/ready`.
    pub(super) ready_budget: Duration,
    /// By the name of a check or of a kind.
    pub(super) timeouts: Vec<(String, Duration)>,
    pub(super) service: String,
    pub(super) version: String,
}

impl Default for Settings {
    fn default() -> Self {
        let defaults = crate::config::HealthSettings::default();
        Self {
            budget: defaults.budget,
            ready_budget: defaults.ready_budget,
            timeouts: defaults.timeouts,
            service: "unknown".to_owned(),
            version: "unknown".to_owned(),
        }
    }
}

impl Settings {
    /// How long the check of this name may take: what is said of its name, then what its code says, then what is said
    /// of its kind.
    pub(super) fn timeout(&self, name: &str, kind: Kind, in_code: Option<Duration>) -> Duration {
        let set = |word: &str| self.timeouts.iter().rev().find(|(known, _)| known == word).map(|(_, time)| *time);
        let of_kind = || set(kind.word()).unwrap_or_else(|| kind.timeout());
        set(name).or(in_code).unwrap_or_else(of_kind).clamp(Duration::from_millis(1), LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_goes_before_the_code_and_the_code_before_the_kind() {
        let millis = Duration::from_millis;
        let timeouts = vec![("ledger".to_owned(), millis(5)), ("database".to_owned(), millis(7))];
        let settings = Settings { timeouts, ..Settings::default() };
        let of = |name: &str, in_code| settings.timeout(name, Kind::Database, in_code);
        assert_eq!(of("ledger", Some(millis(9))), millis(5));
        assert_eq!(of("notes", Some(millis(9))), millis(9));
        assert_eq!(of("notes", None), millis(7));
        assert_eq!(Settings::default().timeout("notes", Kind::Database, None), millis(2000));
    }
}
