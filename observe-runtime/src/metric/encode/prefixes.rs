//! What a family's lines begin with: the labels of each series, rendered once, and what stands around
//! them, which is the same for all of its series.

use crate::metric::model::{Labels, Series};

/// The most bytes of labels that one format keeps; series beyond that are rendered by each scrape.
pub(super) const ROOM: usize = 512 * 1024;

/// What is kept of one family.
#[derive(Debug, Default)]
pub(super) struct Prefixes {
    /// `{name="value",…` of each kept series, without the brace at the end, and of the present one;
    /// nothing for one without labels.
    text: String,
    /// How much of the text is kept.
    kept: usize,
    /// Where the labels of the present series begin and end.
    current: [u32; 2],
    /// The same of each kept series, by its index; [`UNKNOWN`] where it is not kept.
    series: Vec<[u32; 2]>,
    samples: Vec<Sample>,
}

const UNKNOWN: [u32; 2] = [u32::MAX; 2];

/// What is around the labels in one line of each series.
#[derive(Debug)]
struct Sample {
    name: String,
    /// The last label, with the brace; empty where there is none.
    last: String,
}

impl Prefixes {
    /// Goes to a series, whose labels are rendered now where they are not kept. They will be where
    /// what is `used` leaves room for them. `samples` adds the lines that a series has.
    pub(super) fn begin(&mut self, series: Series<'_>, used: &mut usize, samples: impl FnOnce(&mut Self)) {
        // Series without an index are another library's, where each has lines of its own.
        if series.index.is_none() || self.samples.is_empty() {
            self.samples.clear();
            samples(self);
        }
        let known = series.index.and_then(|index| self.series.get(index).copied()).filter(|known| *known != UNKNOWN);
        self.current = known.unwrap_or_else(|| self.render(series, used));
    }

    fn render(&mut self, series: Series<'_>, used: &mut usize) -> [u32; 2] {
        self.text.truncate(self.kept);
        let start = self.text.len();
        push_labels(&mut self.text, series.labels);
        let place = [start, self.text.len()].map(|at| u32::try_from(at).unwrap_or(u32::MAX));
        let bytes = self.text.len() - start + size_of_val(&place);
        if let Some(index) = series.index
            && *used + bytes <= ROOM
        {
            *used += bytes;
            self.kept = self.text.len();
            if self.series.len() <= index {
                self.series.resize(index + 1, UNKNOWN);
            }
            self.series[index] = place;
        }
        place
    }

    /// Adds a line that each series has: the suffix of its name, and the label that comes last.
    pub(super) fn sample(&mut self, name: &str, suffix: &str, last: Option<(&str, &str)>) {
        let last = last.map_or_else(String::new, |(name, value)| format!("{name}=\"{value}\"}} "));
        self.samples.push(Sample { name: format!("{name}{suffix}"), last });
    }

    /// Writes the beginning of one of the present series' lines.
    pub(super) fn push(&self, text: &mut String, sample: usize) {
        let Some(Sample { name, last }) = self.samples.get(sample) else { return };
        let labels = self.text.get(self.current[0] as usize..self.current[1] as usize).unwrap_or_default();
        text.push_str(name);
        text.push_str(labels);
        match (labels.is_empty(), last.is_empty()) {
            (true, true) => text.push(' '),
            (false, true) => text.push_str("} "),
            (is_first, false) => {
                text.push(if is_first { '{' } else { ',' });
                text.push_str(last);
            }
        }
    }

    /// What it takes, in bytes.
    pub(super) fn bytes(&self) -> usize {
        let samples: usize = self.samples.iter().map(|sample| sample.name.capacity() + sample.last.capacity()).sum();
        self.text.capacity()
            + samples
            + self.series.capacity() * size_of::<[u32; 2]>()
            + self.samples.capacity() * size_of::<Sample>()
    }
}

fn push_labels(text: &mut String, labels: &dyn Labels) {
    let mut before = '{';
    labels.each(&mut |name, value| {
        text.push(before);
        before = ',';
        text.push_str(name);
        text.push_str("=\"");
        push_escaped(text, value, &['\\', '"', '\n']);
        text.push('"');
    });
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
