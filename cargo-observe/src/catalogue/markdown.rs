//! The catalogue as a page.

use super::Catalogue;
use super::sections::{sections, summary};
use std::fmt::Write as _;

/// A page with a table for each kind of thing.
pub(crate) fn markdown(catalogue: &Catalogue) -> String {
    let mut page = format!("# Catalogue\n\n{}.\n", summary(catalogue));
    for section in sections(catalogue) {
        let _ =
            write!(page, "\n## {}\n\n{}{}", section.title, row(section.head), row(&vec!["---"; section.head.len()]));
        page.extend(section.rows.iter().map(|cells| row(cells)));
    }
    page
}

fn row(cells: &[impl AsRef<str>]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| escaped(cell.as_ref())).collect();
    format!("| {} |\n", cells.join(" | "))
}

/// A cell's text: a table has no lines in its cells, and a bar ends one.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;").replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::example;

    #[test]
    fn a_page_has_a_table_for_what_there_is() {
        let page = markdown(&example());
        assert!(page.starts_with("# Catalogue\n\n1 program, 1 metric of at most 2 series, 0 spans,"), "{page}");
        assert!(page.contains("\n## Metrics\n\n| Name | Type |"), "{page}");
        assert!(!page.contains("## Spans"), "{page}");
    }

    #[test]
    fn no_text_breaks_a_table() {
        let mut catalogue = example();
        catalogue.metrics[0].help = "a | b\n<script> \\".to_owned();
        assert!(markdown(&catalogue).contains("| a \\| b &lt;script> \\\\ |"), "{}", markdown(&catalogue));
    }
}
