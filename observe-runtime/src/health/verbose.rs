//! Lines for people, in the form that Kubernetes has for its own.

use super::outcome::Status;
use super::report::Report;
use crate::escape::push_escaped;

/// A line for each component and one for all of them.
pub(super) fn text(report: &Report, what: &str, excluded: &[String]) -> String {
    let mut lines = String::new();
    for row in &report.rows {
        let (mark, word) = match row.finding.status() {
            Status::Pass => ("[+]", "ok"),
            Status::Warn => ("[!]", "warning"),
            Status::Fail => ("[-]", "failed"),
            Status::Unknown => ("[?]", "unknown"),
        };
        lines.push_str(mark);
        lines.push_str(&row.name);
        lines.push(' ');
        lines.push_str(word);
        if row.finding.status() != Status::Pass {
            lines.push_str(": ");
            // A text can't make a line of its own.
            push_escaped(&mut lines, report.text(row).unwrap_or("reason withheld"));
        }
        lines.push('\n');
    }
    for name in excluded {
        lines.push_str("[+]");
        lines.push_str(name);
        lines.push_str(" excluded: ok\n");
    }
    for warning in &report.warnings {
        lines.push_str("warn: ");
        push_escaped(&mut lines, warning);
        lines.push('\n');
    }
    if let Some(reason) = report.phase.refusal() {
        lines.push_str("[-]service is ");
        lines.push_str(reason);
        lines.push('\n');
    }
    lines.push_str(what);
    lines.push_str(if report.is_ready() { " check passed\n" } else { " check failed\n" });
    lines
}
