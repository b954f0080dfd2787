//! Our metrics in registries of the crate `prometheus`, and theirs in our exposition.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use observe::prometheus::{Collector, merge};
use observe::{exposition, metered, testing};
use prometheus::core::Desc;
use prometheus::proto::{self, MetricType};
use prometheus::{
    Encoder as _, Error, Gauge, Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, Opts, ProtobufEncoder,
    Registry, TextEncoder,
};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is merged stays, and each test counts what is left out: one after the other.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[metered(name = "interop_work")]
fn work(ok: bool) -> Result<(), String> {
    if ok { Ok(()) } else { Err("no".into()) }
}

/// A registry with one collector, of families that are made as they are read.
fn registry_of(collect: impl Fn() -> Vec<proto::MetricFamily> + Send + Sync + 'static) -> Registry {
    struct Made<F>(F, Desc);

    impl<F: Fn() -> Vec<proto::MetricFamily> + Send + Sync> prometheus::core::Collector for Made<F> {
        fn desc(&self) -> Vec<&Desc> {
            vec![&self.1]
        }

        fn collect(&self) -> Vec<proto::MetricFamily> {
            (self.0)()
        }
    }

    let registry = Registry::new();
    let description = Desc::new("made".to_owned(), "Made".to_owned(), Vec::new(), HashMap::new()).unwrap();
    registry.register(Box::new(Made(collect, description))).unwrap();
    registry
}

fn family(name: &str, metric_type: MetricType, metrics: Vec<proto::Metric>) -> proto::MetricFamily {
    let mut family = proto::MetricFamily::default();
    family.set_name(name.to_owned());
    family.set_help("Help of it".to_owned());
    family.set_field_type(metric_type);
    family.set_metric(metrics);
    family
}

fn gauge(labels: &[(&str, &str)], value: f64) -> proto::Metric {
    let pair = |(name, value): &(&str, &str)| {
        let mut pair = proto::LabelPair::default();
        pair.set_name((*name).to_owned());
        pair.set_value((*value).to_owned());
        pair
    };
    let mut metric = proto::Metric::from_label(labels.iter().map(pair).collect());
    let mut gauge = proto::Gauge::default();
    gauge.set_value(value);
    metric.set_gauge(gauge);
    metric
}

fn failures(reason: &str) -> u64 {
    let prefix = format!("observe_merge_failures_total{{reason=\"{reason}\"}} ");
    exposition().lines().find_map(|line| line.strip_prefix(&prefix)).map_or(0, |count| count.parse().unwrap())
}

/// No family and no series is there twice, families are in order, and every line belongs to one.
#[track_caller]
fn assert_sound(text: &str) {
    let types: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    assert!(types.is_sorted(), "{types:?}");
    assert_eq!(types.iter().collect::<HashSet<_>>().len(), types.len(), "{types:?}");
    let mut seen = HashSet::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (series, value) = line.rsplit_once(' ').unwrap();
        assert!(seen.insert(series), "twice: {series}");
        assert!(value.parse::<f64>().is_ok(), "{line}");
        let name = series.split('{').next().unwrap();
        let of = |suffix| name.strip_suffix(suffix).is_some_and(|family| types.contains(&family));
        assert!(types.contains(&name) || ["_bucket", "_sum", "_count"].into_iter().any(of), "{line}");
    }
}

