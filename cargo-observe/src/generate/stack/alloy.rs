//! Alloy: reads the logs of containers, parses their JSON, labels them by service, and hides what is personal before it
//! leaves the machine.

use super::policy::Policy;
use super::prometheus::CERTIFICATES;
use super::yaml::header;

pub(super) fn config(policy: &Policy) -> String {
    text(policy, "http://loki:3100/loki/api/v1/push", "")
}

pub(super) fn config_with_tls(policy: &Policy) -> String {
    let tls = format!("\n    tls_config {{\n      ca_file = \"{CERTIFICATES}/ca.crt\"\n    }}");
    text(policy, "https://loki:3100/loki/api/v1/push", &tls)
}

fn text(policy: &Policy, url: &str, tls: &str) -> String {
    let mut stages = String::new();
    for (kind, form) in &policy.values {
        // A number becomes a text, or the line would be no JSON any more.
        if *kind == "card" {
            stages += &stage(&form.as_json_number(), &format!("\\\"[REDACTED:{kind}]\\\""));
        }
        stages += &stage(&form.with_a_group(), &format!("[REDACTED:{kind}]"));
    }
    format!("{}{HEAD}{stages}{LABELS}{}", header("//"), tail(url, tls))
}

/// Only groups that capture are replaced. Between backquotes a backslash is a backslash.
fn stage(expression: &str, replacement: &str) -> String {
    format!("\n  stage.replace {{\n    expression = `{expression}`\n    replace    = \"{replacement}\"\n  }}\n")
}

/// Where lines come from, and what is the same for all.
const HEAD: &str = r#"
discovery.docker "containers" {
  host             = "unix:///var/run/docker.sock"
  refresh_interval = "15s"
}

discovery.relabel "containers" {
  targets = discovery.docker.containers.targets

  rule {
    source_labels = ["__meta_docker_container_name"]
    regex         = "/(.*)"
    target_label  = "container"
  }

  // A line that is no JSON has the name of its service from Compose.
  rule {
    source_labels = ["__meta_docker_container_label_com_docker_compose_service"]
    target_label  = "service_name"
  }
}

loki.source.docker "containers" {
  host       = "unix:///var/run/docker.sock"
  targets    = discovery.relabel.containers.output
  forward_to = [loki.process.redact.receiver]
}

loki.process "redact" {
  forward_to = [loki.write.loki.receiver]

  // First what is personal: nothing below sees the line as it was.
"#;

/// Labels are few and known; ids are beside the line, where they cost no series.
const LABELS: &str = r#"
  stage.json {
    expressions = {
      level        = "level",
      service_name = "service",
      environment  = "environment",
      trace_id     = "trace_id",
      span_id      = "span_id",
      request_id   = "request_id",
      timestamp    = "timestamp",
    }
    drop_malformed = false
  }

  stage.timestamp {
    source            = "timestamp"
    format            = "RFC3339Nano"
    action_on_failure = "skip"
  }

  stage.labels {
    values = {
      level        = "",
      service_name = "",
      environment  = "",
    }
  }

  stage.structured_metadata {
    values = {
      trace_id   = "",
      span_id    = "",
      request_id = "",
    }
  }
}
"#;

fn tail(url: &str, tls: &str) -> String {
    format!("\nloki.write \"loki\" {{\n  endpoint {{\n    url = \"{url}\"{tls}\n  }}\n}}\n")
}
