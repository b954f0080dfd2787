//! Whole expositions of both formats, byte for byte.

use super::{Kept, Lines, OpenMetrics, Syntax, Text};
use crate::metric::model::{
    Descriptor, Encoder as _, Exemplar, FamilyType, HistogramValue, Labels, Number, Series, SummaryValue,
};
use crate::span::{SpanId, TraceId};
use std::sync::LazyLock;
use std::time::{Duration, UNIX_EPOCH};

const NONE: [(&str, &str); 0] = [];

/// The span that exemplars point at.
static SPAN: LazyLock<(TraceId, SpanId)> = LazyLock::new(|| (TraceId::random(), SpanId::random()));

/// A scrape that shows what the closure tells of.
fn scrape<S: Syntax>(kept: &mut Kept<S>, generation: u64, show: impl Fn(&mut Lines<'_, S>)) -> String {
    let mut text = String::new();
    let mut lines = Lines::new(&mut text, kept);
    lines.begin(generation);
    show(&mut lines);
    lines.end();
    text
}

/// The first scrape and the second, which are the same.
#[track_caller]
fn twice<S: Syntax>(show: impl Fn(&mut Lines<'_, S>)) -> String {
    let mut kept = Kept::<S>::default();
    let text = scrape(&mut kept, 1, &show);
    assert_eq!(text, scrape(&mut kept, 1, &show), "the second scrape is another");
    text
}

fn of(index: usize, labels: &dyn Labels) -> Series<'_> {
    Series { index: Some(index), labels }
}

/// The descriptor of a family, and the family with this id.
fn family<S: Syntax>(lines: &mut Lines<'_, S>, id: Option<usize>, name: &'static str, family_type: FamilyType) {
    lines.family(id, name, &Descriptor::new(name, family_type, "Help"));
}

fn exemplar(bucket: usize) -> Option<Exemplar> {
    let (trace_id, span_id) = *SPAN;
    let time = UNIX_EPOCH + Duration::from_millis(1_700_000_000_007);
    // That of the third bucket is in the second; the second bucket has an example and no count.
    let value = [0.01, 0.25, 1.0, 1e7].into_iter().nth(bucket)?;
    Some(Exemplar { trace_id, span_id, value, time })
}

fn everything<S: Syntax>(lines: &mut Lines<'_, S>) {
    let help = "Back\\slash, \"quotes\"\nand a second line";
    let seconds = Descriptor::new("asked_seconds_total", FamilyType::Counter, help).in_unit("seconds");
    lines.family(Some(0), "shop_asked_seconds_total", &seconds);
    lines.number(of(0, &NONE), Number::Unsigned(u64::MAX));
    lines.number(of(1, &[("path", "C:\\new"), ("said", "\"a\"\nb")]), Number::Float(0.1 + 0.2));

    let bounds = [0.01, 1.0, 1e6];
    let histogram = HistogramValue { bounds: &bounds, buckets: &[1, 0, 2, 1], sum: 1e21, exemplar: &exemplar };
    lines.family(
        Some(1),
        "shop_call_seconds",
        &Descriptor::new("call_seconds", FamilyType::Histogram, "Help").in_unit("seconds"),
    );
    lines.histogram(of(3, &[("status", "ok")]), &histogram);

    family(lines, Some(2), "shop_empty", FamilyType::Gauge);
    family(lines, Some(3), "shop_info", FamilyType::Info);
    lines.number(of(0, &[("version", "1.2.3")]), Number::Unsigned(1));

    lines.family(
        Some(4),
        "shop_size_bytes",
        &Descriptor::new("size_bytes", FamilyType::Summary, "Help").in_unit("bytes"),
    );
    let quantiles = [(0.0, 1.5), (0.5, f64::NAN), (1.0, f64::INFINITY)];
    lines.summary(of(0, &NONE), &SummaryValue { quantiles: &quantiles, sum: 0.0, count: 7 });

    family(lines, Some(5), "shop_temperature", FamilyType::Gauge);
    for (index, value) in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.5].into_iter().enumerate() {
        lines.number(of(index, &[("at", ["a", "b", "c", "d"][index])]), Number::Float(value));
    }
}

