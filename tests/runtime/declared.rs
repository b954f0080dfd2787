//! Metrics that are declared on their own: `#[metric]` on statics. Each test has metrics of its own:
//! they belong to the process.

#![expect(clippy::float_cmp, reason = "counts are whole numbers and sums of halves, and exact")]

mod gauges;
mod requirements;

use observe::__private as private;
use observe::{Capped, Counter, Gauge, Histogram, Info, Label, LabelSet, Summary, metered, metric, testing};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

/// One test switches all metrics off, and no other may count meanwhile.
static SWITCH: RwLock<()> = RwLock::new(());

fn on() -> RwLockReadGuard<'static, ()> {
    SWITCH.read().unwrap_or_else(PoisonError::into_inner)
}

fn alone() -> RwLockWriteGuard<'static, ()> {
    SWITCH.write().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Label, Clone, Copy)]
enum Model {
    Gpt4,
    Claude,
}

#[derive(Label, Clone, Copy)]
enum Provider {
    OpenAi,
    Anthropic,
}

/// The value of a series, as it stands in the exposition; `None` where it is not shown.
fn value(series: &str) -> Option<f64> {
    let text = observe::exposition();
    let line = text.lines().find(|line| line.strip_prefix(series).is_some_and(|rest| rest.starts_with(' ')))?;
    line.rsplit(' ').next()?.parse().ok()
}

fn shows(line: &str) -> bool {
    observe::exposition().lines().any(|shown| shown == line)
}

#[test]
fn a_counter_without_labels_counts() {
    /// Documents that were uploaded.
    #[metric]
    static UPLOADS_TOTAL: Counter;
    let _on = on();
    UPLOADS_TOTAL.inc();
    UPLOADS_TOTAL.add(2);
    assert_eq!(value("uploads_total"), Some(3.0));
    assert!(shows("# HELP uploads_total Documents that were uploaded"));
    assert!(shows("# TYPE uploads_total counter"));
}

#[test]
fn a_counter_with_labels_counts_each_combination() {
    /// Tokens that models have read and written.
    #[metric(name = "llm_tokens_total", labels(model, provider, cached))]
    static TOKENS: Counter<(Model, Provider, Option<bool>)>;
    let _on = on();
    TOKENS.with((Model::Claude, Provider::Anthropic, None)).add(120);
    TOKENS.with((Model::Gpt4, Provider::OpenAi, Some(true))).inc();
    let handle = TOKENS.with((Model::Gpt4, Provider::OpenAi, Some(true)));
    let copy = handle;
    handle.inc();
    copy.inc();
    assert_eq!(value("llm_tokens_total{model=\"claude\",provider=\"anthropic\",cached=\"none\"}"), Some(120.0));
    assert_eq!(value("llm_tokens_total{model=\"gpt4\",provider=\"open_ai\",cached=\"true\"}"), Some(3.0));
    assert_eq!(value("llm_tokens_total{model=\"gpt4\",provider=\"anthropic\",cached=\"true\"}"), None);
}

#[test]
fn a_counter_of_fractions_adds_them_up() {
    /// What requests cost.
    #[metric(labels(model))]
    static MODEL_COST_TOTAL: Counter<Model, f64>;
    let _on = on();
    MODEL_COST_TOTAL.with(Model::Gpt4).add(0.25);
    MODEL_COST_TOTAL.with(Model::Gpt4).inc();
    assert_eq!(value("model_cost_total{model=\"gpt4\"}"), Some(1.25));
    assert_eq!(value("model_cost_total{model=\"claude\"}"), None);
}

#[test]
fn nothing_is_lost_between_threads() {
    /// Turns.
    #[metric(labels(model))]
    static TURNS_TOTAL: Counter<Model>;
    /// Halves.
    #[metric]
    static HALVES_TOTAL: Counter<(), f64>;
    /// Sizes.
    #[metric]
    static SIZE_BYTES: Histogram;
    /// Waits.
    #[metric]
    static WAIT_SECONDS: Summary;
    /// Level.
    #[metric]
    static WATER_LEVEL: Gauge;
    let _on = on();
    std::thread::scope(|scope| {
        // More than have blocks of their own, so that some share.
        for thread in 0..80 {
            scope.spawn(move || {
                for _ in 0..500 {
                    TURNS_TOTAL.with(if thread % 2 == 0 { Model::Gpt4 } else { Model::Claude }).inc();
                    HALVES_TOTAL.add(0.5);
                    SIZE_BYTES.observe(1024.0);
                    WAIT_SECONDS.observe(0.5);
                    WATER_LEVEL.add(1.5);
                    WATER_LEVEL.dec();
                }
            });
        }
    });
    assert_eq!(value("turns_total{model=\"gpt4\"}"), Some(20_000.0));
    assert_eq!(value("turns_total{model=\"claude\"}"), Some(20_000.0));
    assert_eq!(value("halves_total"), Some(20_000.0));
    assert_eq!(value("size_bytes_count"), Some(40_000.0));
    assert_eq!(value("size_bytes_sum"), Some(40_960_000.0));
    assert_eq!(value("wait_seconds_count"), Some(40_000.0));
    assert_eq!(value("wait_seconds_sum"), Some(20_000.0));
    assert_eq!(value("water_level"), Some(20_000.0));
}

