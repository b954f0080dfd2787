//! What became of alerts, counted for `/metrics`.

use super::{Channel, Severity};
use crate::count::Count;
use crate::metric::{Descriptor, Encoder, Number, Series, Source};
use observe_rules::families;
use std::array;
use std::sync::LazyLock;

/// What became of one attempt to say something to a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Delivered,
    /// Not now: it is tried again.
    Retried,
    /// Not ever: it is given up.
    Refused,
}

const OUTCOMES: [&str; 3] = ["delivered", "retried", "refused"];

/// All counts.
#[derive(Default)]
pub(super) struct Counts {
    /// By channel, severity and outcome.
    sent: [[[Count; 3]; 4]; 4],
    /// Held back, by severity.
    suppressed: [Count; 4],
    pub(super) queue_full: Count,
    pub(super) lost_in_shutdown: Count,
    pub(super) refused: Count,
}

pub(super) static COUNTS: LazyLock<Counts> = LazyLock::new(Counts::default);

impl Counts {
    pub(super) fn attempt(&self, channel: Channel, severity: Severity, outcome: Outcome) {
        self.sent[channel as usize][severity as usize][outcome as usize].add(1);
        if outcome == Outcome::Refused {
            self.refused.add(1);
        }
    }

    pub(super) fn suppress(&self, severity: Severity) {
        self.suppressed[severity as usize].add(1);
    }

    /// How many attempts with this channel ended so.
    #[cfg(any(feature = "axum", feature = "dev-page"))]
    pub(super) fn of_channel(&self, channel: Channel) -> [(&'static str, u64); 3] {
        array::from_fn(|outcome| {
            let counts = self.sent[channel as usize].iter().map(|counts| counts[outcome].load());
            (OUTCOMES[outcome], counts.sum())
        })
    }

    pub(super) fn suppressed(&self) -> [(&'static str, u64); 4] {
        array::from_fn(|severity| (Severity::ALL[severity].name(), self.suppressed[severity].load()))
    }

    pub(super) fn lost(&self) -> [(&'static str, u64); 3] {
        [
            ("queue_full", self.queue_full.load()),
            ("refused", self.refused.load()),
            ("shutdown", self.lost_in_shutdown.load()),
        ]
    }
}

/// Shows the counts, of channels that are there.
pub(super) struct AlertMetrics(pub(super) Vec<Channel>);

impl Source for AlertMetrics {
    fn families(&self) -> Vec<Descriptor> {
        Descriptor::all(&families::ALERTS)
    }

    fn read(&self, _: &mut Vec<u64>) {}

    fn show(&self, family: usize, _: &[u64], encoder: &mut dyn Encoder) {
        let mut at = 0;
        let mut place = || {
            at += 1;
            Some(at - 1)
        };
        match family {
            0 => {
                for (reason, count) in COUNTS.lost() {
                    let labels = [("reason", reason)];
                    encoder.number(Series { index: place(), labels: &labels }, Number::Unsigned(count));
                }
            }
            1 => {
                for channel in &self.0 {
                    for severity in Severity::ALL {
                        for (outcome, name) in OUTCOMES.into_iter().enumerate() {
                            let count = COUNTS.sent[*channel as usize][severity as usize][outcome].load();
                            let labels =
                                [("channel", channel.name()), ("severity", severity.name()), ("outcome", name)];
                            encoder.number(Series { index: place(), labels: &labels }, Number::Unsigned(count));
                        }
                    }
                }
            }
            _ => {
                for (severity, count) in COUNTS.suppressed() {
                    let labels = [("severity", severity)];
                    encoder.number(Series { index: place(), labels: &labels }, Number::Unsigned(count));
                }
            }
        }
    }
}
