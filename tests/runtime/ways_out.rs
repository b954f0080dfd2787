//! Every way out of a process, searched for personal data that was planted at every way in.
//!
//! The program `spills` writes values of every kind, in every form, into each place that takes text; each value is
//! planted once, so that a leak names its place. A place that telemetry gains is one more call of `Plants::texts`
//! there, and a way out one more [`Emitted::add`] here.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod collector;
mod receiver;

use collector::Collector;
use observe_leak::{Emitted, Secret};
use receiver::{Receiver, rules};
use std::collections::BTreeSet;
use std::process::Command;

/// Each place in each form makes a span or a line, and none may be lost on its way.
const ROOMY: [(&str, &str); 8] = [
    ("OTEL_TRACES_SAMPLER", "always_on"),
    ("OTEL_BSP_MAX_QUEUE_SIZE", "100000"),
    ("OTEL_BLRP_MAX_QUEUE_SIZE", "100000"),
    ("OBSERVE_SHUTDOWN_TIMEOUT", "120s"),
    ("RUST_LOG", "trace"),
    ("OBSERVE_SPAN_LEVEL", "trace"),
    ("RUST_BACKTRACE", "0"),
    ("OTEL_RESOURCE_ATTRIBUTES", "canary=7,owner=ilda.rn@example.com,note=call%20%2B1%20202%20555%200199"),
];

/// What was planted, and standard output behind that and standard error.
fn spilled(variables: &[(&str, &str)]) -> (Vec<Secret>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_spills"));
    // Only the named variables: whatever this machine sets must not matter.
    let output = command.env_clear().envs(ROOMY).envs(variables.iter().copied()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    let mut secrets = vec![Secret::new("a resource attribute", "ilda.rn@example.com")];
    secrets.push(Secret::new("a resource attribute", "+1 202 555 0199"));
    secrets.push(Secret::new("a number", "4111111111111111"));
    let mut rest = String::new();
    for line in out.lines() {
        if let Some((place, secret)) = line.strip_prefix("planted\t").and_then(|plant| plant.split_once('\t')) {
            secrets.push(Secret::new(place, secret));
        } else {
            rest += line;
            rest.push('\n');
        }
    }
    let places: BTreeSet<&str> = secrets.iter().map(|secret| secret.what.as_str()).collect();
    assert!(places.len() >= 20 && secrets.len() >= 900, "{} values in {places:?}", secrets.len());
    (secrets, rest, err)
}

#[test]
fn nothing_planted_comes_out_in_production() {
    let collector = Collector::start();
    let alerts = Receiver::start();
    let file = std::env::temp_dir().join(format!("observe-ways-out-{}.log", std::process::id()));
    let url = collector.url();
    let (secrets, metrics, lines) = spilled(&[
        ("OBSERVE_ENVIRONMENT", "production"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &url),
        ("OBSERVE_LOG_FILE", file.to_str().unwrap()),
        ("OBSERVE_PAGERDUTY_KEY", "RRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRR"),
        ("OBSERVE_PAGERDUTY_URL", &alerts.url("/v2/enqueue")),
        ("OBSERVE_SLACK_WEBHOOK", &alerts.url("/services/T0/B0/x")),
        ("OBSERVE_ALERT_WEBHOOK", &alerts.url("/in")),
        ("OBSERVE_ALERTMANAGER_URL", &alerts.url("")),
    ]);
    let received = collector.stop();
    let written = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    let mut emitted = Emitted::default();
    emitted.add("lines", lines, "canary message");
    emitted.add("the log file", written, "canary message");
    emitted.add("metrics", metrics, "canary_total{tool=");
    // All parts of a span have to be there: names, events, statuses, the resource.
    let spans = format!("{:?}", received.traces);
    for canary in ["canary_typed_field", "canary_panic", "canary event", "refused, ", "key: \"canary\""] {
        emitted.add("OTLP spans", &spans, canary);
    }
    emitted.add("OTLP logs", format!("{:?}", received.logs), "canary chain");
    emitted.add("OTLP metrics", format!("{:?}", received.metrics), "canary");
    emitted.add("OTLP heads", received.heads.concat(), "POST");
    for (channel, path, canary) in [
        ("PagerDuty", "/v2/enqueue", "canary alert"),
        ("Slack", "/services/T0/B0/x", "canary alert"),
        ("a webhook", "/in", "canary value"),
        ("Alertmanager", "/api/v2/alerts", "canary down"),
    ] {
        let posts = alerts.got().into_iter().filter(|got| got.head.starts_with(&format!("POST {path} ")));
        let texts: Vec<String> = posts
            .map(|got| {
                match channel {
                    "PagerDuty" => drop(rules::pagerduty(&got.text, &got.body)),
                    "Slack" => drop(rules::slack(&got.body)),
                    _ => {}
                }
                got.head + &got.text
            })
            .collect();
        // 180 alerts, of which a third is acknowledged and resolved.
        assert!(texts.len() >= 240, "{} messages for {channel}", texts.len());
        emitted.add(channel, texts.concat(), canary);
    }
    emitted.assert_nothing_leaked(&secrets);
}

#[test]
fn nothing_planted_comes_out_while_developing() {
    let (secrets, out, err) = spilled(&[("OTEL_TRACES_EXPORTER", "console"), ("OBSERVE_LOG_FORMAT", "text")]);
    let mut emitted = Emitted::default();
    emitted.add("the console and metrics", out, "canary_typed_field");
    emitted.add("lines", err, "canary message");
    emitted.assert_nothing_leaked(&secrets);
}
