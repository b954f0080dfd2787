//! The report as workflow commands: GitHub shows each beside its line.

use super::Report;
use crate::check::Level;
use std::fmt::Write as _;

pub(super) fn text(report: &Report<'_>) -> String {
    let mut text = String::new();
    for judged in report.active() {
        let finding = &judged.finding;
        let command = if judged.level == Level::Error { "error" } else { "warning" };
        let place = report.location(judged);
        let mut message = finding.message.clone();
        for note in &finding.notes {
            let _ = write!(message, "\nnote: {note}");
        }
        if !finding.help.is_empty() {
            let _ = write!(message, "\nhelp: {}", finding.help);
        }
        let title = format!("{}: {}", finding.code, finding.code.title());
        let _ = writeln!(
            text,
            "::{command} file={},line={},col={},title={}::{}",
            property(&place.file),
            place.line.max(1),
            place.column.max(1),
            property(&title),
            data(&message)
        );
    }
    text
}

/// A message: what ends a line would end the command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property: what ends it too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
