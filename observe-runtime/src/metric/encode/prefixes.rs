//! What a family's lines begin with, rendered once: `name{labels} ` of each sample of each series.

use crate::metric::model::Labels;

/// The beginnings of lines, one after the other in one text.
#[derive(Debug, Default)]
pub(super) struct Prefixes {
    text: String,
    /// Where each line begins, and where the last one ends.
    starts: Vec<usize>,
    /// The first line of each series that has an index, plus one; 0 where it is not known.
    series: Vec<usize>,
}

impl Prefixes {
    /// The first line of a series, whose lines are rendered now where they are not known yet.
    pub(super) fn first(&mut self, index: Option<usize>, render: impl FnOnce(&mut Self)) -> usize {
        if let Some(first) = index.and_then(|index| self.series.get(index)?.checked_sub(1)) {
            return first;
        }
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        let first = self.starts.len() - 1;
        render(self);
        if let Some(index) = index {
            if self.series.len() <= index {
                self.series.resize(index + 1, 0);
            }
            self.series[index] = first + 1;
        }
        first
    }

    /// Drops the lines from this one on, which no series keeps.
    pub(super) fn forget(&mut self, first: usize) {
        self.starts.truncate(first + 1);
        self.text.truncate(self.starts.last().copied().unwrap_or_default());
    }

    /// Adds a line.
    pub(super) fn push(&mut self, name: &str, suffix: &str, labels: &dyn Labels, more: Option<(&str, &str)>) {
        let text = &mut self.text;
        text.push_str(name);
        text.push_str(suffix);
        let mut before = '{';
        let mut push = |name: &str, value: &str| {
            text.push(before);
            before = ',';
            text.push_str(name);
            text.push_str("=\"");
            push_escaped(text, value, &['\\', '"', '\n']);
            text.push('"');
        };
        labels.each(&mut push);
        if let Some((name, value)) = more {
            push(name, value);
        }
        text.push_str(if before == ',' { "} " } else { " " });
        self.starts.push(self.text.len());
    }

    /// A line.
    pub(super) fn line(&self, at: usize) -> &str {
        match self.starts.get(at..).unwrap_or_default() {
            [start, end, ..] => &self.text[*start..*end],
            _ => "",
        }
    }

    /// The lines from this one on.
    pub(super) fn lines(&self, first: usize) -> impl Iterator<Item = &str> {
        let starts = self.starts.get(first..).unwrap_or_default();
        starts.windows(2).map(|line| &self.text[line[0]..line[1]])
    }

    /// What it takes, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.text.capacity() + (self.starts.capacity() + self.series.capacity()) * size_of::<usize>()
    }
}

/// Adds a text with a backslash before each of these letters, and a line's end as `\n`.
pub(super) fn push_escaped(text: &mut String, value: &str, escaped: &[char]) {
    if !value.contains(escaped) {
        text.push_str(value);
        return;
    }
    for letter in value.chars() {
        if escaped.contains(&letter) {
            text.push('\\');
        }
        text.push(if letter == '\n' { 'n' } else { letter });
    }
}
