//! All settings together.

use super::names::{KNOWN, NOT_USED};
use super::*;
use std::collections::BTreeSet;

fn read(variables: &[(&str, &str)]) -> Settings {
    Settings::read("app", "1.2.3", &variables.iter().collect())
}

#[test]
fn nothing_set_is_a_quiet_service() {
    let settings = read(&[]);
    assert_eq!(settings.warnings, [""; 0]);
    assert_eq!((settings.traces, settings.metrics), (Destination::Nowhere, Destination::Nowhere));
    assert_eq!(settings.logs, Destination::Nowhere);
    assert_eq!(settings.log_format, LogFormat::Text);
    assert_eq!(settings.resource.get("service.name"), "app");
    assert_eq!(settings.resource.get("deployment.environment.name"), "development");
    assert!(settings.enabled && settings.traces_enabled && settings.metrics_enabled);
    assert_eq!((settings.colour, &settings.log_file, settings.log_file_bytes), (Colour::OnTerminals, &None, None));
}

#[test]
fn an_unset_size_or_time_is_what_the_page_says() {
    let settings = read(&[]);
    let seconds = Duration::from_secs;
    assert_eq!((settings.queue_size, settings.batch_size), (None, 4096));
    assert_eq!((settings.batch_delay, settings.export_timeout), (seconds(1), seconds(10)));
    assert_eq!((settings.log_queue_size, settings.log_batch_size), (None, 4096));
    assert_eq!((settings.log_batch_delay, settings.log_export_timeout), (seconds(1), seconds(10)));
    assert_eq!((settings.span_buffer_bytes, settings.log_buffer_bytes), (64 << 20, 8 << 20));
    assert_eq!((settings.metric_interval, settings.metric_timeout), (seconds(60), seconds(10)));
    assert_eq!(settings.shutdown_timeout, seconds(3));
}

#[test]
fn lines_go_to_a_file_and_are_coloured_as_it_is_asked_for() {
    let settings = read(&[("OBSERVE_LOG_FILE", "/var/log/app.json"), ("OBSERVE_LOG_FILE_MAX_SIZE", "10MiB")]);
    assert_eq!(settings.log_file.unwrap().to_str(), Some("/var/log/app.json"));
    assert_eq!(settings.log_file_bytes, Some(10 << 20));
    for (variables, expected) in [
        (&[("NO_COLOR", "1")][..], Colour::Never),
        (&[("CLICOLOR_FORCE", "1")], Colour::Always),
        (&[("CLICOLOR_FORCE", "0")], Colour::OnTerminals),
        (&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], Colour::Never),
    ] {
        assert_eq!(read(variables).colour, expected, "{variables:?}");
    }
    for (word, expected) in
        [("peer", ClientAddress::Peer), ("forwarded", ClientAddress::Forwarded), ("off", ClientAddress::Off)]
    {
        assert_eq!(read(&[("OBSERVE_CLIENT_ADDRESS", word)]).client_address, expected);
    }
}

