//! The environment: names that nobody reads, values that are not understood, and what is missing in production.

use super::finding::Finding;
use super::values::kind;
use observe_rules::variable::{KNOWN, LEGACY, complaint, concerns_telemetry, is_of_kubernetes, is_secret};
use std::collections::BTreeMap;

const TOPIC: &str = "variables";
const PRODUCTION: &str = "production";

/// What the environment says, as far as it may concern telemetry.
#[derive(Clone, Debug, Default)]
pub(super) struct Variables(BTreeMap<String, String>);

impl Variables {
    pub(super) fn of_environment() -> Self {
        let readable = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
        readable.map(|(name, value)| (name, value.to_string_lossy().into_owned())).collect()
    }

    /// The value; an empty one counts as none.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    fn is(&self, name: &str, word: &str) -> bool {
        self.get(name).is_some_and(|value| value.eq_ignore_ascii_case(word))
    }

    /// Whether the environment's name is one of those that the runtime takes for production.
    pub(super) fn is_production(&self) -> bool {
        self.is("OBSERVE_ENVIRONMENT", "production") || self.is("OBSERVE_ENVIRONMENT", "prod")
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Variables {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let pairs = pairs.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self(pairs.filter(|(name, _)| concerns_telemetry(name)).collect())
    }
}

/// Names and values, each by itself.
pub(super) fn check(variables: &Variables) -> Vec<Finding> {
    let set = || variables.0.keys().filter_map(|name| Some((name.as_str(), variables.get(name)?)));
    let mut findings = Vec::new();
    for (name, value) in set().filter(|(name, value)| !is_of_kubernetes(name, value)) {
        if let Some(what) = complaint(name, false) {
            findings.push(Finding::warning(TOPIC, what));
        } else if let Some(system) = LEGACY.iter().find(|system| system.has(name)) {
            let what = format!("{name} has no effect: spans go out as OTLP, {}", system.how);
            findings.push(Finding::warning(TOPIC, what).help("set OTEL_EXPORTER_OTLP_ENDPOINT=http://HOST:4318"));
        } else if let Some(accepted) = kind(name).complaint(value) {
            let shown = if is_secret(name) { name.to_owned() } else { format!("{name}=`{value}`") };
            let what = format!("{shown} is not understood, and the default is used");
            findings.push(Finding::failed(TOPIC, what).help(format!("accepted: {accepted}")));
        }
    }
    let known = set().filter(|(name, _)| KNOWN.contains(name)).count();
    if findings.is_empty() {
        findings.push(Finding::ok(TOPIC, format!("{known} set, all of them known and understood")));
    }
    findings
}

/// What production needs, where this is production or is taken for it.
pub(super) fn check_production(variables: &Variables, is_asked: bool) -> Vec<Finding> {
    if !is_asked && !variables.is_production() {
        let name = variables.get("OBSERVE_ENVIRONMENT").unwrap_or("development");
        let what = format!("the environment is `{name}`: not looked at");
        return vec![Finding::skipped(PRODUCTION, what).help("--production looks as if it were")];
    }
    let mut findings = Vec::new();
    let mut fail = |is_bad: bool, what: &str, help: &str| {
        if is_bad {
            findings.push(Finding::failed(PRODUCTION, what).help(help));
        }
    };
    fail(
        !variables.is_production(),
        "OBSERVE_ENVIRONMENT does not say production: logs are text, and every trace is exported",
        "set OBSERVE_ENVIRONMENT=production",
    );
    fail(
        variables.get("OBSERVE_HASH_KEY").is_none(),
        "OBSERVE_HASH_KEY is not set: each process has pseudonyms of its own, which match no others",
        "make one with `openssl rand -hex 32`, and give it to all processes as a secret",
    );
    fail(
        variables.get("OBSERVE_METRICS_ALLOW").is_some_and(|allowed| allowed.split(',').any(is_everybody))
            && variables.get("OBSERVE_METRICS_TOKEN").is_none(),
        "everybody may read the metrics",
        "name the scraper's network in OBSERVE_METRICS_ALLOW, or set OBSERVE_METRICS_TOKEN",
    );
    fail(
        variables.get("OBSERVE_REDACT").is_some_and(|kinds| kinds.split(',').any(|kind| kind.trim().ends_with("=off"))),
        "OBSERVE_REDACT switches kinds of redaction off",
        "leave them on, or write down why not",
    );
    let mut warn = |is_odd: bool, what: &str, help: &str| {
        if is_odd {
            findings.push(Finding::warning(PRODUCTION, what).help(help));
        }
    };
    let all = ["always_on", "parentbased_always_on"];
    warn(
        all.iter().any(|sampler| variables.is("OTEL_TRACES_SAMPLER", sampler)),
        "every trace is exported",
        "set OTEL_TRACES_SAMPLER=parentbased_traceidratio with a ratio: failed and slow ones are kept all the same",
    );
    for (name, word) in [("OTEL_SDK_DISABLED", "true"), ("OBSERVE_METRICS", "off"), ("OBSERVE_ALERTS", "off")] {
        warn(variables.is(name, word), &format!("{name}={word} switches telemetry off"), "unset it");
    }
    if findings.is_empty() {
        findings.push(Finding::ok(PRODUCTION, "name, key, access, redaction and sampling are set as they should be"));
    }
    findings
}

