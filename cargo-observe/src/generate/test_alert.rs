//! `cargo observe test-alert`: one alert along every route, marked as a test, and what became of it.

use crate::context::Context;
use crate::error::{Error, FOUND, Result};
use crate::terminal::{self, GOOD, WARNING};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

/// Send a test alert along every route of the Alertmanager
#[derive(Debug, clap::Args)]
pub(crate) struct TestAlertArgs {
    /// Where Alertmanager answers
    #[arg(long, value_name = "URL", default_value = "http://localhost:9093")]
    alertmanager: String,
    /// Only along this route; may be given several times
    #[arg(long, value_enum, value_name = "ROUTE")]
    route: Vec<Route>,
    /// How many seconds to wait for what becomes of the alerts
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    wait: u64,
    /// Say what would be sent, and send nothing
    #[arg(long)]
    dry_run: bool,
}

/// A route of the generated configuration; its receiver has the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Route {
    Critical,
    Warning,
    Security,
    Compliance,
}

const ALL: [Route; 4] = [Route::Critical, Route::Warning, Route::Security, Route::Compliance];
const ALERT: &str = "ObserveTestAlert";
/// After that the alert is over by itself, also where this command was stopped.
const LIFE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(500);
/// How many times nothing has to change until nothing is thought to come: group waits are over by then.
const STILL: u32 = 8;

impl Route {
    fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Warning => "warning",
            Self::Security => "security",
            Self::Compliance => "compliance",
        }
    }

    /// A service for each, or one test alert would hold another one back.
    fn service(self) -> String {
        format!("observe-test-{}", self.name())
    }

    fn alert(self, now: SystemTime) -> Value {
        let name = self.name();
        let (severity, kind) = match self {
            Self::Critical => ("critical", "availability"),
            Self::Warning => ("warning", "availability"),
            Self::Security | Self::Compliance => ("warning", name),
        };
        json!({
            "labels": { "alertname": ALERT, "service": self.service(), "severity": severity, "kind": kind, "test": "true" },
            "annotations": {
                "summary": format!("TEST of the route `{name}`: nothing is wrong"),
                "description": "Somebody ran `cargo observe test-alert` to see whether alerts arrive. It ends by itself.",
            },
            "startsAt": humantime::format_rfc3339_seconds(now).to_string(),
            "endsAt": humantime::format_rfc3339_seconds(now + LIFE).to_string(),
        })
    }
}

pub(crate) fn test_alert(args: &TestAlertArgs, context: &Context) -> Result<ExitCode> {
    let routes = if args.route.is_empty() { ALL.to_vec() } else { args.route.clone() };
    let alerts: Value = routes.iter().map(|route| route.alert(SystemTime::now())).collect();
    if args.dry_run {
        let text = serde_json::to_string_pretty(&alerts).map_err(|error| Error::new(error.to_string()))?;
        terminal::print(&format!("{text}\n"));
        return Ok(ExitCode::SUCCESS);
    }
    let manager = Alertmanager::new(&args.alertmanager);
    let before = manager.notifications()?;
    manager.post(&alerts)?;
    if !context.is_quiet {
        anstream::eprintln!("sent {} test alerts to {}", routes.len(), manager.url);
    }
    let (receivers, after) = manager.outcome(&routes, &before, Duration::from_secs(args.wait))?;
    let (text, is_good) = report(&routes, &receivers, &before, &after);
    terminal::print(&text);
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::from(FOUND) })
}

/// Notifications by integration: how many were tried, and how many failed.
type Notifications = BTreeMap<String, (u64, u64)>;

#[derive(Debug)]
struct Alertmanager {
    url: String,
    agent: ureq::Agent,
}

impl Alertmanager {
    fn new(url: &str) -> Self {
        let config = ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(10))).build();
        Self { url: url.trim_end_matches('/').to_owned(), agent: config.into() }
    }

    fn failed(&self, error: &ureq::Error) -> Error {
        let error = Error::new(format!("Alertmanager at {}: {error}", self.url));
        error.help("give its address by `--alertmanager URL`; it has to be reachable by HTTP without TLS")
    }

    fn get(&self, path: &str) -> Result<String> {
        let answer = self.agent.get(format!("{}{path}", self.url)).call();
        let text = answer.and_then(|mut answer| answer.body_mut().read_to_string());
        text.map_err(|error| self.failed(&error))
    }

    fn post(&self, alerts: &Value) -> Result<()> {
        let post = self.agent.post(format!("{}/api/v2/alerts", self.url)).header("content-type", "application/json");
        post.send(alerts.to_string()).map(drop).map_err(|error| self.failed(&error))
    }

    fn notifications(&self) -> Result<Notifications> {
        Ok(notifications(&self.get("/metrics")?))
    }

    /// The receivers of each route's alert, by the service that stands for it.
    fn receivers(&self) -> Result<BTreeMap<String, Vec<String>>> {
        let text = self.get(&format!("/api/v2/alerts?filter=alertname%3D%22{ALERT}%22"))?;
        let alerts: Value = serde_json::from_str(&text).map_err(|error| Error::new(error.to_string()))?;
        let of = |alert: &Value| {
            let names = alert["receivers"].as_array().into_iter().flatten().filter_map(|one| one["name"].as_str());
            (alert["labels"]["service"].as_str().unwrap_or_default().to_owned(), names.map(str::to_owned).collect())
        };
        Ok(alerts.as_array().into_iter().flatten().map(of).collect())
    }

    /// Waits until all alerts have their receivers and nothing more is sent, or the time is over.
    fn outcome(
        &self,
        routes: &[Route],
        before: &Notifications,
        wait: Duration,
    ) -> Result<(BTreeMap<String, Vec<String>>, Notifications)> {
        let begun = Instant::now();
        let (mut last, mut still) = (before.clone(), 0);
        loop {
            let (receivers, now) = (self.receivers()?, self.notifications()?);
            still = if now == last && now != *before { still + 1 } else { 0 };
            if begun.elapsed() >= wait || still >= STILL && receivers.len() >= routes.len() {
                return Ok((receivers, now));
            }
            last = now;
            thread::sleep(PAUSE);
        }
    }
}

