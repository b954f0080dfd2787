//! Variables of the exporters that OpenTelemetry has given up: Jaeger's and Zipkin's. They have no effect, and
//! whoever sets them learns what to set instead.

use super::reader::{Reader, shown};
use super::url;
use observe_rules::variable::LEGACY;

const EXPORTER: &str = "OTEL_TRACES_EXPORTER";

/// Whether this is what an exporter was called that is gone.
pub(super) fn is_exporter(word: &str) -> bool {
    LEGACY.iter().any(|system| system.exporter.eq_ignore_ascii_case(word))
}

/// Says once for each system what to set instead.
pub(super) fn warn(reader: &mut Reader<'_>) {
    for system in &LEGACY {
        let variables = reader.variables;
        let exporter = reader.text(EXPORTER).filter(|word| word.eq_ignore_ascii_case(system.exporter));
        let mut used: Vec<String> = exporter.map(|word| shown(EXPORTER, &word)).into_iter().collect();
        let is_address = |value: &str| value.starts_with("tcp://") || value.starts_with("udp://");
        let set = variables.environment().filter(|(name, value)| system.has(name) && !is_address(value));
        used.extend(set.map(|(name, _)| name.to_owned()));
        used.extend(variables.code_names().filter(|name| system.has(name)).map(str::to_owned));
        used.dedup();
        if used.is_empty() {
            continue;
        }
        let endpoints = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];
        let advice = if let Some(named) = endpoints.into_iter().find(|name| variables.get(name).is_some()) {
            format!("{named} says where")
        } else {
            let host = system.places.iter().find_map(|name| host(variables.get(name)?));
            format!("set OTEL_EXPORTER_OTLP_ENDPOINT=http://{}:4318", host.unwrap_or("HOST"))
        };
        reader.warn(format!(
            "{} {} not supported: spans go out as OTLP, {}; {advice}",
            used.join(", "),
            if used.len() == 1 { "is" } else { "are" },
            system.how,
        ));
    }
}

/// The host of a URL, or of `host:port`; nothing else of it, as it may hold credentials.
fn host(place: &str) -> Option<&str> {
    let (_, authority, behind) = url::split(place);
    if behind.contains('@') {
        // Maybe a password with a slash in it, and then what looks like the host is a user.
        return None;
    }
    let host = authority.rsplit('@').next()?;
    let host = match host.find(']') {
        Some(end) => host.get(..=end)?,
        None => host.split(':').next()?,
    };
    let is_host = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    (!host.is_empty() && host.chars().all(is_host)).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn warnings(variables: &[(&str, &str)]) -> Vec<String> {
        let variables = variables.iter().collect();
        let mut reader = Reader::new(&variables);
        warn(&mut reader);
        reader.into_warnings()
    }

    #[test]
    fn jaeger_is_named_once_with_the_host_that_was_meant() {
        let said = warnings(&[
            ("OTEL_TRACES_EXPORTER", "Jaeger"),
            ("OTEL_EXPORTER_JAEGER_AGENT_HOST", "jaeger.local"),
            ("OTEL_EXPORTER_JAEGER_AGENT_PORT", "6831"),
            ("JAEGER_SAMPLER_TYPE", "const"),
        ]);
        assert_eq!(
            said,
            ["OTEL_TRACES_EXPORTER=`Jaeger`, JAEGER_SAMPLER_TYPE, OTEL_EXPORTER_JAEGER_AGENT_HOST, \
              OTEL_EXPORTER_JAEGER_AGENT_PORT are not supported: spans go out as OTLP, which Jaeger takes itself; set \
              OTEL_EXPORTER_OTLP_ENDPOINT=http://jaeger.local:4318"]
        );
    }

    #[test]
    fn credentials_are_never_repeated() {
        let said = warnings(&[
            ("OTEL_EXPORTER_JAEGER_ENDPOINT", "https://jane:hunter2@jaeger:14268/api/traces?token=hunter2"),
            ("OTEL_EXPORTER_JAEGER_USER", "jane"),
            ("OTEL_EXPORTER_JAEGER_PASSWORD", "hunter2"),
            ("JAEGER_USER", "jane"),
        ]);
        assert_eq!(said.len(), 1);
        assert!(said[0].ends_with("OTEL_EXPORTER_OTLP_ENDPOINT=http://jaeger:4318"), "{said:?}");
        assert!(!said[0].contains("hunter2") && !said[0].contains("jane"), "{said:?}");
    }

    #[test]
    fn zipkin_gets_a_collector() {
        let said = warnings(&[("OTEL_EXPORTER_ZIPKIN_ENDPOINT", "http://[::1]:9411/api/v2/spans")]);
        assert_eq!(
            said,
            [
                "OTEL_EXPORTER_ZIPKIN_ENDPOINT is not supported: spans go out as OTLP, which a collector hands on to Zipkin; \
              set OTEL_EXPORTER_OTLP_ENDPOINT=http://[::1]:4318"
            ]
        );
        assert!(warnings(&[("OTEL_TRACES_EXPORTER", "zipkin")])[0].ends_with("http://HOST:4318"));
    }

    #[test]
    fn an_endpoint_that_is_there_is_named_instead() {
        let said =
            warnings(&[("JAEGER_AGENT_HOST", "old"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://jane:hunter2@new")]);
        assert!(said[0].ends_with("takes itself; OTEL_EXPORTER_OTLP_ENDPOINT says where"), "{said:?}");
    }

    #[test]
    fn what_is_no_host_is_not_repeated() {
        assert_eq!(host("a b"), None);
        assert_eq!(host("http://"), None);
        assert_eq!(host("http://jane:pass/word@host"), None);
        assert_eq!(host("host:6831"), Some("host"));
    }

    #[test]
    fn nothing_is_said_where_nothing_is_set() {
        assert_eq!(
            warnings(&[("OTEL_TRACES_EXPORTER", "otlp"), ("JAEGER_AGENT_PORT", "tcp://10.0.0.1:6831")]),
            [""; 0]
        );
    }
}
