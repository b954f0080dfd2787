//! What the variables that the runtime reads may say. The page on configuration has the same in words, and a test keeps
//! both equal.

use std::time::Duration;

/// What a variable's value is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    /// Anything, or something that only the runtime can judge.
    Text,
    /// One of these, in any case.
    Words(&'static [&'static str]),
    Milliseconds,
    /// With its unit; `off` besides, where that is allowed.
    Time {
        or_off: bool,
    },
    /// Of 64 KiB at least.
    Size,
    /// A whole number above zero.
    Count,
    /// A whole number.
    Limit,
    /// From 0 to 1.
    Ratio,
    Url,
    /// One that can be read.
    File,
    /// `key=value` between commas.
    Pairs,
    Port,
    /// Of 16 bytes at least, or `id:key` pairs.
    Key,
}

const ON: Kind = Kind::Words(&["on", "off"]);
const TRUE: Kind = Kind::Words(&["true", "false"]);
const SAMPLERS: &[&str] = &[
    "always_on",
    "always_off",
    "traceidratio",
    "parentbased_always_on",
    "parentbased_always_off",
    "parentbased_traceidratio",
];
const LEAST_SIZE: u64 = 64 << 10;
const LEAST_KEY: usize = 16;

/// What this variable's value is.
pub(super) fn kind(name: &str) -> Kind {
    if let Some(setting) = name.strip_prefix("OTEL_EXPORTER_OTLP_") {
        return of_otlp(setting);
    }
    match name {
        "OTEL_SDK_DISABLED" | "OBSERVE_CODE_ATTRIBUTES" | "OBSERVE_LEGACY_ENVIRONMENT" => TRUE,
        "OBSERVE_TRACES" | "OBSERVE_METRICS" | "OBSERVE_ALERTS" | "OBSERVE_SIGNALS" | "OBSERVE_DEV_PAGE" => ON,
        "OBSERVE_HTTP_METRICS" => Kind::Words(&["prometheus", "otel", "both"]),
        "OBSERVE_HTTP_LOG" => Kind::Words(&["both", "end", "off"]),
        "OBSERVE_LOG_FORMAT" => Kind::Words(&["json", "text"]),
        "OBSERVE_CLIENT_ADDRESS" => Kind::Words(&["peer", "forwarded", "off"]),
        "OBSERVE_TRACES_KEEP" => Kind::Words(&["trace", "path", "none"]),
        "OBSERVE_EXPORT_FALLBACK" => Kind::Words(&["none", "console"]),
        "OBSERVE_SPAN_LEVEL" => Kind::Words(&["trace", "debug", "info", "warn", "error", "off"]),
        "OTEL_TRACES_EXPORTER" | "OTEL_LOGS_EXPORTER" => Kind::Words(&["otlp", "console", "none"]),
        "OTEL_METRICS_EXPORTER" => Kind::Words(&["otlp", "console", "none", "prometheus"]),
        "OTEL_TRACES_SAMPLER" => Kind::Words(SAMPLERS),
        "OTEL_TRACES_SAMPLER_ARG" => Kind::Ratio,
        "OTEL_RESOURCE_ATTRIBUTES" | "OBSERVE_HEALTH_TIMEOUTS" | "OBSERVE_ALERT_LIMITS" | "OBSERVE_ALERT_ROUTES" => {
            Kind::Pairs
        }
        "OBSERVE_DRAIN_DELAY"
        | "OBSERVE_DRAIN_TIMEOUT"
        | "OBSERVE_SHUTDOWN_TIMEOUT"
        | "OBSERVE_HEALTH_BUDGET"
        | "OBSERVE_HEALTH_READY_BUDGET" => Kind::Time { or_off: false },
        "OBSERVE_TRACES_SLOW" | "OBSERVE_HEALTH_INTERVAL" => Kind::Time { or_off: true },
        "OBSERVE_EXPORT_BUFFER" | "OBSERVE_LOG_BUFFER" | "OBSERVE_LOG_FILE_MAX_SIZE" | "OBSERVE_DEV_PAGE_MEMORY" => {
            Kind::Size
        }
        "OBSERVE_TRACES_BUFFER" => Kind::Count,
        "OBSERVE_PAGERDUTY_URL" | "OBSERVE_SLACK_WEBHOOK" | "OBSERVE_ALERT_WEBHOOK" | "OBSERVE_ALERTMANAGER_URL" => {
            Kind::Url
        }
        "OBSERVE_HASH_KEY" => Kind::Key,
        "OTEL_EXPORTER_PROMETHEUS_PORT" => Kind::Port,
        _ if name.ends_with("_LIMIT") => Kind::Limit,
        _ if name.ends_with("_MAX_QUEUE_SIZE") || name.ends_with("_MAX_EXPORT_BATCH_SIZE") => Kind::Count,
        _ if name.ends_with("_SCHEDULE_DELAY") || name.ends_with("_EXPORT_TIMEOUT") => Kind::Milliseconds,
        "OTEL_METRIC_EXPORT_INTERVAL" => Kind::Milliseconds,
        _ => Kind::Text,
    }
}