#[test]
fn every_type_as_text() {
    let expected = r#"# HELP shop_asked_seconds_total Back\\slash, "quotes"\nand a second line
# TYPE shop_asked_seconds_total counter
shop_asked_seconds_total 18446744073709551615
shop_asked_seconds_total{path="C:\\new",said="\"a\"\nb"} 0.30000000000000004
# HELP shop_call_seconds Help
# TYPE shop_call_seconds histogram
shop_call_seconds_bucket{status="ok",le="0.01"} 1
shop_call_seconds_bucket{status="ok",le="1"} 1
shop_call_seconds_bucket{status="ok",le="1e+06"} 3
shop_call_seconds_bucket{status="ok",le="+Inf"} 4
shop_call_seconds_sum{status="ok"} 1e+21
shop_call_seconds_count{status="ok"} 4
# HELP shop_empty Help
# TYPE shop_empty gauge
# HELP shop_info Help
# TYPE shop_info gauge
shop_info{version="1.2.3"} 1
# HELP shop_size_bytes Help
# TYPE shop_size_bytes summary
shop_size_bytes{quantile="0"} 1.5
shop_size_bytes{quantile="0.5"} NaN
shop_size_bytes{quantile="1"} +Inf
shop_size_bytes_sum 0
shop_size_bytes_count 7
# HELP shop_temperature Help
# TYPE shop_temperature gauge
shop_temperature{at="a"} NaN
shop_temperature{at="b"} +Inf
shop_temperature{at="c"} -Inf
shop_temperature{at="d"} -1.5
"#;
    assert_eq!(twice::<Text>(everything), expected);
}

#[test]
fn every_type_as_open_metrics() {
    let expected = r#"# TYPE shop_asked_seconds counter
# UNIT shop_asked_seconds seconds
# HELP shop_asked_seconds Back\\slash, \"quotes\"\nand a second line
shop_asked_seconds_total 18446744073709551615
shop_asked_seconds_total{path="C:\\new",said="\"a\"\nb"} 0.30000000000000004
# TYPE shop_call_seconds histogram
# UNIT shop_call_seconds seconds
# HELP shop_call_seconds Help
shop_call_seconds_bucket{status="ok",le="0.01"} 1 # {trace_id="TRACE",span_id="SPAN"} 0.01 1700000000.007
shop_call_seconds_bucket{status="ok",le="1.0"} 1
shop_call_seconds_bucket{status="ok",le="1e+06"} 3
shop_call_seconds_bucket{status="ok",le="+Inf"} 4 # {trace_id="TRACE",span_id="SPAN"} 10000000 1700000000.007
shop_call_seconds_sum{status="ok"} 1e+21
shop_call_seconds_count{status="ok"} 4
# TYPE shop_empty gauge
# HELP shop_empty Help
# TYPE shop info
# HELP shop Help
shop_info{version="1.2.3"} 1
# TYPE shop_size_bytes summary
# UNIT shop_size_bytes bytes
# HELP shop_size_bytes Help
shop_size_bytes{quantile="0.0"} 1.5
shop_size_bytes{quantile="0.5"} NaN
shop_size_bytes{quantile="1.0"} +Inf
shop_size_bytes_sum 0
shop_size_bytes_count 7
# TYPE shop_temperature gauge
# HELP shop_temperature Help
shop_temperature{at="a"} NaN
shop_temperature{at="b"} +Inf
shop_temperature{at="c"} -Inf
shop_temperature{at="d"} -1.5
# EOF
"#;
    let expected = expected.replace("TRACE", &SPAN.0.to_string()).replace("SPAN", &SPAN.1.to_string());
    assert_eq!(twice::<OpenMetrics>(everything), expected);
}

#[test]
fn a_unit_that_the_name_does_not_end_in_is_not_said() {
    let text = twice::<OpenMetrics>(|lines| {
        for (id, name) in ["milliseconds", "seconds", "seconds_of_calls"].into_iter().enumerate() {
            lines.family(Some(id), name, &Descriptor::new(name, FamilyType::Gauge, "").in_unit("seconds"));
        }
        let info = Descriptor::new("x_seconds_info", FamilyType::Info, "").in_unit("seconds");
        lines.family(Some(3), "x_seconds_info", &info);
    });
    assert!(!text.contains("# UNIT"), "{text}");
}

#[test]
fn a_counter_without_its_ending_has_no_type_in_open_metrics() {
    let text = twice::<OpenMetrics>(|lines| {
        family(lines, Some(0), "asked", FamilyType::Counter);
        lines.number(of(0, &NONE), Number::Unsigned(3));
    });
    assert_eq!(text, "# TYPE asked unknown\n# HELP asked Help\nasked 3\n# EOF\n");
}