fn refused(reason: &str) -> f64 {
    value(&format!("observe_metrics_refused_total{{reason=\"{reason}\"}}")).unwrap_or(f64::NAN)
}

#[test]
fn a_histogram_counts_by_size() {
    /// Upload sizes.
    #[metric(buckets = bytes)]
    static BODY_SIZE_BYTES: Histogram;
    /// Tokens of an answer.
    #[metric(labels(model), buckets = [10.0, 100.0])]
    static ANSWER_TOKENS: Histogram<Model>;
    let _on = on();
    for size in [0.0, 256.0, 257.0, 1e9] {
        BODY_SIZE_BYTES.observe(size);
    }
    assert_eq!(value("body_size_bytes_bucket{le=\"256\"}"), Some(2.0));
    assert_eq!(value("body_size_bytes_bucket{le=\"1024\"}"), Some(3.0));
    assert_eq!(value("body_size_bytes_bucket{le=\"1.6777216e+07\"}"), Some(3.0));
    assert_eq!(value("body_size_bytes_bucket{le=\"+Inf\"}"), Some(4.0));
    assert_eq!(value("body_size_bytes_sum"), Some(1_000_000_513.0));
    assert_eq!(value("body_size_bytes_count"), Some(4.0));
    ANSWER_TOKENS.with(Model::Claude).observe(50.0);
    assert_eq!(value("answer_tokens_bucket{model=\"claude\",le=\"10\"}"), Some(0.0));
    assert_eq!(value("answer_tokens_bucket{model=\"claude\",le=\"100\"}"), Some(1.0));
    assert_eq!(value("answer_tokens_count{model=\"gpt4\"}"), None);
}

#[test]
fn a_duration_is_counted_in_seconds_and_its_bound_is_in_its_bucket() {
    /// Durations.
    #[metric]
    static STORE_DURATION_SECONDS: Histogram;
    /// The same.
    #[metric(labels(model), buckets = ai)]
    static AI_DURATION_SECONDS: Histogram<Model>;
    let _on = on();
    STORE_DURATION_SECONDS.observe_duration(Duration::from_millis(25));
    assert_eq!(value("store_duration_seconds_bucket{le=\"0.01\"}"), Some(0.0));
    assert_eq!(value("store_duration_seconds_bucket{le=\"0.025\"}"), Some(1.0));
    assert_eq!(value("store_duration_seconds_sum"), Some(0.025));
    AI_DURATION_SECONDS.with(Model::Gpt4).observe_duration(Duration::from_secs(30));
    assert_eq!(value("ai_duration_seconds_bucket{model=\"gpt4\",le=\"10\"}"), Some(0.0));
    assert_eq!(value("ai_duration_seconds_bucket{model=\"gpt4\",le=\"30\"}"), Some(1.0));
}

#[test]
fn a_summary_has_quantiles_a_sum_and_a_count() {
    /// Latencies.
    #[metric(labels(model), quantiles = [0.5, 0.99], window = 3600)]
    static ANSWER_LATENCY_SECONDS: Summary<Model>;
    let _on = on();
    for value in 1..=100 {
        ANSWER_LATENCY_SECONDS.with(Model::Claude).observe(f64::from(value));
    }
    ANSWER_LATENCY_SECONDS.with(Model::Gpt4).observe_duration(Duration::from_secs(2));
    let near = |series: &str, expected: f64| {
        let value = value(series).unwrap();
        assert!((value - expected).abs() <= expected * 0.02, "{series} {value}");
    };
    near("answer_latency_seconds{model=\"claude\",quantile=\"0.5\"}", 50.0);
    near("answer_latency_seconds{model=\"claude\",quantile=\"0.99\"}", 99.0);
    near("answer_latency_seconds{model=\"gpt4\",quantile=\"0.99\"}", 2.0);
    assert_eq!(value("answer_latency_seconds_sum{model=\"claude\"}"), Some(5050.0));
    assert_eq!(value("answer_latency_seconds_count{model=\"claude\"}"), Some(100.0));
    assert!(shows("# TYPE answer_latency_seconds summary"));
}

