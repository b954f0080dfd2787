//! The Prometheus text format, version 0.0.4.
//!
//! Source: Prometheus documentation, "Exposition formats", text-based format.

use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};

/// The content type of [`crate::exposition`].
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What TYPE says of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FamilyType {
    Counter,
    Gauge,
    Histogram,
}

impl FamilyType {
    fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// Collects families in the order of their names; each has its HELP and TYPE once.
#[derive(Debug)]
pub(crate) struct Encoder {
    prefix: String,
    families: BTreeMap<String, Family>,
}

/// One family's lines.
#[derive(Debug)]
pub(crate) struct Family {
    name: String,
    text: String,
}

impl Encoder {
    pub(crate) fn new(namespace: &str) -> Self {
        let prefix = if namespace.is_empty() { String::new() } else { format!("{namespace}_") };
        Self { prefix, families: BTreeMap::new() }
    }

    /// The family of this name, after the namespace.
    pub(crate) fn family(&mut self, name: &str, family_type: FamilyType, help: &str) -> &mut Family {
        self.absolute_family(format!("{}{name}", self.prefix), family_type, help)
    }

    /// The family of exactly this name; the first to ask for it says its type and HELP.
    pub(crate) fn absolute_family(&mut self, name: String, family_type: FamilyType, help: &str) -> &mut Family {
        self.families.entry(name).or_insert_with_key(|name| {
            let help = help.replace('\\', "\\\\").replace('\n', "\\n");
            let text = format!("# HELP {name} {help}\n# TYPE {name} {}\n", family_type.name());
            Family { name: name.clone(), text }
        })
    }

    /// Whether names have no namespace before them.
    pub(crate) fn is_bare(&self) -> bool {
        self.prefix.is_empty()
    }

    pub(crate) fn finish(self) -> String {
        self.families.into_values().map(|family| family.text).collect()
    }
}

impl Family {
    /// One line: the family's name with `suffix`, labels, value.
    pub(crate) fn sample(&mut self, suffix: &str, labels: &[(&str, &str)], value: impl Display) {
        self.line(suffix, labels, None, value);
    }

    /// A histogram's lines, out of counts a bucket (the last is beyond all bounds) and a sum.
    /// `bounds` has the text of each, see [`bound_texts`].
    pub(crate) fn histogram(&mut self, labels: &[(&str, &str)], bounds: &[String], buckets: &[u64], nanos: u64) {
        let mut cumulated = 0;
        for (at, count) in buckets.iter().enumerate() {
            cumulated += count;
            let bound = bounds.get(at).map_or("+Inf", String::as_str);
            self.line("_bucket", labels, Some(("le", bound)), cumulated);
        }
        #[expect(clippy::cast_precision_loss, reason = "a sum of seconds is a float in the format")]
        let seconds = nanos as f64 / 1e9;
        self.sample("_sum", labels, seconds);
        self.sample("_count", labels, cumulated);
    }

    fn line(&mut self, suffix: &str, labels: &[(&str, &str)], more: Option<(&str, &str)>, value: impl Display) {
        let text = &mut self.text;
        text.push_str(&self.name);
        text.push_str(suffix);
        let mut before = '{';
        for (name, value) in labels.iter().copied().chain(more) {
            text.push(before);
            before = ',';
            text.push_str(name);
            text.push_str("=\"");
            push_escaped(text, value);
            text.push('"');
        }
        if before == ',' {
            text.push('}');
        }
        // Writing to a String does not fail.
        let _ = writeln!(text, " {value}");
    }
}

/// The bounds as the format writes them: the shortest text that reads back as the same number.
pub(crate) fn bound_texts(bounds: &[f64]) -> Box<[String]> {
    bounds.iter().map(ToString::to_string).collect()
}

fn push_escaped(text: &mut String, value: &str) {
    if !value.contains(['\\', '"', '\n']) {
        text.push_str(value);
        return;
    }
    for letter in value.chars() {
        match letter {
            '\\' => text.push_str("\\\\"),
            '"' => text.push_str("\\\""),
            '\n' => text.push_str("\\n"),
            letter => text.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_sorted_and_described_once() {
        let mut encoder = Encoder::new("app");
        encoder.family("b_total", FamilyType::Counter, "Bees\nand \\").sample("", &[("k", "a\"b\\c\nd")], 1);
        encoder.family("a", FamilyType::Gauge, "A").sample("", &[], -1.5);
        encoder.family("b_total", FamilyType::Counter, "again").sample("", &[("k", "e")], 2);
        assert_eq!(
            encoder.finish(),
            "# HELP app_a A\n# TYPE app_a gauge\napp_a -1.5\n\
             # HELP app_b_total Bees\\nand \\\\\n# TYPE app_b_total counter\n\
             app_b_total{k=\"a\\\"b\\\\c\\nd\"} 1\napp_b_total{k=\"e\"} 2\n"
        );
    }

    #[test]
    fn histograms_are_cumulative() {
        let mut encoder = Encoder::new("");
        let family = encoder.family("t_seconds", FamilyType::Histogram, "T");
        family.histogram(&[("s", "ok")], &bound_texts(&[0.1, 2.5]), &[1, 0, 2], 1_500_000_000);
        assert_eq!(
            encoder.finish(),
            "# HELP t_seconds T\n# TYPE t_seconds histogram\n\
             t_seconds_bucket{s=\"ok\",le=\"0.1\"} 1\nt_seconds_bucket{s=\"ok\",le=\"2.5\"} 1\n\
             t_seconds_bucket{s=\"ok\",le=\"+Inf\"} 3\nt_seconds_sum{s=\"ok\"} 1.5\nt_seconds_count{s=\"ok\"} 3\n"
        );
    }
}