#[test]
fn spans_and_logs_have_batches_of_their_own() {
    let settings = read(&[
        ("OTEL_BSP_MAX_QUEUE_SIZE", "100"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "50"),
        ("OTEL_BSP_SCHEDULE_DELAY", "250"),
        ("OTEL_BSP_EXPORT_TIMEOUT", "4000"),
        ("OTEL_BLRP_MAX_QUEUE_SIZE", "200"),
        ("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "60"),
        ("OTEL_BLRP_SCHEDULE_DELAY", "350"),
        ("OTEL_EXPORTER_OTLP_LOGS_TIMEOUT", "3000"),
        ("OBSERVE_EXPORT_BUFFER", "1MiB"),
        ("OBSERVE_LOG_BUFFER", "100kB"),
    ]);
    assert_eq!(settings.warnings, [""; 0]);
    let milliseconds = Duration::from_millis;
    assert_eq!((settings.queue_size, settings.batch_size), (Some(100), 50));
    assert_eq!((settings.batch_delay, settings.export_timeout), (milliseconds(250), milliseconds(4000)));
    assert_eq!((settings.log_queue_size, settings.log_batch_size), (Some(200), 60));
    assert_eq!((settings.log_batch_delay, settings.log_export_timeout), (milliseconds(350), milliseconds(3000)));
    assert_eq!((settings.span_buffer_bytes, settings.log_buffer_bytes), (1 << 20, 100_000));
}

#[test]
fn an_export_without_a_delay_waits_for_a_moment_all_the_same() {
    let settings = read(&[("OTEL_BSP_SCHEDULE_DELAY", "0"), ("OTEL_BLRP_SCHEDULE_DELAY", "0")]);
    assert_eq!((settings.batch_delay, settings.log_batch_delay), (Duration::from_millis(1), Duration::from_millis(1)));
    assert_eq!(settings.warnings, [""; 0]);
}

#[test]
fn a_batch_is_no_larger_than_its_queue() {
    let settings = read(&[("OTEL_BSP_MAX_QUEUE_SIZE", "100")]);
    assert_eq!((settings.batch_size, settings.warnings), (100, Vec::new()));
    let settings = read(&[("OTEL_BSP_MAX_QUEUE_SIZE", "100"), ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "101")]);
    assert_eq!(settings.batch_size, 100);
    assert_eq!(
        settings.warnings,
        ["OTEL_BSP_MAX_EXPORT_BATCH_SIZE=`101` is more than OTEL_BSP_MAX_QUEUE_SIZE lets wait; using 100"]
    );
}

#[test]
fn production_writes_json() {
    assert_eq!(read(&[("OBSERVE_ENVIRONMENT", "production")]).log_format, LogFormat::Json);
    let settings = read(&[("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=production,team=a%20b")]);
    assert_eq!(settings.log_format, LogFormat::Json);
    assert_eq!(settings.resource.get("team"), "a b");
    let settings = read(&[("OBSERVE_ENVIRONMENT", "production"), ("OBSERVE_LOG_FORMAT", "text")]);
    assert_eq!(settings.log_format, LogFormat::Text);
}

#[test]
fn production_keeps_fewer_traces_and_staging_does_not() {
    let sampling = |environment| read(&[("OBSERVE_ENVIRONMENT", environment)]).sampling;
    assert_eq!(sampling("prod"), sampling("production"));
    assert_eq!(sampling("staging"), sampling("development"));
    assert_ne!(sampling("staging"), sampling("production"));
}

