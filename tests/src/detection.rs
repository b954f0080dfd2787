//! How well the scrubber finds what labelled text holds, by the definitions of the scorer that
//! comes with the data: a value is covered if every byte of it is in a finding, typed if those
//! findings are of its kind, and a finding is right if it overlaps a value. Findings of kinds that
//! a line is not completely marked for count for nothing.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::path::{Path, PathBuf};

use observe::scrub::{Finding, Kind};
use serde_json::Value;

use crate::server_logs;

/// A line with everything in it marked that is of the kinds in `scope`.
#[derive(Debug)]
pub struct Line {
    /// Its name in the file.
    pub id: String,
    /// What is scrubbed.
    pub text: String,
    /// The values in it: what the data calls their type, and where they are.
    pub values: Vec<(String, std::ops::Range<usize>)>,
    /// The types that are completely marked, or `ALL`.
    pub scope: Vec<String>,
    /// Whether the values can be told without anything around them.
    pub strong: bool,
}

/// Counts for one type of value.
#[derive(Clone, Copy, Debug, Default)]
pub struct Score {
    /// Values there are.
    pub values: usize,
    /// Values that are hidden.
    pub covered: usize,
    /// Values that are hidden as what they are.
    pub typed: usize,
    /// Findings there are.
    pub findings: usize,
    /// Findings that overlap a value.
    pub right: usize,
}

impl Score {
    /// The part of the values that is hidden.
    #[must_use]
    pub fn recall(&self) -> f64 {
        ratio(self.covered, self.values)
    }

    /// The part of the values that is hidden as what they are.
    #[must_use]
    pub fn typed_recall(&self) -> f64 {
        ratio(self.typed, self.values)
    }

    /// The part of the findings that is right.
    #[must_use]
    pub fn precision(&self) -> f64 {
        ratio(self.right, self.findings)
    }

    /// The harmonic mean of precision and typed recall.
    #[must_use]
    pub fn f1(&self) -> f64 {
        let (precision, recall) = (self.precision(), self.typed_recall());
        if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 }
    }

    fn add(&mut self, other: Score) {
        self.values += other.values;
        self.covered += other.covered;
        self.typed += other.typed;
        self.findings += other.findings;
        self.right += other.right;
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of lines are small")]
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { f64::NAN } else { part as f64 / whole as f64 }
}

/// Scores by type, and the lines that were wrong.
#[derive(Debug, Default)]
pub struct Scores {
    /// What was counted for each type.
    pub by_type: BTreeMap<String, Score>,
    /// Lines without a value in which something was found.
    pub touched: Vec<String>,
    /// Values that were not hidden as what they are, and findings that are no value.
    pub wrong: Vec<String>,
}

impl Scores {
    /// All types together.
    #[must_use]
    pub fn total(&self) -> Score {
        let mut total = Score::default();
        self.by_type.values().for_each(|score| total.add(*score));
        total
    }
}

impl fmt::Display for Scores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:26}{:>7}{:>8}{:>8}{:>9}{:>7}{:>7}",
            "type", "values", "recall", "typed", "findings", "prec", "F1"
        )?;
        let total = ("ALL".to_owned(), self.total());
        for (name, score) in self.by_type.iter().map(|(name, score)| (name.clone(), *score)).chain([total]) {
            writeln!(
                f,
                "{name:26}{:7}{:8.3}{:8.3}{:9}{:7.3}{:7.3}",
                score.values,
                score.recall(),
                score.typed_recall(),
                score.findings,
                score.precision(),
                score.f1()
            )?;
        }
        Ok(())
    }
}

/// The folder with the labelled text of others, beside this repository.
#[must_use]
pub fn shared() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/redaction")
}

/// The folder with the labelled lines of this project, a file for each kind.
#[must_use]
pub fn own() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("runtime/detection")
}

/// The labelled lines in a file, or `None` if there is no such file.
///
/// # Panics
///
/// If a line in it is not what the data's description says.
#[must_use]
pub fn read(path: &Path) -> Option<Vec<Line>> {
    let text = std::fs::read_to_string(path).ok()?;
    let line =
        |line: &str| parse(line).unwrap_or_else(|| panic!("{} holds a line that is none: {line}", path.display()));
    Some(text.lines().map(line).collect())
}