#[test]
fn an_info_shows_its_facts_once_they_are_set() {
    /// What this was built from.
    #[metric(labels(version, commit))]
    static PROGRAM_INFO: Info;
    let _on = on();
    assert!(shows("# HELP program_info What this was built from"));
    assert_eq!(observe::exposition().matches("program_info{").count(), 0);
    PROGRAM_INFO.set(["1.2.0", "abc"]);
    assert_eq!(value("program_info{version=\"1.2.0\",commit=\"abc\"}"), Some(1.0));
    PROGRAM_INFO.set(["1.2.1", &"é".repeat(1000)]);
    let series = format!("program_info{{version=\"1.2.1\",commit=\"{}\"}}", "é".repeat(512));
    assert_eq!(value(&series), Some(1.0));
    assert_eq!(observe::exposition().matches("program_info{").count(), 1);
}

#[test]
fn what_is_refused_is_counted_and_loses_nothing_else() {
    /// Cost.
    #[metric]
    static REFUSED_COST_TOTAL: Counter<(), f64>;
    /// Sizes.
    #[metric(buckets = [1.0])]
    static REFUSED_BYTES: Histogram;
    /// Waits.
    #[metric]
    static REFUSED_SECONDS: Summary;
    let _on = on();
    let before = ["nan", "infinite", "negative"].map(refused);
    for value in [1.5, f64::NAN, -f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, -f64::MIN_POSITIVE, -0.0, 1.0] {
        REFUSED_COST_TOTAL.add(value);
        REFUSED_BYTES.observe(value);
        REFUSED_SECONDS.observe(value);
    }
    assert_eq!(value("refused_cost_total"), Some(2.5));
    assert_eq!(value("refused_bytes_sum"), Some(2.5));
    assert_eq!(value("refused_bytes_count"), Some(3.0));
    assert_eq!(value("refused_seconds_sum"), Some(2.5));
    assert_eq!(value("refused_seconds_count"), Some(3.0));
    for (reason, before) in ["nan", "infinite", "negative"].into_iter().zip(before) {
        assert_eq!(refused(reason) - before, 6.0, "{reason}");
    }
}

/// Hits by model.
#[metric(labels(model, cached), init = all)]
static INITIAL_HITS_TOTAL: Counter<(Model, bool)>;
/// Cost.
#[metric(init = all)]
static INITIAL_COST_TOTAL: Counter<(), f64>;
/// Levels.
#[metric(labels(model), init = all)]
static INITIAL_LEVEL: Gauge<Model>;
/// Sizes.
#[metric(labels(model), init = all)]
static INITIAL_SIZE_BYTES: Histogram<Model>;
/// Waits.
#[metric(labels(model), init = all, quantiles = [0.5])]
static INITIAL_WAIT_SECONDS: Summary<Model>;

#[test]
fn every_series_is_there_from_the_first_scrape_where_that_is_asked_for() {
    let _on = on();
    let text = observe::exposition();
    let zeros = |start: &str| {
        let lines = text.lines().filter(|line| line.starts_with(start));
        lines.inspect(|line| assert!(line.ends_with(" 0"), "{line}")).count()
    };
    assert_eq!(zeros("initial_hits_total{"), 4);
    assert_eq!(zeros("initial_cost_total "), 1);
    assert_eq!(zeros("initial_level{"), 2);
    assert_eq!(zeros("initial_size_bytes_count{"), 2);
    assert_eq!(zeros("initial_size_bytes_bucket{"), 20);
    assert_eq!(zeros("initial_wait_seconds_count{"), 2);
    assert!(text.contains("initial_wait_seconds{model=\"gpt4\",quantile=\"0.5\"} NaN\n"), "{text}");
}

/// Nobody counts these.
mod untouched {
    use super::*;

    /// A counter.
    #[metric]
    static UNTOUCHED_TOTAL: Counter;
    /// A gauge.
    #[metric]
    pub(super) static UNTOUCHED_LEVEL: Gauge;
    /// A histogram.
    #[metric(labels(model))]
    static UNTOUCHED_SECONDS: Histogram<Model>;
    /// A summary.
    #[metric]
    static UNTOUCHED_WAIT_SECONDS: Summary;
    /// An info.
    #[metric(labels(version))]
    static UNTOUCHED_FACTS_INFO: Info;
    /// Not compiled.
    #[metric(labels(version))]
    #[cfg(any())]
    static UNTOUCHED_MISSING_INFO: Info;
}