#[test]
fn the_environment_goes_before_the_code_and_the_code_before_the_default() {
    let size = |environment: &[(&str, &str)], code: Option<&str>| {
        let mut variables: Variables = environment.iter().collect();
        if let Some(code) = code {
            variables.set("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", code);
        }
        Settings::read("app", "1", &variables).batch_size
    };
    let environment = [("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "7")];
    assert_eq!(size(&environment, Some("8")), 7);
    assert_eq!(size(&[], Some("8")), 8);
    assert_eq!(size(&[], None), 4096);
    let empty = [("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "")];
    assert_eq!(size(&empty, Some("8")), 8);
}

#[test]
fn tracing_can_be_switched_off() {
    let off = read(&[("OBSERVE_TRACES", "off"), ("OTEL_TRACES_EXPORTER", "console")]);
    assert!(!off.traces_enabled && off.metrics_enabled);
    assert_eq!(off.traces, Destination::Nowhere);
    let never = read(&[("OTEL_TRACES_SAMPLER", "always_off")]);
    assert_eq!(off.sampling.sampling.sampler, never.sampling.sampling.sampler);
    assert_eq!(off.sampling.sampling.keep, never.sampling.sampling.keep);
}

#[test]
fn metrics_can_be_switched_off() {
    let off = read(&[("OBSERVE_METRICS", "off"), ("OTEL_METRICS_EXPORTER", "console")]);
    assert!(off.traces_enabled && !off.metrics_enabled);
    assert_eq!((off.metrics, off.warnings), (Destination::Nowhere, Vec::new()));
}

#[test]
#[cfg(feature = "otlp")]
fn an_endpoint_asks_for_otlp() {
    let otlp = |endpoint: &str| Destination::Otlp(Collector::at(endpoint));
    let settings = read(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:1/")]);
    assert_eq!(settings.traces, otlp("http://c:1/v1/traces"));
    assert_eq!(settings.logs, otlp("http://c:1/v1/logs"));
    assert_eq!(read(&[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://c:1/x")]).traces, otlp("http://c:1/x"));
    assert_eq!(read(&[("OTEL_TRACES_EXPORTER", "otlp")]).traces, otlp("http://localhost:4318/v1/traces"));
    assert_eq!(read(&[("OTEL_LOGS_EXPORTER", "otlp")]).logs, otlp("http://localhost:4318/v1/logs"));
    let settings = read(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:1"), ("OTEL_TRACES_EXPORTER", "none")]);
    assert_eq!(settings.traces, Destination::Nowhere);
    assert_eq!(settings.metrics, otlp("http://c:1/v1/metrics"));
}

#[test]
#[cfg(not(feature = "otlp"))]
fn otlp_that_is_not_built_in_is_said_once() {
    let settings = read(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:1")]);
    assert_eq!(settings.traces, Destination::Nowhere);
    assert!(settings.warnings.len() == 1 && settings.warnings[0].contains("add the feature `otlp`"));
}

#[test]
#[cfg(all(feature = "otlp", not(feature = "otlp-grpc")))]
fn grpc_that_is_not_built_in_is_said_once() {
    let settings = read(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4317"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")]);
    assert_eq!(settings.traces, Destination::Nowhere);
    assert!(settings.warnings.len() == 1 && settings.warnings[0].contains("add the feature `otlp-grpc`"));
}

#[test]
#[cfg(feature = "otlp-grpc")]
fn grpc_has_endpoints_of_its_own() {
    let grpc = ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc");
    let endpoint = |variables: &[(&str, &str)]| match read(variables).traces {
        Destination::Otlp(Collector { endpoint, protocol: Protocol::Grpc, .. }) => endpoint,
        other => format!("{other:?}"),
    };
    let general = "OTEL_EXPORTER_OTLP_ENDPOINT";
    assert_eq!(endpoint(&[grpc, ("OTEL_TRACES_EXPORTER", "otlp")]), "http://localhost:4317");
    assert_eq!(endpoint(&[grpc, (general, "http://c:4317")]), "http://c:4317");
    assert_eq!(endpoint(&[grpc, (general, "c:4317")]), "https://c:4317");
    let insecure = ("OTEL_EXPORTER_OTLP_INSECURE", "true");
    assert_eq!(endpoint(&[grpc, (general, "c:4317"), insecure]), "http://c:4317");
    assert_eq!(endpoint(&[grpc, (general, "https://c:4317"), insecure]), "https://c:4317");
    let own = ("OTEL_EXPORTER_OTLP_TRACES_INSECURE", "false");
    assert_eq!(endpoint(&[grpc, (general, "c:4317"), insecure, own]), "https://c:4317");
}

#[test]
#[cfg(feature = "otlp-grpc")]
fn signals_can_speak_different_protocols() {
    let settings = read(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:1"),
        ("OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", "grpc"),
        ("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "http/json"),
    ]);
    assert_eq!(settings.traces, Destination::Otlp(Collector::at("http://c:1/v1/traces")));
    assert_eq!(settings.metrics, Destination::Otlp(Collector::at("http://c:1/v1/metrics")));
    let grpc = Collector { protocol: Protocol::Grpc, ..Collector::at("http://c:1") };
    assert_eq!(settings.logs, Destination::Otlp(grpc));
    assert_eq!(
        settings.warnings,
        ["OTEL_EXPORTER_OTLP_METRICS_PROTOCOL=`http/json` is not understood; accepted: http/protobuf, grpc; using \
          http/protobuf"]
    );
}

#[test]
#[cfg(feature = "otlp")]
fn each_signal_has_variables_of_its_own() {
    for signal in ["TRACES", "METRICS", "LOGS"] {
        let own: Vec<(String, &str)> = [
            ("ENDPOINT", "http://own:1/m"),
            ("HEADERS", "a=own"),
            ("COMPRESSION", "gzip"),
            ("CERTIFICATE", "/own/ca.pem"),
            ("CLIENT_CERTIFICATE", "/own/me.pem"),
            ("CLIENT_KEY", "/own/me.key"),
            ("TIMEOUT", "2000"),
        ]
        .map(|(setting, value)| (format!("OTEL_EXPORTER_OTLP_{signal}_{setting}"), value))
        .to_vec();
        let mut variables: Vec<(&str, &str)> = own.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        variables.extend([
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://general:1"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "a=general"),
            ("OTEL_EXPORTER_OTLP_COMPRESSION", "none"),
            ("OTEL_EXPORTER_OTLP_CERTIFICATE", "/general/ca.pem"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "1000"),
        ]);
        let settings = read(&variables);
        assert_eq!(settings.warnings, [""; 0]);
        let expected = Collector {
            headers: "a=own".to_owned(),
            compression: Compression::Gzip,
            tls: TlsFiles {
                certificate: Some("/own/ca.pem".into()),
                client_certificate: Some("/own/me.pem".into()),
                client_key: Some("/own/me.key".into()),
            },
            ..Collector::at("http://own:1/m")
        };
        let all = [
            ("TRACES", "traces", &settings.traces, settings.export_timeout),
            ("METRICS", "metrics", &settings.metrics, settings.metric_timeout),
            ("LOGS", "logs", &settings.logs, settings.log_export_timeout),
        ];
        for (name, path, destination, timeout) in all {
            let general = Collector {
                headers: "a=general".to_owned(),
                tls: TlsFiles { certificate: Some("/general/ca.pem".into()), ..TlsFiles::default() },
                ..Collector::at(format!("http://general:1/v1/{path}"))
            };
            let is_own = name == signal;
            let expected = if is_own { expected.clone() } else { general };
            assert_eq!(*destination, Destination::Otlp(expected), "{name} beside {signal}");
            assert_eq!(timeout, Duration::from_secs(if is_own { 2 } else { 1 }), "{name} beside {signal}");
        }
    }
}

#[test]
#[cfg(feature = "otlp")]
fn the_port_of_grpc_is_noticed_where_http_is_spoken() {
    let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317/");
    let warnings = read(&[endpoint]).warnings;
    assert!(warnings.len() == 1 && warnings[0].contains("set OTEL_EXPORTER_OTLP_PROTOCOL=grpc"), "{warnings:?}");
    assert_eq!(read(&[endpoint, ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")]).warnings, [""; 0]);
}

#[test]
fn a_path_a_query_and_credentials_are_not_shown() {
    assert_eq!(Collector::at("http://c:1/receiver/hunter2/v1/traces?token=hunter2").shown(), "http://c:1");
    assert!(!format!("{:?}", Collector::at("http://jane:hunter2@c:1")).contains("hunter2"));
}

#[test]
fn the_shorter_of_two_timeouts_is_that_of_metrics() {
    assert_eq!(read(&[]).metric_timeout, Duration::from_secs(10));
    assert_eq!(read(&[("OTEL_METRIC_EXPORT_TIMEOUT", "500")]).metric_timeout, Duration::from_millis(500));
}

#[test]
fn how_metrics_are_counted_and_when_they_go_out_can_be_chosen() {
    let settings = read(&[
        ("OTEL_METRIC_EXPORT_INTERVAL", "5000"),
        ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "DELTA"),
    ]);
    assert_eq!((settings.metric_interval, settings.metric_deltas), (Duration::from_secs(5), true));
}

#[test]
fn metrics_to_prometheus_are_metrics_that_are_scraped() {
    let settings =
        read(&[("OTEL_METRICS_EXPORTER", "prometheus"), ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://c:1")]);
    assert_eq!((settings.metrics, settings.warnings), (Destination::Nowhere, Vec::new()));
    assert_eq!(read(&[("OTEL_METRICS_EXPORTER", "console")]).metrics, Destination::Console);
    assert_eq!(read(&[]).metrics, Destination::Nowhere);
}

#[test]
fn logs_on_the_console_are_the_lines_that_are_there_anyway() {
    let settings = read(&[("OTEL_LOGS_EXPORTER", "console"), ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "http://c:1")]);
    assert_eq!((settings.logs, settings.warnings), (Destination::Nowhere, Vec::new()));
}

#[test]
fn a_general_variable_that_is_wrong_is_named_once() {
    let settings = read(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:1"), ("OTEL_EXPORTER_OTLP_TIMEOUT", "soon")]);
    let about = |name: &str| settings.warnings.iter().filter(|text| text.starts_with(name)).count();
    assert_eq!(about("OTEL_EXPORTER_OTLP_TIMEOUT"), 1, "{:?}", settings.warnings);
}

#[test]
fn an_exporter_that_is_gone_is_named_once() {
    let settings = read(&[("OTEL_TRACES_EXPORTER", "zipkin")]);
    assert_eq!(settings.traces, Destination::Nowhere);
    assert!(settings.warnings.len() == 1 && settings.warnings[0].starts_with("OTEL_TRACES_EXPORTER=`zipkin` is not"));
}

#[test]
fn each_wrong_value_is_named_once_with_what_is_accepted() {
    let wrong = [
        ("OTEL_TRACES_EXPORTER", "stdout", "otlp, console, none; using none"),
        ("OTEL_METRICS_EXPORTER", "statsd", "otlp, console, none, prometheus; using none"),
        ("OTEL_LOGS_EXPORTER", "syslog", "otlp, none, console; using none"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "0", "a whole number above zero; using 60000"),
        ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "both", "delta, lowmemory; using cumulative"),
        ("OBSERVE_LOG_FORMAT", "xml", "json, text; using text"),
        ("OBSERVE_TRACES", "no", "on, off; using on"),
        ("OBSERVE_METRICS", "false", "on, off; using on"),
        ("OBSERVE_LEGACY_ENVIRONMENT", "1", "false, true; using false"),
        ("OBSERVE_EXPORT_BUFFER", "big", "a size of 64KiB or more, such as `64MiB`, `500kB` or `1000000`; using 64MiB"),
        ("OBSERVE_LOG_BUFFER", "10kB", "a size of 64KiB or more, such as `64MiB`, `500kB` or `1000000`; using 8MiB"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "many", "a whole number above zero; using none"),
        ("OTEL_BSP_SCHEDULE_DELAY", "1s", "a number of milliseconds; using 1000"),
        ("OTEL_BLRP_EXPORT_TIMEOUT", "1s", "a number of milliseconds above zero; using 30000"),
        ("OTEL_METRIC_EXPORT_TIMEOUT", "0", "a number of milliseconds above zero; using 30000"),
        ("OTEL_SPAN_LINK_COUNT_LIMIT", "few", "a whole number; using no limit"),
        ("OTEL_PROPAGATORS", "w3c", "tracecontext, baggage, none; using tracecontext,baggage"),
        ("OBSERVE_SHUTDOWN_TIMEOUT", "soon", "such as `3s` or `500ms`; using 3s"),
        ("OTEL_SDK_DISABLED", "yes", "false, true; using false"),
        ("RUST_LOG", "info,==", "using `info`"),
        ("OBSERVE_NAMESPACE", "My-App", "my_app"),
        ("OBSERVE_HASH_KEY", "short-secret", "not used"),
        ("OTEL_RESOURCE_ATTRIBUTES", "novalue", "`key=value`"),
    ];
    let settings = read(&wrong.map(|(name, value, _)| (name, value)));
    for (name, _, expected) in wrong {
        let found: Vec<_> = settings.warnings.iter().filter(|text| text.starts_with(name)).collect();
        assert_eq!(found.len(), 1, "{name}: {found:?}");
        assert!(found[0].contains(expected), "{}", found[0]);
        assert!(!found[0].contains("short-secret"));
    }
    assert_eq!(settings.warnings.len(), wrong.len(), "{:?}", settings.warnings);
}

#[test]
fn what_looks_personal_in_a_wrong_value_is_not_shown() {
    let settings = read(&[("OTEL_RESOURCE_ATTRIBUTES", "jane@example.org")]);
    assert!(settings.warnings[0].contains("[REDACTED:email]"), "{:?}", settings.warnings);
}

#[test]
fn sensitive_names_are_listed_with_commas() {
    let settings = read(&[("OBSERVE_SENSITIVE_NAMES", "case_number, ward,, no name,")]);
    assert_eq!(settings.sensitive_names, ["case_number", "ward"]);
    assert_eq!(
        settings.warnings,
        ["`no name` in OBSERVE_SENSITIVE_NAMES is no name of a field, such as `case_number`"]
    );
}

#[test]
fn a_filter_that_would_silence_everything_is_warned_of() {
    for filter in [",,,", "[", "ward[", "=info"] {
        let warnings = read(&[("RUST_LOG", filter)]).warnings;
        assert!(matches!(&warnings[..], [one] if one.contains(filter) && one.contains("using `info`")), "{warnings:?}");
    }
}

#[test]
fn an_empty_value_is_no_value() {
    assert_eq!(read(&[("OTEL_TRACES_EXPORTER", " "), ("RUST_LOG", "")]).warnings, [""; 0]);
}

/// A name in the table that nothing reads would be promised in vain, and one that is read without being there
/// would be called a mistake.
#[test]
#[cfg(feature = "otlp-grpc")]
fn the_table_has_just_the_names_that_are_read() {
    let signals = ["TRACES", "METRICS", "LOGS"];
    let general = [("OTEL_EXPORTER_OTLP_ENDPOINT", "c:1"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")];
    let mut asked = BTreeSet::new();
    // A variable of a signal is looked at in any case, the general one where there is none.
    let settings = ["ENDPOINT", "HEADERS", "PROTOCOL", "TIMEOUT", "COMPRESSION", "CERTIFICATE", "INSECURE"];
    for setting in [""].into_iter().chain(settings) {
        let own = signals.map(|signal| format!("OTEL_EXPORTER_OTLP_{signal}_{setting}"));
        let value = if setting == "PROTOCOL" { "grpc" } else { "c:1" };
        let own = own.iter().map(|name| (name.as_str(), value)).filter(|_| !setting.is_empty());
        let variables: Variables = general.iter().copied().chain(own).collect::<Vec<_>>().iter().collect();
        let mut reader = Reader::new(&variables);
        Settings::read_with(&mut reader, "app", "1");
        asked.append(&mut reader.asked.borrow_mut());
    }
    let variables = [("OTEL_TRACES_SAMPLER", "traceidratio")].iter().collect();
    let mut reader = Reader::new(&variables);
    Settings::read_with(&mut reader, "app", "1");
    asked.append(&mut reader.asked.borrow_mut());
    let known: BTreeSet<String> = KNOWN.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(asked, known);
}

/// The names in the first column of the page's tables.
fn documented() -> BTreeSet<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/configuration.md");
    let page = std::fs::read_to_string(path).unwrap();
    let cells = page.lines().filter_map(|line| line.strip_prefix("| `")?.split(" |").next());
    let names = cells
        .flat_map(|cell| cell.split('`'))
        .filter(|word| word.contains('_') && word.starts_with(char::is_uppercase));
    names.map(str::to_owned).collect()
}

#[test]
fn the_page_has_just_the_variables_that_there_are() {
    let known: BTreeSet<String> =
        KNOWN.iter().chain(NOT_USED.iter().map(|(name, _)| name)).map(|name| (*name).to_owned()).collect();
    let documented = documented();
    let missing: Vec<_> = known.difference(&documented).collect();
    let unknown: Vec<_> = documented.difference(&known).collect();
    assert!(missing.is_empty() && unknown.is_empty(), "not on the page: {missing:?}; only there: {unknown:?}");
}
