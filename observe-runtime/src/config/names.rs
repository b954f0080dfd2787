//! The names of all variables, and what to say of others that look like them.

use super::reader::Reader;
use observe_rules::variable::{complaint, is_of_kubernetes};

#[cfg(test)]
pub(super) use observe_rules::variable::NOT_USED;
pub(super) use observe_rules::variable::{KNOWN, concerns_telemetry, is_secret};

/// Says of all variables that are set and not read that they are not.
pub(super) fn warn_of_others(reader: &mut Reader<'_>) {
    let variables = reader.variables;
    for name in variables.unreadable() {
        reader.warn(format!("{name} is not used: its value is not Unicode text"));
    }
    let set = variables.environment().filter(|(name, value)| !is_of_kubernetes(name, value));
    for (name, is_code) in set.map(|(name, _)| (name, false)).chain(variables.code_names().map(|name| (name, true))) {
        if let Some(warning) = complaint(name, is_code) {
            reader.warn(warning);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::variables::Variables;
    use super::*;

    fn warnings(variables: &Variables) -> Vec<String> {
        let mut reader = Reader::new(variables);
        warn_of_others(&mut reader);
        reader.into_warnings()
    }

    fn of_environment(names: &[&str]) -> Vec<String> {
        let pairs: Vec<_> = names.iter().map(|name| (*name, "hunter2")).collect();
        warnings(&pairs.iter().collect())
    }

    #[test]
    fn what_is_known_is_no_mistake() {
        assert_eq!(of_environment(KNOWN), [""; 0]);
    }

    #[test]
    fn a_mistake_is_named_with_what_is_near() {
        for (name, near) in [
            ("OBSERVE_TRACE", Some("OBSERVE_TRACES")),
            ("OBSERVE_SHUTDOWN_BUDGET", None),
            ("OBSERVE_LOG_FORMATS", Some("OBSERVE_LOG_FORMAT")),
            ("OTEL_EXPORTER_OTLP_ENPOINT", Some("OTEL_EXPORTER_OTLP_ENDPOINT")),
            ("OTEL_EXPORTER_OTLP_TRACE_ENDPOINT", Some("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")),
            ("OTEL_EXPORTER_OTLP_API_TOKEN", None),
            ("OTEL_BSP_QUEUE_SIZE", Some("OTEL_BSP_MAX_QUEUE_SIZE")),
            ("OTEL_TRACE_EXPORTER", Some("OTEL_TRACES_EXPORTER")),
        ] {
            let end = near.map_or(String::new(), |near| format!("; did you mean {near}?"));
            assert_eq!(of_environment(&[name]), [format!("{name} is not known and not used{end}")]);
        }
    }

    #[test]
    fn variables_of_others_are_left_alone() {
        let others = ["OTEL_LOG_LEVEL", "OTEL_PYTHON_LOG_CORRELATION", "OTEL_SERVICE_VERSION", "OBSERVER", "PATH"];
        assert_eq!(of_environment(&others), [""; 0]);
        let kubernetes = [
            ("OBSERVE_SERVICE_HOST", "10.0.0.1"),
            ("OBSERVE_SERVICE_PORT_HTTP", "80"),
            ("OBSERVE_PORT", "tcp://10.0.0.1:80"),
            ("OBSERVE_PORT_80_TCP_ADDR", "10.0.0.1"),
        ];
        assert_eq!(warnings(&kubernetes.iter().collect()), [""; 0]);
    }

    #[test]
    fn in_code_every_unknown_name_is_a_mistake() {
        let mut variables = Variables::default();
        variables.set("PATH", "x");
        variables.set("OTEL_SERVICE_NAMES", "x");
        assert_eq!(
            warnings(&variables),
            [
                "OTEL_SERVICE_NAMES is not known and not used; did you mean OTEL_SERVICE_NAME?",
                "PATH is not known and not used",
            ]
        );
    }

    #[test]
    fn what_opentelemetry_has_and_we_do_not_says_why() {
        for (name, why) in NOT_USED {
            assert_eq!(of_environment(&[name]), [format!("{name} is not used: {why}")]);
        }
    }
}
