//! What a scrape answers: the text format of Prometheus, and as much of OpenMetrics as is alike.

use crate::catalogue::Kind;
use std::collections::BTreeMap;

/// A scrape, read.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Exposition {
    /// By name; a counter's as its series have it, with `_total`.
    pub(crate) families: BTreeMap<String, Family>,
    pub(crate) samples: Vec<Sample>,
    /// The numbers of lines that could not be read.
    pub(crate) malformed: Vec<usize>,
}

/// What is said of a family.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Family {
    /// `None` where nothing is said, or that it is not known.
    pub(crate) kind: Option<Kind>,
    pub(crate) has_type: bool,
    pub(crate) has_help: bool,
    /// Only OpenMetrics says it.
    pub(crate) unit: Option<String>,
}

/// One line with a number.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) labels: Vec<(String, String)>,
    pub(crate) value: f64,
}

impl Exposition {
    pub(crate) fn read(text: &str) -> Self {
        let mut read = Self::default();
        // OpenMetrics names a counter without its ending, which is known only when all is read.
        let is_open_metrics = text.trim_end().ends_with("# EOF");
        for (number, line) in text.lines().enumerate().map(|(number, line)| (number + 1, line.trim())) {
            if let Some(comment) = line.strip_prefix('#') {
                read.comment(comment.trim_start(), is_open_metrics);
            } else if !line.is_empty() {
                match sample(line) {
                    Some(sample) => read.samples.push(sample),
                    None => read.malformed.push(number),
                }
            }
        }
        if is_open_metrics {
            read.with_endings();
        }
        read
    }

    fn comment(&mut self, comment: &str, is_open_metrics: bool) {
        let mut words = comment.splitn(3, ' ');
        let (Some(keyword), Some(name)) = (words.next(), words.next()) else { return };
        let rest = words.next().unwrap_or_default().trim();
        let is_read = matches!(keyword, "TYPE" | "HELP") || (keyword == "UNIT" && is_open_metrics);
        if !is_read {
            return;
        }
        let family = self.families.entry(name.to_owned()).or_default();
        match keyword {
            "TYPE" => {
                family.has_type = true;
                family.kind = match rest {
                    "counter" => Some(Kind::Counter),
                    "gauge" => Some(Kind::Gauge),
                    "histogram" => Some(Kind::Histogram),
                    "summary" => Some(Kind::Summary),
                    "info" => Some(Kind::Info),
                    _ => None,
                };
            }
            "HELP" => family.has_help = !rest.is_empty(),
            _ => family.unit = Some(rest.to_owned()),
        }
    }

    /// Counters and infos by the names of their series.
    fn with_endings(&mut self) {
        self.families = std::mem::take(&mut self.families)
            .into_iter()
            .map(|(name, family)| match family.kind {
                Some(Kind::Counter) if !name.ends_with("_total") => (name + "_total", family),
                Some(Kind::Info) if !name.ends_with("_info") => (name + "_info", family),
                _ => (name, family),
            })
            .collect();
    }

    /// The family that a sample belongs to: the `_bucket` of a histogram to its histogram.
    pub(crate) fn family_of<'a>(&self, series: &'a str) -> &'a str {
        let is_family = |name: &str| self.families.contains_key(name);
        let endings = ["_bucket", "_count", "_sum", "_created"];
        let shorter = endings.iter().find_map(|ending| series.strip_suffix(ending).filter(|name| is_family(name)));
        if is_family(series) { series } else { shorter.unwrap_or(series) }
    }
}

/// `name{label="value"} 1`, with a time or an exemplar behind it or not.
fn sample(line: &str) -> Option<Sample> {
    let end = line.find(|c: char| c == '{' || c.is_whitespace())?;
    let (name, mut rest) = line.split_at(end);
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':') {
        return None;
    }
    let mut labels = Vec::new();
    if let Some(inside) = rest.strip_prefix('{') {
        (labels, rest) = pairs(inside)?;
    }
    let value = rest.split_whitespace().next()?.parse().ok()?;
    Some(Sample { name: name.to_owned(), labels, value })
}

type Pairs = Vec<(String, String)>;

/// The labels up to the brace that closes them, and what stands behind it.
fn pairs(mut rest: &str) -> Option<(Pairs, &str)> {
    let mut labels = Vec::new();
    loop {
        rest = rest.trim_start_matches([' ', ',']);
        if let Some(behind) = rest.strip_prefix('}') {
            return Some((labels, behind));
        }
        let (name, behind) = rest.split_once('=')?;
        let (value, behind) = quoted(behind.trim_start().strip_prefix('"')?)?;
        labels.push((name.trim().to_owned(), value));
        rest = behind;
    }
}

/// The text up to the quote that ends it, and what stands behind that.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((value, text.get(at + 1..)?)),
            '\\' => match letters.next()?.1 {
                'n' => value.push('\n'),
                other => value.push(other),
            },
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample_of(line: &str) -> Option<Sample> {
        Exposition::read(line).samples.into_iter().next()
    }

    #[test]
    fn labels_are_read_with_what_is_escaped_in_them() {
        let sample = sample_of(r#"a_total{path="/a\"b\\c\nd{e}",empty="",} 3 1700000000"#).unwrap();
        let labels = [("path".to_owned(), "/a\"b\\c\nd{e}".to_owned()), ("empty".to_owned(), String::new())];
        assert_eq!((sample.name.as_str(), sample.value), ("a_total", 3.0));
        assert_eq!(sample.labels, labels);
    }

    #[test]
    fn special_numbers_are_numbers() {
        assert!(sample_of("a +Inf").unwrap().value.is_infinite());
        assert!(sample_of("a NaN").unwrap().value.is_nan());
    }

    #[test]
    fn a_line_that_is_none_is_named_and_loses_no_other() {
        let read = Exposition::read("a 1\nb{x=\"1} 2\n<html>\nc 3\nd\ne x\n");
        assert_eq!(read.malformed, [2, 3, 5, 6]);
        assert_eq!(read.samples.iter().map(|sample| sample.name.as_str()).collect::<Vec<_>>(), ["a", "c"]);
    }

    #[test]
    fn a_histograms_series_belong_to_it() {
        let read = Exposition::read("# TYPE a_seconds histogram\n# HELP a_seconds How long\n");
        assert_eq!(read.family_of("a_seconds_bucket"), "a_seconds");
        assert_eq!(read.family_of("b_count"), "b_count");
        assert!(read.families["a_seconds"].has_help);
    }

    #[test]
    fn open_metrics_names_counters_and_infos_without_their_endings() {
        let read = Exposition::read("# TYPE a counter\n# UNIT a seconds\n# TYPE b info\na_total 1\n# EOF\n");
        assert_eq!(read.families.keys().map(String::as_str).collect::<Vec<_>>(), ["a_total", "b_info"]);
        assert_eq!(read.families["a_total"].unit.as_deref(), Some("seconds"));
    }

    #[test]
    fn an_exemplar_does_no_harm() {
        let sample = sample_of("a_bucket{le=\"1\"} 2 # {trace_id=\"ab\"} 0.5").unwrap();
        assert_eq!((sample.labels.len(), sample.value), (1, 2.0));
    }
}
