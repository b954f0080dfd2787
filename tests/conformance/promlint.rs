//! Our rules beside those of promlint, the linter of Prometheus, on promlint's own cases.
//!
//! What it complains about is refused, for the same cause. What it finds fine is accepted, or refused
//! by a stricter rule that is listed here with its reason.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use observe_rules::metric::{Kind, check_declared, check_help};
use observe_rules::privacy::Names;
use observe_rules::{Violation, label};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The codes that stand for a group of promlint's cases.
const GROUPS: &[(&str, &[&str])] = &[
    ("LintNoHelpText", &["OBS0309"]),
    ("LintMetricUnits", &["OBS0304"]),
    ("LintCounter", &["OBS0307"]),
    ("LintHistogramSummaryReserved", &["OBS0303", "OBS0307"]),
    ("LintReservedChars", &["OBS0301"]),
    ("LintCamelCase", &["OBS0301", "OBS0303"]),
];

/// Cases that can't be declared at all, so that no rule looks for them.
const IMPOSSIBLE: &[(&str, &str)] = &[(
    "LintDuplicateMetric",
    "a series is a place in a table that its labels' values are the index of: two with the same labels are one",
)];

/// Metrics that promlint finds fine and we don't: the name, the code, why.
const STRICTER: &[(&str, &str, &str)] =
    &[("tsdb_compaction_duration", "OBS0304", "a histogram of durations says the unit that its bounds are in")];

/// What an exposition says of a family.
#[derive(Debug, Default, PartialEq)]
struct Family {
    help: String,
    kind: String,
    labels: BTreeSet<String>,
}

impl Family {
    /// Nothing of ours is untyped: such a name is taken for the kind that its ending says.
    fn kind(&self, name: &str) -> Kind {
        let typed = Kind::ALL.iter().copied().find(|kind| kind.name() == self.kind);
        typed.unwrap_or_else(|| {
            assert_eq!(self.kind, "untyped", "the type of {name}");
            if name.ends_with(Kind::Counter.ending()) { Kind::Counter } else { Kind::Gauge }
        })
    }

    /// The label that the exposition format itself writes for this type.
    fn own_label(&self) -> &'static str {
        match self.kind.as_str() {
            "histogram" => "le",
            "summary" => "quantile",
            _ => "",
        }
    }

    /// All that our rules have against it.
    fn refusals(&self, name: &str) -> Vec<Violation> {
        let mut violations = check_declared(self.kind(name), name);
        violations.extend(check_help(&self.help).err());
        let labels = self.labels.iter().filter(|label| *label != self.own_label());
        violations.extend(labels.flat_map(|label| label::check_name(label, &Names::default())));
        violations
    }
}

/// The families of an exposition, by their names. Of the format, only what the cases have.
fn parse(text: &str) -> BTreeMap<String, Family> {
    let mut families = BTreeMap::<String, Family>::new();
    for line in text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, help) = help.split_once(' ').unwrap_or((help, ""));
            help.clone_into(&mut families.entry(name.to_owned()).or_default().help);
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ').unwrap();
            kind.clone_into(&mut families.entry(name.to_owned()).or_default().kind);
        } else {
            let (sample, _) = line.rsplit_once(' ').unwrap();
            let (name, labels) = sample.split_once('{').unwrap_or((sample, ""));
            // The samples of a family follow its type, some under names with an ending.
            let own =
                families.keys().filter(|family| name.starts_with(family.as_str())).max_by_key(|family| family.len());
            let own = own.unwrap_or_else(|| panic!("no type goes before {line}")).clone();
            let names = labels.split("=\"").filter_map(|part| part.rsplit(['"', ',', ' ']).next());
            let names = names.filter(|name| !name.is_empty() && *name != "}").map(str::to_owned);
            families.get_mut(&own).unwrap().labels.extend(names);
        }
    }
    families
}

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/promlint/cases.jsonl")
}

