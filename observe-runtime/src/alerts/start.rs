//! From settings to channels with their threads, and their end.

use super::Channel;
use super::channel::{Alertmanager, PagerDuty, Receiver, Slack, Webhook};
use super::counters::AlertMetrics;
use super::delivery;
use super::manager::Manager;
use super::message::Speaker;
use super::outbox::Outbox;
use super::routes::Routes;
use super::windows::Windows;
use crate::config::{AlertSettings, Settings};
use crate::export::otlp::Post;
use crate::families;
use crate::metric::registry;
use std::sync::{Arc, Once};
use std::time::{Duration, Instant};
use std::{io, thread};

/// The channels that alerts are sent to.
#[derive(Default)]
pub(crate) struct Sending(Vec<Arc<Outbox>>);

/// A channel, who writes for it, and where that goes.
type Made = (Channel, Box<dyn Receiver>, Post);

/// Starts what the settings ask for. A channel that can't be is a warning.
pub(crate) fn start(settings: &mut Settings) -> io::Result<Sending> {
    let Settings { alerts, resource, warnings, .. } = settings;
    let speaker = Speaker {
        service: resource.get("service.name").to_owned(),
        version: resource.get("service.version").to_owned(),
        environment: resource.get("deployment.environment.name").to_owned(),
        host: resource.get("host.name").to_owned(),
    };
    let made = if alerts.enabled && settings.enabled { make(alerts, &speaker, warnings) } else { Vec::new() };
    let channels: Vec<Channel> = made.iter().map(|(channel, ..)| *channel).collect();
    let mut outboxes = Vec::new();
    for (channel, receiver, post) in made {
        let outbox = Arc::new(Outbox::new(channel));
        delivery::start(Arc::clone(&outbox), receiver, post)?;
        outboxes.push(outbox);
    }
    let manager = Manager::of_process();
    let mut state = manager.lock();
    state.is_on = alerts.enabled;
    state.speaker = Arc::new(speaker);
    state.routes = Routes::read(alerts.routes.as_deref().unwrap_or_default(), |warning| warnings.push(warning));
    state.windows = Windows::new(alerts.limits);
    state.outboxes.clone_from(&outboxes);
    #[cfg(feature = "axum")]
    {
        state.tokens = super::token::Tokens::new(alerts.token.as_deref(), alerts.admin_token.as_deref());
    }
    drop(state);
    if alerts.enabled {
        static SHOWN: Once = Once::new();
        // For the rest of the process, as the manager is.
        SHOWN.call_once(|| {
            families::mark(families::ALERTS);
            registry().add(Box::leak(Box::new(AlertMetrics(channels))));
        });
    }
    if !outboxes.is_empty() {
        thread::Builder::new().name("observe-alerts".to_owned()).spawn(|| Manager::of_process().watch_windows())?;
    }
    Ok(Sending(outboxes))
}

fn make(alerts: &AlertSettings, speaker: &Speaker, warnings: &mut Vec<String>) -> Vec<Made> {
    let mut made: Vec<Made> = Vec::new();
    let mut add = |channel, variable: &str, url: &str, secrets: &[&str], receiver| {
        match Post::new(url, secrets) {
        Ok(post) => made.push((channel, receiver, post)),
        Err(reason) => warnings.push(format!(
            "{variable} can't be used: {reason}; accepted: a URL such as `https://alerts.example.org/in`; no alerts go there"
        )),
    }
    };
    if let Some(key) = &alerts.pagerduty_key {
        let receiver = Box::new(PagerDuty { routing_key: key.clone(), speaker: speaker.clone() });
        add(Channel::PagerDuty, "OBSERVE_PAGERDUTY_URL", &alerts.pagerduty_url, &[key], receiver as Box<dyn Receiver>);
    }
    if let Some(url) = &alerts.slack_webhook {
        let receiver = Box::new(Slack {
            channel: alerts.slack_channel.clone(),
            username: alerts.slack_username.clone().unwrap_or_else(|| speaker.service.clone()),
            speaker: speaker.clone(),
        });
        add(Channel::Slack, "OBSERVE_SLACK_WEBHOOK", url, &[], receiver);
    }
    if let Some(url) = &alerts.webhook {
        let secret = alerts.webhook_secret.clone();
        let secrets: Vec<&str> = alerts.webhook_secret.as_deref().into_iter().collect();
        let receiver = Box::new(Webhook { secret, speaker: speaker.clone() });
        add(Channel::Webhook, "OBSERVE_ALERT_WEBHOOK", url, &secrets, receiver);
    }
    if let Some(url) = &alerts.alertmanager_url {
        let url = format!("{}/api/v2/alerts", url.trim_end_matches('/').trim_end_matches("/api/v2/alerts"));
        add(Channel::Alertmanager, "OBSERVE_ALERTMANAGER_URL", &url, &[], Box::new(Alertmanager::new(speaker.clone())));
    }
    made
}

impl Sending {
    /// Whether alerts go anywhere.
    pub(crate) fn any(&self) -> bool {
        !self.0.is_empty()
    }

    /// Waits until all that waits is sent; `false` where some of it is not, because the time was too short or nobody
    /// takes it.
    pub(crate) fn flush(&self, timeout: Duration) -> bool {
        let begun = Instant::now();
        let flushed = self.0.iter().map(|outbox| outbox.flush(timeout.saturating_sub(begun.elapsed())));
        flushed.fold(true, |all, one| all & one)
    }

    /// Takes no more alerts. What waits has until then.
    pub(crate) fn close(&self, until: Option<Instant>) {
        if self.any() {
            Manager::of_process().close(until);
        }
    }

    /// Waits this long at most for the last alerts: how many did not arrive.
    pub(crate) fn stop(&self, timeout: Duration) -> usize {
        let begun = Instant::now();
        self.0.iter().map(|outbox| outbox.stop(timeout.saturating_sub(begun.elapsed()))).sum()
    }
}
