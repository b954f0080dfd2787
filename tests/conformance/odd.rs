//! One declared metric of each kind, with the values and the labels that are hardest to write and to read.

use crate::openmetrics::{Family, Kind};
use observe::{Capped, Counter, Gauge, Histogram, Info, Label, Summary, metric};

/// Texts that each reader has to take out of their quotes again.
#[derive(Label, Clone, Copy)]
enum Text {
    #[label(rename = "the \"quoted\" one")]
    Quoted,
    #[label(rename = r"C:\new\")]
    Path,
    #[label(rename = "größe ☃ # {le=\"1\"} 2")]
    Wide,
}

/// What only a label by hand can be.
#[derive(Clone, Copy)]
enum Line {
    Lines,
    Nothing,
}

const LINES: &str = "one line\nand \\n another";

impl Label for Line {
    const CARDINALITY: usize = 2;

    fn index(&self) -> usize {
        *self as usize
    }

    fn value(index: usize) -> &'static str {
        [LINES, ""][index]
    }
}

/// What is only known at run time.
type Shelf = Capped<'static, 2>;

const SHELF: &str = "\"☃\" \\n {le=\"1\"}";

/// Jobs that "were" done, or \ weren't.
#[metric(labels(text, line))]
static ODD_JOBS_TOTAL: Counter<(Text, Line)>;

/// What odd jobs cost.
#[metric(labels(text), init = all)]
static ODD_COST_TOTAL: Counter<Text, f64>;

/// How high it stands.
#[metric(labels(text, line))]
static ODD_LEVEL: Gauge<(Text, Line)>;

fn half() -> f64 {
    0.5
}

/// How much of it is ready.
#[metric(read = half)]
static ODD_READY_RATIO: Gauge;

/// How large odd things are.
#[metric(labels(shelf), buckets = [0.5, 1e3, 1e21], init = all)]
static ODD_SIZE_BYTES: Histogram<Shelf>;

/// How long odd things wait.
#[metric(labels(text), quantiles = [0.001, 0.5, 0.999], init = all)]
static ODD_WAIT_SECONDS: Summary<Text>;

/// What odd things are made of.
#[metric(labels(version, commit))]
static ODD_BUILD_INFO: Info;

/// Odd things that never were.
#[metric(labels(text))]
static ODD_NEVER_TOTAL: Counter<Text>;

/// Counts everything, once.
pub(crate) fn count() {
    ODD_JOBS_TOTAL.with((Text::Quoted, Line::Lines)).add(u64::from(u32::MAX));
    ODD_JOBS_TOTAL.with((Text::Path, Line::Nothing)).add(2);
    ODD_JOBS_TOTAL.with((Text::Wide, Line::Lines)).inc();
    ODD_COST_TOTAL.with(Text::Path).add(0.1);
    ODD_COST_TOTAL.with(Text::Path).add(0.2);
    ODD_COST_TOTAL.with(Text::Wide).add(1e300);
    ODD_LEVEL.with((Text::Quoted, Line::Lines)).set(f64::INFINITY);
    ODD_LEVEL.with((Text::Path, Line::Lines)).set(f64::NEG_INFINITY);
    ODD_LEVEL.with((Text::Wide, Line::Lines)).set(f64::NAN);
    ODD_LEVEL.with((Text::Wide, Line::Nothing)).set(-5e-324);
    for size in [0.5, 0.6, 1e3, 1e22] {
        ODD_SIZE_BYTES.with(Capped::new(SHELF)).observe(size);
    }
    ODD_WAIT_SECONDS.with(Text::Wide).observe(2.5);
    ODD_BUILD_INFO.set(["1.0 \"beta\"\n\\", "ä"]);
}

/// A sample, its labels and its value.
pub(crate) type Expected = (&'static str, &'static [(&'static str, &'static str)], f64);

