//! Generated rules and configuration in the real Prometheus and Alertmanager, in two majors of each.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[path = "alerts/servers.rs"]
mod servers;
#[path = "alerts/sink.rs"]
mod sink;

use serde_json::Value;
use servers::{Alertmanager, Folder, MAJORS, Prometheus, run, server};
use sink::Sink;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/services.json");

/// Runs the tool in a folder that is a workspace of its own.
fn tool(folder: &Path) -> Command {
    let mut tool = Command::new(env!("CARGO_BIN_EXE_cargo-observe"));
    tool.current_dir(folder);
    tool
}

/// The generated files for the example services, with these settings.
fn generated(name: &str, settings: &str) -> Folder {
    let folder = Folder::new(name);
    std::fs::write(folder.join("Cargo.toml"), "[workspace]\n").unwrap();
    std::fs::write(folder.join("observe.toml"), settings).unwrap();
    run(tool(&folder).args(["generate", "alerts", "--quiet", "--out", "made", "--catalogue", FIXTURE]));
    folder
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn promtool_accepts_all_rules_and_their_tests_pass_on_both_majors() {
    let folder = generated("promtool", "");
    for (prometheus, _) in MAJORS {
        let Some(promtool) = server(prometheus, "promtool") else { continue };
        run(Command::new(&promtool).args(["check", "rules"]).args(files(&folder.join("made/prometheus/rules"))));
        let tests = files(&folder.join("made/prometheus/tests"));
        assert!(tests.len() > 5, "{tests:?}");
        let begun = Instant::now();
        run(Command::new(&promtool).args(["test", "rules"]).args(tests));
        eprintln!("{prometheus}: tests of rules took {:.1} s", begun.elapsed().as_secs_f64());
    }
}

#[test]
fn promtool_sees_a_rule_that_is_wrong() {
    let folder = generated("mutant", "");
    let rules = folder.join("made/prometheus/rules/baliblissed.yml");
    let text = std::fs::read_to_string(&rules).unwrap();
    let wrong = text.replacen("> 0.05", "> 0.95", 1);
    assert_ne!(text, wrong);
    std::fs::write(&rules, wrong).unwrap();
    let Some(promtool) = server(MAJORS[0].0, "promtool") else { return };
    let tests = folder.join("made/prometheus/tests/baliblissed.yml");
    let output = Command::new(promtool).args(["test", "rules"]).arg(tests).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert!(!output.status.success() && said.contains("HighErrorRate"), "{said}");
}

/// All four ways to tell somebody, on this machine.
fn everybody(sink: &Sink) -> String {
    let address = sink.address;
    format!(
        "[alertmanager]\nslack_security_channel = \"#security\"\npagerduty_url = \"http://{address}/pagerduty\"\n\
         webhook_url = \"http://{address}/webhook\"\nwebhook_token = \"yes\"\nemail_to = [\"oncall@example.org\"]\n\
         smtp_smarthost = \"mail.example.org:587\"\nsmtp_from = \"alerts@example.org\"\nsmtp_username = \"alerts\"\n"
    )
}

#[test]
fn amtool_accepts_the_configuration_and_each_alert_goes_its_way() {
    let sink = Sink::start();
    let folder = generated("amtool", &everybody(&sink));
    let config = folder.join("made/alertmanager/alertmanager.yml");
    for (_, alertmanager) in MAJORS {
        let Some(amtool) = server(alertmanager, "amtool") else { continue };
        run(Command::new(&amtool).arg("check-config").arg(&config));
        for (labels, receivers) in [
            (&["severity=critical", "kind=availability", "service=shop"][..], "critical"),
            (&["severity=warning", "kind=performance"], "warning"),
            (&["severity=critical", "kind=security"], "security,critical"),
            (&["severity=warning", "kind=security"], "security,warning"),
            (&["severity=critical", "kind=compliance"], "compliance,critical"),
            (&["severity=critical", "kind=slo", "tier=page"], "critical"),
            (&["severity=warning", "kind=slo", "tier=ticket"], "warning"),
            (&["severity=warning", "kind=telemetry"], "warning"),
            (&["severity=error", "alertname=data_integrity"], "compliance,critical"),
            (&["severity=critical", "alertname=security_breach"], "security,critical"),
            (&["severity=info"], "warning"),
            (&["alertname=somebody_elses"], "warning"),
        ] {
            let verify = format!("--verify.receivers={receivers}");
            let mut command = Command::new(&amtool);
            command.args(["config", "routes", "test"]).arg(format!("--config.file={}", config.display()));
            run(command.arg(verify).args(labels));
        }
    }
}

/// History of the counter that an objective is about: well for 30 hours, then 20 times the budget for 70 minutes.
fn history() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let mut text = String::from("# TYPE rag_queries counter\n");
    let minutes = 31 * 60 + 10;
    for (status, well, unwell) in [("ok", 1000, 980), ("error", 0, 20)] {
        let mut count = 0;
        for minute in 0..=minutes {
            count += if minute > minutes - 70 { unwell } else { well };
            let at = now - (minutes - minute) * 60;
            writeln!(text, "rag_queries_total{{job=\"voiceassist\",status=\"{status}\"}} {count} {at}").unwrap();
        }
    }
    text + "# EOF\n"
}

