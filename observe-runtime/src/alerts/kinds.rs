//! What alerts are about, how urgent they are, and where they go.

use std::fmt;

/// A type whose values have a name each, in the order of `ALL`.
macro_rules! named {
    ($type:ident { $($value:ident = $name:literal),+ $(,)? }) => {
        impl $type {
            /// All of them.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$value),+];

            /// The name, as settings, payloads and metrics have it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$value => $name),+
                }
            }

            /// The one of this name, without regard to case.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|one| one.name().eq_ignore_ascii_case(name))
            }

            /// The names of all, for a sentence.
            #[allow(dead_code, reason = "not every type is asked for all its names")]
            pub(super) fn names() -> String {
                Self::ALL.map(Self::name).join(", ")
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

/// What an alert is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EventType {
    /// More calls fail than may.
    HighErrorRate,
    /// Calls take longer than they may.
    HighLatency,
    /// A part of the system does not answer.
    SystemDown,
    /// A version is rolled out, or back.
    DeploymentStatus,
    /// A model can't be loaded, or does not predict.
    ModelFailure,
    /// Somebody got, or tried to get, where nobody should.
    SecurityBreach,
    /// A prediction over the threshold at which a person has to look.
    HighRiskPrediction,
    /// Something that the service needs fails: a database, a cache, a provider.
    DependencyFailure,
    /// Memory, disk, connections or a quota come to their end.
    ResourceExhaustion,
    /// Records are missing, contradict each other, or could not be written: an audit log for one.
    DataIntegrity,
    /// A task in the background failed: a backup for one.
    JobFailure,
    /// Anything else.
    Custom,
}

named!(EventType {
    HighErrorRate = "high_error_rate",
    HighLatency = "high_latency",
    SystemDown = "system_down",
    DeploymentStatus = "deployment_status",
    ModelFailure = "model_failure",
    SecurityBreach = "security_breach",
    HighRiskPrediction = "high_risk_prediction",
    DependencyFailure = "dependency_failure",
    ResourceExhaustion = "resource_exhaustion",
    DataIntegrity = "data_integrity",
    JobFailure = "job_failure",
    Custom = "custom",
});

/// How urgent an alert is. What is worse is less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Somebody has to act now.
    Critical,
    /// Something is broken.
    Error,
    /// Something may break.
    Warning,
    /// Something is worth knowing.
    Info,
}

named!(Severity { Critical = "critical", Error = "error", Warning = "warning", Info = "info" });

/// Where alerts go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Channel {
    /// PagerDuty, by its Events API v2.
    PagerDuty,
    /// An incoming webhook of Slack.
    Slack,
    /// JSON to any URL.
    Webhook,
    /// Alertmanager, by its API v2.
    Alertmanager,
}

named!(Channel { PagerDuty = "pagerduty", Slack = "slack", Webhook = "webhook", Alertmanager = "alertmanager" });

/// How a roll-out goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeploymentStatus {
    /// It has begun.
    Started,
    /// It is done.
    Succeeded,
    /// It went wrong.
    Failed,
    /// The version before is back.
    RolledBack,
}

named!(DeploymentStatus { Started = "started", Succeeded = "succeeded", Failed = "failed", RolledBack = "rolled_back" });

/// Several channels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Channels(u8);

impl Channels {
    #[cfg(test)]
    pub(super) const ALL: Self = Self(0b1111);

    pub(super) const fn with(self, channel: Channel) -> Self {
        Self(self.0 | 1 << channel as u8)
    }

    pub(super) const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    pub(super) const fn has(self, channel: Channel) -> bool {
        self.0 & 1 << channel as u8 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_twelve_event_types_and_four_severities_by_name() {
        assert_eq!((EventType::ALL.len(), Severity::ALL.len(), Channel::ALL.len()), (12, 4, 4));
        assert!(EventType::ALL.into_iter().all(|one| EventType::from_name(one.name()) == Some(one)));
        assert_eq!(Severity::from_name("CRITICAL"), Some(Severity::Critical));
        assert_eq!(Severity::from_name("fatal"), None);
        assert_eq!(Severity::names(), "critical, error, warning, info");
    }

    #[test]
    fn channels_have_what_they_were_given() {
        let channels = Channels::default().with(Channel::Slack).with(Channel::Alertmanager);
        assert_eq!(Channel::ALL.map(|channel| channels.has(channel)), [false, true, false, true]);
        assert!(Channel::ALL.into_iter().all(|channel| Channels::ALL.has(channel)));
    }
}
