//! The validator against the cases of the OpenMetrics project and cases of ours, and our exposition
//! against the validator.

#![expect(clippy::float_cmp, reason = "the numbers are exact")]

#[path = "openmetrics/mod.rs"]
mod openmetrics;

use observe::metered;
use openmetrics::{Format, Kind, read, undescribed, value};
use std::io::Write as _;
use std::path::Path;

/// The cases are not ours to copy: they lie in a folder beside the checkout.
const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/openmetrics/parsers.jsonl");

#[test]
fn each_case_of_the_openmetrics_project_is_classified_as_it_says() {
    let Ok(cases) = std::fs::read_to_string(Path::new(CASES)) else {
        // Past the test harness, which keeps what a passing test prints to itself.
        let _ = writeln!(std::io::stderr(), "SKIPPED: the cases of the OpenMetrics project are not at {CASES}");
        return;
    };
    let (mut valid, mut wrong) = ([0, 0], Vec::new());
    for case in cases.lines() {
        let case: serde_json::Value = serde_json::from_str(case).unwrap();
        let expected = case["valid"].as_bool().unwrap();
        valid[usize::from(expected)] += 1;
        let read = read(case["text"].as_str().unwrap(), Format::OpenMetrics);
        if read.is_ok() != expected {
            wrong.push(format!(
                "{}: {}",
                case["name"],
                read.map_or_else(|error| error.to_string(), |_| "valid".into())
            ));
        }
    }
    assert_eq!(wrong, [""; 0], "{wrong:#?}");
    assert_eq!(valid, [167, 44], "invalid and valid ones");
}