#[test]
fn names_that_meet_only_in_open_metrics_do_not_break_it() {
    let show = |lines: &mut Lines<'_, OpenMetrics>| {
        family(lines, Some(0), "asked", FamilyType::Gauge);
        lines.number(of(0, &NONE), Number::Unsigned(1));
        family(lines, Some(1), "asked_total", FamilyType::Counter);
        lines.number(of(0, &NONE), Number::Unsigned(2));
        family(lines, Some(2), "call", FamilyType::Histogram);
        family(lines, Some(3), "call_count", FamilyType::Gauge);
        lines.number(of(0, &NONE), Number::Unsigned(3));
        family(lines, Some(4), "_total", FamilyType::Counter);
        lines.number(of(0, &NONE), Number::Unsigned(4));
        family(lines, Some(5), "no name", FamilyType::Gauge);
        lines.number(of(0, &NONE), Number::Unsigned(5));
    };
    let mut kept = Kept::default();
    let text = scrape(&mut kept, 1, show);
    let expected = "# TYPE asked gauge\n# HELP asked Help\nasked 1\n\
                    # TYPE asked_total unknown\n# HELP asked_total Help\nasked_total 2\n\
                    # TYPE call histogram\n# HELP call Help\n# EOF\n";
    assert_eq!(text, expected);
    assert_eq!(kept.left_out(), ["call_count", "_total", "no name"]);
    // Said once, also where the families are looked at anew.
    assert_eq!(scrape(&mut kept, 2, show), expected);
    assert_eq!(kept.left_out(), [""; 0]);
}

#[test]
fn open_metrics_has_no_totals_that_fell() {
    let show = |lines: &mut Lines<'_, OpenMetrics>| {
        family(lines, Some(0), "a_total", FamilyType::Counter);
        for (index, value) in [f64::NAN, -1.0, 0.5].into_iter().enumerate() {
            lines.number(of(index, &[("at", ["x", "y", "z"][index])]), Number::Float(value));
        }
        family(lines, Some(1), "b", FamilyType::Histogram);
        for (index, sum) in [f64::NAN, -1.0].into_iter().enumerate() {
            let value = HistogramValue { bounds: &[], buckets: &[1], sum, exemplar: &|_| None };
            lines.histogram(of(index, &[("at", ["x", "y"][index])]), &value);
        }
        let below = HistogramValue { bounds: &[-1.0], buckets: &[0, 1], sum: 1.0, exemplar: &|_| None };
        family(lines, Some(2), "below", FamilyType::Histogram);
        lines.histogram(of(0, &[("at", "z")]), &below);
        family(lines, Some(3), "c", FamilyType::Summary);
        lines.summary(of(0, &NONE), &SummaryValue { quantiles: &[(0.5, -1.0)], sum: -1.0, count: 1 });
    };
    let text = twice(show);
    let samples: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let expected = [
        "a_total{at=\"z\"} 0.5",
        "b_bucket{at=\"x\",le=\"+Inf\"} 1",
        "b_bucket{at=\"y\",le=\"+Inf\"} 1",
        "below_bucket{at=\"z\",le=\"-1.0\"} 0",
        "below_bucket{at=\"z\",le=\"+Inf\"} 1",
        "c_count 1",
    ];
    assert_eq!(samples, expected);
}

#[test]
fn labels_are_rendered_once_for_an_index() {
    let mut kept = Kept::<Text>::default();
    let show = |label: &'static str| {
        move |lines: &mut Lines<'_, Text>| {
            family(lines, Some(0), "a", FamilyType::Gauge);
            lines.number(of(0, &[("of", label)]), Number::Unsigned(1));
        }
    };
    assert!(scrape(&mut kept, 1, show("before")).ends_with("a{of=\"before\"} 1\n"));
    // Nobody may do so: this shows that the labels were not looked at.
    assert!(scrape(&mut kept, 1, show("after")).ends_with("a{of=\"before\"} 1\n"));
    assert!(scrape(&mut kept, 2, show("after")).ends_with("a{of=\"after\"} 1\n"));
}

