//! Metrics of whole processes, on their way to a collector.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod collector;

use collector::{Collector, Received};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value;
use opentelemetry_proto::tonic::metrics::v1::{AggregationTemporality, Metric};
use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::net::TcpListener;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Duration;

fn probe(scenario: &str, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_probe"));
    command.arg(scenario).env_clear().envs(variables.iter().copied());
    command
}

/// Standard output and standard error of a probe that ends by itself.
fn run(scenario: &str, variables: &[(&str, &str)]) -> (String, String) {
    let output = probe(scenario, variables).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

/// A probe that does a step for each line it gets.
struct Steps {
    child: Child,
    stdin: ChildStdin,
    stdout: Lines<BufReader<ChildStdout>>,
}

impl Steps {
    fn start(variables: &[(&str, &str)]) -> Self {
        let mut command = probe("steps", variables);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stdin = child.stdin.take().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, stdin, stdout }
    }

    /// One call, and a flush of spans and metrics.
    fn step(&mut self) {
        self.step_that(true);
    }

    /// The same, with what the flush comes to.
    fn step_that(&mut self, arrives: bool) {
        writeln!(self.stdin, "1").unwrap();
        assert_eq!(self.stdout.next().unwrap().unwrap(), format!("flushed {arrives}"));
    }

    /// What the probe's `/metrics` had at the end, and its standard error.
    fn end(self) -> (String, String) {
        drop(self.stdin);
        let text = self.stdout.map_while(Result::ok).map(|line| line + "\n").collect();
        (text, String::from_utf8(self.child.wait_with_output().unwrap().stderr).unwrap())
    }
}

/// Exports of metrics that failed, as `/metrics` has them.
fn failures(text: &str) -> usize {
    let line = text.lines().find_map(|line| line.strip_prefix("observe_metrics_export_failures_total ")).unwrap();
    line.parse().unwrap()
}

/// The metric of this name, in each request that has it.
fn all<'a>(received: &'a Received, name: &'a str) -> impl Iterator<Item = &'a Metric> {
    let resources = received.metrics.iter().flat_map(|request| &request.resource_metrics);
    let metrics = resources.flat_map(|resource| &resource.scope_metrics).flat_map(|scope| &scope.metrics);
    metrics.filter(move |metric| metric.name == name)
}

/// The sum of all its points, in each request that has it.
fn sums(received: &Received, name: &str) -> Vec<i64> {
    let sum = |metric: &Metric| {
        let Some(Data::Sum(sum)) = &metric.data else { panic!("{metric:?}") };
        let value = |value: &Value| match value {
            Value::AsInt(value) => *value,
            Value::AsDouble(value) => panic!("{value} was counted"),
        };
        sum.data_points.iter().map(|point| value(point.value.as_ref().unwrap())).sum()
    };
    all(received, name).map(sum).collect()
}

#[test]
fn a_process_that_ends_has_sent_its_metrics() {
    let collector = Collector::start();
    let (stdout, stderr) = run(
        "spans",
        &[
            ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", &format!("{}/v1/metrics", collector.url())),
            ("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "authorization=Bearer%20t-1"),
            ("OTEL_SERVICE_NAME", "renamed"),
        ],
    );
    let received = collector.stop();
    assert_eq!(received.heads.len(), 1, "one export, at the end: {:?}", received.heads);
    assert!(received.heads[0].to_lowercase().contains("authorization: bearer t-1"), "{:?}", received.heads);
    assert!(received.traces.is_empty(), "spans have no endpoint");
    let [resource] = &received.metrics[0].resource_metrics[..] else { panic!("{:?}", received.metrics) };
    let attributes = &resource.resource.as_ref().unwrap().attributes;
    let name = attributes.iter().find(|attribute| attribute.key == "service.name").unwrap();
    assert!(format!("{name:?}").contains("renamed"));

    assert_eq!(sums(&received, "work_total"), [300]);
    let duration = all(&received, "work_duration_seconds").next().unwrap();
    assert_eq!(duration.unit, "s");
    let Some(Data::Histogram(histogram)) = &duration.data else { panic!("{duration:?}") };
    assert_eq!(histogram.aggregation_temporality, AggregationTemporality::Cumulative as i32);
    assert_eq!(histogram.data_points.iter().map(|point| point.count).sum::<u64>(), 300);
    for point in &histogram.data_points {
        assert_eq!(point.bucket_counts.len(), point.explicit_bounds.len() + 1);
        assert_eq!(point.bucket_counts.iter().sum::<u64>(), point.count);
        assert!(point.start_time_unix_nano < point.time_unix_nano);
        // Each bucket that counted has the span of a call in it.
        let counting = point.bucket_counts.iter().filter(|count| **count > 0).count();
        assert_eq!(point.exemplars.len(), counting, "{point:?}");
        for exemplar in &point.exemplars {
            assert_eq!((exemplar.trace_id.len(), exemplar.span_id.len()), (16, 8));
            assert!((point.start_time_unix_nano..=point.time_unix_nano).contains(&exemplar.time_unix_nano));
        }
    }
    // Every family that `/metrics` shows with a series is there, by the same name.
    for line in stdout.lines().filter(|line| line.starts_with("# TYPE ")) {
        let name = line.split(' ').nth(2).unwrap();
        let has_series = stdout.lines().any(|line| {
            line.starts_with(&format!("{name}{{"))
                || line.starts_with(&format!("{name} "))
                || line.starts_with(&format!("{name}_count"))
        });
        assert_eq!(all(&received, name).count(), usize::from(has_series), "{name}");
    }
    assert!(stderr.contains("metrics=on, and otlp to http://"), "{stderr}");
    assert!(!format!("{stdout}{stderr}").contains("t-1"), "a header's value is a secret");
}

#[test]
fn an_endpoint_for_all_takes_spans_and_metrics_and_nothing_about_their_export() {
    let collector = Collector::start();
    // So often that exports would show up in what is exported, if they were recorded.
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &*collector.url()),
        ("OTEL_METRIC_EXPORT_INTERVAL", "1"),
        ("RUST_LOG", "trace"),
    ];
    let mut steps = Steps::start(&variables);
    (0..20).for_each(|_| steps.step());
    steps.end();
    let received = collector.stop();
    let spans = received.traces.iter().flat_map(|request| &request.resource_spans);
    let spans = spans.flat_map(|resource| &resource.scope_spans).flat_map(|scope| &scope.spans);
    assert!(spans.clone().all(|span| span.name == "work"));
    assert_eq!(spans.count(), 20);
    assert_eq!(sums(&received, "work_total").last(), Some(&20));
    assert!(received.metrics.len() > 20, "each flush is an export, and the interval adds some");
}

