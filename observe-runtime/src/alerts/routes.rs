//! Which channels take an alert: by its event type, by its severity, or as everybody has it.

use super::kinds::Channels;
use super::message::Message;
use super::{Channel, EventType, Severity};

/// The rules of `OBSERVE_ALERT_ROUTES`.
#[derive(Clone, Debug, Default)]
pub(super) struct Routes {
    types: Vec<(EventType, Channels)>,
    severities: Vec<(Severity, Channels)>,
}

impl Routes {
    /// Reads `security_breach=pagerduty+slack,info=none`. A rule that is not understood is left out, and said.
    pub(super) fn read(text: &str, mut warn: impl FnMut(String)) -> Self {
        let mut routes = Self::default();
        for rule in text.split(',').map(str::trim).filter(|rule| !rule.is_empty()) {
            let read = rule.split_once('=').and_then(|(what, channels)| Some((what.trim(), read_channels(channels)?)));
            match read.map(|(what, channels)| (EventType::from_name(what), Severity::from_name(what), channels)) {
                Some((Some(event_type), _, channels)) => routes.types.push((event_type, channels)),
                Some((None, Some(severity), channels)) => routes.severities.push((severity, channels)),
                _ => warn(format!(
                    "OBSERVE_ALERT_ROUTES: `{}` is not understood; accepted: a severity ({}) or an event type ({}), `=`, \
                     and channels ({}) with `+` between them, or `none`; the rule is left out",
                    crate::scrub::scrub(rule),
                    Severity::names(),
                    EventType::names(),
                    Channel::names(),
                )),
            }
        }
        routes
    }

    /// The channels for this message. An event type goes before a severity, and the last rule before others.
    pub(super) fn of(&self, message: &Message) -> Channels {
        let by_type = self.types.iter().rev().find(|(known, _)| *known == message.event_type).map(|rule| rule.1);
        let by_severity = || self.severities.iter().rev().find(|(known, _)| *known == message.severity);
        by_type.or_else(|| by_severity().map(|rule| rule.1)).unwrap_or_else(|| usual(message.severity))
    }
}

/// A call in the night is for what is broken. The receivers of all have rules of their own.
fn usual(severity: Severity) -> Channels {
    let channels = Channels::default().with(Channel::Slack).with(Channel::Webhook).with(Channel::Alertmanager);
    match severity {
        Severity::Critical | Severity::Error => channels.with(Channel::PagerDuty),
        Severity::Warning | Severity::Info => channels,
    }
}

fn read_channels(text: &str) -> Option<Channels> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("none") {
        return Some(Channels::default());
    }
    let mut names = text.split('+').map(str::trim);
    names.try_fold(Channels::default(), |channels, name| Some(channels.with(Channel::from_name(name)?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::Alert;
    use crate::alerts::message::Speaker;

    fn of(routes: &Routes, event_type: EventType, severity: Severity) -> Vec<&'static str> {
        let channels = routes.of(&Message::new(Alert::new(event_type, severity, "x"), &Speaker::default()));
        Channel::ALL.into_iter().filter(|channel| channels.has(*channel)).map(Channel::name).collect()
    }

    #[test]
    fn only_what_is_broken_calls_somebody() {
        let routes = Routes::default();
        for severity in Severity::ALL {
            let expected = matches!(severity, Severity::Critical | Severity::Error);
            assert_eq!(of(&routes, EventType::Custom, severity).contains(&"pagerduty"), expected, "{severity}");
            assert!(of(&routes, EventType::Custom, severity).ends_with(&["slack", "webhook", "alertmanager"]));
        }
    }

    #[test]
    fn an_event_type_goes_before_a_severity() {
        let mut said = Vec::new();
        let text = "security_breach = pagerduty + webhook, info=none, critical=slack, high_latency=none";
        let routes = Routes::read(text, |warning| said.push(warning));
        assert_eq!(said, [""; 0]);
        assert_eq!(of(&routes, EventType::SecurityBreach, Severity::Info), ["pagerduty", "webhook"]);
        assert_eq!(of(&routes, EventType::SystemDown, Severity::Critical), ["slack"]);
        assert_eq!(of(&routes, EventType::SystemDown, Severity::Info), [""; 0]);
        assert_eq!(of(&routes, EventType::HighLatency, Severity::Critical), [""; 0]);
    }

    #[test]
    fn a_rule_that_is_not_understood_is_said() {
        let mut said = Vec::new();
        let routes = Routes::read("fatal=slack,info=phone,warning,error=webhook", |warning| said.push(warning));
        assert_eq!(said.len(), 3, "{said:?}");
        assert!(said[1].contains("`info=phone` is not understood; accepted: a severity (critical"), "{}", said[1]);
        assert_eq!(of(&routes, EventType::Custom, Severity::Error), ["webhook"]);
    }
}