#[test]
fn series_without_an_index_are_rendered_each_time_and_keep_nothing() {
    let mut kept = Kept::<OpenMetrics>::default();
    let mut scrape = |label: &'static str| {
        scrape(&mut kept, 1, |lines| {
            family(lines, Some(0), "a", FamilyType::Histogram);
            lines
                .histogram(of(7, &NONE), &HistogramValue { bounds: &[], buckets: &[9], sum: 1.0, exemplar: &|_| None });
            for at in ["here", "there"] {
                let series = Series { index: None, labels: &[("of", label), ("at", at)] };
                let histogram = HistogramValue { bounds: &[], buckets: &[1], sum: 1.0, exemplar: &|_| None };
                lines.histogram(series, &histogram);
            }
        });
        kept.bytes()
    };
    let bytes = scrape("before");
    for _ in 0..100 {
        assert_eq!(scrape("behind"), bytes);
    }
    let text = self::scrape(&mut kept, 1, |lines| {
        family(lines, Some(0), "a", FamilyType::Histogram);
        let series = Series { index: None, labels: &[("of", "later")] };
        lines.histogram(series, &HistogramValue { bounds: &[], buckets: &[1], sum: 2.0, exemplar: &|_| None });
        lines.histogram(of(7, &NONE), &HistogramValue { bounds: &[], buckets: &[3], sum: 4.0, exemplar: &|_| None });
    });
    let samples: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let expected = [
        "a_bucket{of=\"later\",le=\"+Inf\"} 1",
        "a_sum{of=\"later\"} 2",
        "a_count{of=\"later\"} 1",
        "a_bucket{le=\"+Inf\"} 3",
        "a_sum 4",
        "a_count 3",
    ];
    assert_eq!(samples, expected);
}

#[test]
fn families_without_an_id_may_be_other_ones_each_time() {
    let mut kept = Kept::<OpenMetrics>::default();
    for name in ["a", "b", "a"] {
        let text = scrape(&mut kept, 1, |lines| {
            family(lines, None, name, FamilyType::Gauge);
            lines.number(of(0, &[("of", name)]), Number::Unsigned(1));
            // The name is taken by now.
            family(lines, None, name, FamilyType::Summary);
            lines.number(of(0, &NONE), Number::Unsigned(1));
        });
        assert_eq!(text, format!("# TYPE {name} gauge\n# HELP {name} Help\n{name}{{of=\"{name}\"}} 1\n# EOF\n"));
    }
    assert_eq!(kept.left_out(), ["a", "b"]);
}

#[test]
fn more_values_than_a_series_began_with_are_not_shown_and_nothing_panics() {
    let mut kept = Kept::<Text>::default();
    let mut scrape = |bounds: &[f64], buckets: &[u64]| {
        scrape(&mut kept, 1, |lines| {
            family(lines, Some(0), "a", FamilyType::Histogram);
            lines.histogram(of(0, &NONE), &HistogramValue { bounds, buckets, sum: 1.0, exemplar: &|_| None });
        })
    };
    scrape(&[1.0], &[1, 1]);
    assert!(scrape(&[1.0, 2.0, 3.0, 4.0, 5.0], &[1; 6]).contains("a_bucket{le=\"1\"} 1\n"));
}

/// Of a large service only some labels are kept: the others are written all the same.
#[test]
fn more_labels_than_are_kept_are_the_same_in_every_scrape() {
    fn check<S: Syntax>() {
        let value = "long".repeat(64);
        let count = 2 * super::prefixes::ROOM / value.len();
        let mut kept = Kept::<S>::default();
        for _ in 0..3 {
            let text = scrape(&mut kept, 1, |lines| {
                for (id, name) in ["a_total", "b_total"].into_iter().enumerate() {
                    family(lines, Some(id), name, FamilyType::Counter);
                    for at in 0..count {
                        let labels = [("at", at.to_string()), ("value", value.clone())];
                        let labels = labels.each_ref().map(|(name, value)| (*name, value.as_str()));
                        lines.number(of(at, &labels), Number::Unsigned(at as u64));
                    }
                }
            });
            let samples: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
            assert_eq!(samples.len(), 2 * count);
            for (at, line) in samples.into_iter().enumerate() {
                let (name, at) = (["a", "b"][at / count], at % count);
                assert_eq!(line, format!("{name}_total{{at=\"{at}\",value=\"{value}\"}} {at}"));
            }
        }
        // A text that grows takes up to twice its length.
        assert!(kept.bytes() < 3 * super::prefixes::ROOM, "{}", kept.bytes());
    }
    check::<Text>();
    check::<OpenMetrics>();
}
