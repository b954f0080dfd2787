//! The report as the XML of `JUnit`: a suite for each group, a test for each finding, and one for each rule that holds.

use super::{Judged, Report};
use crate::check::{GROUPS, Level};
use crate::error::{Error, Result};
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

pub(super) fn text(report: &Report<'_>) -> Result<String> {
    let mut document = quick_junit::Report::new("cargo observe check");
    for group in GROUPS {
        let mut suite = TestSuite::new(group.name);
        for (code, _) in group.rules {
            let mut of_code = report.judged.iter().filter(|judged| judged.finding.code == *code).peekable();
            if of_code.peek().is_none() {
                suite.add_test_case(case(format!("{code}: {}", code.title()), TestCaseStatus::success()));
            }
            suite.add_test_cases(of_code.map(|judged| finding(report, judged)));
        }
        document.add_test_suite(suite);
    }
    document.to_string().map_err(|error| Error::new(error.to_string()))
}

fn case(name: String, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(name, status);
    case.set_classname("cargo-observe");
    case
}

/// An error fails, a warning passes with its text, an exception is skipped with its reason.
fn finding(report: &Report<'_>, judged: &Judged) -> TestCase {
    let found = &judged.finding;
    let name = found.key();
    if let Some(reason) = &judged.exception {
        let mut status = TestCaseStatus::skipped();
        status.set_message(reason.as_str());
        return case(name, status);
    }
    let place = report.location(judged);
    let mut text = format!("{}:{}:{}: {}", place.file, place.line, place.column, found.message);
    for note in &found.notes {
        text.extend(["\nnote: ", note]);
    }
    if !found.help.is_empty() {
        text.extend(["\nhelp: ", &found.help]);
    }
    if judged.level == Level::Error {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_message(found.message.as_str()).set_type(found.code.id()).set_description(text);
        return case(name, status);
    }
    let mut case = case(name, TestCaseStatus::success());
    case.set_system_out(format!("warning: {text}"));
    case
}