/// What is refused in OpenMetrics, EOF being added: the text, the line, and words of the rule.
const REFUSED: &[(&str, usize, &str)] = &[
    ("a 1\n\n", 2, "no line is empty"),
    ("# a comment\n", 1, "HELP, TYPE, UNIT or EOF"),
    ("# EOF\n", 2, "nothing comes after EOF"),
    ("# HELP\ta b\n", 1, "names its family after one blank"),
    ("# HELP a\n", 1, "says something after one blank"),
    ("# TYPE a untyped\n", 1, "a type of this format"),
    ("# TYPE a gauge\n# HELP a b\n# TYPE a gauge\n", 3, "each description once"),
    ("# TYPE a gauge\na 1\n# HELP a b\n", 3, "before samples"),
    ("# UNIT a_m m s\n", 1, "one word"),
    ("# TYPE a_seconds gauge\n# UNIT a_seconds bytes\n", 1, "ends with its unit"),
    ("# TYPE a_seconds info\n# UNIT a_seconds seconds\n", 1, "have no unit"),
    ("# TYPE a gauge\n# TYPE b gauge\na 1\n", 3, "all lines of a family stand together"),
    ("a 1\nb 1\na 2\n", 3, "all lines of a family stand together"),
    ("# TYPE a histogram\n# TYPE a_count gauge\n", 2, "all lines of a family stand together"),
    ("# TYPE a_total gauge\n# TYPE a counter\n", 2, "name of another family's"),
    ("# TYPE a counter\na 1\n", 2, "asks for a suffix"),
    ("# TYPE _a gauge\n", 1, "underscore are reserved"),
    ("1a 1\n", 1, "metric's name"),
    ("ä 1\n", 1, "metric's name"),
    ("a{} 1 1 1\n", 1, "nothing stands after a sample"),
    ("a\t1\n", 1, "one blank stands before the value"),
    ("a one\n", 1, "the value is a number"),
    ("a +NaN\n", 1, "the value is a number"),
    ("a 1 infinity\n", 1, "a timestamp is"),
    ("a{b:c=\"\"} 1\n", 1, "right after the equals sign"),
    ("a{b.c=\"\"} 1\n", 1, "right after the equals sign"),
    ("a{1b=\"\"} 1\n", 1, "a label's name"),
    ("a{_b=\"\"} 1\n", 1, "begin with an underscore are reserved"),
    ("a{b=\"\"; c=\"\"} 1\n", 1, "one comma"),
    ("a{b=\"1\",b=\"2\"} 1\n", 1, "a name of its own"),
    ("a{b=\"\\\"} 1\n", 1, "ends with a double quote"),
    ("a{b=\"1\"} 1\na{b=\"2\"} 1\na{b=\"1\"} 1\n", 3, "all lines of a metric stand together"),
    ("a{b=\"1\",c=\"2\"} 1\na{c=\"2\",d=\"\",b=\"1\"} 1\n", 2, "each sample is there once"),
    ("a 1 2\na 1 1\n", 2, "do not fall"),
    ("a 1\na 1 1\n", 2, "either all samples"),
    ("# TYPE a counter\na_total -1\n", 2, "what only grows"),
    ("# TYPE a counter\na_created 1\n", 2, "has a total"),
    ("# TYPE a counter\na_total 1\na_created NaN\n", 3, "time of creation"),
    ("# TYPE a summary\na{quantile=\"2\"} 1\n", 2, "from 0 to 1"),
    ("# TYPE a summary\na{quantile=\"1\"} -1\n", 2, "value of a quantile"),
    ("# TYPE a summary\na_count{quantile=\"1\"} 1\n", 2, "only quantiles"),
    ("# TYPE a info\na_info 2\n", 2, "an info is 1"),
    ("# TYPE a stateset\na{a=\"b\"} 2\n", 2, "0 or 1"),
    ("# TYPE a stateset\na{b=\"b\"} 1\n", 2, "as its family is named"),
    ("# TYPE a histogram\na_bucket{le=\"inf\"} 1\n", 2, "a number, or +Inf"),
    ("# TYPE a histogram\na_bucket{le=\"1\"} 1\n", 2, "has the bucket +Inf"),
    ("# TYPE a histogram\na_bucket{le=\"+Inf\"} 1.5\n", 2, "a whole number"),
    (
        "# TYPE a histogram\na_bucket{le=\"2\"} 1\na_bucket{le=\"1.0\"} 1\na_bucket{le=\"+Inf\"} 1\n",
        3,
        "bounds of buckets grow",
    ),
    (
        "# TYPE a histogram\na_bucket{le=\"1\"} 1\na_bucket{le=\"1.0\"} 1\na_bucket{le=\"+Inf\"} 1\n",
        3,
        "bounds of buckets grow",
    ),
    ("# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\n", 3, "cumulative"),
    ("# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_count 2\na_sum 1\n", 2, "what the bucket +Inf says"),
    ("# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_count 1\n", 2, "both a sum and a count"),
    ("# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_sum{le=\"1\"} 1\n", 3, "only buckets"),
    ("# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_count 1\na_sum -1\n", 2, "a sum of what is never negative"),
    ("# TYPE a histogram\na_bucket{le=\"-1\"} 0\na_bucket{le=\"+Inf\"} 1\na_count 1\na_sum 1\n", 2, "negative bounds"),
    ("# TYPE a gauge\na 1 # {} 1\n", 2, "have exemplars"),
    ("# TYPE a counter\na_total 1 # 1\n", 2, "stand in braces"),
    ("# TYPE a counter\na_total 1 # {}1\n", 2, "before the value of an exemplar"),
    ("# TYPE a counter\na_total 1 # {} x\n", 2, "value of an exemplar is a number"),
    ("# TYPE a counter\na_total 1 # {} 1 x\n", 2, "timestamp of an exemplar"),
    ("# TYPE a histogram\na_bucket{le=\"1\"} 1 # {} 1.1\na_bucket{le=\"+Inf\"} 1\n", 2, "lies in its bucket"),
];

