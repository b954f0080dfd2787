//! `/api/catalogue`: what annotations say about this program, read back out of its own file.
//!
//! ```text
//! file.rs    the records, out of the sections of the file
//! labels.rs  the values of labels, which records refer to by id
//! details.rs what a record says, in words
//! ```

mod details;
mod file;
mod labels;
#[cfg(test)]
mod tests;

use super::metrics;
use crate::metric::registry;
use labels::Labels;
use observe_rules::catalogue::{Kind, Record};
use observe_rules::families::{self, Group};
use observe_rules::metric::Family;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashSet};
use std::sync::OnceLock;

/// All that the program declares, and whether this run has emitted it: of metrics it is looked up here whether they have
/// series now, of anything else `seen` is asked, and says `None` where it can't tell.
///
/// The first call reads the program's file, so call it where a thread may block. What was read is kept; where that failed,
/// the next call tries again, and the answer says why.
pub(super) fn json(seen: &dyn Fn(&Record) -> Option<bool>) -> Value {
    static RECORDS: OnceLock<Vec<Record>> = OnceLock::new();
    let records = match RECORDS.get() {
        Some(records) => records,
        None => match file::records() {
            Ok(records) => RECORDS.get_or_init(|| once(records)),
            Err(note) => return json!({ "records": [], "note": note }),
        },
    };
    let scrape = Scrape { namespace: registry().namespace(), shown: &metrics::with_series() };
    Map::from_iter([("records".to_owned(), entries(records, &scrape, seen).into())]).into()
}

/// Each record once, the more important kinds first, by name. A field of a redacted type under a condition has a record
/// of its own, which becomes a part of the type's.
fn once(mut records: Vec<Record>) -> Vec<Record> {
    records.sort_by(|one, other| order(one).cmp(&order(other)));
    records.dedup_by(|other, kept| {
        let is_one_thing = order(kept) == order(other) && kept.kind == other.kind;
        if is_one_thing && kept.kind == Kind::Redaction {
            let is_new = |field: &&[(String, String)]| !kept.groups("field").any(|known| known == *field);
            let more = other.groups("field").filter(is_new).collect::<Vec<_>>().concat();
            kept.texts.extend(more);
        }
        is_one_thing && (kept.kind == Kind::Redaction || kept.texts == other.texts)
    });
    records
}

/// What two records of one thing have in common, in the order in which they are shown.
fn order(record: &Record) -> (usize, &str, &str, &str, u32, u32) {
    const KINDS: [&str; 9] =
        ["metric", "meter", "span", "redaction", "health_check", "label", "set", "family", "service"];
    let kind = KINDS.iter().position(|kind| word(record.kind) == Some(kind));
    let Record { module, file, line, column, .. } = record;
    (kind.unwrap_or(KINDS.len()), details::name(record), module, file, *line, *column)
}

/// What the page calls a kind; `None` of one that says nothing to it.
fn word(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Metric => "metric",
        Kind::Meter => "meter",
        Kind::Label => "label",
        Kind::LabelSet => "set",
        Kind::Span => "span",
        Kind::Families => "family",
        Kind::Redaction => "redaction",
        Kind::HealthCheck => "health_check",
        Kind::Service => "service",
        kind if kind.is_exception() => "redaction",
        _ => return None,
    })
}

/// What is in a scrape now.
struct Scrape<'a> {
    namespace: &'a str,
    /// The full names of families that have series.
    shown: &'a HashSet<String>,
}

impl Scrape<'_> {
    /// The name of a metric of the program's as a scrape shows it.
    fn full_name(&self, name: &str) -> String {
        if self.namespace.is_empty() { name.to_owned() } else { format!("{}_{name}", self.namespace) }
    }

    fn shows(&self, name: &str) -> bool {
        self.shown.contains(name)
    }
}

fn entries(records: &[Record], scrape: &Scrape<'_>, seen: &dyn Fn(&Record) -> Option<bool>) -> Vec<Value> {
    let labels = Labels::of(records);
    let mut entries = Vec::new();
    for record in records {
        let Some(kind) = word(record.kind).filter(|_| record.kind != Kind::Families) else { continue };
        let name = details::name(record);
        let families = names(record);
        let (name, is_seen) = if families.is_empty() {
            (name.to_owned(), seen(record))
        } else {
            (scrape.full_name(name), Some(families.iter().any(|name| scrape.shows(&scrape.full_name(name)))))
        };
        entries.push(entry(kind, &name, record, details::of(record, &labels, scrape), is_seen));
    }
    entries.extend(built_in(records, scrape));
    entries
}

fn entry(kind: &str, name: &str, record: &Record, details: Map<String, Value>, is_seen: Option<bool>) -> Value {
    let mut entry = json!({ "kind": kind, "name": name, "module": record.module });
    entry["details"] = details.into();
    if let Some((crate_name, _)) = record.module.split_once("::").or(Some((&record.module, ""))) {
        entry["crate"] = crate_name.into();
    }
    // What observe brings without being asked has no place in the program.
    if record.line > 0 {
        entry["file"] = record.file.as_str().into();
        entry["line"] = record.line.into();
    }
    if let Some(is_seen) = is_seen {
        entry["seen"] = is_seen.into();
    }
    entry
}

/// The names of the families that the record declares, before which no namespace stands yet.
fn names(record: &Record) -> Vec<String> {
    let name = record.text("name");
    let of_calls = |family: Family| match record.find(family.option()) {
        // It is off.
        Some("") => None,
        Some(name) => Some(name.to_owned()),
        None => Some(format!("{name}{}", family.suffix())),
    };
    match record.kind {
        Kind::Metric => vec![name.to_owned()],
        Kind::Meter => [Family::Calls, Family::Duration, Family::InProgress].into_iter().filter_map(of_calls).collect(),
        _ => Vec::new(),
    }
}

/// The families that observe brings, in place of the records that name groups of them. One whose name the program takes
/// itself is not there.
fn built_in(records: &[Record], scrape: &Scrape<'_>) -> Vec<Value> {
    let key = |name: &str| name.strip_suffix("_total").or(name.strip_suffix("_info")).unwrap_or(name).to_owned();
    let taken: HashSet<String> = records.iter().flat_map(names).map(|name| key(&name)).collect();
    // A place where the program uses a group goes before none.
    let mut groups: BTreeMap<&str, (&'static Group, &Record)> = BTreeMap::new();
    for record in records.iter().filter(|record| record.kind == Kind::Families) {
        for group in record.all("group").filter_map(families::group) {
            let (_, known) = groups.entry(group.name).or_insert((group, record));
            if known.line == 0 {
                *known = record;
            }
        }
    }
    let mut entries = Vec::new();
    for (group, record) in groups.into_values() {
        for family in group.families.iter().filter(|family| !taken.contains(family.key())) {
            let name = family.name_in(scrape.namespace);
            let details = details::of_family(group, family);
            entries.push(entry("family", &name, record, details, Some(scrape.shows(&name))));
        }
    }
    entries
}