/// A burning service, from its history to those who are told.
fn chain(prometheus: &str, alertmanager: &str) {
    let sink = Sink::start();
    let folder = generated(&format!("chain-{prometheus}"), &everybody(&sink));
    let Some(promtool) = server(prometheus, "promtool") else { return };
    let Some(manager) = Alertmanager::start(alertmanager, &folder, &sink) else { return };
    std::fs::write(folder.join("history.txt"), history()).unwrap();
    let data = folder.join("data");
    let blocks = ["tsdb", "create-blocks-from", "openmetrics"];
    run(Command::new(&promtool).args(blocks).arg(folder.join("history.txt")).arg(&data));
    // A group waits for its place within its interval: a minute is long for a test.
    let rules = std::fs::read_to_string(folder.join("made/prometheus/rules/voiceassist-slo.yml")).unwrap();
    std::fs::write(folder.join("rules.yml"), rules.replace("interval: 1m", "interval: 1s")).unwrap();
    let begun = Instant::now();
    let Some(server) = Prometheus::start(prometheus, &folder, manager.address) else { return };
    let event = sink.wait_for("/pagerduty");
    eprintln!("{prometheus}: a page arrived {:.1} s after Prometheus was started", begun.elapsed().as_secs_f64());
    assert_eq!(event["event_action"], "trigger", "{event}");
    assert_eq!(event["routing_key"], "0123456789abcdef0123456789abcdef");
    let payload = &event["payload"];
    assert_eq!((&payload["severity"], &payload["component"]), (&"critical".into(), &"voiceassist".into()), "{event}");
    assert_eq!(payload["class"], "ErrorBudgetBurnFast");
    let summary = "[CRITICAL] voiceassist: it spends its error budget fast: rag_query_success";
    assert_eq!(payload["summary"], summary);
    let message = sink.wait_for("/slack");
    let attachment = &message["attachments"][0];
    assert_eq!((&attachment["title"], &attachment["color"]), (&summary.into(), &"danger".into()), "{message}");
    assert_eq!(attachment["title_link"], "runbooks/ErrorBudgetBurnFast.md");
    let text = attachment["text"].as_str().unwrap();
    assert!(text.contains("99.9% of calls succeed over 30d. Of late 2% did not."), "{text}");
    let hook = sink.wait_for("/webhook");
    assert_eq!(hook["commonLabels"]["tier"], "page", "{hook}");
    assert_eq!(sink.authorization("/webhook").as_deref(), Some("Bearer the-token"));
    // The page alone: a day of health is enough that no ticket is needed.
    let firing: Vec<_> = server.alerts().iter().map(|alert| alert["labels"]["alertname"].clone()).collect();
    assert_eq!(firing, ["ErrorBudgetBurnFast"]);
}

#[test]
fn a_burning_service_pages_and_makes_no_ticket() {
    let (prometheus, alertmanager) = MAJORS[0];
    chain(prometheus, alertmanager);
}

#[test]
fn a_burning_service_pages_with_the_next_majors_too() {
    let (prometheus, alertmanager) = MAJORS[1];
    chain(prometheus, alertmanager);
}

#[test]
fn a_test_alert_goes_along_every_route_and_says_what_was_taken() {
    for (_, alertmanager) in MAJORS {
        let sink = Sink::start();
        // Without e-mail, for which there is no server here.
        let settings = everybody(&sink).replace("email_to = [\"oncall@example.org\"]\n", "");
        let folder = generated(&format!("test-alert-{alertmanager}"), &settings);
        let Some(manager) = Alertmanager::start(alertmanager, &folder, &sink) else { continue };
        let url = format!("http://{}", manager.address);
        let output = tool(&folder).args(["test-alert", "--alertmanager", &url]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
        for route in ["critical", "warning", "security", "compliance"] {
            assert!(said.contains(&format!("pass route {route}: to ")), "{said}");
        }
        for (integration, count) in [("pagerduty", 1), ("slack", 6), ("webhook", 6)] {
            assert!(said.contains(&format!("pass {integration}: {count} messages taken, 0 failed")), "{said}");
        }
        let event = sink.wait_for("/pagerduty");
        assert!(event["payload"]["summary"].as_str().unwrap().contains("TEST of the route `critical`"), "{event}");
    }
}

#[test]
fn a_test_alert_that_is_refused_by_a_receiver_is_a_failure() {
    let sink = Sink::refusing();
    let settings = everybody(&sink).replace("email_to = [\"oncall@example.org\"]\n", "");
    let folder = generated("test-alert-refused", &settings);
    let Some(manager) = Alertmanager::start(MAJORS[0].1, &folder, &sink) else { return };
    let url = format!("http://{}", manager.address);
    let output = tool(&folder).args(["test-alert", "--route", "critical", "--alertmanager", &url]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("fail pagerduty: 0 messages taken, 1 failed"), "{said}");
}

#[test]
fn without_an_alertmanager_the_test_alert_says_where_it_looked() {
    let folder = generated("test-alert-nobody", "");
    let output = tool(&folder).args(["test-alert", "--alertmanager", "http://127.0.0.1:9"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("Alertmanager at http://127.0.0.1:9"), "{said}");
}

#[test]
fn a_dry_run_shows_the_alerts_and_sends_none() {
    let folder = generated("dry-run", "");
    let output = tool(&folder).args(["test-alert", "--dry-run", "--route", "security"]).output().unwrap();
    assert!(output.status.success());
    let alerts: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(alerts[0]["labels"]["kind"], "security");
    assert_eq!(alerts.as_array().unwrap().len(), 1);
}