#[test]
fn our_metrics_are_in_a_users_registry() {
    let _alone = alone();
    work(true).unwrap();
    work(false).unwrap_err();
    let registry = Registry::new();
    let jobs = IntCounter::new("jobs_total", "Jobs done").unwrap();
    registry.register(Box::new(jobs.clone())).unwrap();
    registry.register(Box::new(Collector::new())).unwrap();
    jobs.inc();

    let families = registry.gather();
    let theirs = TextEncoder::new().encode_to_string(&families).unwrap();
    assert!(theirs.contains("\njobs_total 1\n"), "{theirs}");
    assert_sound(&theirs);
    let ours = exposition();
    let about = |text: &str| {
        let lines = text.lines().filter(|line| line.contains("interop_work"));
        // The same number has more than one spelling.
        let number = |line: &str| line.rsplit_once(' ').and_then(|(_, number)| number.parse::<f64>().ok());
        lines
            .map(|line| match (line.rsplit_once(' '), number(line)) {
                (Some((series, _)), Some(number)) => format!("{series} {number}"),
                _ => line.to_owned(),
            })
            .collect::<HashSet<String>>()
    };
    assert_eq!(about(&theirs), about(&ours));
    assert!(about(&ours).len() > 20, "{ours}");
    let mut bytes = Vec::new();
    ProtobufEncoder::new().encode(&families, &mut bytes).unwrap();
    assert!(!bytes.is_empty());
}

#[test]
fn registering_twice_is_the_registrys_error() {
    let registry = Registry::new();
    registry.register(Box::new(Collector::new())).unwrap();
    let again = registry.register(Box::new(Collector::new()));
    assert!(matches!(again, Err(Error::AlreadyReg)), "{again:?}");

    let same_name = || Box::new(IntCounter::new("interop_work_total", "Another").unwrap());
    assert!(registry.register(same_name()).is_err());
    let registry = Registry::new();
    registry.register(same_name()).unwrap();
    assert!(registry.register(Box::new(Collector::new())).is_err());
    assert!(!registry.gather().is_empty(), "the user's own metric stays");
}