#[test]
fn families_are_described_before_anybody_counts() {
    let _on = on();
    let text = observe::exposition();
    for (name, kind) in [
        ("untouched_total", "counter"),
        ("untouched_level", "gauge"),
        ("untouched_seconds", "histogram"),
        ("untouched_wait_seconds", "summary"),
        ("untouched_facts_info", "gauge"),
    ] {
        assert!(text.contains(&format!("# TYPE {name} {kind}\n")), "{name}: {text}");
        assert!(text.lines().all(|line| !line.starts_with(name)), "{name}: {text}");
    }
    assert!(!text.contains("untouched_missing_info"));
    assert_eq!(format!("{:?}", untouched::UNTOUCHED_LEVEL), "Gauge(untouched_level)");
}

#[test]
fn switched_off_nothing_is_counted_and_nothing_is_read() {
    /// A counter.
    #[metric]
    static SWITCHED_TOTAL: Counter;
    /// A counter.
    #[metric]
    static SWITCHED_COST_TOTAL: Counter<(), f64>;
    /// A histogram.
    #[metric]
    static SWITCHED_SECONDS: Histogram;
    /// A summary.
    #[metric]
    static SWITCHED_WAIT_SECONDS: Summary;
    /// A gauge.
    #[metric]
    static SWITCHED_LEVEL: Gauge;
    /// A gauge.
    #[metric(read = || 1.0)]
    static SWITCHED_READ_LEVEL: Gauge;
    let count = || {
        SWITCHED_TOTAL.inc();
        SWITCHED_COST_TOTAL.inc();
        SWITCHED_SECONDS.observe(1.0);
        SWITCHED_WAIT_SECONDS.observe(1.0);
        SWITCHED_LEVEL.inc();
    };
    let counted = || {
        ["switched_total", "switched_cost_total", "switched_seconds_count", "switched_wait_seconds_count"].map(value)
    };
    let _alone = alone();
    count();
    observe::set_metrics_enabled(false);
    count();
    SWITCHED_COST_TOTAL.add(f64::NAN);
    let (off, read) = (counted(), value("switched_read_level"));
    observe::set_metrics_enabled(true);
    assert_eq!(off, [Some(1.0); 4]);
    assert_eq!(read, None);
    // A gauge that missed a change would be wrong for good.
    assert_eq!(value("switched_level"), Some(2.0));
    count();
    assert_eq!(counted(), [Some(2.0); 4]);
    assert_eq!(value("switched_read_level"), Some(1.0));
}

/// A label written by hand may be wrong about itself.
#[test]
fn wrong_labels_do_no_harm() {
    struct Wild;
    impl Label for Wild {
        const CARDINALITY: usize = 2;
        fn index(&self) -> usize {
            usize::MAX
        }
        fn value(index: usize) -> &'static str {
            ["a", "b"][index]
        }
    }
    struct Nothing;
    impl Label for Nothing {
        const CARDINALITY: usize = 0;
        fn index(&self) -> usize {
            0
        }
        fn value(_: usize) -> &'static str {
            ""
        }
    }
    /// Wild.
    #[metric(labels(wild, model))]
    static WILD_TOTAL: Counter<(Wild, Model)>;
    /// Nothing.
    #[metric(labels(nothing))]
    static NOTHING_TOTAL: Counter<Nothing>;
    /// Nothing.
    #[metric(labels(nothing))]
    static NOTHING_LEVEL: Gauge<Nothing>;
    /// Nothing.
    #[metric(labels(nothing))]
    static NOTHING_SECONDS: Histogram<Nothing>;
    /// Nothing.
    #[metric(labels(nothing))]
    static NOTHING_WAIT_SECONDS: Summary<Nothing>;
    let _on = on();
    WILD_TOTAL.with((Wild, Model::Gpt4)).inc();
    NOTHING_TOTAL.with(Nothing).inc();
    NOTHING_LEVEL.with(Nothing).inc();
    NOTHING_LEVEL.with(Nothing).read_with(|| 1.0);
    NOTHING_SECONDS.with(Nothing).observe(1.0);
    NOTHING_WAIT_SECONDS.with(Nothing).observe(1.0);
    let text = observe::exposition();
    assert!(text.contains("wild_total{wild=\"b\",model=\"gpt4\"} 1\n"), "{text}");
    assert!(text.lines().all(|line| !line.starts_with("nothing_")), "{text}");
}