/// Whether a network is everybody's.
pub(super) fn is_everybody(network: &str) -> bool {
    matches!(network.trim(), "*" | "0.0.0.0/0" | "::/0")
}

#[cfg(test)]
mod tests {
    use super::super::finding::State;
    use super::*;

    fn of(pairs: &[(&str, &str)]) -> Variables {
        pairs.iter().copied().collect()
    }

    fn states(findings: &[Finding]) -> Vec<State> {
        findings.iter().map(|finding| finding.state).collect()
    }

    #[test]
    fn a_misspelt_name_is_told_the_right_one() {
        let findings = check(&of(&[("OTEL_EXPORTER_OTLP_ENPOINT", "http://c:4318"), ("PATH", "/bin")]));
        assert_eq!(states(&findings), [State::Warning]);
        assert!(findings[0].what.ends_with("did you mean OTEL_EXPORTER_OTLP_ENDPOINT?"), "{findings:?}");
    }

    #[test]
    fn an_old_variable_of_jaeger_is_told_the_new_one() {
        let findings = check(&of(&[("OTEL_EXPORTER_JAEGER_AGENT_HOST", "jaeger")]));
        assert!(findings[0].help.as_deref().is_some_and(|help| help.contains("OTEL_EXPORTER_OTLP_ENDPOINT")));
    }

    #[test]
    fn a_secret_is_never_repeated() {
        let findings = check(&of(&[("OBSERVE_HASH_KEY", "hunter2"), ("OBSERVE_SLACK_WEBHOOK", "hunter2")]));
        assert_eq!(states(&findings), [State::Failed, State::Failed]);
        assert!(findings.iter().all(|finding| !format!("{finding:?}").contains("hunter2")), "{findings:?}");
    }

    #[test]
    fn variables_that_kubernetes_sets_are_left_alone() {
        let findings = check(&of(&[("OBSERVE_PORT", "tcp://10.0.0.1:80"), ("OBSERVE_SERVICE_HOST", "10.0.0.1")]));
        assert_eq!(states(&findings), [State::Ok]);
    }

    #[test]
    fn production_without_a_key_fails_and_with_all_of_it_does_not() {
        let mut pairs = vec![("OBSERVE_ENVIRONMENT", "production")];
        assert_eq!(states(&check_production(&of(&pairs), false)), [State::Failed]);
        pairs.push(("OBSERVE_HASH_KEY", "0123456789abcdef"));
        assert_eq!(states(&check_production(&of(&pairs), false)), [State::Ok]);
        pairs.push(("OBSERVE_METRICS_ALLOW", "10.0.0.0/8,0.0.0.0/0"));
        pairs.push(("OTEL_TRACES_SAMPLER", "always_on"));
        pairs.push(("OBSERVE_REDACT", "ip=off"));
        assert_eq!(states(&check_production(&of(&pairs), false)), [State::Failed, State::Failed, State::Warning]);
    }

    #[test]
    fn a_laptop_is_not_judged_as_production_unless_asked() {
        assert_eq!(states(&check_production(&of(&[]), false)), [State::Skipped]);
        assert_eq!(states(&check_production(&of(&[]), true)), [State::Failed, State::Failed]);
    }
}