#[test]
fn what_promlint_refuses_is_refused_and_what_it_accepts_is_accepted_or_listed() {
    let path = cases();
    let cases = match fs::read_to_string(&path) {
        Ok(cases) => cases,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            // Past the test harness, which keeps what a passing test prints to itself.
            let _ = writeln!(io::stderr(), "SKIPPED: promlint's cases are not at {}", path.display());
            return;
        }
        Err(error) => panic!("{}: {error}", path.display()),
    };
    let (mut refused, mut accepted, mut listed, mut impossible) = (0, 0, BTreeSet::new(), BTreeSet::new());
    for line in cases.lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let (group, title) = (case["group"].as_str().unwrap(), case["name"].as_str().unwrap());
        let bad: BTreeSet<&str> =
            case["metrics_with_problems"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        let families = parse(case["text"].as_str().unwrap());
        for name in &bad {
            assert!(families.contains_key(*name), "{group}, {title}: no {name} was parsed");
        }
        for (name, family) in &families {
            let violations = family.refusals(name);
            let codes: Vec<&str> = violations.iter().map(|violation| violation.code().id()).collect();
            if !bad.contains(name.as_str()) {
                if let Some((name, code, _)) = STRICTER.iter().find(|(stricter, ..)| stricter == name) {
                    assert_eq!(codes, [*code], "{group}, {title}: {name}");
                    listed.insert(*name);
                } else {
                    assert_eq!(violations, [], "{group}, {title}: {name} is fine for promlint");
                    accepted += 1;
                }
            } else if let Some((group, _)) = IMPOSSIBLE.iter().find(|(impossible, _)| *impossible == group) {
                impossible.insert(*group);
            } else {
                let (_, expected) =
                    GROUPS.iter().find(|(known, _)| *known == group).unwrap_or_else(|| panic!("{group}"));
                let for_its_cause = codes.iter().any(|code| expected.contains(code));
                assert!(for_its_cause, "{group}, {title}: {name} has {codes:?}, and none of {expected:?}");
                refused += 1;
            }
        }
    }
    assert_eq!(listed.len(), STRICTER.len(), "of the stricter rules, only these were met: {listed:?}");
    assert_eq!(impossible.len(), IMPOSSIBLE.len(), "of the impossible cases, only these were met: {impossible:?}");
    let _ = writeln!(
        io::stdout(),
        "promlint: {} cases, {refused} metrics refused as it does, {accepted} accepted as it does, {} refused by a \
         stricter rule, {} can't be declared",
        cases.lines().count(),
        listed.len(),
        impossible.len(),
    );
}

#[test]
fn an_exposition_is_read_as_it_is_written() {
    let text = "# HELP wait_seconds How long.\n# TYPE wait_seconds histogram\n\
                wait_seconds_bucket{le=\"0.1\",route=\"a,b\"} 1\nwait_seconds_sum 0.1\n\
                # HELP bare\n# TYPE bare gauge\nbare{a=\"x\", b=\"\"} 1\n";
    let labels = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let families = parse(text);
    assert_eq!(families.len(), 2);
    assert_eq!(
        families["wait_seconds"],
        Family { help: "How long.".to_owned(), kind: "histogram".to_owned(), labels: labels(&["le", "route"]) }
    );
    assert_eq!(families["bare"], Family { help: String::new(), kind: "gauge".to_owned(), labels: labels(&["a", "b"]) });
}

#[test]
fn a_label_of_the_format_is_refused_on_another_type() {
    let of = |kind: &str, label: &str| Family {
        help: "How long.".to_owned(),
        kind: kind.to_owned(),
        labels: BTreeSet::from([label.to_owned()]),
    };
    assert_eq!(of("histogram", "le").refusals("wait_seconds"), []);
    assert_eq!(of("summary", "quantile").refusals("wait_seconds"), []);
    for (kind, label) in [("histogram", "quantile"), ("summary", "le"), ("gauge", "le")] {
        let violations = of(kind, label).refusals("wait_seconds");
        assert_eq!(violations.len(), 1, "{kind}: {violations:?}");
        assert_eq!(violations[0].code().id(), "OBS0303", "{kind}");
    }
}