const QUOTED: (&str, &str) = ("text", "the \"quoted\" one");
const PATH: (&str, &str) = ("text", r"C:\new\");
const WIDE: (&str, &str) = ("text", "größe ☃ # {le=\"1\"} 2");
const LINE: (&str, &str) = ("line", LINES);
const ON_SHELF: (&str, &str) = ("shelf", SHELF);

/// All that is counted and whose value is known to the last bit; quantiles are near theirs.
pub(crate) const EXPECTED: &[Expected] = &[
    ("odd_jobs_total", &[QUOTED, LINE], 4_294_967_295.0),
    ("odd_jobs_total", &[PATH, ("line", "")], 2.0),
    ("odd_jobs_total", &[WIDE, LINE], 1.0),
    ("odd_cost_total", &[QUOTED], 0.0),
    ("odd_cost_total", &[PATH], 0.1 + 0.2),
    ("odd_cost_total", &[WIDE], 1e300),
    ("odd_level", &[QUOTED, LINE], f64::INFINITY),
    ("odd_level", &[PATH, LINE], f64::NEG_INFINITY),
    ("odd_level", &[WIDE, LINE], f64::NAN),
    ("odd_level", &[WIDE, ("line", "")], -5e-324),
    ("odd_ready_ratio", &[], 0.5),
    ("odd_size_bytes_bucket", &[ON_SHELF, ("le", "0.5")], 1.0),
    ("odd_size_bytes_bucket", &[ON_SHELF, ("le", "1000")], 3.0),
    ("odd_size_bytes_bucket", &[ON_SHELF, ("le", "1000000000000000000000")], 3.0),
    ("odd_size_bytes_bucket", &[ON_SHELF, ("le", "inf")], 4.0),
    ("odd_size_bytes_sum", &[ON_SHELF], 0.5 + 0.6 + 1e3 + 1e22),
    ("odd_size_bytes_count", &[ON_SHELF], 4.0),
    ("odd_wait_seconds_sum", &[WIDE], 2.5),
    ("odd_wait_seconds_count", &[WIDE], 1.0),
    ("odd_wait_seconds_sum", &[PATH], 0.0),
    ("odd_wait_seconds", &[PATH, ("quantile", "0.5")], f64::NAN),
    ("odd_build_info", &[("version", "1.0 \"beta\"\n\\"), ("commit", "ä")], 1.0),
];

/// The families in OpenMetrics, their types and their units.
pub(crate) const FAMILIES: &[(&str, Kind, &str)] = &[
    ("odd_build", Kind::Info, ""),
    ("odd_cost", Kind::Counter, ""),
    ("odd_jobs", Kind::Counter, ""),
    ("odd_level", Kind::Gauge, ""),
    ("odd_never", Kind::Counter, ""),
    ("odd_ready_ratio", Kind::Gauge, "ratio"),
    ("odd_size_bytes", Kind::Histogram, "bytes"),
    ("odd_wait_seconds", Kind::Summary, "seconds"),
];

/// A label as it is compared: a bound or a quantile is a number, however it is written.
pub(crate) fn canonical(name: &str, value: &str) -> String {
    let number = ["le", "quantile"].contains(&name).then(|| value.parse::<f64>().ok()).flatten();
    number.map_or_else(|| value.to_owned(), |number| number.to_string())
}

/// Whether two values are the same, also where they are no numbers.
pub(crate) fn is_same(one: f64, other: f64) -> bool {
    one.to_bits() == other.to_bits() || one.is_nan() && other.is_nan()
}

/// Everything in the families is as it is expected.
#[track_caller]
pub(crate) fn check(families: &[Family]) {
    let samples = || families.iter().flat_map(|family| &family.samples);
    for (name, labels, value) in EXPECTED {
        let is_it = |found: &[(String, String)]| {
            // Where a label is empty, it may as well not be there.
            let found = found.iter().filter(|(_, value)| !value.is_empty());
            let found: Vec<_> = found.map(|(name, value)| (name.as_str(), canonical(name, value))).collect();
            let expected = labels.iter().filter(|(_, value)| !value.is_empty());
            found == expected.map(|(name, value)| (*name, (*value).to_owned())).collect::<Vec<_>>()
        };
        let found: Vec<f64> =
            samples().filter(|sample| sample.name == *name && is_it(&sample.labels)).map(|one| one.value).collect();
        assert!(found.len() == 1 && is_same(found[0], *value), "{name} {labels:?}: {found:?}, not {value}");
    }
    let never = samples().filter(|sample| sample.name.starts_with("odd_never"));
    assert_eq!(never.count(), 0, "nobody has counted it");
}