/// As where one file is a module of two crates: the places differ, the declarations don't.
#[test]
fn equal_declarations_are_one_metric() {
    use private::{CounterCore, GaugeCore, HistogramCore, InfoCore, SummaryCore};
    macro_rules! declare {
        ($module:literal) => {{
            static COUNTER: CounterCore = CounterCore::new(definition("equal_total", $module), false);
            static GAUGE: GaugeCore = GaugeCore::new(definition("equal_level", $module), None);
            static HISTOGRAM: HistogramCore = HistogramCore::new(definition("equal_size", $module), &[1.0]);
            static SUMMARY: SummaryCore = SummaryCore::new(definition("equal_wait", $module), &[0.5], 60);
            static INFO: InfoCore = InfoCore::new(definition("equal_facts_info", $module), &["version"]);
            let counter: Counter = Counter::new(&COUNTER);
            let gauge: Gauge = Gauge::new(&GAUGE);
            let histogram: Histogram = Histogram::new(&HISTOGRAM);
            let summary: Summary = Summary::new(&SUMMARY);
            (counter, gauge, histogram, summary, Info::new(&INFO, &["version"]))
        }};
    }
    let _on = on();
    for (counter, gauge, histogram, summary, info) in [declare!("first"), declare!("second")] {
        counter.inc();
        gauge.inc();
        histogram.observe(1.0);
        summary.observe(1.0);
        info.set(["1"]);
    }
    for series in ["equal_total", "equal_level", "equal_size_count", "equal_wait_count"] {
        assert_eq!(value(series), Some(2.0), "{series}");
    }
    assert_eq!(observe::exposition().matches("equal_facts_info{version=\"1\"} 1\n").count(), 1);
}

const fn definition(name: &'static str, module: &'static str) -> private::MetricDefinition {
    private::MetricDefinition { name, help: "h", unit: "", labels: &[], init_all: false, module, line: 1 }
}

#[test]
fn of_two_declarations_that_differ_the_first_is_shown() {
    static FIRST: private::HistogramCore = private::HistogramCore::new(definition("clashing_size", "first"), &[1.0]);
    static SECOND: private::HistogramCore = private::HistogramCore::new(definition("clashing_size", "second"), &[2.0]);
    let (first, second): (Histogram, Histogram) = (Histogram::new(&FIRST), Histogram::new(&SECOND));
    let _on = on();
    first.observe(0.5);
    second.observe(0.5);
    second.observe(0.5);
    assert_eq!(value("clashing_size_count"), Some(1.0));
    assert_eq!(value("clashing_size_bucket{le=\"2\"}"), None);
}

#[derive(LabelSet)]
struct Caller<'a> {
    model: Model,
    tenant: Capped<'a, 2>,
}

/// What is known only at run time lives shorter than the metric.
#[test]
fn a_set_of_labels_names_them_itself() {
    /// Chats.
    #[metric]
    static CHATS_TOTAL: Counter<Caller>;
    /// By tenant.
    #[metric(labels(tenant))]
    static TENANT_WAIT_SECONDS: Histogram<Capped<2>>;
    /// By tenant.
    #[metric(labels(tenant))]
    static TENANT_LEVEL: Gauge<(Capped<'static, 2>,)>;
    let _on = on();
    for number in [1, 2, 3, 1, 4] {
        let tenant = format!("tenant-{number}");
        CHATS_TOTAL.with(Caller { model: Model::Gpt4, tenant: Capped::new(&tenant) }).inc();
        TENANT_WAIT_SECONDS.with(Capped::new(&tenant)).observe(1.0);
        TENANT_LEVEL.with((Capped::new(&tenant),)).set(f64::from(number));
    }
    assert_eq!(value("chats_total{model=\"gpt4\",tenant=\"tenant-1\"}"), Some(2.0));
    assert_eq!(value("chats_total{model=\"gpt4\",tenant=\"other\"}"), Some(2.0));
    assert_eq!(value("tenant_wait_seconds_count{tenant=\"tenant-2\"}"), Some(1.0));
    assert_eq!(value("tenant_level{tenant=\"other\"}"), Some(4.0));
    let overflow = "observe_label_overflow_total{metric=\"chats_total\",label=\"tenant\"}";
    assert_eq!(value(overflow), Some(2.0));
}

/// A name that only one of the two knows is free for the other.
#[test]
fn functions_and_statics_are_scraped_together() {
    /// Counted by hand.
    #[metric]
    static BESIDE_FAILURES_TOTAL: Counter;
    #[metered(name = "beside")]
    fn beside() {
        BESIDE_FAILURES_TOTAL.inc();
    }
    let _on = on();
    let capture = testing::capture();
    beside();
    assert_eq!(capture.metric("beside_total", &[("status", "ok")]), 1.0);
    assert_eq!(capture.metric("beside_failures_total", &[]), 1.0);
}

#[test]
fn every_name_of_the_requirements_is_declared() {
    let _on = on();
    requirements::are_all_shown();
}