#[test]
fn each_rule_of_openmetrics_refuses_with_its_line() {
    for (text, line, rule) in REFUSED {
        let problem = read(&format!("{text}# EOF\n"), Format::OpenMetrics).expect_err(text);
        assert!(problem.line == *line && problem.rule.contains(rule), "{text:?}: {problem}");
        assert_eq!(Some(problem.text.as_str()), format!("{text}# EOF\n").split('\n').nth(line - 1));
    }
    let problem = read("a 1\n", Format::OpenMetrics).unwrap_err();
    assert_eq!(problem.to_string(), r#"line 1: the last line is EOF: "a 1""#);
}

/// 128 characters, not bytes.
#[test]
fn exemplars_may_be_long_but_not_too_long() {
    let text = |letters| format!("# TYPE a counter\na_total 1 # {{b=\"{}\"}} 1\n# EOF\n", "é".repeat(letters));
    assert!(read(&text(127), Format::OpenMetrics).is_ok());
    let problem = read(&text(128), Format::OpenMetrics).unwrap_err();
    assert!(problem.rule.contains("at most 128 characters"), "{problem}");
}

#[test]
fn the_older_format_has_rules_of_its_own() {
    for (text, line, rule) in [
        ("a 1", 1, "ends with a line break"),
        ("# TYPE a unknown\n", 1, "a type of this format"),
        ("# TYPE a info\n", 1, "a type of this format"),
        ("# HELP a \\\"\n", 1, "may be escaped"),
        ("a{b=\"\\z\"} 1\n", 1, "may be escaped"),
        ("a 1 1.5\n", 1, "a timestamp is"),
        ("# TYPE a counter\na 1 # {} 1\n", 2, "a timestamp is"),
        ("# TYPE a counter\na -1\n", 2, "what only grows"),
        ("# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\n", 2, "a sum and a count"),
        ("# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_count 1\n", 2, "both a sum and a count"),
        ("a{__b=\"\"} 1\n", 1, "begin with an underscore are reserved"),
    ] {
        let problem = read(text, Format::Prometheus).expect_err(text);
        assert!(problem.line == line && problem.rule.contains(rule), "{text:?}: {problem}");
    }
    for text in [
        "",
        "\n# a comment\n# EOF\n\n",
        "# UNIT a b\n# TYPE a counter\na 1 12\n",
        "# HELP a \"\n# TYPE a untyped\na 1\n",
    ] {
        read(text, Format::Prometheus).expect(text);
    }
}

/// A text in which each part of the grammar is there once.
const EVERYTHING: &str = "# HELP a_seconds x\\ny\\\\z\\\"\n# UNIT a_seconds seconds\n# TYPE a_seconds counter\n\
    a_seconds_total{b=\"q\\\"n\\nb\\\\\",c=\"\"} 1e3 1.5 # {trace_id=\"0a\"} 0.25 9\n\
    a_seconds_total{b=\"2\"} 5\n# EOF\n";

#[test]
fn what_is_read_is_what_was_written() {
    let families = read(EVERYTHING, Format::OpenMetrics).unwrap();
    let family = &families[0];
    assert_eq!((family.name.as_str(), family.kind), ("a_seconds", Kind::Counter));
    assert_eq!((family.help.as_deref(), family.unit.as_deref()), (Some("x\ny\\z\""), Some("seconds")));
    let sample = &family.samples[0];
    assert_eq!(sample.label("b"), "q\"n\nb\\");
    assert_eq!((sample.value, sample.timestamp), (1000.0, Some(1.5)));
    let exemplar = sample.exemplar.as_ref().unwrap();
    assert_eq!(exemplar.labels, [("trace_id".to_owned(), "0a".to_owned())]);
    assert_eq!((exemplar.value, exemplar.timestamp), (0.25, Some(9.0)));
    assert_eq!(value(&families, "a_seconds_total", &[]), 1005.0);
    assert_eq!(value(&families, "a_seconds_total", &[("b", "2")]), 5.0);
}

/// Damaged at each place in turn; most of it is refused, and none of it may panic.
#[test]
fn damaged_texts_do_no_harm() {
    let mut refused = 0;
    for at in 0..EVERYTHING.len() {
        for between in ["", "\n", "\"", "\\", " ", "#", "{", "}", "ä", "\0", "-", "e"] {
            // Cut here, a letter put in here, the letter here replaced.
            for rest in [EVERYTHING.len(), at, at + 1] {
                let text = [&EVERYTHING[..at], between, &EVERYTHING[rest..]].concat();
                refused += usize::from(read(&text, Format::OpenMetrics).is_err());
                let _ = read(&text, Format::Prometheus);
            }
        }
    }
    assert!(refused > EVERYTHING.len() * 20, "{refused}");
}

/// Answers a question, or doesn't.
#[metered(name = "validated", labels(dry))]
fn validated(dry: bool) -> Result<(), String> {
    if dry { Err("dry".into()) } else { Ok(()) }
}

#[test]
fn our_exposition_is_valid_and_no_line_of_it_may_come_twice() {
    for dry in [true, false, false] {
        let _ = validated(dry);
    }
    let text = observe::exposition();
    let families = read(&text, Format::Prometheus).unwrap_or_else(|problem| panic!("{problem}\n{text}"));
    assert_eq!(undescribed(&families), [""; 0]);
    assert_eq!(value(&families, "validated_total", &[("dry", "false"), ("status", "ok")]), 2.0);
    assert_eq!(value(&families, "validated_total", &[("dry", "true"), ("status", "error")]), 1.0);
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines.len() > 30, "{text}");
    for at in 0..lines.len() {
        let mut twice = lines.clone();
        twice.insert(at, lines[at]);
        assert!(read(&(twice.join("\n") + "\n"), Format::Prometheus).is_err(), "{}", lines[at]);
    }
}