/// What Alertmanager says in its own metrics of notifications.
fn notifications(metrics: &str) -> Notifications {
    let mut all = Notifications::new();
    for line in metrics.lines().filter(|line| line.starts_with("alertmanager_notifications_")) {
        let Some((series, value)) = line.rsplit_once(' ') else { continue };
        let Some((name, labels)) = series.split_once('{') else { continue };
        let integration = labels.split("integration=\"").nth(1).and_then(|rest| rest.split('"').next());
        let (Some(integration), Ok(value)) = (integration, value.parse::<f64>()) else { continue };
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a counter of messages")]
        let value = value as u64;
        match name {
            "alertmanager_notifications_total" => all.entry(integration.to_owned()).or_default().0 += value,
            "alertmanager_notifications_failed_total" => all.entry(integration.to_owned()).or_default().1 += value,
            _ => {}
        }
    }
    all
}

/// What became of the alerts, and whether all is well.
fn report(
    routes: &[Route],
    receivers: &BTreeMap<String, Vec<String>>,
    before: &Notifications,
    after: &Notifications,
) -> (String, bool) {
    let (mut text, mut is_good) = (String::new(), true);
    let mut line = |is_well: bool, what: &str| {
        let (style, word) = if is_well { (GOOD, "pass") } else { (WARNING, "fail") };
        let _ = writeln!(text, "{style}{word}{style:#} {what}");
        is_good &= is_well;
    };
    for route in routes {
        let name = route.name();
        match receivers.get(&route.service()) {
            Some(receivers) if receivers.iter().any(|receiver| receiver == name) => {
                line(true, &format!("route {name}: to {}", receivers.join(", ")));
            }
            Some(receivers) => line(false, &format!("route {name}: to {}, not to `{name}`", receivers.join(", "))),
            None => line(false, &format!("route {name}: Alertmanager does not have the alert")),
        }
    }
    let mut is_any = false;
    for (integration, (tried, failed)) in after {
        let (tried_before, failed_before) = before.get(integration).copied().unwrap_or_default();
        // A restart between both would begin anew.
        let (tried, failed) = (tried.saturating_sub(tried_before), failed.saturating_sub(failed_before));
        if tried + failed > 0 {
            is_any = true;
            line(
                failed == 0,
                &format!("{integration}: {} messages taken, {failed} failed", tried.saturating_sub(failed)),
            );
        }
    }
    if !is_any {
        line(false, "no message was sent in this time");
    }
    (text, is_good)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(integration: &str, tried: u64, failed: u64) -> Notifications {
        Notifications::from([(integration.to_owned(), (tried, failed))])
    }

    fn at(route: Route, receivers: &[&str]) -> BTreeMap<String, Vec<String>> {
        BTreeMap::from([(route.service(), receivers.iter().map(|name| (*name).to_owned()).collect())])
    }

    #[test]
    fn messages_are_counted_by_integration_whatever_other_labels_there_are() {
        let text = "alertmanager_notifications_total{integration=\"slack\",receiver_name=\"a\"} 2\n\
                    alertmanager_notifications_total{integration=\"slack\",receiver_name=\"b\"} 1\n\
                    alertmanager_notifications_failed_total{integration=\"slack\",reason=\"other\"} 1\n\
                    alertmanager_notifications_suppressed_total{reason=\"x\"} 5\n";
        assert_eq!(notifications(text), of("slack", 3, 1));
    }

    #[test]
    fn what_was_sent_before_does_not_count() {
        let receivers = at(Route::Critical, &["critical"]);
        let (text, is_good) = report(&[Route::Critical], &receivers, &of("slack", 5, 5), &of("slack", 6, 5));
        assert!(is_good && text.contains("slack: 1 messages taken, 0 failed"), "{text}");
    }

    #[test]
    fn silence_is_a_failure() {
        let receivers = at(Route::Critical, &["critical"]);
        let (text, is_good) = report(&[Route::Critical], &receivers, &of("slack", 5, 5), &of("slack", 5, 5));
        assert!(!is_good && text.contains("no message was sent"), "{text}");
    }

    #[test]
    fn an_alert_at_another_receiver_is_a_failure() {
        let receivers = at(Route::Security, &["warning"]);
        let (text, is_good) = report(&[Route::Security], &receivers, &Notifications::new(), &of("slack", 1, 0));
        assert!(!is_good && text.contains("to warning, not to `security`"), "{text}");
    }

    #[test]
    fn a_test_alert_says_that_it_is_one_and_ends_soon() {
        let alert = Route::Critical.alert(SystemTime::UNIX_EPOCH);
        assert_eq!(alert["endsAt"], "1970-01-01T00:01:00Z");
        assert!(alert["annotations"]["summary"].as_str().unwrap().starts_with("TEST"));
        assert_eq!(alert["labels"]["severity"], "critical");
    }
}