/// Of all signals, or of one.
fn of_otlp(setting: &str) -> Kind {
    let own = ["TRACES_", "METRICS_", "LOGS_"].iter().find_map(|signal| setting.strip_prefix(signal));
    match own.unwrap_or(setting) {
        "PROTOCOL" => Kind::Words(&["http/protobuf", "grpc"]),
        "COMPRESSION" => Kind::Words(&["none", "gzip"]),
        "INSECURE" => TRUE,
        "TEMPORALITY_PREFERENCE" => Kind::Words(&["cumulative", "delta", "lowmemory"]),
        "TIMEOUT" => Kind::Milliseconds,
        "CERTIFICATE" | "CLIENT_CERTIFICATE" | "CLIENT_KEY" => Kind::File,
        "HEADERS" => Kind::Pairs,
        // The collector is looked at by itself: with gRPC it needs no scheme.
        _ => Kind::Text,
    }
}

impl Kind {
    /// What is accepted, where this value is not.
    pub(super) fn complaint(self, value: &str) -> Option<String> {
        let is_number = |value: &str| value.parse::<u64>().is_ok();
        let is_above_zero = |value: &str| value.parse::<u64>().is_ok_and(|number| number > 0);
        let is_time = |value: &str| humantime::parse_duration(value).is_ok_and(|time| time <= Duration::MAX);
        let (is_good, accepted) = match self {
            Self::Text => (true, String::new()),
            Self::Words(words) => (words.iter().any(|word| word.eq_ignore_ascii_case(value)), words.join(", ")),
            Self::Milliseconds => (is_number(value), "a number of milliseconds".to_owned()),
            Self::Time { or_off } => {
                let is_off = or_off && value.eq_ignore_ascii_case("off");
                (is_off || is_time(value), "a time with its unit, such as `3s` or `500ms`".to_owned())
            }
            Self::Size => {
                let is_enough = bytes(value).is_some_and(|bytes| bytes >= LEAST_SIZE);
                (is_enough, "a size of 64KiB or more, such as `64MiB`".to_owned())
            }
            Self::Count => (is_above_zero(value), "a whole number above zero".to_owned()),
            Self::Limit => (is_number(value), "a whole number".to_owned()),
            Self::Ratio => {
                let ratio = value.parse::<f64>().is_ok_and(|ratio| (0.0..=1.0).contains(&ratio));
                (ratio, "a number from 0 to 1".to_owned())
            }
            Self::Url => {
                let is_url = value.strip_prefix("http://").or_else(|| value.strip_prefix("https://"));
                (is_url.is_some_and(|rest| !rest.is_empty()), "a URL with http:// or https://".to_owned())
            }
            Self::File => (std::fs::File::open(value).is_ok(), "a file that can be read".to_owned()),
            Self::Pairs => {
                let mut pairs = value.split(',').filter(|pair| !pair.trim().is_empty());
                let is_pair = |pair: &str| pair.split_once('=').is_some_and(|(key, _)| !key.trim().is_empty());
                (pairs.all(is_pair), "`key=value` pairs with commas between them".to_owned())
            }
            Self::Port => (value.parse::<u16>().is_ok(), "a port".to_owned()),
            Self::Key => {
                let mut keys = value.split(',').map(|key| key.split_once(':').map_or(key, |(_, key)| key).trim());
                (keys.all(|key| key.len() >= LEAST_KEY), "keys of 16 bytes or more".to_owned())
            }
        };
        (!is_good).then_some(accepted)
    }
}

