//! Where alerts go, and how often. Addresses and routes are checked by what is made of them.

use super::reader::Reader;
use std::time::Duration;

/// Where PagerDuty takes events.
const PAGERDUTY: &str = "https://events.pagerduty.com/v2/enqueue";

const LIMITS: &str = "OBSERVE_ALERT_LIMITS";

/// The severities, the worst first, and how far alerts that are alike lie apart at least.
const SEVERITIES: [(&str, Duration); 4] = [
    ("critical", Duration::ZERO),
    ("error", Duration::from_mins(5)),
    ("warning", Duration::from_mins(15)),
    ("info", Duration::from_hours(1)),
];

/// What variables say of alerts. There is no `Debug`: most of it is secret.
#[cfg_attr(
    not(all(feature = "alerts", feature = "axum")),
    allow(dead_code, reason = "read all the same, so that no name is a mistake")
)]
#[derive(Clone)]
pub(crate) struct AlertSettings {
    pub(crate) enabled: bool,
    /// The integration key of a service.
    pub(crate) pagerduty_key: Option<String>,
    pub(crate) pagerduty_url: String,
    pub(crate) slack_webhook: Option<String>,
    pub(crate) slack_channel: String,
    pub(crate) slack_username: Option<String>,
    pub(crate) webhook: Option<String>,
    /// What requests to the webhook are signed with.
    pub(crate) webhook_secret: Option<String>,
    pub(crate) alertmanager_url: Option<String>,
    /// `what=channel+channel,…`, not looked at yet.
    pub(crate) routes: Option<String>,
    /// By severity, the worst first.
    pub(crate) limits: [Duration; 4],
    pub(crate) token: Option<String>,
    pub(crate) admin_token: Option<String>,
}

impl AlertSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            enabled: reader.is_on("OBSERVE_ALERTS"),
            pagerduty_key: reader.text("OBSERVE_PAGERDUTY_KEY"),
            pagerduty_url: reader.text("OBSERVE_PAGERDUTY_URL").unwrap_or_else(|| PAGERDUTY.to_owned()),
            slack_webhook: reader.text("OBSERVE_SLACK_WEBHOOK"),
            slack_channel: reader.text("OBSERVE_SLACK_CHANNEL").unwrap_or_else(|| "#alerts".to_owned()),
            slack_username: reader.text("OBSERVE_SLACK_USERNAME"),
            webhook: reader.text("OBSERVE_ALERT_WEBHOOK"),
            webhook_secret: reader.text("OBSERVE_ALERT_WEBHOOK_SECRET"),
            alertmanager_url: reader.text("OBSERVE_ALERTMANAGER_URL"),
            routes: reader.text("OBSERVE_ALERT_ROUTES"),
            limits: limits(reader),
            token: reader.text("OBSERVE_ALERT_TOKEN"),
            admin_token: reader.text("OBSERVE_ALERT_ADMIN_TOKEN"),
        }
    }
}

/// `error=300s,info=1h`: those that are not named keep their default.
fn limits(reader: &mut Reader<'_>) -> [Duration; 4] {
    let mut limits = SEVERITIES.map(|(_, default)| default);
    for entry in reader.list(LIMITS).unwrap_or_default() {
        let read = entry.split_once('=').and_then(|(name, time)| {
            let place = SEVERITIES.iter().position(|(known, _)| known.eq_ignore_ascii_case(name.trim()))?;
            Some((place, humantime::parse_duration(time.trim()).ok()?))
        });
        match read {
            Some((place, time)) => limits[place] = time,
            None => {
                let accepted = "a time with its unit for critical, error, warning or info, such as `error=300s`";
                reader.refuse(LIMITS, &entry, accepted, "the default in its place");
            }
        }
    }
    limits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> ([u64; 4], Vec<String>) {
        let variables = [(LIMITS, value)].iter().collect();
        let mut reader = Reader::new(&variables);
        let limits = limits(&mut reader).map(|limit| limit.as_secs());
        (limits, reader.into_warnings())
    }

    #[test]
    fn limits_are_named_by_severity() {
        assert_eq!(read(""), ([0, 300, 900, 3600], Vec::new()));
        assert_eq!(read("critical=1m, INFO = 0s"), ([60, 300, 900, 0], Vec::new()));
        let (limits, said) = read("error=soon,fatal=1s,info=2s");
        assert_eq!(limits, [0, 300, 900, 2]);
        assert!(said.len() == 2 && said[0].contains("=`error=soon` is not understood; accepted: a time"), "{said:?}");
    }

    #[test]
    fn alerts_are_on_and_go_nowhere_by_default() {
        let variables = [("", "")].iter().collect();
        let alerts = AlertSettings::read(&mut Reader::new(&variables));
        assert!(alerts.enabled && alerts.slack_webhook.is_none() && alerts.pagerduty_key.is_none());
        assert_eq!((alerts.pagerduty_url.as_str(), alerts.slack_channel.as_str()), (PAGERDUTY, "#alerts"));
    }
}