fn parse(line: &str) -> Option<Line> {
    let line: Value = serde_json::from_str(line).ok()?;
    let string = |value: &Value| value.as_str().map(str::to_owned);
    let at = |value: &Value| usize::try_from(value.as_u64()?).ok();
    let value = |value: &Value| Some((string(&value["type"])?, at(&value["start"])?..at(&value["end"])?));
    Some(Line {
        id: string(&line["id"])?,
        text: string(&line["text"])?,
        values: line["entities"].as_array()?.iter().map(value).collect::<Option<_>>()?,
        scope: line["scope"].as_array()?.iter().map(string).collect::<Option<_>>()?,
        strong: line["tier"] == "strong",
    })
}

/// What the scrubber calls a type of the data.
#[must_use]
pub fn kind_of(name: &str) -> Option<Kind> {
    if let Some(kind) = Kind::ALL.iter().find(|kind| kind.name() == name) {
        return Some(*kind);
    }
    let contains = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    let kind = match name {
        "URL_CREDENTIAL" => Kind::UrlCredential,
        "CREDIT_CARD" => Kind::Card,
        "IBAN" => Kind::Iban,
        "US_SSN" | "US_ITIN" => Kind::Ssn,
        "US_MBI" | "DE_HEALTH_INSURANCE" | "AU_MEDICARE" => Kind::HealthPlan,
        "US_NPI" | "MEDICAL_LICENSE" | "DE_LANR" | "DE_BSNR" => Kind::MedicalLicence,
        "EMAIL" => Kind::Email,
        "MAC_ADDRESS" => Kind::Mac,
        "IP_ADDRESS" => Kind::Ip,
        "PHONE" => Kind::Phone,
        "UK_POSTCODE" | "DE_PLZ" => Kind::Address,
        "ABA_ROUTING_NUMBER" | "US_BANK_NUMBER" => Kind::Account,
        // Companies have these, and wallets: they are not personal.
        "DATE"
        | "CRYPTO"
        | "DE_HANDELSREGISTER"
        | "DE_VAT_ID"
        | "SG_UEN"
        | "AU_ACN"
        | "AU_ABN"
        | "KR_BRN"
        | "SE_ORGANISATIONSNUMMER"
        | "IT_VAT_CODE"
        | "IN_GSTIN" => return None,
        _ if contains(&["PASSPORT"]) => Kind::Passport,
        _ if contains(&["DRIV", "FUEHRER"]) => Kind::DrivingLicence,
        _ if contains(&["VEHICLE", "KFZ", "PLATE"]) => Kind::Vehicle,
        _ if contains(&["PHONE", "MOBILE"]) => Kind::Phone,
        _ => Kind::NationalId,
    };
    Some(kind)
}

/// Scores what is found in the strong lines. Types of no kind are left out, and their lines.
#[must_use]
pub fn score<'l>(lines: impl IntoIterator<Item = &'l Line>) -> Scores {
    let mut scores = Scores::default();
    for line in lines.into_iter().filter(|line| line.strong) {
        let known = |name: &String| name == "ALL" || kind_of(name).is_some();
        if line.scope.iter().any(known) {
            score_line(line, &mut scores);
        }
    }
    scores
}

fn score_line(line: &Line, scores: &mut Scores) {
    let found = observe::scrub::find(&line.text);
    if line.values.is_empty() && !found.is_empty() {
        scores.touched.push(format!("{}: {:?}", line.id, named(&line.text, &found)));
    }
    for (name, range) in line.values.iter().filter(|(name, _)| kind_of(name).is_some()) {
        let covers = |findings: &mut dyn Iterator<Item = &Finding>| {
            let bytes: HashSet<usize> = findings.flat_map(|finding| finding.range.clone()).collect();
            range.clone().all(|byte| bytes.contains(&byte))
        };
        let typed = covers(&mut found.iter().filter(|finding| Some(finding.kind) == kind_of(name)));
        let score = scores.by_type.entry(name.clone()).or_default();
        score.values += 1;
        score.covered += usize::from(covers(&mut found.iter()));
        score.typed += usize::from(typed);
        if !typed {
            scores.wrong.push(format!("{name} missed in {:?}: {:?}", line.text, named(&line.text, &found)));
        }
    }
    for finding in &found {
        let in_scope = |name: &&String| *name == "ALL" || kind_of(name) == Some(finding.kind);
        let Some(name) = line.scope.iter().find(in_scope) else { continue };
        let range = &finding.range;
        let right = line.values.iter().any(|(_, value)| range.start < value.end && value.start < range.end);
        let score = scores.by_type.entry(name.clone()).or_default();
        score.findings += 1;
        score.right += usize::from(right);
        if !right {
            scores.wrong.push(format!("{name} seen in {:?}: {:?}", line.text, &line.text[range.clone()]));
        }
    }
}