/// A size as the runtime reads it: powers of 1024 with an `i`, of 1000 without.
fn bytes(text: &str) -> Option<u64> {
    let text = text.trim();
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let factor = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use observe_rules::variable::KNOWN;

    const PAGE: &str = include_str!("../../../docs/configuration.md");

    /// The variables of each row of the page's tables, with the cell that says what they may be.
    fn rows() -> impl Iterator<Item = (Vec<&'static str>, &'static str)> {
        PAGE.lines().filter_map(|line| {
            let mut cells = line.strip_prefix("| `")?.split(" | ");
            let names = cells.next()?.split('`').filter(|word| KNOWN.contains(word)).collect();
            Some((names, cells.next()?))
        })
    }

    #[test]
    fn words_are_those_of_the_page() {
        let mut seen = 0;
        for (names, cell) in rows() {
            let words: Vec<_> = cell.split(", ").map(|word| word.trim_matches('`')).collect();
            let is_closed = cell.split(", ").all(|word| word.starts_with('`') && word.ends_with('`'));
            for name in names {
                if is_closed && !cell.contains('=') && !words.iter().any(|word| word.contains(char::is_whitespace)) {
                    seen += 1;
                    assert_eq!(kind(name), Kind::Words(Box::leak(words.clone().into_boxed_slice())), "{name}");
                } else if let (Kind::Words(known), false) = (kind(name), cell.contains('…') || name.contains("SAMPLER"))
                {
                    panic!("{name}: the page has {cell}, and the table {known:?}");
                }
            }
        }
        assert!(seen > 25, "{seen}");
    }

    #[test]
    fn numbers_and_times_are_those_of_the_page() {
        for (names, cell) in rows() {
            let expected = match cell {
                "milliseconds" => Kind::Milliseconds,
                "time with unit" | "time with unit, `3s`" | "time with unit, `5s`" | "time of 5 s at most" => {
                    Kind::Time { or_off: false }
                }
                "time with unit, `off`" | "time of 1 s or more, `off`" => Kind::Time { or_off: true },
                _ => continue,
            };
            for name in names {
                assert_eq!(kind(name), expected, "{name}");
            }
        }
    }

    #[test]
    fn a_value_that_is_not_understood_is_told_what_is() {
        for (name, value, is_good) in [
            ("OTEL_TRACES_SAMPLER_ARG", "1.5", false),
            ("OTEL_TRACES_SAMPLER_ARG", "0.25", true),
            ("OBSERVE_TRACES_SLOW", "2", false),
            ("OBSERVE_TRACES_SLOW", "off", true),
            ("OBSERVE_DRAIN_DELAY", "off", false),
            ("OBSERVE_EXPORT_BUFFER", "1KiB", false),
            ("OBSERVE_EXPORT_BUFFER", "64MiB", true),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", false),
            ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "GRPC", true),
            ("OTEL_EXPORTER_OTLP_CERTIFICATE", "/no/such/file", false),
            ("OTEL_RESOURCE_ATTRIBUTES", "a=b,c", false),
            ("OTEL_BSP_MAX_QUEUE_SIZE", "0", false),
            ("OBSERVE_HASH_KEY", "short", false),
            ("OBSERVE_HASH_KEY", "a:0123456789abcdef,b:fedcba9876543210", true),
        ] {
            assert_eq!(kind(name).complaint(value).is_none(), is_good, "{name}={value}");
        }
    }
}