#[test]
fn a_users_metrics_are_in_our_exposition() {
    let _alone = alone();
    let labels = HashMap::from([("region".to_owned(), "eu \"1\"".to_owned())]);
    let registry = Registry::new_custom(Some("shop".to_owned()), Some(labels)).unwrap();
    let orders = IntCounterVec::new(Opts::new("orders_total", "Orders\nof all"), &["state"]).unwrap();
    let open = IntGauge::new("open", "Open orders").unwrap();
    let size = Histogram::with_opts(HistogramOpts::new("size", "Sizes").buckets(vec![1.0, 2.5])).unwrap();
    registry.register(Box::new(orders.clone())).unwrap();
    registry.register(Box::new(open.clone())).unwrap();
    registry.register(Box::new(size.clone())).unwrap();
    merge(&registry);
    orders.with_label_values(&["paid"]).inc_by(3);
    orders.with_label_values(&["new"]).inc();
    open.set(-4);
    for value in [0.5, 2.0, 2.0, 9.0] {
        size.observe(value);
    }

    let text = exposition();
    assert_sound(&text);
    for line in [
        "# HELP shop_orders_total Orders\\nof all",
        "# TYPE shop_orders_total counter",
        "shop_orders_total{state=\"new\",region=\"eu \\\"1\\\"\"} 1",
        "shop_orders_total{state=\"paid\",region=\"eu \\\"1\\\"\"} 3",
        "# TYPE shop_open gauge",
        "shop_open{region=\"eu \\\"1\\\"\"} -4",
        "# TYPE shop_size histogram",
        "shop_size_bucket{region=\"eu \\\"1\\\"\",le=\"1\"} 1",
        "shop_size_bucket{region=\"eu \\\"1\\\"\",le=\"2.5\"} 3",
        "shop_size_bucket{region=\"eu \\\"1\\\"\",le=\"+Inf\"} 4",
        "shop_size_sum{region=\"eu \\\"1\\\"\"} 13.5",
        "shop_size_count{region=\"eu \\\"1\\\"\"} 4",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    orders.with_label_values(&["paid"]).inc();
    assert!(
        exposition().contains("\nshop_orders_total{state=\"paid\",region=\"eu \\\"1\\\"\"} 4\n"),
        "each reading is a new one"
    );
}

#[test]
fn a_summary_is_shown_too() {
    let _alone = alone();
    merge(&registry_of(|| {
        let mut quantile = proto::Quantile::default();
        quantile.set_quantile(0.5);
        quantile.set_value(0.25);
        let mut summary = proto::Summary::default();
        summary.set_quantile(vec![quantile]);
        summary.set_sample_count(4);
        summary.set_sample_sum(1.5);
        let mut metric = proto::Metric::default();
        metric.set_summary(summary);
        vec![family("wait_seconds", MetricType::SUMMARY, vec![metric])]
    }));
    let text = exposition();
    assert_sound(&text);
    for line in ["wait_seconds{quantile=\"0.5\"} 0.25", "wait_seconds_sum 1.5", "wait_seconds_count 4"] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
}

#[test]
fn of_two_metrics_with_one_name_ours_is_shown_and_the_log_says_so_once() {
    let _alone = alone();
    work(true).unwrap();
    let registry = Registry::new();
    // The name itself, that of a sample of our histogram, and what OpenMetrics calls our counter.
    let clashing = ["interop_work_total", "interop_work_duration_seconds_count", "interop_work"];
    for name in clashing {
        registry.register(Box::new(Gauge::new(name, "Of a clash").unwrap())).unwrap();
    }
    registry.register(Box::new(Gauge::new("interop_other", "Theirs").unwrap())).unwrap();
    let before = failures("refused");
    let capture = testing::capture();
    merge(&registry);
    let text = exposition();
    assert_sound(&text);
    assert!(text.contains("# TYPE interop_work_total counter"), "{text}");
    assert!(text.contains("\ninterop_other 0\n"), "the rest of the registry stays");
    assert!(!text.contains("Of a clash"), "{text}");
    assert!(!exposition().contains("Of a clash"));
    let lines = capture.log_lines();
    for name in clashing {
        let said = lines.iter().filter(|line| line.contains(&format!("\"family\":\"{name}\""))).count();
        assert_eq!(said, 1, "{name}: {lines:?}");
    }
    // Each reading shows what those before it have left out.
    assert!(failures("refused") >= before + 6, "{}", failures("refused"));

    // Of two registries, the one that came first.
    let second = Registry::new();
    second.register(Box::new(Gauge::new("interop_other", "Second").unwrap())).unwrap();
    merge(&second);
    let text = exposition();
    assert_sound(&text);
    assert!(!text.contains("Second"), "{text}");
}

#[test]
fn a_collector_that_panics_is_left_out_while_it_does() {
    let _alone = alone();
    let broken = Arc::new(AtomicBool::new(true));
    let asked = Arc::clone(&broken);
    merge(&registry_of(move || {
        assert!(!asked.load(SeqCst), "a collector that fails, as the test wants");
        vec![family("recovered", MetricType::GAUGE, vec![gauge(&[], 1.0)])]
    }));
    let before = failures("panicked");
    for _ in 0..2 {
        let text = exposition();
        assert_sound(&text);
        assert!(text.contains("observe_spans_exported_total"), "ours are there");
        assert!(!text.contains("recovered"), "{text}");
    }
    broken.store(false, SeqCst);
    assert!(exposition().contains("\nrecovered 1\n"));
    assert!(failures("panicked") >= before + 2);
}

#[test]
fn a_collector_that_scrapes_sees_ours_and_not_itself() {
    let _alone = alone();
    merge(&registry_of(|| {
        let text = exposition();
        let seen = |part: &str| gauge(&[("part", part)], f64::from(u8::from(text.contains(part))));
        vec![family("scraped", MetricType::GAUGE, vec![seen("observe_spans_lost_total"), seen("# TYPE scraped")])]
    }));
    for _ in 0..2 {
        let text = exposition();
        assert_sound(&text);
        assert!(text.contains("scraped{part=\"observe_spans_lost_total\"} 1\n"), "{text}");
        assert!(text.contains("scraped{part=\"# TYPE scraped\"} 0\n"), "{text}");
    }
}

#[test]
fn a_merged_registry_with_our_collector_in_it_shows_everything_once() {
    let _alone = alone();
    work(true).unwrap();
    // The prefix makes other names of ours, which would not be found to be the same.
    let registry = Registry::new_custom(Some("again".to_owned()), None).unwrap();
    registry.register(Box::new(Collector::new())).unwrap();
    registry.register(Box::new(Gauge::new("own", "Theirs").unwrap())).unwrap();
    merge(&registry);
    let text = exposition();
    assert_sound(&text);
    assert!(text.contains("\nagain_own 0\n"), "{text}");
    assert!(!text.contains("again_interop_work"), "{text}");
    let theirs = TextEncoder::new().encode_to_string(&registry.gather()).unwrap();
    assert_eq!(theirs.matches("# TYPE again_interop_work_total ").count(), 1, "{theirs}");
    assert_eq!(theirs.matches("own 0\n").count(), 1, "its own metrics don't come back to it: {theirs}");
}

#[test]
fn what_would_break_the_exposition_is_left_out_alone() {
    let _alone = alone();
    let histogram = |buckets: &[(f64, u64)]| {
        let bucket = |(bound, count): &(f64, u64)| {
            let mut bucket = proto::Bucket::default();
            bucket.set_upper_bound(*bound);
            bucket.set_cumulative_count(*count);
            bucket
        };
        let mut histogram = proto::Histogram::default();
        histogram.set_bucket(buckets.iter().map(bucket).collect());
        histogram.set_sample_count(buckets.iter().map(|(_, count)| *count).max().unwrap_or(0));
        let mut metric = proto::Metric::default();
        metric.set_histogram(histogram);
        metric
    };
    let mut le = histogram(&[(1.0, 1)]);
    le.set_label(gauge(&[("le", "1")], 0.0).take_label());
    let bad = vec![
        family("bad name", MetricType::GAUGE, vec![gauge(&[], 1.0)]),
        family("bad_line\n# EOF", MetricType::GAUGE, vec![gauge(&[], 1.0)]),
        family("bad_label", MetricType::GAUGE, vec![gauge(&[("a-b", "x")], 1.0)]),
        family("bad_label_quote", MetricType::GAUGE, vec![gauge(&[("a\"} 1\nb{", "x")], 1.0)]),
        family("bad_twice", MetricType::GAUGE, vec![gauge(&[("a", "x"), ("a", "y")], 1.0)]),
        family(
            "bad_series",
            MetricType::GAUGE,
            vec![gauge(&[("a", "x"), ("b", "y")], 1.0), gauge(&[("b", "y"), ("a", "x")], 2.0)],
        ),
        family("bad_falling", MetricType::HISTOGRAM, vec![histogram(&[(1.0, 3), (2.0, 2)])]),
        family("bad_order", MetricType::HISTOGRAM, vec![histogram(&[(2.0, 1), (1.0, 2)])]),
        family("bad_nan", MetricType::HISTOGRAM, vec![histogram(&[(f64::NAN, 1)])]),
        family("bad_le", MetricType::HISTOGRAM, vec![le]),
        family("bad_untyped", MetricType::UNTYPED, vec![gauge(&[], 1.0)]),
    ];
    let count = bad.len();
    merge(&registry_of(move || {
        let inf = histogram(&[(1.0, 1), (f64::INFINITY, 3)]);
        let good = family("a_good_one", MetricType::GAUGE, vec![gauge(&[("a", "\n\"\\")], f64::NAN)]);
        let mut families = bad.clone();
        families.extend([good, family("good_with_inf", MetricType::HISTOGRAM, vec![inf])]);
        families
    }));
    let before = failures("refused");
    let text = exposition();
    assert_sound(&text);
    assert!(!text.contains("bad"), "{text}");
    assert!(text.contains("a_good_one{a=\"\\n\\\"\\\\\"} NaN\n"), "{text}");
    assert!(text.contains("good_with_inf_bucket{le=\"+Inf\"} 3\n"), "{text}");
    assert!(failures("refused") >= before + count as u64, "each is counted");
}
