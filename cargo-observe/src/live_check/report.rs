//! The report of a live check, for people and for CI.

use super::coverage::Coverage;
use super::finding::Finding;
use super::tracker::Tracker;
use crate::terminal::{ERROR, GOOD, NOTE, WARNING};
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};
use std::fmt::Write as _;

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// For people
    Text,
    /// For programs
    Json,
    /// Annotations of GitHub's actions
    Github,
    /// For CI that reads test results
    Junit,
}

/// What is reported.
#[derive(Debug)]
pub(super) struct Report<'a> {
    pub(super) tracker: &'a Tracker,
    pub(super) coverage: &'a Coverage,
    /// What makes the check fail, as sentences.
    pub(super) failures: &'a [String],
}

impl Report<'_> {
    pub(super) fn written(&self, format: Format) -> String {
        match format {
            Format::Text => self.text(),
            Format::Json => serde_json::to_string_pretty(&self.json()).unwrap_or_default() + "\n",
            Format::Github => self.github(),
            Format::Junit => self.junit(),
        }
    }

    fn text(&self) -> String {
        let mut out = String::new();
        for (finding, count) in self.tracker.findings.iter() {
            let _ = writeln!(out, "{ERROR}unknown{ERROR:#}: {} ({count}×)", finding.sentence());
        }
        let left_out = self.tracker.findings.left_out();
        if left_out > 0 {
            let _ = writeln!(out, "{ERROR}unknown{ERROR:#}: and {left_out} more that are not kept");
        }
        for missing in &self.coverage.missing {
            let _ = write!(out, "{WARNING}never came{WARNING:#}: {}", missing.sentence());
            if missing.place.line > 0 {
                let _ = write!(out, " {NOTE}({}:{}){NOTE:#}", missing.place.file, missing.place.line);
            }
            out.push('\n');
        }
        if !out.is_empty() {
            out.push('\n');
        }
        for (name, share) in self.coverage.shares() {
            let _ = writeln!(out, "{name:<10} {:>5.1} %  {} of {}", share.percent(), share.came, share.all);
        }
        let received = self.tracker.received;
        let _ = writeln!(out, "received   {received} {}", if received == 1 { "time" } else { "times" });
        for failure in self.failures {
            let _ = writeln!(out, "{ERROR}failed{ERROR:#}: {failure}");
        }
        if self.failures.is_empty() {
            let _ = writeln!(out, "{GOOD}ok{GOOD:#}");
        }
        out
    }

    fn json(&self) -> serde_json::Value {
        let finding = |(finding, count): (&Finding, u64)| {
            let mut value = serde_json::to_value(finding).unwrap_or_default();
            value["count"] = count.into();
            value
        };
        let share = |(name, share): (&'static str, super::coverage::Share)| {
            let value = serde_json::json!({ "came": share.came, "all": share.all, "percent": share.percent() });
            (name.to_owned(), value)
        };
        serde_json::json!({
            "received": self.tracker.received,
            "coverage": self.coverage.shares().map(share).collect::<serde_json::Map<_, _>>(),
            "unknown": self.tracker.findings.iter().map(finding).collect::<Vec<_>>(),
            "unknown_left_out": self.tracker.findings.left_out(),
            "uncovered": self.coverage.missing,
            "failures": self.failures,
        })
    }

    fn github(&self) -> String {
        let mut out = String::new();
        for (finding, _) in self.tracker.findings.iter() {
            let _ = writeln!(out, "::error title=live check::{}", escaped(&finding.sentence()));
        }
        for missing in &self.coverage.missing {
            let text = escaped(&missing.sentence());
            let place = &missing.place;
            if place.line > 0 {
                let file = escaped(&place.file).replace(':', "%3A").replace(',', "%2C");
                let _ = writeln!(out, "::warning file={file},line={},title=live check::{text}", place.line);
            } else {
                let _ = writeln!(out, "::warning title=live check::{text}");
            }
        }
        for failure in self.failures {
            let _ = writeln!(out, "::error title=live check::{}", escaped(failure));
        }
        out
    }

    /// A test for each thing that the catalogue has, one for each that it has not, and one for what was asked for.
    fn junit(&self) -> String {
        let mut known = TestSuite::new("catalogue");
        let mut add = |kind: &str, name: &str, came: bool| {
            let status = if came {
                TestCaseStatus::success()
            } else {
                let mut status = TestCaseStatus::skipped();
                status.set_message("it never came");
                status
            };
            known.add_test_case(TestCase::new(format!("{kind} {name}"), status));
        };
        for (metric, seen) in self.tracker.catalogue.metrics.iter().zip(&self.tracker.metrics) {
            add("metric", &metric.name, seen.came);
        }
        if self.coverage.spans.is_some() {
            for (span, seen) in self.tracker.catalogue.spans.iter().zip(&self.tracker.spans) {
                add("span", &span.name, seen.came);
            }
        }
        let mut failed = TestSuite::new("findings");
        let sentences = self.tracker.findings.iter().map(|(finding, _)| finding.sentence());
        for sentence in sentences.chain(self.failures.iter().cloned()) {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(sentence.clone());
            failed.add_test_case(TestCase::new(sentence, status));
        }
        let mut report = quick_junit::Report::new("cargo observe live-check");
        report.add_test_suites([known, failed]);
        report.to_string().unwrap_or_default()
    }
}

/// As GitHub wants messages.
fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::super::example::catalogue;
    use super::super::exposition::Exposition;
    use super::*;

    fn written(format: Format) -> String {
        let mut tracker = Tracker::new(catalogue(), false);
        tracker.exposition("here", &Exposition::read("visits_total{status=\"100%\"} 1\nlost 1"));
        let coverage = Coverage::of(&tracker);
        let failures = ["something unknown came".to_owned()];
        let report = Report { tracker: &tracker, coverage: &coverage, failures: &failures };
        report.written(format)
    }

    #[test]
    fn people_read_what_came_what_did_not_and_how_much() {
        let text = anstream::adapter::strip_str(&written(Format::Text)).to_string();
        assert!(text.contains("unknown: metric `lost` is not in the catalogue (1×)"), "{text}");
        assert!(text.contains("never came: metric `build_info` never came (src/main.rs:3)"), "{text}");
        assert!(text.contains("metrics     33.3 %  1 of 3"), "{text}");
        assert!(text.ends_with("failed: something unknown came\n"), "{text}");
    }

    #[test]
    fn json_has_the_same() {
        let report: serde_json::Value = serde_json::from_str(&written(Format::Json)).unwrap();
        assert_eq!(report["coverage"]["metrics"]["came"], 1);
        assert_eq!(report["unknown"][0]["kind"], "unknown_metric");
        assert_eq!(report["uncovered"][0]["subject"], "build_info");
        assert_eq!(report["failures"][0], "something unknown came");
    }

    #[test]
    fn annotations_have_file_and_line_and_are_escaped() {
        let text = written(Format::Github);
        assert!(text.contains("::warning file=src/main.rs,line=3,title=live check::metric `build_info`"), "{text}");
        assert!(text.contains("status=\"100%25\""), "{text}");
    }

    #[test]
    fn junit_has_a_test_for_each_metric_and_each_finding() {
        let text = written(Format::Junit);
        assert_eq!(text.matches("<testcase ").count(), 3 + 3, "{text}");
        assert!(text.contains("failures=\"3\"") && text.contains("<skipped"), "{text}");
    }
}
