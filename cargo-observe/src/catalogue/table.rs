//! The catalogue in a terminal.

use super::Catalogue;
use super::sections::{sections, summary};
use crate::terminal::NOTE;
use comfy_table::{ContentArrangement, LineStyle, Table, TableStyle};
use std::fmt::Write as _;

/// A line below the head, and none else.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// Tables as wide as the terminal; as wide as they are where there is none.
pub(crate) fn table(catalogue: &Catalogue) -> String {
    let mut text = String::new();
    for section in sections(catalogue) {
        let mut table = Table::new();
        table.load_style(STYLE).set_content_arrangement(ContentArrangement::Dynamic);
        table.set_header(section.head.iter().copied());
        table.add_rows(&section.rows);
        let _ = writeln!(text, "{NOTE}{}{NOTE:#}\n{}\n", section.title, table.trim_fmt());
    }
    text + &summary(catalogue) + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::example;

    #[test]
    fn a_table_shows_each_metric_and_what_there_is_in_all() {
        let text = table(&example());
        for part in ["Metrics", "jobs_total", "status (ok, error)", "src/main.rs:3", "1 metric of at most 2 series"] {
            assert!(text.contains(part), "{part} is missing: {text}");
        }
    }
}