#[test]
fn metrics_are_sent_at_the_interval_without_being_asked_for() {
    let collector = Collector::start();
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &*collector.url()),
        ("OTEL_TRACES_EXPORTER", "none"),
        ("OTEL_LOGS_EXPORTER", "none"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "5"),
    ];
    let mut child =
        probe("calls", &variables).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while collector.metrics() < 3 {
        thread::sleep(Duration::from_millis(1));
    }
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
    assert!(collector.stop().traces.is_empty());
}

#[test]
fn a_collector_that_dies_and_comes_back_loses_no_count() {
    for temporality in ["cumulative", "delta"] {
        let first = Collector::start();
        let port = first.port();
        let variables = [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &*first.url()),
            ("OTEL_TRACES_EXPORTER", "none"),
            ("OTEL_LOGS_EXPORTER", "none"),
            ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", temporality),
        ];
        let mut steps = Steps::start(&variables);
        (0..2).for_each(|_| steps.step());
        let mut sent = sums(&first.kill(), "work_total");
        (0..3).for_each(|_| steps.step_that(false));
        let second = Collector::start_on(port);
        (0..2).for_each(|_| steps.step());
        let (text, stderr) = steps.end();
        sent.extend(sums(&second.stop(), "work_total"));

        // What could not be sent may go out by itself once somebody takes it, so that it is one number or two.
        let all = if temporality == "delta" { sent.iter().sum() } else { *sent.last().unwrap() };
        assert_eq!(all, 7, "{temporality}, {sent:?}: {stderr}");
        assert_eq!(stderr.matches("metrics can't be exported: ").count(), 1, "{stderr}");
        assert_eq!(stderr.matches("metrics are exported again").count(), 1, "{stderr}");
        assert!(failures(&text) >= 3, "{text}");
    }
}

#[test]
fn without_a_collector_a_service_says_so_once_and_counts() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}");
    let mut steps = Steps::start(&[("OTEL_METRICS_EXPORTER", "otlp"), ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", &url)]);
    (0..4).for_each(|_| steps.step_that(false));
    let (text, stderr) = steps.end();
    assert_eq!(stderr.lines().count(), 5, "what is on, what does not work, and what was lost by that: {stderr}");
    assert_eq!(stderr.matches("metrics can't be exported: connection refused by 127.0.0.1").count(), 1, "{stderr}");
    assert!(failures(&text) >= 4, "{text}");
    assert!(text.contains("work_total{status=\"ok\"} 4\n"), "{text}");
}

/// What is sent again after a rejection would be counted twice.
#[test]
fn what_a_collector_rejects_in_part_is_a_failure_and_not_sent_again() {
    let collector = Collector::start_rejecting();
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &*collector.url()),
        ("OTEL_TRACES_EXPORTER", "none"),
        ("OTEL_LOGS_EXPORTER", "none"),
        ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "delta"),
    ];
    let mut steps = Steps::start(&variables);
    (0..3).for_each(|_| steps.step_that(false));
    let (text, stderr) = steps.end();
    assert_eq!(sums(&collector.stop(), "work_total"), [1, 1, 1]);
    assert!(stderr.contains("rejected 2 data points: no room"), "{stderr}");
    assert!(text.contains("observe_metrics_export_failures_total 3\n"), "{text}");
}

#[test]
fn metrics_go_to_the_console_where_that_is_asked_for() {
    let (stdout, stderr) = run("spans", &[("OTEL_METRICS_EXPORTER", "console")]);
    // Once by the probe itself, once by the export at the end.
    assert_eq!(stdout.matches("work_total{status=\"error\"} 30\n").count(), 2, "{stdout}");
    assert!(stderr.contains("metrics=on, and to the console"), "{stderr}");
}

#[test]
fn nothing_is_sent_where_nobody_asks() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    for (variable, value) in
        [("OTEL_METRICS_EXPORTER", "none"), ("OTEL_METRICS_EXPORTER", "prometheus"), ("OTEL_SDK_DISABLED", "true")]
    {
        let variables = [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &*url),
            ("OTEL_TRACES_EXPORTER", "none"),
            ("OTEL_LOGS_EXPORTER", "none"),
            (variable, value),
        ];
        let (stdout, _) = run("spans", &variables);
        assert!(stdout.contains("work_total"), "{stdout}");
        assert!(!stdout.contains("observe_metrics_export_failures_total"), "{stdout}");
        assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    }
}
