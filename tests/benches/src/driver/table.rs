//! Text in columns.

use std::fmt;

/// A table: a title, a head, rows. The first column is text, the others are figures.
pub(super) struct Grid {
    title: String,
    rows: Vec<Vec<String>>,
}

impl Grid {
    pub(super) fn new(title: impl Into<String>, head: &[&str]) -> Self {
        Self { title: title.into(), rows: vec![head.iter().map(ToString::to_string).collect()] }
    }

    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    fn width(&self, column: usize) -> usize {
        self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or_default()
    }
}

impl fmt::Display for Grid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "## {}\n", self.title)?;
        for (at, row) in self.rows.iter().enumerate() {
            for (column, cell) in row.iter().enumerate() {
                let width = self.width(column);
                if column == 0 { write!(f, "| {cell:<width$} |")? } else { write!(f, " {cell:>width$} |")? }
            }
            writeln!(f)?;
            if at == 0 {
                self.rule(f)?;
            }
        }
        Ok(())
    }
}

impl Grid {
    /// The line below the head, so that the table can be pasted into a page.
    fn rule(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for column in 0..self.rows[0].len() {
            let dashes = "-".repeat(self.width(column) + 1);
            if column == 0 { write!(f, "|{dashes}-|")? } else { write!(f, "{dashes}:|")? }
        }
        writeln!(f)
    }
}