fn named<'t>(text: &'t str, found: &[Finding]) -> Vec<(&'static str, &'t str)> {
    found.iter().map(|finding| (finding.kind.name(), &text[finding.range.clone()])).collect()
}

/// The strong lines of `pii.jsonl` that have to be right: no dates without a label, and no provider
/// identifiers without one.
#[must_use]
pub fn decidable(lines: &[Line]) -> Vec<&Line> {
    let labelled = |line: &Line| ["NPI", "rovider"].iter().any(|label| line.text.contains(label));
    let decidable = |line: &&Line| line.scope != ["US_NPI"] || line.values.is_empty() || labelled(line);
    lines.iter().filter(decidable).collect()
}

/// For each kind on how many of `count` ordinary lines of server logs it is found, with an example.
#[must_use]
pub fn seen_in_logs(count: usize) -> BTreeMap<&'static str, (usize, String)> {
    let mut seen: BTreeMap<&'static str, (usize, String)> = BTreeMap::new();
    for (_, line) in server_logs::lines(count) {
        let found = observe::scrub::find(&line);
        let kinds: BTreeMap<&str, &Finding> = found.iter().map(|finding| (finding.kind.name(), finding)).collect();
        for (name, finding) in kinds {
            let example = || format!("{:?} in {line:?}", &line[finding.range.clone()]);
            seen.entry(name).or_insert_with(|| (0, example())).0 += 1;
        }
    }
    seen
}

/// One bar: what was measured, and the limit that it must not miss.
#[derive(Clone, Debug)]
pub struct Bar {
    /// What is measured.
    pub name: String,
    /// What came out.
    pub measured: f64,
    /// The least or the most that is allowed.
    pub limit: f64,
    /// Whether the limit is the least.
    pub least: bool,
}

impl Bar {
    /// Whether the limit is kept. What could not be measured does not keep it.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        if self.least { self.measured >= self.limit } else { self.measured <= self.limit }
    }
}

/// The kinds with lines of their own for which a recall is asked.
pub const RECALLS: [(&str, f64); 4] = [("ssn", 0.95), ("mrn", 0.90), ("birth_date", 0.95), ("url_credential", 1.0)];

/// Lines of server logs that are looked at.
pub const LOG_LINES: usize = 20_000;

/// Every bar for what is found. Where the data of others is not there, its bars are left out.
#[must_use]
pub fn scores() -> Vec<Bar> {
    let mut bars = Vec::new();
    let mut bar = |name: &str, measured, limit, least| bars.push(Bar { name: name.to_owned(), measured, limit, least });
    if let Some(lines) = read(&shared().join("pii.jsonl")) {
        let scores = score(decidable(&lines));
        bar("labelled_f1", scores.total().f1(), 0.97, true);
        bar("negatives_touched", counted(scores.touched.len()), 5.0, false);
    }
    for (kind, limit) in RECALLS {
        let lines = read(&own().join(kind).with_extension("jsonl")).unwrap_or_default();
        bar(&format!("{kind}_recall"), score(&lines).total().recall(), limit, true);
    }
    if let Some([found, flagged]) = field_names(&shared().join("field_names.jsonl")) {
        bar("field_names_recall", found, 1.0, true);
        bar("neutral_names_flagged", flagged, 3.0, false);
    }
    let seen = seen_in_logs(LOG_LINES);
    for (kind, limit) in [("card", 0.001), ("phone", 0.005), ("birth_date", 0.0), ("date", 0.0)] {
        let lines = seen.get(kind).map_or(0, |(lines, _)| *lines);
        bar(&format!("{kind}_on_log_lines"), ratio(lines, LOG_LINES), limit, false);
    }
    bars
}

/// The part of the sensitive names that is told, and how many neutral ones are taken for such.
fn field_names(path: &Path) -> Option<[f64; 2]> {
    let (mut sensitive, mut found, mut flagged) = (0, 0, 0);
    for line in std::fs::read_to_string(path).ok()?.lines() {
        let line: Value = serde_json::from_str(line).ok()?;
        let told = usize::from(observe_rules::privacy::is_sensitive(line["name"].as_str()?));
        if line["sensitive"].as_bool()? {
            sensitive += 1;
            found += told;
        } else {
            flagged += told;
        }
    }
    Some([ratio(found, sensitive), counted(flagged)])
}

#[expect(clippy::cast_precision_loss, reason = "counts of lines are small")]
fn counted(lines: usize) -> f64 {
    lines as f64
}
